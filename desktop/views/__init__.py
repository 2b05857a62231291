"""Windows, pages and widgets. No SQL and no HTTP."""
