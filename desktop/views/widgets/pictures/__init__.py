"""Painted pictures of numbers: what they show is given to them, what is pointed at they say."""
