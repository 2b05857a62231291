"""Entities, fields, values and queries as data; no storage, no network, no interface."""
