"""The yardstick: the same statements in DuckDB, in memory, over the same facts."""

import csv
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, Dialect, Select, Text, cast, func, select
from sqlalchemy.dialects import postgresql

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.composites import PREVIOUS
from crm_core.insight.declared import Period, Question, Shape
from crm_core.insight.framing import frame_of
from crm_core.store.measures.fact_select import Asking, fact_rows
from crm_core.store.measures.fact_words import KnownWords
from crm_core.store.reading.rows import fetch
from crm_core.store.replica import Replica

_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
"""Of those that SQLAlchemy knows, the one DuckDB's is nearest to."""


class Duck:
    """A DuckDB with a copy of the facts."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._duck = duckdb.connect()
        # As in SQLite, where whole numbers are divided without a rest.
        self._duck.execute("SET integer_division = true; SET threads = 2")
        facts = replica.tables.facts
        with tempfile.TemporaryDirectory() as name:
            for table in (facts.journey, facts.stage, facts.event, facts.word):
                path = Path(name) / f"{table.name}.csv"
                rows = replica.read(lambda c, t=table: fetch(c, select(t)))  # type: ignore[misc]
                with path.open("w", newline="", encoding="utf-8") as file:
                    csv.writer(file).writerows([[c.name for c in table.columns], *rows])
                self._duck.execute(
                    f"CREATE TABLE {table.name} AS SELECT * FROM read_csv('{path}', header=true, "
                    "all_varchar=false, sample_size=-1)"
                )

    def statements(self, questions: list[Question]) -> list[str]:
        """The questions as SQL with everything in it; composites as those of their parts."""
        return self._replica.read(lambda c: [s for q in questions for s in self._texts(c, q)])

    def ask(self, statements: list[str]) -> list[list[tuple[object, ...]]]:
        """All rows of each."""
        return [self._duck.execute(one).fetchall() for one in statements]

    def _texts(self, connection: Connection, question: Question) -> list[str]:
        measure = MEASURES[question.measure]
        if measure.shape is Shape.ABSENT:
            return []
        if measure.parts:
            texts = []
            for name in measure.parts:
                part = name.removesuffix(PREVIOUS)
                period = question.period if part == name else question.period.previous
                asked = Question(part, period, question.filters, question.group_by)
                texts += self._texts(connection, asked)
            return texts
        periods = [question.period] + [question.period.previous] * question.compare
        return [self._text(connection, question, frame) for frame in periods]

    def _text(self, connection: Connection, question: Question, period: Period) -> str:
        measure, now = MEASURES[question.measure], self._replica.clock.now()
        asking = Asking(
            connection, self._replica.tables,
            KnownWords(connection, self._replica.tables), frame_of(period, now), now,
            question.filters, {},
        )  # fmt: skip
        made = fact_rows(asking, measure, question.group_by)
        statement = _grouped(
            made.every, len(question.group_by), listed=measure.shape is Shape.DURATION
        )
        return str(statement.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def _grouped(rows: Select[Any], groups: int, *, listed: bool) -> Select[Any]:
    """The rows added up by group: groups, n, d, count, partial; `listed`: and all numerators of a
    group as one text, which medians are made of."""
    inner = rows.subquery("facts")
    keys = [inner.c[f"g{i}"] for i in range(groups)]
    sums = [func.sum(inner.c.n), func.sum(inner.c.d), func.count(), func.sum(inner.c.partial)]
    if listed:
        sums.append(func.aggregate_strings(cast(inner.c.n, Text), ","))
    return select(*keys, *sums).group_by(*keys)
