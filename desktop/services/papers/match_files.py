"""Duplicates in a spreadsheet: a CSV file in, the customer of each row out (row 5.8).

The work is spread over a few processes, so that nothing of it is done on a thread of the program.
"""

import csv
import gc
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import NamedTuple

import numpy as np

from crm_core.errors import KnownError
from crm_core.matching.scan import Prepared, labelled, prepare_table
from crm_core.matching.tabled import FIELDS

_WORTH_PROCESSES = 2_000_000
"""Bytes; some 20,000 rows."""
_FEWEST_PROCESSES, _MOST_PROCESSES = 2, 4
_HEAD_START = 500_000
"""Bytes that are made ready while another process starts and hands over what it made."""
_LARGEST_CELL = 1 << 20
_END = "\x00 end of a piece"
"""Put behind a piece of a file: where it does not come out as a row, a cell went on behind it."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found in a file."""

    records: int
    customers: int
    duplicates: int
    """Records that are a customer who has another record."""
    sure: int
    """Groups that are beyond doubt."""
    review: int
    """Groups for a person to judge."""


def scan_file(
    source: Path, out: Path, *, progress: Callable[[float], object] = lambda _: None
) -> Scanned:
    """Write `id,cid` for every row of a CSV file with the columns id, name, contact, phone, tel,
    uscc, address, city, email, whichever there are.

    Raises:
        KnownError: the file cannot be read, has no column `id`, or the result cannot be written.
    """
    try:
        ids, ready = _prepared(source, progress)
        found = labelled(ready, progress=lambda part: progress(0.6 + part * 0.4))
        _write(out, ids, found.likely.tolist())
    except (OSError, UnicodeError, csv.Error) as error:
        raise KnownError(
            f"无法处理文件：{error}", f"The file could not be worked on: {error}"
        ) from error
    progress(1.0)
    customers = len(np.unique(found.likely))
    return Scanned(len(ids), customers, len(ids) - customers, *found.bands())


Columns = Mapping[str, Sequence[str]]


class _Piece(NamedTuple):
    """Some rows of a file made ready."""

    ids: list[str]
    ready: Prepared


def _prepared(
    source: Path, progress: Callable[[float], object]
) -> tuple[list[str], list[Prepared]]:
    """The rows made ready, in order; by several processes where there is enough to do, this one
    among them, each reading its own piece of the file."""
    csv.field_size_limit(_LARGEST_CELL)
    with source.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    if "id" not in header:
        raise KnownError(
            "文件里没有 id 列。第一行应为列名，例如 id,name,phone。",
            "The file has no column id. Its first line should name the columns, "
            "such as id,name,phone.",
        )
    ends = _cuts(source)
    # What they make lives as long as they do; looking for garbage takes a third of their time.
    pool = ProcessPoolExecutor(max(1, len(ends) - 1), initializer=gc.disable)
    try:
        others = [pool.submit(_piece, source, header, *cut) for cut in pairwise(ends)]
        pieces = [_piece(source, header, 0, ends[0], progress)]
        if all(pieces):
            pieces += [one.result() for one in others]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # They may tidy up while we go on.
    if not all(pieces):
        pieces = [_piece(source, header, 0, 0, progress)]
    found = [one for one in pieces if one is not None]
    return [name for one in found for name in one.ids], [one.ready for one in found]


def _cuts(source: Path) -> list[int]:
    """Where the pieces of a file end, each behind a line; 0 for the end of the file. A frozen
    program does it all itself: starting it anew costs more than it saves."""
    size, processes = source.stat().st_size, min(os.cpu_count() or 1, _MOST_PROCESSES)
    if size < _WORTH_PROCESSES or processes < _FEWEST_PROCESSES or getattr(sys, "frozen", False):
        return [0]
    # The others begin later, by the time they take to start.
    mine = (size + _HEAD_START * (processes - 1)) // processes
    share = (size - mine) // (processes - 1) + 1
    ends = []
    with source.open("rb") as file:
        for at in range(mine, size, share):
            file.seek(at)
            file.readline()
            ends.append(file.tell())
    return [*(end for end in dict.fromkeys(ends) if end < size), 0]


def _piece(
    source: Path,
    header: list[str],
    start: int,
    end: int,
    progress: Callable[[float], object] = lambda _: None,
) -> _Piece | None:
    """The rows of a piece of a file; None where it ends within a row."""
    csv.field_size_limit(_LARGEST_CELL)
    with source.open("rb") as file:
        file.seek(start)
        text = file.read(end - start if end else -1).decode("utf-8" if start else "utf-8-sig")
    columns = _plain_columns(text, header) or _columns(text, header, whole=not end)
    if columns is None:
        return None
    if not start:
        columns = {name: column[1:] for name, column in columns.items()}
    del text
    ids = list(columns.get("id", ()))
    table = {name: columns.get(name) or [""] * len(ids) for name in FIELDS}
    return _Piece(ids, prepare_table(table, progress=lambda part: progress(0.6 * part)))


def _plain_columns(text: str, header: list[str]) -> Columns | None:
    """The columns of lines with as many cells as the header has, none of them in quotes; nothing
    where they are not so. That is half of the time of a reader that knows about quotes."""
    text = text.replace("\r\n", "\n")
    if '"' in text or "\r" in text or len(set(header)) < len(header):
        return None
    text = text.removesuffix("\n")
    if {line.count(",") for line in text.split("\n")} != {len(header) - 1}:
        return None
    cells = text.replace("\n", ",").split(",")
    return {name: cells[place :: len(header)] for place, name in enumerate(header)}


def _columns(text: str, header: list[str], *, whole: bool) -> Columns | None:
    """The columns of any lines; nothing where a row goes on behind the last of them."""
    rows = list(csv.reader(io.StringIO(text if whole else text + _END, newline="")))
    if not whole and rows.pop() != [_END]:
        return None
    number = header.index("id")
    rows = [row for row in rows if len(row) > number]
    return dict(zip(header, zip_longest(*rows, fillvalue=""), strict=False))


def _write(out: Path, ids: list[str], customers: list[int]) -> None:
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "cid"))
        writer.writerows(zip(ids, customers, strict=True))
