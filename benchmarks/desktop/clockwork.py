"""The moment everything is measured at, and where keys are kept; quick to load."""

from datetime import UTC, datetime

from crm_core.clock import Clock

NOW = datetime(2026, 11, 27, 1, 30, tzinfo=UTC)
"""A Friday, 09:30 in China."""
CLOCK = Clock(now=lambda: NOW)
"""Everybody's: what is due today is the same in every run."""
ENVIRON = {"SUIXING_KEYRING": "file"}
