"""The pages of the window and the sheets they open. A page knows the session, never a page."""
