"""A visit or a note being written: from words to cards to the one draft that is saved."""
