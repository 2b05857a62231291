"""What papers are made of: the daily brief, the value report, the check of data."""
