"""What a check of data came to, as a workbook: an overview, and a sheet of records for each check.

Cells are written as text: what begins like a formula stays text. Which records and fields may be in
it is the caller's to say.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from crm_core.insight.data_health import FAMILIES, Family, Result, of_family

MOST_ROWS = 100_000
"""Records of one check; who has more of them begins elsewhere than in a spreadsheet."""
_ODD = frozenset("[]:*?/\\'")
_NAME_LETTERS = 28
_WIDTHS = (24, 36, 12, 12, 10, 10, 48)

Rows = Callable[[Result], Iterable[Sequence[str]]]
"""The records of a check: first what the columns are called, then their values."""


def write_book(
    path: Path, results: Sequence[Result], *, points: int, language: str, rows: Rows
) -> int:
    """Write the file; how many records are in it. OSError where it cannot be written."""
    try:
        return _write(path, results, points, language, rows)
    except XlsxFileError as error:
        cause = error.args[0] if error.args else None
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


def _write(path: Path, results: Sequence[Result], points: int, language: str, rows: Rows) -> int:
    zh, number = language.startswith("zh"), 0
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False,
        },
    )  # fmt: skip
    with book:
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet("总览" if zh else "Overview")
        _overview(sheet, results, points, language, bold, book.add_format({"num_format": "0.0%"}))
        ordered = [one for family in Family for one in of_family(results, family) if one.bad]
        for place, one in enumerate(ordered, 1):
            name = "".join(c for c in one.check.label.text(language) if c not in _ODD)
            number += _records(
                book.add_worksheet(f"{place} {name[:_NAME_LETTERS]}"), rows(one), bold
            )
    return number


def _overview(
    sheet: Worksheet,
    results: Sequence[Result],
    points: int,
    language: str,
    bold: Format,
    percent: Format,
) -> None:
    zh = language.startswith("zh")
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_row(0, 0, ["得分" if zh else "Score", points], bold)
    heads = (
        ["类别", "检查项", "异常", "总数", "占比", "警戒线", "怎么办"]
        if zh
        else ["Section", "Check", "Wrong", "Looked at", "Share", "Limit", "What to do"]
    )
    sheet.write_row(2, 0, heads, bold)
    ordered = [one for family in Family for one in of_family(results, family)]
    for place, one in enumerate(ordered, 3):
        sheet.write_string(place, 0, FAMILIES[one.check.family].text(language))
        sheet.write_string(place, 1, one.check.label.text(language))
        sheet.write_number(place, 2, one.bad)
        sheet.write_number(place, 3, one.total)
        sheet.write_number(place, 4, one.share, percent)
        sheet.write_number(place, 5, one.check.red, percent)
        sheet.write_string(place, 6, one.check.fix.text(language))


def _records(sheet: Worksheet, rows: Iterable[Sequence[str]], bold: Format) -> int:
    number = -1
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell, bold if number == 0 else None)
        if number == 0:
            sheet.set_column(0, len(row) - 1, 24)
            sheet.freeze_panes(1, 0)
        if number == MOST_ROWS:
            break
    return max(number, 0)
