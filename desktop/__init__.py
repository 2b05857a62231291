"""The desktop: an encrypted replica of what its user may see, and the windows on it."""
