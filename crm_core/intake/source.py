"""One file as tables: which there are, their headings, their rows. The same for every format."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.intake import cards, delimited
from crm_core.intake.cells import Cell
from crm_core.intake.delimited import Form
from crm_core.intake.files import FileKind, Fingerprint, changed_meanwhile, fingerprint, kind_of
from crm_core.intake.files import unchanged as still_the_same
from crm_core.intake.headings import Heading, find_heading
from crm_core.intake.workbook import Workbook

LOOKED_AT = 60
"""Rows at the top of a table among which its heading is looked for."""
MOST_ROWS = 2_000_000

Row = tuple[int, list[Cell]]
"""(number in the file, cells from the first column on)"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file."""

    name: str
    """Of the sheet; empty where a file has only one table."""
    heading: Heading


class Source:
    """An open file; close it. What it gives is of the state it was in when it was opened."""

    def __init__(self, path: Path, *, encoding: str = "") -> None:
        """`encoding`: of a text file, where the guess is wrong. KnownError: see `kind_of`."""
        self.path = path
        self.kind = kind_of(path)
        self.seen: Fingerprint = fingerprint(path)
        self.form: Form | None = None
        self._book: Workbook | None = None
        if self.kind is FileKind.BOOK:
            self._book = Workbook(path)
        elif self.kind is FileKind.TEXT:
            self.form = delimited.form_of(path, encoding=encoding)

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._book is not None:
            self._book.close()

    @property
    def encoding(self) -> str:
        """Of a text file; empty for others."""
        return self.form.encoding if self.form else ""

    def names(self) -> list[str]:
        """Of the sheets; one empty name for a file that is one table."""
        return self._book.sheets() if self._book is not None else [""]

    def table(self, name: str | None = None, *, heading_row: int = 0) -> Table:
        """A table by the name of its sheet (the first with rows, for None); `heading_row`: a
        person says where the heading is. KnownError ("empty_file") where there is nothing."""
        for one in self.names() if name is None else [name]:
            top = self.top(one)
            if top:
                merged = self._book.merged(one) if self._book is not None else []
                return Table(one, find_heading(top, merged, row=heading_row))
        raise KnownError(
            f"「{self.path.name}」里没有可导入的行。",
            f"There are no rows to import in “{self.path.name}”.",
            code="empty_file",
        )

    def top(self, name: str) -> list[Row]:
        """The first rows that hold something, heading and all."""
        return list(islice(self._rows(name), LOOKED_AT))

    def rows(self, table: Table, *, after: int = 0) -> Iterator[Row]:
        """The rows below the heading that hold something, in order; `after`: of those numbered
        higher. KnownError ("too_large", "file_changed"), wherever one begins: a file that is too
        long for one import is not imported in two."""
        many = 0
        for number, cells in self._rows(table.name):
            if number <= table.heading.row:
                continue
            many += 1
            if many > MOST_ROWS:
                raise KnownError(
                    f"一次最多导入 {MOST_ROWS:,} 行，请把文件分开。",
                    f"At most {MOST_ROWS:,} rows are imported at once; please split the file.",
                    code="too_large",
                )
            if number > after:
                yield number, cells

    def count(self, table: Table) -> int:
        """How many rows there are below the heading."""
        return sum(1 for _ in self.rows(table))

    def check_unchanged(self) -> None:
        """KnownError ("file_changed") where the file is no longer what was opened."""
        if not still_the_same(self.path, self.seen):
            raise changed_meanwhile(self.path)

    def _rows(self, name: str) -> Iterator[Row]:
        if self._book is not None:
            return self._book.rows(name)
        if self.form is not None:
            return delimited.rows(self.path, self.form)
        return cards.rows(self.path)
