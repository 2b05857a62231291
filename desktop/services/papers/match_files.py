"""Duplicates in a spreadsheet: a CSV file in, the customer of each row out (row 5.8).

The work is spread over a few processes, so that nothing of it is done on a thread of the program.
"""

import csv
import gc
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from crm_core.errors import KnownError
from crm_core.matching.scan import Band, Cluster, Prepared, clusters, prepare_table, together
from crm_core.matching.tabled import FIELDS

_AT_ONCE = 60_000
"""Rows taken apart in one step: fewer steps mean less to be put together."""
_WORTH_PROCESSES = 20_000
_FEWEST_PROCESSES, _MOST_PROCESSES = 2, 4
_HEAD_START = 5_000
"""Rows that are made ready while another process starts."""
_LARGEST_CELL = 1 << 20


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
        found = clusters(ready, progress=lambda part: progress(0.6 + part * 0.4)) if ids else []
        _write(out, ids, found)
    except (OSError, UnicodeError, csv.Error) as error:
        raise KnownError(
            f"无法处理文件：{error}", f"The file could not be worked on: {error}"
        ) from error
    progress(1.0)
    doubled = sum(len(one.members) for one in found)
    sure = sum(one.band is Band.MERGE for one in found)
    return Scanned(
        len(ids), len(ids) - doubled + len(found), doubled - len(found), sure, len(found) - sure
    )


def _prepared(
    source: Path, progress: Callable[[float], object]
) -> tuple[list[str], list[Prepared]]:
    csv.field_size_limit(_LARGEST_CELL)
    with source.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        if "id" not in header:
            raise KnownError(
                "文件里没有 id 列。第一行应为列名，例如 id,name,phone。",
                "The file has no column id. Its first line should name the columns, "
                "such as id,name,phone.",
            )
        rows = list(reader)
    number = header.index("id")
    rows = [row for row in rows if len(row) > number]
    columns = dict(zip(header, zip_longest(*rows, fillvalue=""), strict=False))
    ids = list(columns["id"])
    del rows
    table = {name: columns[name] for name in FIELDS if name in columns}
    return ids, _made_ready(table, len(ids), progress)


Table = dict[str, tuple[str, ...]]


def _made_ready(table: Table, rows: int, progress: Callable[[float], object]) -> list[Prepared]:
    """The rows made ready, in order; by several processes where there is enough to do, this one
    among them. A frozen program does it all itself: starting it anew costs more than it saves."""
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    if rows < _WORTH_PROCESSES or processes < _FEWEST_PROCESSES or getattr(sys, "frozen", False):
        return _here(table, 0, rows, progress)
    # The others begin later, by the time they take to start.
    mine = (rows + _HEAD_START * (processes - 1)) // processes
    share = (rows - mine) // (processes - 1) + 1
    # What they make lives as long as they do; looking for garbage takes a third of their time.
    with ProcessPoolExecutor(processes - 1, initializer=gc.disable) as pool:
        others = [
            pool.submit(_ready, _cut(table, at, min(at + share, rows)))
            for at in range(mine, rows, share)
        ]
        first = _here(table, 0, mine, progress)
        return [*first, *(part for one in others for part in one.result())]


def _here(
    table: Table, start: int, end: int, progress: Callable[[float], object]
) -> list[Prepared]:
    ready = []
    for at in range(start, end, _AT_ONCE):
        ready.append(prepare_table(_cut(table, at, min(at + _AT_ONCE, end))))
        progress(0.6 * (at - start) / (end - start))
    return [together(ready)] if ready else []


def _ready(table: Table) -> list[Prepared]:
    """In a process of its own."""
    rows = max(map(len, table.values()), default=0)
    return _here(table, 0, rows, lambda _: None)


def _cut(table: Table, start: int, end: int) -> Table:
    return {name: column[start:end] for name, column in table.items()}


def _write(out: Path, ids: list[str], found: list[Cluster]) -> None:
    customer = list(range(len(ids)))
    for one in found:
        for member in one.members:
            customer[member] = one.members[0]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "cid"))
        writer.writerows(zip(ids, customer, strict=True))
