"""The limit everything is compared with: the standard library's sqlite3, plain, same values."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sync.customers import CUSTOM_FIELDS, EDITED, FIELDS, customers
from benchmarks.sync.timing import Cost, cost
from crm_core.clock import new_id, system_clock

_WHOLE = {"annual_purchase", *(name for name, kind, _ in CUSTOM_FIELDS if kind != "text")}


@dataclass(frozen=True, slots=True)
class RawLimit:
    """What plain sqlite3 needs for the same values, without log, stamps, index or encryption."""

    records: int
    edits: int
    inserts: tuple[Cost, ...]
    """To insert all records in one transaction, each time into a new file."""
    updates: tuple[Cost, ...]
    """To update one field of `edits` of them by id, in one transaction."""
    file_bytes: int

    @property
    def insert(self) -> Cost:
        """The quickest insert."""
        return _quickest(self.inserts)

    @property
    def update(self) -> Cost:
        """The quickest update."""
        return _quickest(self.updates)

    @property
    def record_bytes(self) -> float:
        """Bytes of the file a record."""
        return self.file_bytes / self.records


def _quickest(costs: Sequence[Cost]) -> Cost:
    """The least of each."""
    return Cost(min(one.wall for one in costs), min(one.here for one in costs))


def raw_limit(folder: Path, *, records: int, edits: int, repeats: int) -> RawLimit:
    """Measure it in files of their own in `folder`."""
    clock = system_clock()
    rows = [
        (new_id(clock), *(_plain(row[name]) for name in FIELDS))
        for row in customers(records, [new_id(clock)])
    ]
    changes = [(f"新地址 {number} 号", row[0]) for number, row in enumerate(rows[:edits])]
    inserts, updates, size = [], [], 0
    for repeat in range(repeats):
        path = folder / f"raw{repeat}.db"
        inserted, updated = _once(path, rows, changes)
        inserts.append(inserted)
        updates.append(updated)
        size = path.stat().st_size
        path.unlink()
    return RawLimit(records, edits, tuple(inserts), tuple(updates), size)


def _once(
    path: Path, rows: Sequence[tuple[object, ...]], changes: Sequence[tuple[object, ...]]
) -> tuple[Cost, Cost]:
    """To insert the rows into a new file, then to make the changes."""
    database = sqlite3.connect(path)
    columns = ", ".join(f"{name} {'INTEGER' if name in _WHOLE else 'TEXT'}" for name in FIELDS)
    database.execute(f"CREATE TABLE t (rid INTEGER PRIMARY KEY, id TEXT UNIQUE, {columns})")
    names, marks = ", ".join(FIELDS), ", ".join("?" * (len(FIELDS) + 1))

    def insert() -> None:
        with database:
            database.executemany(f"INSERT INTO t (id, {names}) VALUES ({marks})", rows)

    def update() -> None:
        with database:
            database.executemany(f"UPDATE t SET {EDITED} = ? WHERE id = ?", changes)

    costs = cost(insert), cost(update)
    database.close()
    return costs


def _plain(value: object) -> object:
    return ",".join(value) if isinstance(value, list) else value
