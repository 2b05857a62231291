"""What builds, ships and starts the product: bootstrap, installers and the smoke test."""
