"""The numbers that facts keep instead of texts, and moments of records as milliseconds."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, select

from crm_core.clock import CHINA, parse_moment
from crm_core.insight.framing import millis
from crm_core.store.reading.records import chunks
from crm_core.store.schema.tables import Tables

_LONGEST = 200


class FactWords:
    """The dictionary as it stands in one transaction; `number` gives new ones, and writes."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self._connection = connection
        self._table = tables.facts.word
        rows = connection.execute(select(self._table.c.text, self._table.c.num))
        self._numbers: dict[str, int] = {text: number for text, number in rows}
        self._texts = dict[int, str]()
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

    def texts(self, numbers: Collection[int | None]) -> dict[int, str]:
        """The texts of numbers; of None there is none."""
        if any(one not in self._texts for one in numbers if one is not None):
            self._texts = {number: text for text, number in self._numbers.items()}
        return {one: self._texts[one] for one in numbers if one is not None}


_FEW = 5_000


class KnownWords:
    """The dictionary as one reader sees it: read at once while it is small, else as asked."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self._connection = connection
        self._table = tables.facts.word
        rows = connection.execute(select(self._table.c.num, self._table.c.text).limit(_FEW + 1))
        self._texts: dict[int, str] = {number: text for number, text in rows}
        self._numbers = {text: number for number, text in self._texts.items()}
        self._whole = len(self._texts) <= _FEW

    def numbers(self, texts: Collection[str]) -> dict[str, int]:
        """The numbers of those texts that have one."""
        cut = {text: text[:_LONGEST] for text in texts}
        missing = sorted({one for one in cut.values() if one not in self._numbers})
        for part in chunks(() if self._whole else missing):
            self._take(self._table.c.text.in_(part))
        return {text: self._numbers[one] for text, one in cut.items() if one in self._numbers}

    def texts(self, numbers: Iterable[int | None]) -> dict[int, str]:
        """The texts of numbers; of None there is none."""
        wanted = {one for one in numbers if one is not None}
        for part in chunks(() if self._whole else sorted(wanted - self._texts.keys())):
            self._take(self._table.c.num.in_(part))
        return {one: self._texts[one] for one in wanted if one in self._texts}

    def _take(self, wanted: ColumnElement[bool]) -> None:
        rows = select(self._table.c.num, self._table.c.text).where(wanted)
        for number, text in self._connection.execute(rows):
            self._texts[number], self._numbers[text] = text, number


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
