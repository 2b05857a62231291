"""Foreign tables on their way in: reading, guessing, mapping, cleaning. Nothing here writes."""
