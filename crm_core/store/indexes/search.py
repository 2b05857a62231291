"""Finding records by what a person typed: characters, pinyin, initials, digits, with a typo.

One FTS5 table without content (see `indexer`, which keeps it). Ideographs are separate tokens, so
a phrase finds any run of them; initials and digits are kept as suffixes, so a prefix finds any
run. Every key stroke is answered from a bounded number of candidates: names that begin like that,
then the likeliest readings one after the other until there are enough (decision 039).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, or_, select

from crm_core.matching.pinyin import is_han, split_letters
from crm_core.model.schema import EntitySpec, Registry, Search
from crm_core.model.values import Record, display
from crm_core.permissions import Access, shown
from crm_core.store.indexes.indexer import folded, record_at, spoken
from crm_core.store.indexes.search_words import (
    Typed,
    expressions,
    fits,
    nearly,
    read_typed,
    typo_expressions,
)
from crm_core.store.reading.records import as_record
from crm_core.store.reading.rows import among, fetch
from crm_core.store.schema.sort_keys import keyed_fields
from crm_core.store.schema.sort_keys import shown as shown_columns
from crm_core.store.schema.tables import Tables

_ENOUGH = 80
"""Candidates of one reading, and in all."""
_BEGINNINGS = 12
"""Names of one kind that begin like that."""
_FEW = 3
"""Where fewer are found, a letter may be wrong."""

Place = tuple[str, int]
"""Entity and row id."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found."""

    entity: str
    id: str
    title: str
    subtitle: str
    rank: float
    """Smaller is better."""


Documents = dict[tuple[str, str], tuple[int, Mapping[str, str]] | None]
"""Row id and index document of records, as far as they were read; None for those not here."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: what they opened before, and what is withheld from them."""

    opened: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """(entity, id) → how much it speaks for a record, 0 to about 10."""
    withheld: Mapping[str, Mapping[str, Access]] = field(default_factory=dict)
    """Entity → fields of which less than all is shown."""
    documents: Documents = field(default_factory=dict)
    """Of the records opened. Whoever keeps it takes out what has changed since."""


ANYBODY = Asker()


@dataclass(slots=True)
class _Search:
    connection: Connection
    tables: Tables
    registry: Registry
    typed: Typed
    entities: Collection[str]
    asker: Asker
    found: dict[Place, float] = field(default_factory=dict)
    """The candidates, with a rank by how they were found."""

    def wants(self, name: str) -> bool:
        return name in self.registry and (not self.entities or name in self.entities)

    def full(self) -> bool:
        return len(self.found) >= _ENOUGH

    def add(self, places: Iterable[Place], rank: float) -> None:
        for place in places:
            self.found.setdefault(place, rank)


def find(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    typed: str,
    *,
    entities: Collection[str] = (),
    limit: int = 20,
    asker: Asker = ANYBODY,
) -> list[Hit]:
    """Records found by characters, pinyin, initials or digits (last four first), best first.

    Records that wait to be indexed are found by their characters and digits. Nothing is found by
    what is withheld from the asker.
    """
    asked = read_typed(typed)
    if not asked.runs:
        return []
    search = _Search(connection, tables, registry, asked, entities, asker)
    if limit > _ENOUGH:
        return sorted(_everything(search, limit), key=_order)[:limit]
    search.add(_own(search), 0.0)
    search.add(_beginnings(search), 1.0)
    search.add(_unindexed(search, typed), 2.0)
    if not asked.short:
        for rank, expression in enumerate(expressions(asked), 3):
            if search.full():
                break
            search.add(_matches(search, expression, _ENOUGH), float(rank))
    hits = list(_hits(search))
    if len(hits) < _FEW:
        hits += _with_a_typo(search, {(hit.entity, hit.id) for hit in hits})
    return sorted(hits, key=_order)[:limit]


def _order(hit: Hit) -> tuple[float, int, str]:
    return hit.rank, len(hit.title), hit.title


