"""Where a table's heading is, under titles and merged cells, and what its columns are called."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_core.intake.cells import Cell, plain
from crm_core.intake.words import field_words, folded_word
from crm_core.intake.workbook import Merged

MOST_COLUMNS = 500
_NUMBER = re.compile(r"^[\d\s.,:/年月日¥%+()-]+$")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    place: int
    """From 0."""
    title: str
    """As a person reads it; no two of a table are the same."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a table: in which row (0: there is none), and the columns."""

    row: int
    columns: tuple[Column, ...]

    def find(self, title: str) -> Column | None:
        """The column called that."""
        return next((one for one in self.columns if one.title == title), None)


def find_heading(
    top: Sequence[tuple[int, list[Cell]]], merged: Sequence[Merged] = (), *, row: int = 0
) -> Heading:
    """The heading among the first rows of a table; `row`: a person says which one."""
    above = dict(top)
    filled = [(number, _under_merges(number, above, merged)) for number in above]
    if row:
        chosen = next((pair for pair in filled if pair[0] == row), (row, []))
    else:
        usual = max((_width(cells) for _, cells in filled), default=0)
        ranked = [(_merit(cells, usual), -place) for place, (_, cells) in enumerate(filled[:30])]
        best = max(ranked, default=(0.0, 0))
        if best[0] <= 0:
            return _without(filled)
        chosen = filled[-best[1]]
    width = max((len(cells) for _, cells in filled), default=0)
    return Heading(chosen[0], _columns(chosen[1], min(width, MOST_COLUMNS)))


def letters(place: int) -> str:
    """What a spreadsheet calls the column at this place: A, B … Z, AA."""
    text = ""
    while place >= 0:
        place, rest = divmod(place, 26)
        text, place = chr(65 + rest) + text, place - 1
    return text


def _without(filled: Sequence[tuple[int, list[Cell]]]) -> Heading:
    width = min(max((len(cells) for _, cells in filled), default=0), MOST_COLUMNS)
    return Heading(0, tuple(Column(place, letters(place)) for place in range(width)))


def _columns(cells: Sequence[Cell], width: int) -> tuple[Column, ...]:
    """Columns with names of their own: doubles are numbered, empty ones called by their letter."""
    seen: set[str] = set()
    columns = []
    for place in range(width):
        wanted = " ".join(plain(cells[place]).split())[:60] if place < len(cells) else ""
        title = base = wanted or letters(place)
        number = 1
        while title in seen:
            number += 1
            title = f"{base} ({number})"
        seen.add(title)
        columns.append(Column(place, title))
    return tuple(columns)


def _width(cells: Sequence[Cell]) -> int:
    return sum(cell is not None and plain(cell) != "" for cell in cells)


def _merit(cells: Sequence[Cell], usual: int) -> float:
    """How much a row looks like a heading; 0 and less: not at all."""
    texts = [plain(cell) for cell in cells if cell is not None]
    texts = [text for text in texts if text]
    if not texts or (usual > 1 and len(set(texts)) < 2):
        return 0.0
    if any(not isinstance(cell, str) for cell in cells if cell is not None):
        return 0.0  # Numbers and dates stand in rows of data.
    worded = [text for text in texts if len(text) <= _LONGEST and not _NUMBER.match(text)]
    known = sum(folded_word(text) in field_words() for text in set(texts))
    distinct = len(set(texts)) / len(texts)
    filled = len(texts) / max(usual, 1)
    if not known and (len(worded) < len(texts) or distinct < 1):
        return 0.0
    return known * 2 + filled * distinct + (len(worded) / len(texts) - 1) * 2


def _under_merges(
    number: int, rows: Mapping[int, list[Cell]], merged: Sequence[Merged]
) -> list[Cell]:
    """A row with what merged cells above say of it: their text stands in the first row only.

    Cells merged across columns keep their text in the first one: a group's name is no column's.
    """
    row, filled = number - 1, list(rows[number])
    for area in merged:
        if area.top < row <= area.bottom and area.left == area.right and area.left < MOST_COLUMNS:
            filled += [None] * (area.left + 1 - len(filled))
            above = rows.get(area.top + 1, [])
            if filled[area.left] is None and area.left < len(above):
                filled[area.left] = above[area.left]
    return filled
