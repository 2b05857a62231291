"""The server's own tables."""
