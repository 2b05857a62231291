"""One journey, node by node, as its facts have it: when, how long, by whom (row 6.6)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from crm_core.insight.framing import OPEN, millis
from crm_core.store.changes.reads import Reads
from crm_core.store.measures.fact_words import KnownWords
from crm_core.store.schema.fact_tables import KIND


@dataclass(frozen=True, slots=True)
class Node:
    """One stay in a stage."""

    stage: str
    entered: datetime
    left: datetime | None
    """None: it is there still."""
    millis: int
    """How long, until now where it is there still; exemptions are not taken off."""
    operator: str
    """Who moved it there; "" for its maker, or where its history is not on this device."""
    back: bool
    lost: bool
    partial: bool


def nodes_of(reads: Reads, entity: str, record_id: str, now: datetime) -> tuple[Node, ...]:
    """The nodes of a lead or opportunity in order; none for what is not here."""

    def ask(connection: Connection) -> tuple[Node, ...]:
        table, fact = reads.tables.of(entity), reads.tables.facts.stage
        joined = fact.join(table, table.c.rid == fact.c.rec)
        rows = connection.execute(
            select(fact)
            .select_from(joined)
            .where(table.c.id == record_id, fact.c.kind + 0 == KIND[entity])
            .order_by(fact.c.seq)
        ).all()
        word = KnownWords(connection, reads.tables).texts(
            number for row in rows for number in (row.stage, row.operator)
        )
        return tuple(
            Node(
                word.get(row.stage, ""), _moment(row.entered),
                None if row.until == OPEN else _moment(row.until),
                max(0, min(row.until, millis(now)) - row.entered), word.get(row.operator, ""),
                bool(row.back), bool(row.lost), bool(row.partial),
            )
            for row in rows
        )  # fmt: skip

    return reads.read(ask)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)
