"""Rows of a text file: CSV, tab-separated, semicolons; any encoding; some hundred at a time."""

import csv
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import cast

from crm_core.errors import KnownError
from crm_core.intake import encodings, text_blocks
from crm_core.intake.cells import Cell, Row
from crm_core.intake.files import unreadable
from crm_core.intake.text_blocks import OtherLines

GARBLED = "\ufffd"
"""Stands where bytes were no character of the encoding."""
_LONGEST_CELL = 200_000
_MOST_LINES = 50
"""Lines of one record; more are rather rows behind a quotation mark that was left open."""
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


def batches(path: Path, form: Form, other: OtherLines | None = None) -> Iterator[list[Row]]:
    """(line number of the row's end, cells) of the rows that hold something, some hundred at a
    time; `other` is told of lines in another encoding than the form's.

    KnownError ("not_a_table") where a cell never ends, or would swallow the rows behind it.
    """
    csv.field_size_limit(_LONGEST_CELL)
    number = 0
    try:
        texts = text_blocks.blocks(path, form.encoding, other or OtherLines())
        for text in texts:
            found = _one_a_line(text, form)
            if found is not None:
                yield _filled(found, number + 1)
                number += len(found)
            else:
                parts = map(_lines, chain([text], texts))
                number = yield from _with_care(path, form, parts, number)
    except OSError as error:
        raise unreadable(path, error) from error


def _lines(text: str) -> list[str]:
    return list(StringIO(text, newline=""))


def _one_a_line(text: str, form: Form) -> list[list[str]] | None:
    """The records of lines of which each is one; None where one goes on in the next line, perhaps
    behind the last, or where a quotation mark is not as it should be."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            return None
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    if '"' not in text and len(text) < _LONGEST_CELL:
        return [line.split(form.separator) for line in lines]
    try:
        found = list(csv.reader(lines, delimiter=form.separator, strict=True))
    except csv.Error:
        return None
    return found if len(found) == len(lines) else None


def _filled(records: Sequence[list[str]], first: int) -> list[Row]:
    """Records that hold something with their numbers, None for cells that do not."""
    numbers, full = range(first, first + len(records)), cast("list[list[Cell]]", records)
    if all(records) and all(map(all, records)) and not any(cells[0].isspace() for cells in records):
        return list(zip(numbers, full, strict=True))
    return [
        (number, [cell or None for cell in cells] if "" in cells else full[number - first])
        for number, cells in zip(numbers, records, strict=True)
        if (cells and cells[0] and not cells[0].isspace()) or any(cell.strip() for cell in cells)
    ]


def _with_care(
    path: Path, form: Form, parts: Iterator[list[str]], number: int
) -> Generator[list[Row], None, int]:
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
            yield _filled([cells], end)
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
