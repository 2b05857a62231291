"""Sheets of a spreadsheet file: values only. Formulas and macros are not read, let alone run.

calamine reads a sheet whole, as a rectangle. How large that would be is found out beforehand from
the file's own text, so that two cells in opposite corners cannot ask for all memory.
"""

import re
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
from crm_core.intake.files import too_large, unreadable

MOST_CELLS = 12_000_000
"""Of one sheet's rectangle: some 800 MB while it is read, at the 65 bytes a cell measured."""
MOST_UNPACKED = 800 * 1024**2
"""Bytes of all sheets' text together."""
_PART = 1024**2
_COLUMN = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')
_REPEATED = re.compile(rb"number-(columns|rows)-repeated=\"([0-9]{1,9})\"([^>]*)")


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
        _check_size(path)
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
        top, left = begin
        before: list[Cell] = [None] * left
        for number, cells in enumerate(read.iter_rows(), top + 1):
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


def _check_size(path: Path) -> None:
    """Refuse what would not fit into memory, before anything is read whole."""
    if not zipfile.is_zipfile(path):
        return  # The old binary format: 65,536 rows of 256 columns at most.
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = [
                one
                for one in archive.infolist()
                if "sheet" in one.filename.lower() or one.filename == "content.xml"
            ]
            strings = [one for one in archive.infolist() if "sharedstrings" in one.filename.lower()]
            if sum(one.file_size for one in (*sheets, *strings)) > MOST_UNPACKED:
                raise too_large(path)
            for one in sheets:
                if one.filename.endswith(".xml"):
                    _check_area(path, archive, one)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise _broken(path) from error
    except OSError as error:
        raise unreadable(path, error) from error


def _check_area(path: Path, archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> None:
    columns: set[bytes] = set()
    last_row, wide, high, read = 0, 1, 1, 0
    is_ods = sheet.filename == "content.xml"
    with archive.open(sheet) as file:
        tail = b""
        while part := file.read(_PART):
            read += len(part)
            if read > MOST_UNPACKED:
                raise too_large(path)
            text = tail + part
            if is_ods:
                wide, high = _repetitions(text, wide, high)
            else:
                places = _COLUMN.findall(text)
                columns.update(letters for letters, _ in places)
                last_row = max(last_row, *(int(n) for _, n in (places[0], places[-1]))) \
                    if places else last_row  # fmt: skip
            tail = text[-256:]
    area = wide * high if is_ods else last_row * max((_number(c) for c in columns), default=1)
    if area > MOST_CELLS:
        raise too_large(path)


def _repetitions(text: bytes, wide: int, high: int) -> tuple[int, int]:
    """The most columns a cell with a value is repeated for, and rows in which there may be one."""
    for what, many, rest in _REPEATED.findall(text):
        if what == b"columns" and b"value" in rest:
            wide = max(wide, int(many))
        elif what == b"rows":
            high = max(high, int(many))
    return wide, high


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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
