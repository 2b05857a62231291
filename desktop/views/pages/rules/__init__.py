"""Rules: written as sentences, tried on history, published and taken back."""
