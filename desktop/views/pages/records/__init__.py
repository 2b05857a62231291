"""One record: its page, its form, its cards, its history, merging and printing it."""
