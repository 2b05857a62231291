"""The import wizard: one page, a module for each of its steps."""
