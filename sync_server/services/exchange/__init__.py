"""Push and pull: what is admitted, what follows from it, and who is sent what."""
