"""Automations: which are due on what happened, what they see, and what they lead to."""
