"""What the tables are: columns, indexes, words kept as numbers, the spelling of either engine."""
