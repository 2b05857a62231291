"""Changes on their way: made, merged, applied, sent, refused, taken back, and read again."""
