"""Measures: what they mean, how they are computed, and the records behind every value; pure."""
