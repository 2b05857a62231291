"""One record: written, read, compared, merged, through time."""
