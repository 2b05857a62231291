"""One file as tables: which there are, their headings, their rows. The same for every format."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.intake import cards, delimited
from crm_core.intake.cells import Row
from crm_core.intake.cleaning import Sentence
from crm_core.intake.delimited import Form
from crm_core.intake.files import FileKind, Fingerprint, changed_meanwhile, fingerprint, kind_of
from crm_core.intake.files import unchanged as still_the_same
from crm_core.intake.headings import Heading, find_heading
from crm_core.intake.text_blocks import OtherLines
from crm_core.intake.workbook import Workbook

LOOKED_AT = 60
"""Rows at the top of a table among which its heading is looked for."""
MOST_ROWS = 2_000_000
_AT_A_TIME = 500


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
        self._other = OtherLines()
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
        return list(islice(chain.from_iterable(self._batches(name)), LOOKED_AT))

    def rows(self, table: Table, *, after: int = 0) -> Iterator[Row]:
        """The rows below the heading that hold something, in order; see `batches`."""
        return chain.from_iterable(self.batches(table, after=after))

    def batches(self, table: Table, *, after: int = 0) -> Iterator[list[Row]]:
        """`rows`, some hundred at a time; `after`: of those numbered higher. KnownError
        ("too_large", "file_changed"), wherever one begins: a file that is too long for one import
        is not imported in two."""
        many = 0
        for batch in self._batches(table.name):
            rows = batch
            if rows and rows[0][0] <= table.heading.row:
                rows = [row for row in rows if row[0] > table.heading.row]
            left, many = MOST_ROWS - many, many + len(rows)
            if rows and rows[0][0] <= after:
                yield [row for row in rows[:left] if row[0] > after]
            else:
                yield rows[:left] if left < len(rows) else rows
            if left < len(rows):
                raise KnownError(
                    f"一次最多导入 {MOST_ROWS:,} 行，请把文件分开。",
                    f"At most {MOST_ROWS:,} rows are imported at once; please split the file.",
                    code="too_large",
                )

    def count(self, table: Table) -> int:
        """How many rows there are below the heading."""
        return sum(map(len, self.batches(table)))

    def remark(self) -> Sentence | None:
        """What is to be said of the file, as far as its rows were read; None for nothing."""
        many, first, name = self._other.many, self._other.first, self._other.encoding.upper()
        if not many:
            return None
        return Sentence(
            f"有 {many:,} 行（从第 {first:,} 行起）是 {name} 编码，与文件其余部分不同，"
            f"已按 {name} 读取",
            f"{many:,} lines (from line {first:,} on) are in {name}, unlike the rest of the file, "
            "and were read as such",
        )

    def check_unchanged(self) -> None:
        """KnownError ("file_changed") where the file is no longer what was opened."""
        if not still_the_same(self.path, self.seen):
            raise changed_meanwhile(self.path)

    def _batches(self, name: str) -> Iterator[list[Row]]:
        if self.form is not None:
            return delimited.batches(self.path, self.form, self._other)
        rows = self._book.rows(name) if self._book is not None else cards.rows(self.path)
        return iter(lambda: list(islice(rows, _AT_A_TIME)), [])
