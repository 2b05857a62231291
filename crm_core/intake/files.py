"""What kind of file it is, by its content; which state of it was looked at; what is refused."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crm_core.errors import KnownError

LARGEST = 4 * 1024**3
"""Bytes of the largest file that is read at all (text, row by row)."""
LARGEST_BOOK = 400 * 1024**2
"""Bytes of the largest workbook on disk: its sheets are read whole."""
_HASHED_WHOLE = 64 * 1024**2
_PART = 1024**2


class FileKind(StrEnum):
    """How a file is read."""

    BOOK = "book"
    """A spreadsheet: xlsx, xlsm, xlsb, xls, ods."""
    TEXT = "text"
    """Values between commas, tabs or semicolons."""
    CARDS = "cards"
    """vCard."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Which state of a file was looked at."""

    size: int
    modified_ns: int
    digest: str
    """SHA-256 of the content; of very large files of their beginning, middle and end."""

    def same_content(self, other: "Fingerprint") -> bool:
        """Whether both are of one content, wherever and whenever it was saved."""
        return self.size == other.size and self.digest == other.digest


def fingerprint(path: Path) -> Fingerprint:
    """The state of the file now. KnownError ("unreadable")."""
    try:
        facts = path.stat()
        with path.open("rb") as file:
            told = hashlib.sha256()
            if facts.st_size <= _HASHED_WHOLE:
                for part in iter(lambda: file.read(_PART), b""):
                    told.update(part)
            else:
                for place in (0, facts.st_size // 2, facts.st_size - _PART * 8):
                    file.seek(place)
                    told.update(file.read(_PART * 8))
    except OSError as error:
        raise unreadable(path, error) from error
    return Fingerprint(facts.st_size, facts.st_mtime_ns, told.hexdigest())


def unchanged(path: Path, seen: Fingerprint) -> bool:
    """Whether the file still is as it was, by size and time of change alone."""
    try:
        facts = path.stat()
    except OSError:
        return False
    return (facts.st_size, facts.st_mtime_ns) == (seen.size, seen.modified_ns)


def changed_meanwhile(path: Path) -> KnownError:
    """The file is not the one that was looked at."""
    return KnownError(
        f"「{path.name}」在导入期间被改动了。已导入的行保留并可一起撤销，其余没有导入；请重新选择文件。",
        f"“{path.name}” was changed during the import. The rows imported so far are kept and can "
        "be taken back together; the others were not imported. Please choose the file again.",
        code="file_changed",
    )


def unreadable(path: Path, error: OSError) -> KnownError:
    """The file cannot be opened."""
    return KnownError(
        f"打不开「{path.name}」：{error.strerror}。没有导入任何内容。"
        "如果它在 Excel 里开着，请先关闭。",
        f"“{path.name}” cannot be opened: {error.strerror}. Nothing was imported. If it is open "
        "in Excel, close it there first.",
        code="unreadable",
    )


def kind_of(path: Path) -> FileKind:
    """How to read the file, judged by its first bytes.

    KnownError: "unreadable", "empty_file", "not_a_table", "too_large", "locked_file".
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise unreadable(path, error) from error
    if not head.strip(b"\x00\xff\xfe\xef\xbb\xbf \r\n\t"):
        raise KnownError(
            f"「{path.name}」是空的，没有可导入的内容。",
            f"“{path.name}” is empty; there is nothing to import.",
            code="empty_file",
        )
    kind = _judged(path, head)
    if size > (LARGEST_BOOK if kind is FileKind.BOOK else LARGEST):
        raise too_large(path)
    return kind


def too_large(path: Path) -> KnownError:
    """More than this program reads at once."""
    return KnownError(
        f"「{path.name}」太大，没有导入。请在 Excel 里另存为 CSV（UTF-8），或分成几个文件再导入。",
        f"“{path.name}” is too large and was not imported. Save it as CSV (UTF-8) in Excel, or "
        "split it into several files.",
        code="too_large",
    )


_FOREIGN: tuple[tuple[Callable[[bytes], bool], str, str], ...] = (
    (lambda h: h.startswith(b"MZ"), "程序", "a program"),
    (lambda h: h.startswith(b"%PDF"), "PDF 文档", "a PDF document"),
    (lambda h: h.startswith(b"\x7fELF"), "程序", "a program"),
    (lambda h: h.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")), "图片", "a picture"),
    (lambda h: h.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")), "压缩包", "an archive"),
    (lambda h: h.lstrip().lower().startswith((b"<!doctype html", b"<html")), "网页", "a web page"),
)


def _judged(path: Path, head: bytes) -> FileKind:
    for known, chinese, english in _FOREIGN:
        if known(head):
            raise KnownError(
                f"「{path.name}」其实是{chinese}，不是表格，没有导入。",
                f"“{path.name}” really is {english}, not a table; nothing was imported.",
                code="not_a_table",
            )
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return FileKind.BOOK
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\x00")[:64].replace(b"\x00", b"").upper()
    if start.startswith(b"BEGIN:VCARD"):
        return FileKind.CARDS
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_wide(head)
    strange = sum(b < 9 or 13 < b < 32 for b in head)
    if not wide and strange > len(head) // 50 + 1:
        raise KnownError(
            f"「{path.name}」不是能识别的表格，没有导入。可以导入 Excel、CSV 和 vCard 文件。",
            f"“{path.name}” is not a table this program knows; nothing was imported. Excel, CSV "
            "and vCard files can be imported.",
            code="not_a_table",
        )
    return FileKind.TEXT


def _looks_wide(head: bytes) -> bool:
    """UTF-16 without a mark: zeros in every other byte only."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return max(even, odd) > len(head) // 10 and min(even, odd) <= len(head) // 100
