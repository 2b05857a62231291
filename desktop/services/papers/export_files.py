"""Rows of a file: values as cells a spreadsheet calculates with, and no text that runs.

A text that begins like a formula stays text: typed as one in Excel files, and with an apostrophe
before it in CSV, which knows no types (OWASP "CSV injection").
"""

import csv
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from crm_core.clock import CHINA, parse_moment
from crm_core.model.schema import FieldSpec, Kind
from crm_core.model.values import Record, Value, display

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_RUNS = ("=", "+", "-", "@", "\t", "\r")
MOST_ROWS = 1_048_575
"""Records on one sheet of an Excel file, below its headings."""
_FORMATS = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.MONEY: "¥#,##0.00",
    Kind.DECIMAL: "General",
    Kind.INTEGER: "0",
}
_WIDTHS = {
    Kind.LONG_TEXT: 48, Kind.TEXT: 24, Kind.SET: 24, Kind.MOMENT: 17, Kind.DATE: 12,
    Kind.PHONE: 16, Kind.EMAIL: 24, Kind.MONEY: 14,
}  # fmt: skip

Names = Mapping[tuple[str, str], str]


class RowFile(AbstractContextManager["RowFile"]):
    """A file of rows; headings first, in the language asked for."""

    def __init__(
        self, path: Path, specs: Sequence[FieldSpec], *, title: str, language: str
    ) -> None:
        self.path = path
        self.specs = tuple(specs)
        self.title = title
        self.language = language

    @abstractmethod
    def write(self, record: Record, names: Names) -> None:
        """Add one record; `names` are those of the records it points at."""

    def cell(self, spec: FieldSpec, value: Value, names: Names) -> object:
        """None, text, int, float, date or datetime (time of China, as everybody reads it)."""
        if value is None:
            return None
        if spec.kind is Kind.REF:
            return names.get((spec.target, str(value)), "")
        if spec.kind is Kind.MONEY and isinstance(value, int):
            return value / 100
        if spec.kind is Kind.INTEGER:
            return value
        if spec.kind is Kind.DECIMAL:
            return float(str(value))
        if spec.kind is Kind.DATE:
            return date.fromisoformat(str(value))
        if spec.kind is Kind.MOMENT:
            return parse_moment(str(value)).astimezone(CHINA).replace(tzinfo=None)
        return display(spec, value, self.language)


class XlsxFile(RowFile):
    """An Excel file, written row by row in little memory."""

    def __init__(
        self, path: Path, specs: Sequence[FieldSpec], *, title: str, language: str
    ) -> None:
        super().__init__(path, specs, title=title, language=language)
        import xlsxwriter  # Half of what a board's page would take to load; few export.

        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                # Its rows wait in files of their own, which must not lie about elsewhere.
                "tmpdir": str(path.parent),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._formats: dict[Kind, Format] = {
            kind: self._book.add_format({"num_format": one}) for kind, one in _FORMATS.items()
        }
        self._sheet, self._row = self._new_sheet(), 0

    def write(self, record: Record, names: Names) -> None:
        if self._row == MOST_ROWS:
            self._sheet, self._row = self._new_sheet(), 0
        self._row += 1
        for place, spec in enumerate(self.specs):
            cell = self.cell(spec, record.get(spec.name), names)
            form = self._formats.get(spec.kind)
            if isinstance(cell, datetime | date):
                self._sheet.write_datetime(self._row, place, cell, form)
            elif isinstance(cell, int | float):
                self._sheet.write_number(self._row, place, cell, form)
            elif cell is not None:
                self._sheet.write_string(self._row, place, str(cell))

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def _new_sheet(self) -> "Worksheet":
        number = len(self._book.worksheets())
        name = "".join(c for c in self.title if c not in "[]:*?/\\")[:28] or "Sheet"
        sheet = self._book.add_worksheet(f"{name} {number + 1}" if number else name)
        for place, spec in enumerate(self.specs):
            sheet.set_column(place, place, _WIDTHS.get(spec.kind, 14))
        for place, spec in enumerate(self.specs):
            sheet.write_string(0, place, spec.label.text(self.language), self._head)
        sheet.freeze_panes(1, 0)
        return sheet


class CsvFile(RowFile):
    """CSV in UTF-8 with a byte order mark, by which Excel knows it."""

    def __init__(
        self, path: Path, specs: Sequence[FieldSpec], *, title: str, language: str
    ) -> None:
        super().__init__(path, specs, title=title, language=language)
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._rows: Any = csv.writer(self._file)
        self._rows.writerow([harmless(spec.label.text(language)) for spec in self.specs])

    def write(self, record: Record, names: Names) -> None:
        self._rows.writerow(
            [self._text(spec, self.cell(spec, record.get(spec.name), names)) for spec in self.specs]
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def _text(self, spec: FieldSpec, cell: object) -> str:
        if cell is None:
            return ""
        if isinstance(cell, datetime):
            return cell.strftime("%Y-%m-%d %H:%M")
        if spec.kind is Kind.MONEY:
            return f"{cell:.2f}"
        return harmless(cell) if isinstance(cell, str) else str(cell)


def harmless(text: str) -> str:
    """Text no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text
