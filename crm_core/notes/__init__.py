"""From the words of a note to proposed fields, with spans and confidence. Writes nothing."""
