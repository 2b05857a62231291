"""How well and how fast duplicates are found: python make.py bench matching

Customers nobody trained on are made up (another seed of our generator), scanned by the command line
as a user would, and scored; `--data FOLDER` takes customers.csv and truth.csv from a folder
instead. `--rows N` sets how many, `--splink PYTHON` lets Splink 5 do the same in the same run, with
a Python that has it. Times stand beside those of a limit of the same run: reading the file and
looking at every row once.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.matching import customers
from benchmarks.matching.lookup import lookup
from benchmarks.matching.peer import read_groups
from benchmarks.matching.score import Score, score
from crm_core.matching.scan import Band, clusters, prepare_rows

ROWS, SEED = 230_000, 20_261_129
PAIR_TARGET, B3_TARGET, MIXED_TARGET, MEMORY_TARGET = 0.97, 0.985, 0.001, 1e9


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--no-lookup", action="store_true")
    parser.add_argument("--splink", metavar="PYTHON")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = given.data or Path(name)
        if given.data is None:
            customers.write(folder, given.rows, seed=SEED)
        truth = _truth(folder)
        limit = _read_once(folder)
        out = Path(name) / "clusters.csv"
        seconds, memory = _timed(
            [
                sys.executable, "-m", "desktop", "match", "scan",
                str(folder / "customers.csv"), "--out", str(out),
            ]
        )  # fmt: skip
        found = read_groups(out)
        reached = score(list(truth.values()), [found[one] for one in truth])
        print(f"{len(truth):,} records of {len(set(truth.values())):,} customers")
        _say("suixing", reached)
        ok = "ok" if reached.pair_f1 >= PAIR_TARGET and reached.b3_f1 >= B3_TARGET else "below"
        print(f"  targets: pairs {PAIR_TARGET}, B³ {B3_TARGET}: {ok}")
        print(
            f"  {seconds:.1f} s = {seconds / limit:.0f}× reading the rows once ({limit:.2f} s), "
            f"{memory / 1e6:,.0f} MB of memory at most (≤ {MEMORY_TARGET / 1e6:,.0f}: "
            f"{'ok' if memory <= MEMORY_TARGET else 'over'})"
        )
        _say_automatic(folder, truth)
        if not given.no_lookup:
            _say_lookup(folder, truth)
        if given.splink:
            _say_peer(folder, truth, given.splink, seconds)


def _say(who: str, reached: Score) -> None:
    print(
        f"{who}: pairs P {reached.pair_precision:.4f} R {reached.pair_recall:.4f} "
        f"F1 {reached.pair_f1:.4f}; B³ P {reached.b3_precision:.4f} R {reached.b3_recall:.4f} "
        f"F1 {reached.b3_f1:.4f}"
    )


def _say_automatic(folder: Path, truth: dict[str, str]) -> None:
    """Of the groups that may be merged without asking: how many hold more than one customer."""
    with (folder / "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = clusters([prepare_rows(rows)])
    groups = [part for one in found for part in one.sure]
    mixed = sum(len({truth[rows[place]["id"]] for place in group}) > 1 for group in groups)
    share = mixed / max(1, len(groups))
    bands = Counter(one.band for one in found)
    print(
        f"  beyond doubt: {len(groups):,} groups, {mixed} of them more than one customer = "
        f"{share:.3%} (≤ {MIXED_TARGET:.1%}: {'ok' if share <= MIXED_TARGET else 'over'}); "
        f"to judge: {bands[Band.REVIEW]:,}"
    )


def _say_lookup(folder: Path, truth: dict[str, str]) -> None:
    """Whether a new record is there already, asked of an encrypted replica as the form asks."""
    with (folder / "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        found = lookup(list(csv.DictReader(file)), truth)
    print(
        f"is this one there already, {found.asked:,} times: p50 {found.p50_ms:.1f}, "
        f"p99 {found.p99_ms:.1f} ms (of the processor {found.work_p99_ms:.1f}; ≤ 5), "
        f"first answer right {found.hit:.3f} (≥ 0.95), none {found.missed:.3f}, "
        f"false alarm {found.false_alarm:.3f} (≤ 0.02); filed in {found.filed_seconds:.0f} s, "
        f"{found.index_bytes / 1e6:.0f} MB"
    )


def _say_peer(folder: Path, truth: dict[str, str], python: str, ours: float) -> None:
    done = subprocess.run(
        [python, "-m", "benchmarks.matching.peer", str(folder)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds = json.loads(done.stdout.splitlines()[-1])["seconds"]
    found = read_groups(folder / "peer.csv")
    _say("splink", score(list(truth.values()), [found[one] for one in truth]))
    print(f"  {seconds:.1f} s: suixing takes {ours / seconds:.2f} of it")


def _truth(folder: Path) -> dict[str, str]:
    with (folder / "truth.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row["entity"] for row in csv.DictReader(file)}


def _read_once(folder: Path) -> float:
    """Seconds to read the file and to look at every value once."""
    started = time.perf_counter()
    seen: defaultdict[str, int] = defaultdict(int)
    with (folder / "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            for value in row:
                seen[value] += 1
    return time.perf_counter() - started


def _timed(command: Sequence[str]) -> tuple[float, float]:
    """Seconds of a command, and bytes it and its children held at once at most (Linux)."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0.0

    def watch() -> None:
        nonlocal most
        while process.poll() is None:
            most = max(most, sum(map(_held, _family(process.pid))))
            time.sleep(0.2)

    watching = threading.Thread(target=watch)
    watching.start()
    if process.wait() != 0:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    seconds = time.perf_counter() - started
    watching.join()
    return seconds, most


def _family(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                todo += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def _held(pid: int) -> float:
    """Bytes of a process, shared ones by its share."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next(
        (float(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")),
        0.0,
    )


if __name__ == "__main__":
    main()
