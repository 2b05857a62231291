"""The server that brings replicas together, over one SQLite file per organisation."""
