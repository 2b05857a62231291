"""What follows at the server from what was pushed, in the same transaction."""
