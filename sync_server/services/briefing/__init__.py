"""What is sent out: daily briefs and approved texts."""
