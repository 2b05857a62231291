"""Clocks and working hours."""
