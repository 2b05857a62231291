"""Recordings that wait to be recognised, and those that were."""
