"""The database itself: opened, locked, failing, brought up to date; SQLite and PostgreSQL."""
