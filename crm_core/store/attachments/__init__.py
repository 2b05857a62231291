"""Attachments' bytes on a laptop."""
