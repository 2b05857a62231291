"""The only room that speaks SQL: tables from the registry, the log, search and the outbox."""
