"""Rows of a text file: CSV, tab-separated, semicolons; any encoding; read row by row."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

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
    begin, before = 1, 1
    try:
        with path.open(encoding=form.encoding, errors="replace", newline="") as file:
            lines = _Lines(file)
            reader = csv.reader(chain.from_iterable(lines.parts()), delimiter=form.separator)
            for cells in reader:
                end = reader.line_num
                if end != begin:
                    _check_ends(path, form, lines.between(begin, end), begin)
                if any(cells) and (cells[0].strip() or any(cell.strip() for cell in cells)):
                    yield end, [cell or None for cell in cells]
                before, begin = begin, end + 1
                lines.begin = before
            _check_ends(path, form, lines.between(before, begin - 1), before)
    except csv.Error as error:
        raise _endless(path, begin) from error
    except OSError as error:
        raise unreadable(path, error) from error


class _Lines:
    """The lines of a file, some hundred at a time, and those of the record that is being read."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = iter(file)
        self._held: list[str] = []
        self._first = 1
        """Number of the first line that is held."""
        self.begin = 1
        """Number of the line with which the record begins that was read last."""

    def parts(self) -> Iterator[list[str]]:
        """The lines, without NULs."""
        while some := list(islice(self._file, _AT_A_TIME)):
            if any("\x00" in line for line in some):
                some = [line.replace("\x00", "") for line in some]
            kept = min(max(self.begin - self._first, 0), len(self._held))
            self._held, self._first = [*self._held[kept:], *some], self._first + kept
            yield some

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
