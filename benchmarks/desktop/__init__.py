"""The desktop at the largest size the sources name, and how far each step is from its limit."""
