"""Every list: columns, filters, saved views, groups, bulk edit, export."""
