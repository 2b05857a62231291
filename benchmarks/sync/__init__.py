"""Parts of the sync benchmark: what is measured, one module a row or two of the table."""
