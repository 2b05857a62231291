"""Sheets of a spreadsheet file: values only. Formulas and macros are not read, let alone run.

calamine reads a sheet whole, as a rectangle. How large that would be is found out beforehand from
the file's own text, so that two cells in opposite corners cannot ask for all memory.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from crm_core.errors import KnownError
from crm_core.intake.cells import Cell
from crm_core.intake.files import unreadable
from crm_core.intake.sheet_size import check_size


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged area; rows and columns from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int


class Workbook:
    """An open spreadsheet file."""

    def __init__(self, path: Path) -> None:
        """KnownError: "not_a_table", "too_large", "password", "unreadable"."""
        self.path = path
        try:
            check_size(path)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise _broken(path) from error
        try:
            self._book = CalamineWorkbook.from_path(path)
        except PasswordError as error:
            raise _locked(path) from error
        except (CalamineError, zipfile.BadZipFile, ValueError) as error:
            raise _broken(path) from error
        except OSError as error:
            raise unreadable(path, error) from error
        self._read: dict[str, CalamineSheet] = {}

    def close(self) -> None:
        """Let go of the file."""
        self._read.clear()
        self._book.close()

    def sheets(self) -> list[str]:
        """Names of the sheets a person sees, in order."""
        return [
            one.name
            for one in self._book.sheets_metadata
            if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
        ]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """(row number from 1, cells from column A on) of the rows that hold something."""
        read = self._sheet(sheet)
        begin = read.start
        if begin is None:
            return
        before: list[Cell] = [None] * begin[1]
        # calamine gives the empty rows above the first filled one, but not the columns before it.
        for number, cells in enumerate(read.iter_rows(), 1):
            if any(cell != "" for cell in cells):
                yield number, before + [None if cell == "" else cell for cell in cells]

    def height(self, sheet: str) -> int:
        """The number of the last row that holds something."""
        end = self._sheet(sheet).end
        return 0 if end is None else end[0] + 1

    def merged(self, sheet: str) -> list[Merged]:
        """The merged areas of a sheet, as far as the format tells."""
        found = self._sheet(sheet).merged_cell_ranges or []
        return [Merged(*start, *end) for start, end in found]

    def _sheet(self, name: str) -> CalamineSheet:
        if name not in self._read:
            self._read.clear()  # One at a time: they are read whole.
            try:
                self._read[name] = self._book.get_sheet_by_name(name)
            except (CalamineError, ValueError) as error:
                raise _broken(self.path) from error
        return self._read[name]


def _locked(path: Path) -> KnownError:
    return KnownError(
        f"「{path.name}」有密码保护，没有导入。请在 Excel 里取消密码后再选择它。",
        f"“{path.name}” is protected by a password; nothing was imported. Remove the password in "
        "Excel and choose it again.",
        code="password",
    )


def _broken(path: Path) -> KnownError:
    return KnownError(
        f"「{path.name}」不是完好的表格文件，没有导入。请用 Excel 打开并另存后再试。",
        f"“{path.name}” is not a sound spreadsheet; nothing was imported. Open it in Excel, save "
        "it again and retry.",
        code="not_a_table",
    )
