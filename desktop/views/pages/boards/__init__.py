"""Pages that explain numbers: boards, the daily brief and the reports around it."""
