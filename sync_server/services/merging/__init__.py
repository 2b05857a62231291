"""Merges, and customers that two people created without knowing of each other."""
