"""A laptop's profile with a large organisation's records, made once and kept in the user's cache.

The rows are written as a first fill leaves them: data without a log, then the search index and
the order of names by the product's own means.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from platformdirs import user_cache_path
from sqlalchemy import Connection, Index

from benchmarks.desktop import records
from benchmarks.desktop.clockwork import CLOCK, ENVIRON
from benchmarks.desktop.records import ME, Row
from benchmarks.desktop.sizes import Sizes
from crm_core.clock import make_stamp, stamp_ticks
from crm_core.rules.engine import make_rules
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.engines.engine import writing
from crm_core.store.reading import rows
from crm_core.store.replica import Replica, open_replica
from crm_core.store.schema.encoding import pack
from crm_core.store.schema.tables import SetText
from desktop.config import Profile
from desktop.services.online.account import Account, save_account
from desktop.services.online.secrets import open_secrets
from desktop.services.workspace import Setup

_NODE, _OTHERS = "00000000000000b1", "00000000000000b2"
_BATCH, _INDEXED_AT_ONCE = 20_000, 5_000
_VERSION = 1
"""Raised when the records or how they are written change."""


def a_profile(sizes: Sizes, say: Callable[[str], object]) -> Path:
    """The folder of the kept profile of that size; made now where there is none. Do not write in
    it: work on a `copy`."""
    marks = repr((asdict(sizes), _VERSION)).encode()
    name = f"desktop-{hashlib.sha256(marks).hexdigest()[:12]}"
    kept = user_cache_path("suixing", appauthor=False) / "bench" / name
    if not (kept / "complete").exists():
        shutil.rmtree(kept, ignore_errors=True)
        _make(kept, sizes, say)
        (kept / "complete").touch()
    _bring_up_to_date(kept, say)
    return kept


def _bring_up_to_date(folder: Path, say: Callable[[str], object]) -> None:
    """What spare time makes on a laptop: search index, order of names, indexes of lists."""
    setup = a_setup(folder)
    key = setup.secrets.database_key()
    assert key is not None
    path = setup.profile.replica_path
    replica = open_replica(path, clock=CLOCK, key=key, node=_NODE, keeps_outbox=True)
    try:
        while left := replica.index_some(_INDEXED_AT_ONCE):
            say(f"search index and indexes of lists: {left:,} left")
    finally:
        replica.close()


def copy(kept: Path, target: Path) -> Path:
    """A profile of its own to work in, whose files are shared with `kept` where disks can."""
    target.mkdir(parents=True)
    for path in kept.iterdir():
        shutil.copy2(path, target / path.name)
    return target


def a_setup(folder: Path) -> Setup:
    """What opens it: the product's rules, keys in a file, the clock standing still."""
    profile = Profile(folder)
    return Setup(profile, open_secrets(profile, ENVIRON), CLOCK, make_rules(BUILTIN_RULES))


def _make(folder: Path, sizes: Sizes, say: Callable[[str], object]) -> None:
    setup = a_setup(folder)
    setup.profile.make()
    key = hashlib.sha256(b"benchmark").digest()
    setup.secrets.keep_database_key(key)
    setup.secrets.keep_refresh_token("none")
    save_account(
        setup.profile,
        Account("http://127.0.0.1:9", "基准公司", ME, "王敏", "manager", "u0", _NODE, "bench"),
    )
    path = setup.profile.replica_path
    replica = open_replica(path, clock=CLOCK, key=key, node=_NODE, keeps_outbox=True)
    try:
        fill(replica, sizes, say)
    finally:
        replica.close()


def fill(replica: Replica, sizes: Sizes, say: Callable[[str], object]) -> None:
    """In one transaction an entity; the indexes are made when the rows are there."""
    made: dict[str, Iterator[Row]] = {
        "team": iter([{"id": "team-1", "name": "销售一部"}]),
        "user": records.users(), "product": records.products(),
        "customer": records.customers(sizes), "contact": records.contacts(sizes),
        "lead": records.leads(sizes), "opportunity": records.opportunities(sizes),
        "visit": records.visits(sizes), "follow_up": records.follow_ups(sizes),
        "task": records.tasks(sizes),
    }  # fmt: skip
    for entity, some in made.items():
        say(f"writing {entity}")
        with writing(replica.engine) as connection:
            indexes = sorted(replica.tables.of(entity).indexes, key=lambda index: str(index.name))
            _without(connection, indexes)
            _write(connection, replica, entity, some)
            for index in indexes:
                index.create(connection)
            replica.tables.words.keep_new()


def _without(connection: Connection, indexes: Iterable[Index]) -> None:
    for index in indexes:
        index.drop(connection)


def _write(connection: Connection, replica: Replica, entity: str, some: Iterator[Row]) -> None:
    tables, table = replica.tables, replica.tables.of(entity)
    author = tables.words.number(connection, _OTHERS)
    stamp = stamp_ticks(make_stamp(CLOCK.millis() - 10_000_000, 0, _OTHERS))
    fields = [spec.name for spec in replica.registry.entity(entity).fields]
    lists = {c.name for c in table.columns if isinstance(c.type, SetText)}
    columns = ("rid", "id", "alive", "created_at", "created_by", *fields)
    stale = tables.search_stale
    number, rid = tables.words.number(connection, entity), 0
    while part := list(islice(some, _BATCH)):
        lines = []
        for values in part:
            rid += 1
            shown = (
                pack(values[name]) if name in lists and name in values else values.get(name)
                for name in fields
            )
            lines.append((rid, values["id"], 1, stamp + rid, author, *shown))
        rows.insert(connection, tables, table, lines, columns=columns)
        if replica.registry.entity(entity).searchable:
            waiting = [(number, line[0]) for line in lines]
            rows.insert(connection, tables, stale, waiting)
