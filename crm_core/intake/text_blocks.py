"""The text of a file, some whole lines at a time; each line in the encoding it was written in.

People paste from two systems into one file: what is no text of the file's encoding, or only by
chance, and reads as Chinese in the other, is read in that. Whatever reads in neither is U+FFFD.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.intake.encodings import READS_CHINESE, merit

AT_A_TIME = 64 * 1024
"""Bytes that are read together, and the rest of the last line."""
LONGEST_LINE = 8 * 1024 * 1024
_OTHER = {"utf-8": "gb18030", "utf-8-sig": "gb18030", "gb18030": "utf-8"}
_KINDS = bytes(
    0x41 if 0xE2 <= byte <= 0xE9 or byte == 0xEF else 0x42 if 0x80 <= byte <= 0xBF else 0x2E
    for byte in range(256)
)
_LIKE_UTF8 = b"ABBABB"
"""Two Chinese characters of UTF-8 by the kinds of their bytes: three of GB18030, but rare ones."""
_CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(slots=True)
class OtherLines:
    """What was read so far in another encoding than the file's."""

    encoding: str = ""
    many: int = 0
    first: int = 0
    """Number of the first such line."""


def blocks(path: Path, encoding: str, other: OtherLines) -> Iterator[str]:
    """The text, cut behind ends of lines, without NULs; `other` is told what was read otherwise.

    OSError; KnownError ("not_a_table") for a line of many megabytes.
    """
    other.many = other.first = 0
    found = _Lines(path, encoding, other).blocks() if encoding in _OTHER else _wide(path, encoding)
    for text in found:
        yield text.replace("\x00", "") if "\x00" in text else text


def _wide(path: Path, encoding: str) -> Iterator[str]:
    """Of encodings in which a byte of 10 need be no end of a line, and of lines that end in 13."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        while text := file.read(AT_A_TIME):
            rest = file.readline(LONGEST_LINE)
            if len(rest) >= LONGEST_LINE:
                raise _no_lines(path)
            yield text + rest


class _Lines:
    """Reads bytes up to ends of lines."""

    def __init__(self, path: Path, encoding: str, other: OtherLines) -> None:
        self._path, self._encoding, self._told = path, encoding.removesuffix("-sig"), other
        self._other = other.encoding = _OTHER[encoding]
        self._marked = encoding.endswith("-sig")

    def blocks(self) -> Iterator[str]:
        """The texts."""
        number = 1
        with self._path.open("rb") as file:
            if self._marked:
                file.read(3)
            while data := file.read(AT_A_TIME):
                if number == 1 and b"\n" not in data and b"\r" in data:  # Lines of an old Mac.
                    yield from _wide(self._path, self._encoding + "-sig" * self._marked)
                    return
                if data[-1] != 0x0A:
                    data += _end_of_line(self._path, file.readline(LONGEST_LINE))
                yield self._text(data, number)
                number += data.count(b"\n")

    def _text(self, data: bytes, number: int) -> str:
        try:
            text = data.decode(self._encoding)
        except UnicodeDecodeError:
            return "\n".join(self._each(data, number))
        if self._encoding == "gb18030" and _LIKE_UTF8 in data.translate(_KINDS):
            return "\n".join(self._each(data, number))
        return text

    def _each(self, data: bytes, number: int) -> Iterator[str]:
        for at, line in enumerate(data.split(b"\n"), number):
            yield line.decode() if line.isascii() else self._line(line, at)

    def _line(self, line: bytes, number: int) -> str:
        own, other = _decoded(line, self._encoding), _decoded(line, self._other)
        if other is not None and self._reads_better(own, other, line):
            self._told.many += 1
            self._told.first = self._told.first or number
            return other
        return own if own is not None else line.decode(self._encoding, "replace")

    def _reads_better(self, own: str | None, other: str, line: bytes) -> bool:
        """Whether a line is rather text of the other encoding. What is UTF-8 and Chinese is hardly
        anything else; of bytes GB18030 makes something nearly always."""
        if self._other == "utf-8":
            return _CHINESE.search(other) is not None and (own is None or merit(other) > merit(own))
        if own is not None:
            return False
        score = merit(other)
        return score > READS_CHINESE and score > merit(line.decode(self._encoding, "replace"))


def _decoded(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _end_of_line(path: Path, rest: bytes) -> bytes:
    if len(rest) >= LONGEST_LINE:
        raise _no_lines(path)
    return rest


def _no_lines(path: Path) -> KnownError:
    return KnownError(
        f"「{path.name}」里有一行长达数兆，不像表格，没有导入。",
        f"“{path.name}” has a line of many megabytes; it does not look like a table, and nothing "
        "was imported.",
        code="not_a_table",
    )