def _everything(search: _Search, limit: int) -> Iterator[Hit]:
    """For a list narrowed down by what was typed: all readings, and as many as asked for."""
    search.add(_unindexed(search, search.typed.text), 2.0)
    if search.typed.short:
        search.add(_beginnings(search, limit), 1.0)
    else:
        for rank, expression in enumerate(expressions(search.typed), 3):
            search.add(_matches(search, expression, limit), float(rank))
    yield from _hits(search)


# -- candidates --------------------------------------------------------------------------------


def _own(search: _Search) -> Iterator[Place]:
    """Of what this person opened before, what answers the question."""
    documents = search.asker.documents
    unknown: dict[str, list[str]] = defaultdict(list)
    for key in search.asker.opened:
        if key not in documents and search.wants(key[0]):
            unknown[key[0]].append(key[1])
    for name, ids in unknown.items():
        _read_documents(search, name, ids)
    for key in search.asker.opened:
        found = documents.get(key)
        if found is not None and search.wants(key[0]) and fits(search.typed, found[1]):
            yield key[0], found[0]


def _read_documents(search: _Search, name: str, ids: list[str]) -> None:
    """What the index has of these records; None of those that are not here."""
    entity, table = search.registry.entity(name), search.tables.of(name)
    here = among(search.connection, table.c.id, ids)
    rows = select(*shown_columns(table)).where(here, table.c.alive.is_(True))
    search.asker.documents.update(dict.fromkeys((name, record_id) for record_id in ids))
    for row in search.connection.execute(rows):
        search.asker.documents[name, row.id] = row.rid, spoken(entity, as_record(row))


def _beginnings(search: _Search, limit: int = _BEGINNINGS) -> Iterator[Place]:
    """Names that begin with what was typed, by characters or by sound, straight from their
    order: the only way in for a single letter."""
    run = search.typed.runs[0]
    if len(search.typed.runs) > 1 or run.isdigit():
        return
    parts, values = list[str](), list[str]()
    starts = [" ".join(syllables) for syllables in split_letters(run, limit=2)] or [run]
    for entity in search.registry:
        key = keyed_fields(search.tables.of(entity.name)).get(entity.title)
        if key is None or not search.wants(entity.name):
            continue
        column = entity.title if is_han(run[0]) else key
        for start in (run,) if is_han(run[0]) else starts:
            parts.append(
                f"SELECT * FROM (SELECT '{entity.name}', rid FROM \"{entity.name}\" WHERE "
                f'"{column}" >= ? AND "{column}" < ? AND likely(alive) ORDER BY "{column}" '
                f"LIMIT {limit})"
            )
            values += [start, f"{start}\uffff"]
    if parts:
        # One statement for all kinds: what each costs is mostly Python.
        yield from search.connection.exec_driver_sql(" UNION ALL ".join(parts), tuple(values))


def _matches(search: _Search, expression: str, limit: int) -> Iterator[Place]:
    """Where the index has it; the latest of each kind of text first."""
    number = {search.tables.words.find(search.connection, name) for name in search.entities}
    only = f"AND rowid & 65535 IN ({', '.join(str(n) for n in number if n)})" if number else ""
    rows = search.connection.exec_driver_sql(
        f"SELECT rowid FROM search_index WHERE search_index MATCH ? {only} "
        f"ORDER BY rowid DESC LIMIT {int(limit)}",
        (expression,),
    )
    for (rowid,) in rows.all():
        entity, rec = record_at(rowid)
        name = search.tables.words.text(search.connection, entity)
        if search.wants(name):
            yield name, rec


def _unindexed(search: _Search, typed: str) -> Iterator[Place]:
    connection, stale = search.connection, search.tables.search_stale
    for number in connection.scalars(select(stale.c.entity).distinct()).all():
        name = search.tables.words.text(connection, number)
        if not search.wants(name):
            continue
        table = search.tables.of(name)
        words = [
            table.c[spec.name].contains(typed.strip(), autoescape=True)
            for spec in search.registry.entity(name).searchable
        ]
        rows = (
            select(table.c.rid)
            .join(stale, (stale.c.rec == table.c.rid) & (stale.c.entity == number))
            .where(table.c.alive.is_(True), or_(*words))
            .limit(_ENOUGH)
        )
        yield from ((name, rid) for rid in connection.scalars(rows))


