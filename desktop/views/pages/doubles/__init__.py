"""Duplicates beside each other."""
