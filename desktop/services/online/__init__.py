"""Everything between this computer and the server: signing in, sync, files, leases, keys."""
