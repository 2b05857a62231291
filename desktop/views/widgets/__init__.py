"""Reusable widgets: plain values in, Qt signals out. Nothing here knows records or services."""
