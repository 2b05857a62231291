"""Tests of make.py and what it stands on."""
