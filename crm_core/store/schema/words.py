"""The dictionary of short texts that recur in every log row: node ids, entities, fields, users.

Rows hold their numbers. A number is given once and never changes its text, so what was read stays
true; one given in a transaction that fails is forgotten again (`forget_new`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, select

Worded = tuple[str, tuple[str, ...], Mapping[str, Any]]
"""A statement's text, its parameters in order, those that have a value (see `rows.ask`)."""


_AT_ONCE = 500


class _Texts(dict[int, str]):
    """What is known already costs a look into a dict; the rest is asked for."""

    def __init__(self, words: "Words", connection: Connection, known: Mapping[int, str]) -> None:
        super().__init__(known)
        self._words, self._connection = words, connection

    def __missing__(self, number: int) -> str:
        text = self[number] = self._words.text(self._connection, number)
        return text


class _Numbers(dict[str, int]):
    """The same the other way round; a text without a number is given one."""

    def __init__(self, words: "Words", connection: Connection, known: Mapping[str, int]) -> None:
        super().__init__(known)
        self._words, self._connection = words, connection

    def __missing__(self, text: str) -> int:
        number = self[text] = self._words.number(self._connection, text)
        return number


class Words:
    """The dictionary of one database, remembered as far as it has been asked for.

    Numbers are given under the database's write lock only; reading may happen on any thread.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._numbers: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self._new: list[tuple[str, int]] = []

    def number(self, connection: Connection, text: str) -> int:
        """The number of `text`, given now where it has none; needs the write lock."""
        known = self.find(connection, text)
        if known is not None:
            return known
        last = connection.scalar(select(func.max(self._table.c.num))) or 0
        connection.execute(self._table.insert().values(num=last + 1, text=text))
        self._new.append((text, last + 1))
        self._remember(text, last + 1)
        return last + 1

    def numbers(self, connection: Connection, texts: Iterable[str]) -> dict[str, int]:
        """`number` of each."""
        wanted = set(texts)
        self.learn(connection, wanted)
        return {text: self.number(connection, text) for text in wanted}

    def learn(self, connection: Connection, texts: Iterable[str]) -> None:
        """Read the numbers of all that are not known yet at once; what has none is left out."""
        unknown = sorted({text for text in texts if text not in self._numbers})
        if len(unknown) > 1:
            columns = select(self._table.c.text, self._table.c.num)
            for start in range(0, len(unknown), _AT_ONCE):
                some = unknown[start : start + _AT_ONCE]
                for text, number in connection.execute(columns.where(self._table.c.text.in_(some))):
                    self._remember(text, number)

    def numbering(self, connection: Connection) -> Mapping[str, int]:
        """`number` as a mapping, for writing many rows."""
        return _Numbers(self, connection, self._numbers)

    def find(self, connection: Connection, text: str) -> int | None:
        """The number of `text`, or None; never writes."""
        known = self._numbers.get(text)
        if known is not None:
            return known
        statement = select(self._table.c.num).where(self._table.c.text == text)
        found = connection.scalar(statement)
        if found is not None:
            self._remember(text, found)
        return found

    def text(self, connection: Connection, number: int) -> str:
        """The text of a number that a row of this database holds."""
        known = self._texts.get(number)
        if known is not None:
            return known
        found: str = connection.execute(
            select(self._table.c.text).where(self._table.c.num == number)
        ).scalar_one()
        self._remember(found, number)
        return found

    def texts(self, connection: Connection) -> Mapping[int, str]:
        """`text` as a mapping, for reading many rows."""
        return _Texts(self, connection, self._texts)

    def keep_new(self) -> None:
        """The transaction that gave numbers has committed."""
        self._new.clear()

    def forget_new(self) -> None:
        """The transaction that gave numbers has failed."""
        for text, number in self._new:
            self._numbers.pop(text, None)
            self._texts.pop(number, None)
        self._new.clear()

    def _remember(self, text: str, number: int) -> None:
        self._numbers[text] = number
        self._texts[number] = text
