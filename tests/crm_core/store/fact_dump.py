"""All facts of a database in a form that two databases can be compared by."""

from typing import Any

from sqlalchemy import Table, select

from crm_core.store.replica import Replica
from crm_core.store.schema.fact_tables import KIND, NAMED

_ENTITIES = {number: entity for entity, number in KIND.items()}


def facts_of(replica: Replica) -> dict[str, set[tuple[object, ...]]]:
    """By table, the rows with texts and ids in place of numbers; all facts are made first."""
    while replica.keep_facts():
        pass
    facts = replica.tables.facts
    return {
        table.name: _rows(replica, table) for table in (facts.journey, facts.stage, facts.event)
    }


def _rows(replica: Replica, table: Table) -> set[tuple[object, ...]]:
    tables = replica.tables
    word = dict(_pairs(replica, tables.facts.word.c.num, tables.facts.word.c.text))
    ids = {
        number: dict(_pairs(replica, tables.of(name).c.rid, tables.of(name).c.id))
        for number, name in _ENTITIES.items()
    }

    def told(row: Any) -> tuple[object, ...]:
        known = dict(row._mapping)
        kind = known["kind"]
        for name in NAMED:
            if name in known:
                known[name] = word.get(known[name])
        known["rec"] = ids[kind][known["rec"]]
        if known.get("customer") is not None:
            known["customer"] = ids[KIND["customer"]][known["customer"]]
        if known.get("journey") is not None:
            known["journey"] = ids[KIND["lead"]][known["journey"]]
        return tuple(known.values())

    return {told(row) for row in replica.read(lambda c: c.execute(select(table)).all())}


def _pairs(replica: Replica, key: Any, value: Any) -> list[tuple[Any, Any]]:
    rows = replica.read(lambda c: c.execute(select(key, value)).all())
    return [(row[0], row[1]) for row in rows]
