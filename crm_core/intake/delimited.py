"""Rows of a text file: CSV, tab-separated, semicolons; any encoding; read row by row."""

import csv
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import cast

from crm_core.errors import KnownError
from crm_core.intake import encodings
from crm_core.intake.cells import Cell
from crm_core.intake.files import unreadable

GARBLED = "\ufffd"
"""Stands where bytes were no character of the encoding."""
_LONGEST_CELL = 200_000
_MOST_LINES = 50
"""Lines of one record; more are rather rows behind a quotation mark that was left open."""
_AT_A_TIME = 500
"""Lines that are handed on together."""
_SEPARATORS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Form:
    """How a text file is written."""

    encoding: str
    separator: str
    sure: bool = True


def form_of(path: Path, *, encoding: str = "") -> Form:
    """How the file is written, guessed from its beginning; `encoding`: a person knows better."""
    try:
        with path.open("rb") as file:
            sample = file.read(encodings.LOOKED_AT)
    except OSError as error:
        raise unreadable(path, error) from error
    guessed = encodings.guess(sample)
    chosen = encoding or guessed.encoding
    text = sample.decode(chosen, errors="replace")
    return Form(chosen, _separator(text), sure=bool(encoding) or guessed.sure)


def rows(path: Path, form: Form) -> Iterator[tuple[int, list[Cell]]]:
    """(line number of the row's end, cells) of the rows that hold something.

    KnownError ("not_a_table") where a cell never ends, or would swallow the rows behind it.
    """
    csv.field_size_limit(_LONGEST_CELL)
    number = 0
    try:
        with path.open(encoding=form.encoding, errors="replace", newline="") as file:
            parts = _parts(file)
            for lines in parts:
                found = _one_a_line(lines, form)
                if found is not None:
                    yield from _filled(enumerate(found, number + 1))
                    number += len(lines)
                else:
                    number = yield from _with_care(path, form, chain([lines], parts), number)
    except OSError as error:
        raise unreadable(path, error) from error


def _parts(file: Iterable[str]) -> Iterator[list[str]]:
    """The lines, some hundred at a time, without NULs."""
    lines = iter(file)
    while some := list(islice(lines, _AT_A_TIME)):
        if "\x00" in "".join(some):
            some = [line.replace("\x00", "") for line in some]
        yield some


def _one_a_line(lines: Sequence[str], form: Form) -> list[list[str]] | None:
    """The records of lines of which each is one; None where one goes on in the next line, perhaps
    behind the last, or where a quotation mark is not as it should be."""
    try:
        found = list(csv.reader(lines, delimiter=form.separator, strict=True))
    except csv.Error:
        return None
    return found if len(found) == len(lines) else None


def _filled(records: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[Cell]]]:
    for number, cells in records:
        told = cells and cells[0] and not cells[0].isspace()
        if told or any(cell.strip() for cell in cells):
            full = "" not in cells
            yield number, cast("list[Cell]", cells) if full else [cell or None for cell in cells]


def _with_care(
    path: Path, form: Form, parts: Iterator[list[str]], number: int
) -> Generator[tuple[int, list[Cell]], None, int]:
    """Rows from behind line `number` on, up to where a record and a part end together; the number
    of that line."""
    lines = _Lines(parts, number + 1)
    begin = before = number + 1
    reader = csv.reader(lines, delimiter=form.separator)
    try:
        for cells in reader:
            end = number + reader.line_num
            if end != begin:
                _check_ends(path, form, lines.between(begin, end), begin)
            yield from _filled([(end, cells)])
            before, begin = begin, end + 1
            lines.begin = before
            if end == lines.last:  # Of a part, or of the file: then with a mark left open, perhaps.
                _check_ends(path, form, lines.between(before, end), before)
                return end
    except csv.Error as error:
        raise _endless(path, begin) from error
    return begin - 1


class _Lines:
    """Lines of a file, and those of the record that is being read."""

    def __init__(self, parts: Iterator[list[str]], first: int) -> None:
        self._parts = parts
        self._held: list[str] = []
        self._first = first
        """Number of the first line that is held."""
        self.begin = first
        """Number of the line with which the record begins that was read last."""

    def __iter__(self) -> Iterator[str]:
        for some in self._parts:
            kept = min(max(self.begin - self._first, 0), len(self._held))
            self._held, self._first = [*self._held[kept:], *some], self._first + kept
            yield from some

    @property
    def last(self) -> int:
        """Number of the last line that was handed on, or is about to be."""
        return self._first + len(self._held) - 1

    def between(self, begin: int, end: int) -> list[str]:
        """Lines by their numbers: of the record read last, or of the one that is being read."""
        return self._held[begin - self._first : end + 1 - self._first]


def _check_ends(path: Path, form: Form, lines: Sequence[str], begin: int) -> None:
    """Refuse a record whose quotation mark took in the rows behind it: it ends with the file, or
    with a mark that opens another cell, or far below."""
    if len(lines) > _MOST_LINES:
        raise _endless(path, begin)
    if not any('"' in line for line in lines):
        return
    try:
        list(csv.reader(lines, delimiter=form.separator, strict=True))
    except csv.Error as error:
        # A mark within a cell is usual; one that never ends, or ends in another row, is not.
        if len(lines) > 1 or "end of data" in str(error):
            raise _endless(path, begin) from error


def _endless(path: Path, line: int) -> KnownError:
    return KnownError(
        f"「{path.name}」从第 {line} 行起有一处引号没有结束，读不下去。"
        "请用 Excel 打开并另存为 CSV（UTF-8）。",
        f"A quotation mark in “{path.name}” never ends (from line {line} on), so it cannot be "
        "read on. Open it in Excel and save it as CSV (UTF-8).",
        code="not_a_table",
    )


def _separator(text: str) -> str:
    """What stands between values: what cuts the first lines into the most and evenest parts."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    if lines and len(first := lines[0]) == 5 and first.lower().startswith("sep="):
        return first[4]

    def merit(separator: str) -> tuple[float, int]:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=separator)]
        usual = max(set(counts), key=counts.count) if counts else 1
        if usual < 2:
            return 0.0, 0
        return counts.count(usual) / len(counts), usual

    try:
        best = max(_SEPARATORS, key=merit)
    except csv.Error:
        return ","
    return best if merit(best)[1] else ","
