"""The HTTP edge: decode, call a service, encode."""
