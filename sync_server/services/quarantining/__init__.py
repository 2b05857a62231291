"""Work that wiped devices handed over, and what becomes of it."""
