"""Boards: what their tiles ask, and the answers ready to be drawn."""
