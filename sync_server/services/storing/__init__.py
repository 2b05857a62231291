"""Where the organisation's data is: founded, opened, backed up, restored."""
