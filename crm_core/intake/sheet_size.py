"""How large a spreadsheet would be in memory, found out from the file's own text.

calamine reads a sheet as a rectangle around its filled cells: two cells in opposite corners ask for
hundreds of gigabytes, and the process ends. Only cells that hold something count: a table may be
formatted far below its last row.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from crm_core.intake.files import too_large, unreadable

MOST_CELLS = 12_000_000
"""Of one sheet's rectangle: some 800 MB while it is read, at the 65 bytes a cell measured."""
MOST_UNPACKED = 800 * 1024**2
"""Bytes of all parts that are read together."""
_PART = 1024**2
_LONGEST_TAG = 16 * 1024**2
_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_PLACED = re.compile(
    rb"<(?:[\w.-]+:)?c\s(?:[^<>]*?\s)??r\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']"
    rb"[^<>/]*(/>|></|>)"
)
_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_REPEATED = re.compile(
    rb"<([^<>]*?)number-(columns|rows)-repeated\s*=\s*[\"']([0-9]{1,9})[\"']([^<>]*)"
)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".rels")
_BEGIN_SHEET, _ROW, _BLANK, _LAST_CELL = b"\x81\x01", 0, 1, 11


def check_size(path: Path) -> None:
    """Refuse what would not fit into memory, before anything is read whole.

    KnownError ("too_large", "unreadable"); zipfile's own errors for a broken archive.
    """
    if not zipfile.is_zipfile(path):
        return  # The old binary format: 65,536 rows of 256 columns at most.
    try:
        with zipfile.ZipFile(path) as archive:
            # Whatever a part is called: the book's own list says which of them are sheets.
            parts = [
                one for one in archive.infolist() if not one.filename.lower().endswith(_PICTURES)
            ]
            if sum(one.file_size for one in parts) > MOST_UNPACKED:
                raise too_large(path)
            for one in parts:
                if _area(path, archive, one) > MOST_CELLS:
                    raise too_large(path)
    except OSError as error:
        raise unreadable(path, error) from error


def _area(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    if part.filename == "content.xml":
        wide, high = 1, 1
        for text in _texts(path, archive, part):
            wide, high = _repetitions(text, wide, high)
        return wide * high
    with archive.open(part) as file:
        head = file.read(2)
    if head == _BEGIN_SHEET:
        return _binary_area(b"".join(_parts(path, archive, part)))
    return _text_area(path, archive, part)


def _text_area(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """By the places the cells say they are at; where one does not say, by counting."""
    last_row, wide = 0, 0
    columns: set[bytes] = set()
    for text in _texts(path, archive, part):
        placed = _PLACED.findall(text)
        if len(placed) < len(_CELL.findall(text)):
            return _counted_area(path, archive, part)
        filled = [(letters, number) for letters, number, end in placed if end == b">"]
        columns.update(letters for letters, _ in filled)
        last_row = max(last_row, max((int(number) for _, number in filled), default=0))
    wide = max((_number(one.decode()) for one in columns), default=0)
    return last_row * wide


def _counted_area(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Read properly, since cells need not say where they are: one behind the other then."""
    row = column = last_row = wide = 0

    def begun(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, last_row, wide
        name = tag.rpartition(":")[2]
        if name == "row":
            said = attributes.get("r", "")
            row, column = (int(said) if said.isdecimal() else row + 1), 0
        elif name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            column = column + 1 if place is None else _number(place.group(1))
            last_row = max(last_row, row, 0 if place is None else int(place.group(2)))
            wide = max(wide, column)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begun
    try:
        for piece in _parts(path, archive, part):
            parser.Parse(piece, False)
    except expat.ExpatError as error:
        raise zipfile.BadZipFile(str(error)) from error
    return last_row * wide


def _binary_area(data: bytes) -> int:
    """Of a sheet of an xlsb: records of a kind, a length and their content."""
    place, end, row, last_row, wide = 0, len(data), 0, 0, 0
    while place < end:
        kind, place = _varied(data, place, 2)
        length, place = _varied(data, place, 4)
        if kind == _ROW:
            row = int.from_bytes(data[place : place + 4], "little") + 1
        elif _BLANK < kind <= _LAST_CELL:
            last_row = max(last_row, row)
            wide = max(wide, int.from_bytes(data[place : place + 4], "little") + 1)
        place += length
    return last_row * wide


def _varied(data: bytes, place: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, and the place behind it."""
    number = 0
    for shift in range(most):
        byte = data[place] if place < len(data) else 0
        place += 1
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            break
    return number, place


def _parts(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    read = 0
    with archive.open(part) as file:
        while piece := file.read(_PART):
            read += len(piece)
            if read > MOST_UNPACKED:
                raise too_large(path)
            yield piece


def _texts(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Pieces of text that cut no tag in two, nor one from the tag behind it."""
    tail = b""
    for piece in _parts(path, archive, part):
        text = tail + piece
        cut = max(text.rfind(b"<", 0, max(text.rfind(b"<"), 0)), 0)
        if len(text) - cut > _LONGEST_TAG:
            raise too_large(path)
        yield text[:cut]
        tail = text[cut:]
    yield tail


def _repetitions(text: bytes, wide: int, high: int) -> tuple[int, int]:
    """The most columns a cell with a value is repeated for, and rows in which there may be one."""
    for before, what, many, behind in _REPEATED.findall(text):
        if what == b"columns" and (b"value" in before or b"value" in behind):
            wide = max(wide, int(many))
        elif what == b"rows":
            high = max(high, int(many))
    return wide, high


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