def _with_a_typo(search: _Search, known: Collection[tuple[str, str]]) -> list[Hit]:
    """What is one letter away; always behind what was found as it was typed."""
    before = dict(search.found)
    for expression in typo_expressions(search.typed):
        search.add(_matches(search, expression, _ENOUGH), 50.0)
        if len(search.found) > len(before) + 4 * _ENOUGH:
            break
    search.found = {place: rank for place, rank in search.found.items() if place not in before}
    return [
        hit
        for hit in _hits(search, exact=False)
        if (hit.entity, hit.id) not in known and nearly(search.typed, hit.title)
    ]


# -- hits --------------------------------------------------------------------------------------


def _hits(search: _Search, *, exact: bool = True) -> Iterator[Hit]:
    by_entity: dict[str, dict[int, float]] = defaultdict(dict)
    for (name, rec), rank in search.found.items():
        by_entity[name][rec] = rank
    for name, ranks in by_entity.items():
        entity, table = search.registry.entity(name), search.tables.of(name)
        withheld = search.asker.withheld.get(name, {})
        columns = _columns(search, entity) if not withheld else shown_columns(table)
        names = [column.name for column in columns]
        here = among(search.connection, table.c.rid, list(ranks))
        for row in fetch(search.connection, select(*columns).where(here)):
            record = _as_shown(entity, dict(zip(names, row, strict=True)), withheld)
            if _may_be_told(search.typed, entity, record, withheld=bool(withheld) and exact):
                rank = ranks[int(str(record["rid"]))] - _bonus(search, entity, record)
                title = str(record.get(entity.title) or "")[:80]
                yield Hit(name, str(record["id"]), title, _subtitle(entity, record), rank)


def _columns(search: _Search, entity: EntitySpec) -> list[Column[Any]]:
    """Those a hit is shown and ranked by; whole rows take much longer."""
    table = search.tables.of(entity.name)
    digits = [spec.name for spec in entity.searchable if spec.search is Search.DIGITS]
    names = dict.fromkeys(("rid", "id", entity.title, *entity.subtitle, *digits))
    return [table.c[name] for name in names]


def _as_shown(entity: EntitySpec, record: Record, withheld: Mapping[str, Access]) -> Record:
    if not withheld:
        return record
    return {
        name: shown(entity.field_spec(name), withheld[name], value) if name in withheld else value
        for name, value in record.items()
    }


def _may_be_told(typed: Typed, entity: EntitySpec, record: Record, *, withheld: bool) -> bool:
    """Nobody learns the hidden digits of a number by trying which of them find it."""
    if withheld and not fits(typed, spoken(entity, record)):
        return False
    if not typed.masked[0]:
        return True
    numbers = (_bare(record.get(s.name)) for s in entity.searchable if s.search is Search.DIGITS)
    before, after = typed.masked
    return any(number.startswith(before) and number.endswith(after) for number in numbers)


def _bare(number: object) -> str:
    return "".join(c for c in str(number or "") if c.isdigit() or c == "*")


def _subtitle(entity: EntitySpec, record: Record) -> str:
    parts = []
    for name in entity.subtitle:
        spec, value = entity.field_spec(name), record.get(name)
        if value is not None and not spec.target:
            parts.append(display(spec, value))
    return " · ".join(parts)


_ENTITY_BONUS = {"customer": 3.0, "contact": 2.5, "lead": 2.0, "opportunity": 1.0, "product": 0.5}


def _bonus(search: _Search, entity: EntitySpec, record: Record) -> float:
    typed, title = search.typed, folded(str(record.get(entity.title) or ""))
    bonus = _ENTITY_BONUS.get(entity.name, 0.0)
    bonus += search.asker.opened.get((entity.name, str(record["id"])), 0.0)
    if title == typed.text:
        bonus += 30
    elif title.startswith(typed.text):
        bonus += 12
    run = typed.runs[0]
    if run.isdigit() and len(run) >= 4 and _bare(record.get("phone")).endswith(run):
        bonus += 15
    return bonus
