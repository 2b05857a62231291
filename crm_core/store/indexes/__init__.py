"""What things are found by, kept true as they change: search, keys of doubles, marks of facts."""
