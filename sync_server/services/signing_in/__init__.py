"""Accounts, devices and sessions."""
