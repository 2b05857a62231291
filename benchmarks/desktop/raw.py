"""The limit of a question: the same file asked by sqlcipher3 itself, without a line of ours."""

import time
from pathlib import Path

import sqlcipher3.dbapi2 as cipher

from desktop.services.online.secrets import Secrets

_ORDER = {
    "customer": "name_key", "contact": "name_key", "lead": "received_at DESC",
    "opportunity": "amount DESC", "visit": "started_at DESC", "task": "due_at",
    "product": "category",
}  # fmt: skip
_REPEATS = 5


class Raw:
    """A connection of its own to the profile's file."""

    def __init__(self, folder: Path, secrets: Secrets) -> None:
        self._connection = cipher.connect(str(folder / "replica.db"), isolation_level=None)
        key = secrets.database_key()
        assert key is not None
        self._connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        self._connection.execute("PRAGMA cache_size = -16384")

    def first_rows(self, entity: str) -> float:
        """Milliseconds for the forty rows a screen shows."""
        order = _ORDER.get(entity, "rid")
        return self._best(f'SELECT * FROM "{entity}" ORDER BY {order} LIMIT 40')

    def search(self) -> float:
        """Milliseconds for the first matches of two characters."""
        words = 'chars: "苏 州"'
        return self._best(
            f"SELECT rowid FROM search_index WHERE search_index MATCH '{words}' LIMIT 80"
        )

    def record(self, record_id: str) -> float:
        """Milliseconds for one row by its id."""
        return self._best(f"SELECT * FROM customer WHERE id = '{record_id}'")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _best(self, statement: str) -> float:
        times = []
        for _ in range(_REPEATS):
            begun = time.perf_counter()
            self._connection.execute(statement).fetchall()
            times.append((time.perf_counter() - begun) * 1_000)
        return min(times)
