"""The `do_*` verbs: the only write path, one transaction and one undo group each."""
