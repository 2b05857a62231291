"""The server's table of clocks that will tell somebody something, by when; moments: milliseconds.

A schedule and nothing else: what is true of a clock is worked out again when its moment has come.
"""

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, Table, Text, text

NEVER = 2**62
"""Due at no moment that is known: it is held up."""


class ClockTables:
    """One row a clock that runs, whom it told, and how far all records have been looked at."""

    def __init__(self, metadata: MetaData) -> None:
        self.open = Table(
            "server_clock",
            metadata,
            Column("rule", Text, primary_key=True),
            Column("record", Text, primary_key=True),
            Column("entity", Text, nullable=False),
            Column("start", Text, nullable=False),
            Column("level", Integer, nullable=False),
            Column("due_at", BigInteger, nullable=False),
        )
        Index("ix_server_clock_due", self.open.c.due_at)
        Index("ix_server_clock_record", self.open.c.record)
        # Tasks that tell of a clock, to be closed when it has stopped.
        self.told = Table(
            "server_clock_told",
            metadata,
            Column("task", Text, primary_key=True),
            Column("rule", Text, nullable=False),
            Column("record", Text, nullable=False, index=True),
            Column("start", Text, nullable=False),
        )
        self.progress = Table(
            "server_clock_pass",
            metadata,
            Column("num", Integer, primary_key=True, autoincrement=False),
            Column("rules", Text, nullable=False),
            Column("entity", Text, nullable=False),
            Column("rid", BigInteger, nullable=False),
            Column("done", Integer, nullable=False),
        )


_LOOKED_UP = (
    ("follow_up", "lead"), ("follow_up", "customer"), ("visit", "lead"), ("visit", "customer"),
    ("lead", "customer"), ("opportunity", "customer"), ("exemption", "lead"),
    ("exemption", "opportunity"), ("exemption", "customer"),
)  # fmt: skip
"""(entity, field): by what a clock finds what belongs to a record. A server's tables have no
indexes of their own but those sync needs; of other fields all records are read."""


def prepare(connection: Connection) -> None:
    """Make what finds the records around a clock."""
    for entity, name in _LOOKED_UP:
        index_for(connection, entity, name)


def index_for(connection: Connection, entity: str, name: str) -> None:
    """Make what finds records of an entity by a field of theirs; where it is there, nothing."""
    connection.execute(
        text(
            f'CREATE INDEX IF NOT EXISTS "ix_clock_{entity}_{name}" ON "{entity}" ("{name}") '
            f'WHERE "{name}" IS NOT NULL'
        )
    )
