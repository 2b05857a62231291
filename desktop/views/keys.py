"""Keys that more than one part of the window names."""

VISIT_KEYS = "Ctrl+Shift+V"
"""Log a visit; held by the main window, so that it works from every page."""
