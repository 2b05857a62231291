"""The rows that were not imported, as a file to be put right and imported again: with the reasons.

Cells are written as text: what begins like a formula stays text (as in the desktop's export).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from crm_core.intake.cells import Cell, plain
from crm_core.intake.cleaning import Sentence
from crm_core.intake.source import Source, Table

_MOST = 1_000_000
"""Rows of one sheet of a spreadsheet, below its heading."""
_REASON_WIDTH = 60


def write_rejected(
    path: Path,
    source: Source,
    table: Table,
    reasons: Mapping[int, Sequence[Sentence]],
    *,
    language: str,
) -> int:
    """Write the rows with these numbers as they are in the source, reasons last; how many.

    Written beside and put in place when it is whole.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        many = _write(part, source, table, reasons, language)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return many


def _write(
    path: Path,
    source: Source,
    table: Table,
    reasons: Mapping[int, Sequence[Sentence]],
    language: str,
) -> int:
    zh = language.startswith("zh")
    titles = [column.title for column in table.heading.columns]
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False,
        },
    )  # fmt: skip
    with book:
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet("未导入的行" if zh else "Not imported")
        extra = ["原行号", "未导入的原因"] if zh else ["Row in the file", "Why not imported"]
        for place, title in enumerate([*titles, *extra]):
            sheet.write_string(0, place, title, bold)
        sheet.set_column(0, len(titles) - 1, 18)
        sheet.set_column(len(titles) + 1, len(titles) + 1, _REASON_WIDTH)
        sheet.freeze_panes(1, 0)
        many = 0
        for number, cells in source.rows(table):
            said = reasons.get(number)
            if said is None or many >= _MOST:
                continue
            many += 1
            _row(sheet, many, _padded(cells, len(titles)))
            sheet.write_number(many, len(titles), number)
            told = "；".join(one.zh for one in said) if zh else "; ".join(one.en for one in said)
            sheet.write_string(many, len(titles) + 1, told)
        return many


def _padded(cells: Sequence[Cell], width: int) -> list[Cell]:
    return [*cells[:width], *[None] * (width - len(cells))]


def _row(sheet: xlsxwriter.worksheet.Worksheet, row: int, cells: Sequence[Cell]) -> None:
    for place, cell in enumerate(cells):
        text = plain(cell)
        if text:
            sheet.write_string(row, place, text[:32_000])
