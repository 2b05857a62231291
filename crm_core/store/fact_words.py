"""The numbers that facts keep instead of texts, and moments of records as milliseconds."""

from datetime import date, datetime

from sqlalchemy import Connection, func, select

from crm_core.clock import CHINA, parse_moment
from crm_core.insight.framing import millis
from crm_core.store.tables import Tables

_LONGEST = 200


class FactWords:
    """The dictionary as it stands in one transaction; `number` gives new ones, and writes."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self._connection = connection
        self._table = tables.facts.word
        rows = connection.execute(select(self._table.c.text, self._table.c.num))
        self._numbers: dict[str, int] = {text: number for text, number in rows}
        self._last = max(self._numbers.values(), default=0)

    def number(self, text: str | None) -> int | None:
        """The number of a text, given now where it has none; None for nothing."""
        if not text:
            return None
        text = text[:_LONGEST]
        known = self._numbers.get(text)
        if known is None:
            known = self._last = self._last + 1
            self._connection.execute(self._table.insert().values(num=known, text=text))
            self._numbers[text] = known
        return known


def find_numbers(connection: Connection, tables: Tables, texts: "list[str]") -> dict[str, int]:
    """The numbers of those texts that have one; never writes."""
    table = tables.facts.word
    rows = connection.execute(
        select(table.c.text, table.c.num).where(table.c.text.in_([t[:_LONGEST] for t in texts]))
    )
    return {text: number for text, number in rows}


def words_of(connection: Connection, tables: Tables, numbers: "list[int]") -> dict[int, str]:
    """The texts of numbers."""
    table = tables.facts.word
    if len(numbers) > 500:
        count = connection.scalar(select(func.count()).select_from(table)) or 0
        if count < 20_000:
            return {n: t for n, t in connection.execute(select(table.c.num, table.c.text))}
    found: dict[int, str] = {}
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        rows = connection.execute(select(table.c.num, table.c.text).where(table.c.num.in_(part)))
        found.update((number, text) for number, text in rows)
    return found


def millis_of(written: object) -> int | None:
    """A moment of a record in milliseconds; None for nothing, or what is no moment."""
    if not isinstance(written, str):
        return None
    try:
        return millis(parse_moment(written))
    except ValueError:
        return None


def moment_of(written: object) -> int | None:
    """The same for a date as well, which begins at midnight in China."""
    if not isinstance(written, str) or len(written) != 10:
        return millis_of(written)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return millis(datetime(day.year, day.month, day.day, tzinfo=CHINA))
