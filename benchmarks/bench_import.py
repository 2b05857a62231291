"""How fast 100,000 rows are imported with a duplicate check: python make.py bench import

A CSV file of customers into an encrypted replica with log, outbox and rules on: reading, mapping,
judging each row against what is there and against the rows before it, writing. Beside it, in the
same run, plain sqlite3 inserts the same values into one table. Then the same file once more, when
every row is there already, and a dry run. `--rows N` for fewer.
"""

import csv
import gc
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from crm_core.clock import new_id, system_clock
from crm_core.intake.guessing import propose
from crm_core.intake.source import Source
from crm_core.model.credit_code import check_digit
from crm_core.permissions import Actor
from crm_core.rules.engine import make_rules
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.imports import importing
from crm_core.store.imports.importing import Job
from crm_core.store.replica import Replica, open_replica

ROWS, TARGET, ROUNDS = 100_000, 6.0, 2
HEAD = (
    "公司名称", "客户类型", "级别", "状态", "城市", "电话", "地址", "统一社会信用代码", "标签",
    "年采购额",
)  # fmt: skip
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def row(number: int) -> tuple[str, ...]:
    """One customer as a spreadsheet has it."""
    code = "".join(_CODE[(number * 7 + place * 13) % 31] for place in range(3))
    code = f"913201{number:08d}{code}"
    return (
        f"测试客户{number:06d}有限公司", "单位", ("A 重点", "B 普通", "C 观察")[number % 3],
        ("合作中", "潜在")[number % 2], ("南京", "苏州", "无锡", "镇江")[number % 4],
        f"138{number:08d}", f"天元东路 {number} 号", code + check_digit(code), "重点",
        f"{number % 900 + 100},000.00",
    )  # fmt: skip


def worked(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds `work` takes, and of the processor: what they were with nothing else running."""
    gc.collect()
    wall, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - busy


def write_file(path: Path, rows: int) -> None:
    """The table, as Excel saves it in China."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(row(number) for number in range(rows))


def raw_insert(folder: Path, rows: int) -> tuple[float, float]:
    """Plain sqlite3: the same rows into one table with a unique id, in one transaction."""
    path = folder / "raw.db"
    path.unlink(missing_ok=True)
    database, clock = sqlite3.connect(path), system_clock()
    columns = ", ".join(f"c{place} TEXT" for place in range(len(HEAD)))
    database.execute(f"CREATE TABLE t (rid INTEGER PRIMARY KEY, id TEXT UNIQUE, {columns})")
    made = [(new_id(clock), *row(number)) for number in range(rows)]
    marks = ", ".join("?" * (len(HEAD) + 1))
    names = ", ".join(("id", *(f"c{place}" for place in range(len(HEAD)))))

    def write() -> None:
        with database:
            database.executemany(f"INSERT INTO t ({names}) VALUES ({marks})", made)

    seconds = worked(write)
    database.close()
    return seconds


def a_replica(folder: Path) -> Replica:
    """An empty one, encrypted, as a laptop has it."""
    return open_replica(
        folder / "replica.db", clock=system_clock(), key=os.urandom(32), keeps_outbox=True,
        rules=make_rules(BUILTIN_RULES),
    )  # fmt: skip


def measured(folder: Path, file: Path) -> dict[str, tuple[float, float]]:
    """What is timed: (wall, processor) seconds."""
    replica, found = a_replica(folder), dict[str, tuple[float, float]]()

    def run() -> None:
        with Source(file) as source:
            done = importing.run(replica, job_of(source, replica), anew=True)
        assert done.error is None, done.error

    def foretell() -> None:
        with Source(file) as source:
            importing.foretell(replica, job_of(source, replica))

    found["dry run"] = worked(foretell)
    found["import"] = worked(run)
    found["all there already"] = worked(run)
    replica.close()
    return found


def job_of(source: Source, replica: Replica) -> Job:
    """What the program proposes for the file."""
    table = source.table()
    top = [cells for _, cells in source.top("")]
    return Job(source, table, propose(table.heading, top, replica.registry), Actor("u", "admin"))


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[sys.argv.index("--rows") + 1]) if "--rows" in sys.argv else ROWS
    gc.disable()  # As on the desktop, where the Qt thread collects between events.
    best: dict[str, tuple[float, float]] = {}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_file(folder / "客户.csv", rows)
            found = {"raw sqlite3": raw_insert(folder, rows)}
            found |= measured(folder, folder / "客户.csv")
        for what, took in found.items():
            best[what] = min(best.get(what, took), took, key=lambda one: one[1])
    wall, busy = best["raw sqlite3"]
    print(f"{rows:,} rows, best of {ROUNDS}; × = multiple of raw sqlite3 by wall | by processor")
    for what, (seconds, cpu) in best.items():
        verdict = ""
        if what == "import":
            verdict = "ok" if cpu <= TARGET * busy else f"over {TARGET:g}×"
        print(
            f"{what:>18}: {seconds:6.2f} s, {cpu:6.2f} s of the processor = "
            f"{seconds / wall:5.1f}× | {cpu / busy:5.1f}×  {verdict}"
        )


if __name__ == "__main__":
    main()
