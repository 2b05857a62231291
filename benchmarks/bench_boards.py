"""How fast boards are over 230,000 customers and 1.5 million events: python3 make.py bench boards

An encrypted replica, made once (that takes minutes) and kept in the user's cache; beside each
figure the same statements in DuckDB over the same facts, in memory. `--part 10` measures a tenth
of it. `--organisations 200` holds every measure against a slow reference instead.
"""

import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.boards.duck import Duck
from benchmarks.boards.holding import held
from benchmarks.boards.organisation import KEY, NODE, Sizes, an_organisation, make_facts, opened
from benchmarks.boards.questions import BOARDS, TILES, filtered
from benchmarks.desktop.clockwork import CLOCK, NOW
from benchmarks.sync.figures import Figure, table
from crm_core.insight.declared import Filters, Question
from crm_core.model.values import Record
from crm_core.permissions import Actor
from crm_core.store.measures.measuring import answers, explain
from crm_core.store.replica import Replica
from tests.measures_proof.prove import main as prove

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
ADMIN = Actor("user-0000", "admin")


@app.command()
def run(
    *,
    part: Annotated[int, typer.Option(help="So many times smaller.")] = 1,
    repeats: Annotated[int, typer.Option(help="Of each figure; the median counts.")] = 7,
    duck: Annotated[bool, typer.Option(help="Whether DuckDB is the yardstick.")] = True,
    organisations: Annotated[
        int, typer.Option(help="Instead: hold all measures against slow ones over so many.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Of the first organisation; by chance without.")] = 0,
) -> None:
    """Measure and print the table."""
    if organisations:
        words = ["--organisations", str(organisations), *(["--seed", str(seed)] if seed else [])]
        raise typer.Exit(prove(words))
    kept = an_organisation(Sizes().divided(part), lambda said: print(said, flush=True))
    with tempfile.TemporaryDirectory(prefix="suixing-bench-") as name:
        copied = Path(name) / "replica.db"
        shutil.copy2(kept, copied)
        figures = []
        for figure in _figures(copied, repeats, duck=duck):
            print(f"{figure.name}: {figure.value:.1f} {figure.unit} {figure.note}", flush=True)
            figures.append(figure)
    print(f"\n{table(figures)}")


def _figures(path: Path, repeats: int, *, duck: bool) -> Iterator[Figure]:
    first = []
    for _ in range(min(3, repeats)):
        replica = opened(path)
        first.append(_timed(partial(answers, replica, list(TILES), NOW, {})))
        replica.close()
    replica = opened(path)
    before = _memory()
    answers(replica, [one for asked in BOARDS.values() for one in asked], NOW, {})
    added = _memory() - before
    yardstick = Duck(replica) if duck else None
    for name, limit, questions in _acts():
        spent = _median(partial(answers, replica, questions, NOW, {}), repeats)
        ours = statistics.median(first) if name == "first paint" else spent
        note = _note(yardstick, questions, ours, repeats)
        yield Figure(name, ours, "ms", target=limit, note=note)
    yield from _drills(replica, repeats)
    yield from _incremental(replica)
    yield Figure("memory: process with the database open", before, "MB")
    yield Figure("memory: what boards add", added, "MB")
    replica.close()
    yield from held(path, KEY, NODE)


def _acts() -> list[tuple[str, int, list[Question]]]:
    whole = list(TILES)
    return [
        ("first paint", 300, whole),
        ("board again", 300, whole),
        ("filter: a team", 200, filtered(Filters(teams=("team-1",)))),
        ("filter: source and city", 200,
         filtered(Filters(sources=("抖音-202603", "展会-202604"), cities=("南京市",)))),
        *((f"board {name}", 300, asked) for name, asked in BOARDS.items()),
        *((f"tile {one.measure}", 300, [one]) for one in TILES),
    ]  # fmt: skip


def _note(duck: Duck | None, questions: list[Question], ours: float, repeats: int) -> str:
    if duck is None:
        return ""
    statements = duck.statements(questions)
    theirs = _median(lambda: duck.ask(statements), repeats)
    return f"DuckDB {theirs:.1f} ms, ratio {ours / theirs:.1f}"


def _drills(replica: Replica, repeats: int) -> Iterator[Figure]:
    for question, groups in (
        (TILES[3], ("need",)),
        (TILES[4], ("proposal", "user-0007")),
        (TILES[0], ("user-0003",)),
    ):
        opening = partial(explain, replica, question, groups, NOW, {})
        note = f"{len(opening().evidence):,} facts"
        spent = _median(opening, repeats)
        yield Figure(f"drill-down {question.measure}", spent, "ms", target=150, note=note)


def _incremental(replica: Replica) -> Iterator[Figure]:
    """What a sync brings: 500 leads move on, 300 follow-ups and 200 visits come in. The median of
    five such; boards were open before."""
    _sync(replica, replica.rows("lead", range(1, 300, 7)))
    make_facts(replica)
    written, made, whole, worked = list[float](), list[float](), list[float](), list[float]()
    for first in range(2, 7):
        leads = replica.rows("lead", range(first, 200_000, 7))[-500:]
        written.append(_sync(replica, leads))
        began = time.process_time()
        made.append(1000 * make_facts(replica))
        whole.append(made[-1] + _timed(partial(answers, replica, [TILES[0]], NOW, {})))
        worked.append(1000 * (time.process_time() - began))
    note = f"{statistics.median(worked):.0f} ms of the processor"
    yield Figure("writing 1,000 changes", statistics.median(written), "ms", note="marks included")
    yield Figure("incremental: facts", statistics.median(made), "ms")
    yield Figure(
        "incremental: facts and a tile", statistics.median(whole), "ms", target=200, note=note
    )


def _sync(replica: Replica, leads: Sequence[Record]) -> float:
    now, calls = CLOCK.iso(), len(leads) * 3 // 5
    began = time.perf_counter()
    with replica.write(ADMIN) as (unit, _):
        unit.change_many("lead", {str(one["id"]): {"stage": "trial"} for one in leads})
        called = {"action": "called", "happened_at": now}
        unit.create_many("follow_up", [called | {"lead": one["id"]} for one in leads[:calls]])
        met = [
            {"started_at": now, "lead": one["id"], "customer": one["customer"]}
            for one in leads[calls:]
        ]
        unit.create_many("visit", met)
    return 1000 * (time.perf_counter() - began)


def _median(act: Callable[[], object], repeats: int) -> float:
    return statistics.median(_timed(act) for _ in range(repeats))


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def _memory() -> float:
    """Megabytes the process holds now; where that cannot be read, the most it held."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    app()
