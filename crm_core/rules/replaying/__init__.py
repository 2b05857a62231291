"""A draft of rules tried on what really happened (row 4.9)."""
