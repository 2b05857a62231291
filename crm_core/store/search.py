"""Finding records by what a person typed: characters, pinyin, initials, digits.

One FTS5 table without content (see `indexer`, which keeps it). Ideographs are separate tokens, so
a phrase finds any run of them; initials and digits are kept as suffixes, so a prefix finds any
run.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, text

from crm_core.matching.pinyin import is_han, split_letters
from crm_core.model.schema import EntitySpec, Registry
from crm_core.model.values import Record, display
from crm_core.store.indexer import folded, record_at
from crm_core.store.records import as_record, chunks
from crm_core.store.sort_keys import shown
from crm_core.store.tables import Tables

_RUNS = re.compile(r"[㐀-鿿]+|[a-z]+|\d+")
_MOST = 400
_UNINDEXED_RANK = -1.0
"""Of records found by their characters alone, before the index knows them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found."""

    entity: str
    id: str
    title: str
    subtitle: str
    rank: float
    """Smaller is better."""


def match_expression(typed: str) -> str:
    """The FTS5 expression for what a person typed; empty when it holds nothing to search by."""
    runs = _RUNS.findall(folded(typed))
    return " AND ".join(f"({_run_expression(run)})" for run in runs[:8])


def _run_expression(run: str) -> str:
    if is_han(run[0]):
        return f'chars: "{" ".join(run)}"'
    if run.isdigit():
        return f'digits: "{run}" * OR chars: "{run}" *'
    readings = [f'pinyin: "{" ".join(parts)}" *' for parts in split_letters(run)]
    return " OR ".join([f'initials: "{run}" *', f'chars: "{run}" *', *readings])


def find(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    typed: str,
    *,
    entities: Collection[str] = (),
    limit: int = 20,
) -> list[Hit]:
    """Records found by characters, pinyin, initials or digits (last four first), best first.

    Records that wait to be indexed are found by their characters and digits.
    """
    expression = match_expression(typed)
    if not expression:
        return []
    ranks = _indexed(connection, tables, expression)
    for name, recs in _unindexed(connection, tables, registry, typed).items():
        for rec in recs:
            ranks[name].setdefault(rec, _UNINDEXED_RANK)
    hits = [
        hit
        for name, ranked in ranks.items()
        if name in registry and (not entities or name in entities)
        for hit in _hits(connection, tables, registry.entity(name), ranked, folded(typed))
    ]
    return sorted(hits, key=lambda hit: (hit.rank, hit.title))[:limit]


def _indexed(
    connection: Connection, tables: Tables, expression: str
) -> dict[str, dict[int, float]]:
    rows = connection.execute(
        text(
            "SELECT rowid, bm25(search_index, 4.0, 2.0, 3.0, 5.0) AS rank FROM search_index "
            f"WHERE search_index MATCH :expression ORDER BY rank LIMIT {_MOST}"
        ),
        {"expression": expression},
    )
    ranks: dict[str, dict[int, float]] = defaultdict(dict)
    for rowid, rank in rows:
        number, rec = record_at(rowid)
        ranks[tables.words.text(connection, number)][rec] = rank
    return ranks


def _unindexed(
    connection: Connection, tables: Tables, registry: Registry, typed: str
) -> dict[str, list[int]]:
    stale = tables.search_stale
    numbers = connection.scalars(select(stale.c.entity).distinct()).all()
    found: dict[str, list[int]] = {}
    for number in numbers:
        name = tables.words.text(connection, number)
        if name not in registry:
            continue
        table = tables.of(name)
        words = [
            table.c[spec.name].contains(typed.strip(), autoescape=True)
            for spec in registry.entity(name).searchable
        ]
        rows = (
            select(table.c.rid)
            .join(stale, (stale.c.rec == table.c.rid) & (stale.c.entity == number))
            .where(table.c.alive.is_(True), or_(*words))
            .limit(_MOST)
        )
        found[name] = list(connection.scalars(rows))
    return found


def _hits(
    connection: Connection,
    tables: Tables,
    entity: EntitySpec,
    ranks: Mapping[int, float],
    typed: str,
) -> Iterator[Hit]:
    table = tables.of(entity.name)
    for part in chunks(sorted(ranks)):
        for row in connection.execute(select(*shown(table)).where(table.c.rid.in_(part))):
            record = as_record(row)
            yield Hit(
                entity=entity.name,
                id=row.id,
                title=str(record.get(entity.title) or "")[:80],
                subtitle=_subtitle(entity, record),
                rank=ranks[row.rid] - _bonus(entity, record, typed),
            )


def _subtitle(entity: EntitySpec, record: Record) -> str:
    parts = []
    for name in entity.subtitle:
        spec, value = entity.field_spec(name), record.get(name)
        if value is not None and not spec.target:
            parts.append(display(spec, value))
    return " · ".join(parts)


_ENTITY_BONUS = {"customer": 6.0, "contact": 5.0, "lead": 3.0, "opportunity": 2.0}


def _bonus(entity: EntitySpec, record: Record, typed: str) -> float:
    title = folded(str(record.get(entity.title) or ""))
    digits = "".join(c for c in str(record.get("phone") or "") if c.isdigit())
    bonus = _ENTITY_BONUS.get(entity.name, 0.0)
    if title == typed:
        bonus += 20
    elif title.startswith(typed):
        bonus += 8
    if len(typed) >= 4 and typed.isdigit() and digits.endswith(typed):
        bonus += 15
    return bonus
