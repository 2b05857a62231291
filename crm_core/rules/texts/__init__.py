"""Rules as a text that people read, keep and read in again."""
