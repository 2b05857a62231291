"""Columns of cells of which there is nothing to say, read together: what an import mostly holds.

What a cell becomes says `CellReader`. Here only that is answered whose answer is known without
looking twice: text that is a value as it stands, valid credit codes, and what was read before. All
else is `ODD`, and its row is read cell by cell. A test holds the two ways to each other.
"""

import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final, cast

from crm_core.intake.cells import Cell
from crm_core.intake.cleaning import BLANKS, CREDIT_CODE, CellReader
from crm_core.intake.code_column import valid_codes
from crm_core.intake.mapping import Clean
from crm_core.model.values import Value

_REMEMBERED = 4_096


class Odd(Enum):
    """Stands for a value that is only found by looking at its row."""

    ODD = "odd"


ODD: Final = Odd.ODD
Seen = Value | Odd
ReadColumn = Callable[[Sequence[Cell], set[int]], list[Value]]
"""Cells → their values; the set takes the places where there is none to be had."""


def column_reader(reader: CellReader) -> ReadColumn:
    """What reads whole columns as `reader` reads cells."""
    if reader.as_it_is is not None:
        return _Texts(reader, reader.as_it_is).read
    hows = {one.how for one in reader.column.cleanings}
    if reader.spec.name == CREDIT_CODE and not reader.translates and not hows - {Clean.UPPER}:
        return _Codes(reader).read
    return _Remembered(reader).read


class _Remembered:
    """Columns that say the same again and again: options, places, people, round sums."""

    def __init__(self, reader: CellReader) -> None:
        self._reader = reader
        self._known = _Known(reader)

    def read(self, cells: Sequence[Cell], odd: set[int]) -> list[Value]:
        """The values of cells."""
        if not set(map(type, cells)) <= _TEXTS:
            return _without([_looked_at(self._reader, cell) for cell in cells], odd)
        if len(self._known) > _REMEMBERED:
            self._known = _Known(self._reader)
        seen = list(map(self._known.__getitem__, cells))
        return _without(seen, odd) if self._known.odd else cast("list[Value]", seen)


class _Known(dict[Cell, Seen]):
    """Text → its value. Only of text: 1, 1.0 and True are one key of a dictionary."""

    def __init__(self, reader: CellReader) -> None:
        super().__init__({None: None})
        self._reader = reader
        self.odd = False
        """Whether anything in it is."""

    def __missing__(self, cell: Cell) -> Seen:
        value = self[cell] = _looked_at(self._reader, cell)
        self.odd = self.odd or value is ODD
        return value


class _Texts:
    """Names, addresses, numbers: most cells look like values, and no two are the same."""

    def __init__(self, reader: CellReader, form: re.Pattern[str]) -> None:
        self._reader, self._form = reader, form
        self._all = re.compile(f"(?:(?>{form.pattern})\n)*+(?>{form.pattern})")

    def read(self, cells: Sequence[Cell], odd: set[int]) -> list[Value]:
        """The values of cells."""
        if self._are_values(cells):
            return cast("list[Value]", list(cells))
        full, longest, seen = self._form.fullmatch, self._reader.longest, list[Seen]()
        for cell in cells:
            whole = type(cell) is str and len(cell) <= longest and full(cell) and cell not in BLANKS
            seen.append(cast("str", cell) if whole else _looked_at(self._reader, cell))
        return _without(seen, odd)

    def _are_values(self, cells: Sequence[Cell]) -> bool:
        filled = cells if None not in cells else [cell for cell in cells if cell is not None]
        texts = cast("Sequence[str]", filled)
        try:
            lines = "\n".join(texts)
        except TypeError:  # There are numbers among them.
            return False
        if max(map(len, texts), default=0) > self._reader.longest or not BLANKS.isdisjoint(texts):
            return False
        # None of the forms has a line break: a cell that has one is not taken for two.
        alone = lines.count("\n") == len(texts) - 1
        return not texts or (alone and self._all.fullmatch(lines) is not None)


class _Codes:
    """Credit codes: those that are valid stand as they are."""

    def __init__(self, reader: CellReader) -> None:
        self._reader = reader

    def read(self, cells: Sequence[Cell], odd: set[int]) -> list[Value]:
        """The values of cells."""
        sure = valid_codes([cell if isinstance(cell, str) else "" for cell in cells])
        if all(sure):
            return cast("list[Value]", list(cells))
        seen: list[Seen] = [
            cast("str", cell) if good else _looked_at(self._reader, cell)
            for cell, good in zip(cells, sure, strict=True)
        ]
        return _without(seen, odd)


def _without(seen: Sequence[Seen], odd: set[int]) -> list[Value]:
    """The values, None where there is none to be had."""
    odd.update(place for place, one in enumerate(seen) if one is ODD)
    return [None if one is ODD else one for one in seen]


_TEXTS = frozenset({str, type(None)})


def _looked_at(reader: CellReader, cell: Cell) -> Seen:
    got = reader.read(cell)
    return ODD if got.problem is not None or got.remark is not None else got.value
