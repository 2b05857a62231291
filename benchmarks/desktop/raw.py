"""The limit of a question: the same file asked by sqlcipher3 itself, without a line of ours."""

import time
from contextlib import closing
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
    """Asks the profile's file, by a connection for each question: memory is measured too."""

    def __init__(self, folder: Path, secrets: Secrets) -> None:
        self._path, self._secrets = folder / "replica.db", secrets

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

    def _best(self, statement: str) -> float:
        key, times = self._secrets.database_key(), list[float]()
        assert key is not None
        with closing(cipher.connect(str(self._path), isolation_level=None)) as connection:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            connection.execute("PRAGMA cache_size = -16384")
            for _ in range(_REPEATS):
                begun = time.perf_counter()
                connection.execute(statement).fetchall()
                times.append((time.perf_counter() - begun) * 1_000)
        return min(times)
