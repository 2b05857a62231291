"""Rows of files becoming records: judged, written some hundred at a time, taken back."""
