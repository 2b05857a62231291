"""People and deleted records, taken out for good."""
