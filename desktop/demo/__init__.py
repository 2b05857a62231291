"""The product's story, run for real: for trying it, and as a proof that every step holds."""
