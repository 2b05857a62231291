"""Rules meeting the database: which set is in force, what it reads, and what it writes."""
