"""Visits and follow-ups, spoken or typed: the sheets, their proposals, recordings."""
