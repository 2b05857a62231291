"""Lists of records: what they ask, how they are set up, and the rows that are looked at."""
