"""How far the write path is from raw SQLite: python make.py bench store

The limit is the standard library's sqlite3, plain, inserting and updating the same values in one
transaction. Ours is encrypted, logged, stamped, indexed for search and queued for sending.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from crm_core.clock import make_stamp, new_id, system_clock
from crm_core.model.query import Query, Sort
from crm_core.permissions import Actor
from crm_core.store.replica import Replica, open_replica
from crm_core.sync.change import Operation, Verb

RECORDS, EDITS = 20_000, 5_000
FIELDS = ("name", "kind", "level", "city", "phone", "address")
REMOTE = "00000000000000aa"


def timed(work: Callable[[], object]) -> float:
    """Seconds `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def values(number: int) -> dict[str, str]:
    """One customer."""
    return {
        "name": f"测试客户{number:05d}有限公司", "kind": "organisation", "level": "ABC"[number % 3],
        "city": "南京", "phone": f"138{number:08d}", "address": f"天元东路 {number} 号",
    }  # fmt: skip


def raw_limit(folder: Path) -> tuple[float, float]:
    """Seconds for plain sqlite3 to insert RECORDS rows and to update EDITS of them."""
    database = sqlite3.connect(folder / "raw.db")
    columns = ", ".join(f"{name} TEXT" for name in FIELDS)
    database.execute(f"CREATE TABLE t (rid INTEGER PRIMARY KEY, id TEXT UNIQUE, {columns})")
    rows = [(str(n), *values(n).values()) for n in range(RECORDS)]
    marks = ", ".join("?" * (len(FIELDS) + 1))

    def insert() -> None:
        with database:
            database.executemany(f"INSERT INTO t (id, {', '.join(FIELDS)}) VALUES ({marks})", rows)

    def update() -> None:
        with database:
            changes = [("新地址", str(n)) for n in range(EDITS)]
            database.executemany("UPDATE t SET address = ? WHERE id = ?", changes)

    seconds = timed(insert), timed(update)
    database.close()
    return seconds


def operations(verb: Verb, ids: list[str]) -> list[Operation]:
    """What another device would have sent."""
    clock = system_clock()
    start = clock.millis() - 10_000 + (5_000 if verb is Verb.SET else 0)
    base_sequence = 0 if verb is Verb.CREATE else RECORDS
    return [
        Operation(
            replica=REMOTE, replica_seq=base_sequence + n + 1, entity="customer", id=record_id,
            verb=verb, field="" if verb is Verb.CREATE else "address",
            value=dict(values(n)) if verb is Verb.CREATE else "新地址", before=None,
            hlc=make_stamp(start, n % 65536, REMOTE), base=make_stamp(0, 0, "0" * 16),
            group="bench", actor="bench",
        )
        for n, record_id in enumerate(ids)
    ]  # fmt: skip


def receive(replica: Replica, sent: list[Operation]) -> None:
    """Apply in batches as a pull does."""
    for start in range(0, len(sent), 1_000):
        replica.receive(sent[start : start + 1_000])


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        insert, update = raw_limit(folder)
        print(f"raw sqlite3: insert {RECORDS:,} {insert:.2f} s, update {EDITS:,} {update:.3f} s")
        replica = open_replica(folder / "r.db", clock=system_clock(), key=os.urandom(32))
        clock = system_clock()
        ids = [new_id(clock) for _ in range(RECORDS)]
        created = timed(lambda: receive(replica, operations(Verb.CREATE, ids)))
        edited = timed(lambda: receive(replica, operations(Verb.SET, ids[:EDITS])))
        print(f"receive creates: {created:.2f} s = {created / insert:.1f}×")
        print(f"receive edits:   {edited:.2f} s = {edited / update:.1f}×")
        with replica.write(Actor("bench", "admin")) as (unit, _):
            typed = timed(lambda: [unit.change("customer", i, {"level": "A"}) for i in ids[:1_000]])
        print(f"1,000 edits by a person, one unit: {typed:.2f} s")
        listed = timed(lambda: replica.row_ids(Query("customer", sort=(Sort("name"),))))
        print(f"ordered id list of {RECORDS:,}: {listed * 1000:.0f} ms")
        for words in ("测试", "cskh", "0042", "ceshikehu"):
            replica.search(words)
            print(f"search {words}: {timed(lambda w=words: replica.search(w)) * 1000:.1f} ms")  # type: ignore[misc]
        replica.close()


if __name__ == "__main__":
    main()
