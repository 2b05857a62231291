"""Measuring the note parser: sentences with their answers, a recogniser's noise, scores."""
