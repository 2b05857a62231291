"""Rules, their parts and what they did, in sentences."""
