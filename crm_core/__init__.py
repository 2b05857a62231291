"""What both applications stand on: the model, the merge, the rules and the one storage layer."""
