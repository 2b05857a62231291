"""Tests of the Qt-free services."""
