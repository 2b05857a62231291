"""A database as a new device is filled from it."""
