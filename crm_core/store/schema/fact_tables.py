"""The local tables measures are computed from: journeys, stays in stages, events. Never synced.

Texts that recur (owners, sources, cities) are numbers of `fact_word`, which never leaves the
database either: `sync_word` travels with every first fill and must name nothing out of scope. All
moments are milliseconds since 1970; `framing.OPEN` stands for "not yet".
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from crm_core.store.schema.match_tables import stale_table

JOURNEYS = ("lead", "opportunity")
EVENTS = (
    "follow_up", "visit", "task", "usage", "channel_cost", "customer", "approval", "rating",
    "content_push",
)  # fmt: skip
ABOUT = {
    "exemption": ("lead", "opportunity", "customer"),
    "checklist_item": ("lead", "opportunity"),
    "task": ("lead",),
}
"""What journeys look at beside events, and the fields that say whose it is."""
KIND = {name: number for number, name in enumerate(
    (*JOURNEYS, *EVENTS, "exemption", "checklist_item")
)}  # fmt: skip
"""Entity → how the facts write it."""
NAMED = ("owner", "source", "industry", "city", "grade", "stage", "operator", "action")
"""Columns that hold numbers of `fact_word`."""
DIMENSIONS = ("owner", "source", "industry", "city", "grade")


def _dimensions() -> list[Column[int]]:
    return [Column(name, Integer) for name in DIMENSIONS]


def _key(row_id: TypeEngine[int]) -> list[Column[int]]:
    return [_part("kind", SmallInteger()), _part("rec", row_id)]


def _part(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """A part of a primary key."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def word_table(metadata: MetaData) -> Table:
    """Text → number, for facts only."""
    return Table(
        "fact_word",
        metadata,
        Column("num", Integer, primary_key=True, autoincrement=False),
        Column("text", Text, unique=True, nullable=False),
    )


def journey_table(metadata: MetaData, row_id: TypeEngine[int]) -> Table:
    """One row a lead or opportunity; see `insight.journeys.Journey`. `customer` is whose leads look
    at it, so that those of the one it is taken from are made anew as well."""
    table = Table(
        "fact_journey",
        metadata,
        *_key(row_id),
        *_dimensions(),
        Column("stage", Integer),
        Column("customer", row_id),
        *(
            Column(name, BigInteger, nullable=False)
            for name in ("received", "assigned", "responded", "closed", "contacted", "second_at")
        ),
        Column("won", SmallInteger, nullable=False),
        *(
            Column(name, BigInteger)
            for name in (
                "wait", "visit_wait", "cycle", "handover", "demo_wait", "brief_wait",
                "effective_wait",
            )
        ),
        Column("silent_since", BigInteger, nullable=False),
        *(Column(n, Integer, nullable=False) for n in ("touches", "backs", "survived")),
        Column("matched", SmallInteger),
        Column("letter", SmallInteger),
        Column("second_by", SmallInteger),
        Column("amount", BigInteger, nullable=False),
        Column("partial", SmallInteger, nullable=False),
        sqlite_with_rowid=False,
    )  # fmt: skip
    for clock in ("received", "assigned", "closed"):
        Index(f"ix_fact_journey_{clock}", table.c.kind, table.c[clock])
    return table


def stage_table(metadata: MetaData, row_id: TypeEngine[int]) -> Table:
    """One row a stay in a stage; see `insight.journeys.Stay`. `seq` counts from 0.

    In the order in which stays end: what a board asks of a period stands together, and the stays
    that last are the end of it.
    """
    table = Table(
        "fact_stage",
        metadata,
        _part("kind", SmallInteger()),
        _part("ended", SmallInteger()),
        _part("until", BigInteger()),
        _part("rec", row_id),
        _part("seq", Integer()),
        *_dimensions(),
        Column("stage", Integer, nullable=False),
        Column("entered", BigInteger, nullable=False),
        Column("standard", BigInteger, nullable=False),
        Column("operator", Integer),
        *(Column(n, BigInteger, nullable=False) for n in ("exempt", "exempt_from", "exempt_until")),
        *(Column(n, SmallInteger, nullable=False) for n in ("back", "lost", "partial")),
        sqlite_with_rowid=False,
    )
    Index("ix_fact_stage_rec", table.c.rec, table.c.kind)
    return table


def event_table(metadata: MetaData, row_id: TypeEngine[int]) -> Table:
    """One row a follow-up, visit, task, use of an article, cost of a channel, date on which to
    contact a customer, request to somebody, or rating by a customer: `at` is when it happened,
    began or is due; `took` how long after that a task was done (negative: before) or a request was
    decided, what it cost, 100, 0 or −100 for who recommends, does neither, or warns of us, whether
    the customer began a follow-up, or whether content fits what its lead had looked at (1 or 0)."""
    table = Table(
        "fact_event",
        metadata,
        *_key(row_id),
        *_dimensions(),
        Column("at", BigInteger, nullable=False),
        Column("action", Integer),
        Column("took", BigInteger),
        Column("effective", SmallInteger, nullable=False),
        Column("journey", row_id),
        Column("partial", SmallInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    Index("ix_fact_event_at", table.c.kind, table.c.at)
    Index("ix_fact_event_journey", table.c.journey)
    return table


def about_table(metadata: MetaData, row_id: TypeEngine[int]) -> Table:
    """One row for each record an exemption, a tick or a task for a letter is about, by its kind
    and id: where it is taken from that record, its journey is made anew."""
    return Table(
        "fact_about",
        metadata,
        *_key(row_id),
        _part("what", SmallInteger()),
        _part("about", Text()),
        sqlite_with_rowid=False,
    )


def past_table(metadata: MetaData, row_id: TypeEngine[int]) -> Table:
    """One row a change of stage of before the first fill, as the server's log has it: `place` is
    its row there, `at` a stamp's ticks, `replica` and `actor` are numbers of `sync_word`, the
    stages JSON text."""
    return Table(
        "past_move",
        metadata,
        *_key(row_id),
        _part("place", BigInteger()),
        Column("at", BigInteger, nullable=False),
        Column("replica", Integer, nullable=False),
        Column("value", Text),
        Column("stood", Text),
        Column("actor", Integer),
        sqlite_with_rowid=False,
    )


def of_kind(fact: Table, kind: int) -> ColumnElement[bool]:
    """The facts of one kind of record, where single records are asked for beside it.

    Stays are in the order of time: by their kind alone all of them would be looked at.
    """
    column = fact.c.kind
    return column + 0 == kind if "seq" in fact.c else column == kind


@dataclass(frozen=True, slots=True)
class FactTables:
    """All of them; `stale` holds the records whose facts wait to be made anew."""

    word: Table
    journey: Table
    stage: Table
    event: Table
    about: Table
    stale: Table
    past: Table
    """Not made here and never made anew: moves that came with the first fill."""


def fact_tables(metadata: MetaData, row_id: TypeEngine[int]) -> FactTables:
    """Declare them."""
    return FactTables(
        word_table(metadata),
        journey_table(metadata, row_id),
        stage_table(metadata, row_id),
        event_table(metadata, row_id),
        about_table(metadata, row_id),
        stale_table(metadata, "fact_stale", row_id),
        past_table(metadata, row_id),
    )
