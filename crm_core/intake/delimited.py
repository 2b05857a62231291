"""Rows of a text file: CSV, tab-separated, semicolons; any encoding; read row by row."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.intake import encodings
from crm_core.intake.cells import Cell
from crm_core.intake.files import unreadable

GARBLED = "\ufffd"
"""Stands where bytes were no character of the encoding."""
_LONGEST_CELL = 200_000
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

    KnownError ("not_a_table") where a cell never ends.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding=form.encoding, errors="replace", newline="") as file:
            lines = (line.replace("\x00", "") if "\x00" in line else line for line in file)
            reader = csv.reader(lines, delimiter=form.separator)
            for cells in reader:
                if any(cells) and any(cell.strip() for cell in cells):
                    yield reader.line_num, [cell or None for cell in cells]
    except csv.Error as error:
        raise KnownError(
            f"「{path.name}」有一处引号没有结束，读不下去。请用 Excel 打开并另存为 CSV（UTF-8）。",
            f"A quotation mark in “{path.name}” never ends, so it cannot be read on. Open it in "
            "Excel and save it as CSV (UTF-8).",
            code="not_a_table",
        ) from error
    except OSError as error:
        raise unreadable(path, error) from error


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
