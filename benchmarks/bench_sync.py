"""How far synchronisation is from raw SQLite: python3 make.py bench sync

Everything is real: a server process on loopback, the desktop's client, its encrypted file. The
limit is the standard library's sqlite3 writing the same values, measured in the same run.
"""

import os
import platform
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.sync.bad_line import bad_line_figures
from benchmarks.sync.big import ACTIVITIES, CUSTOMERS, big_figures
from benchmarks.sync.database import private_postgres
from benchmarks.sync.figures import Figure, table, write_json
from benchmarks.sync.raw import raw_limit
from benchmarks.sync.reps import Load, load_figures
from benchmarks.sync.sizes import Sizes
from benchmarks.sync.standard import standard_figures

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.command()
def run(
    records: Annotated[int, typer.Option(help="Customers of twenty fields.")] = 100_000,
    edits: Annotated[int, typer.Option(help="Single-field edits to push and pull.")] = 20_000,
    clients: Annotated[int, typer.Option(help="Laptops that edit the same records.")] = 8,
    conflicts: Annotated[int, typer.Option(help="Edits of each of them.")] = 2_000,
    repeats: Annotated[int, typer.Option(help="Of everything but the cold fill.")] = 3,
    *,
    reps: Annotated[int, typer.Option(help="Instead: simulated reps, syncing each minute.")] = 0,
    minutes: Annotated[float, typer.Option(help="For so long.")] = 10.0,
    processes: Annotated[int, typer.Option(help="Server processes; PostgreSQL if several.")] = 1,
    database: Annotated[
        str, typer.Option(help="An empty PostgreSQL database; without it a private one.")
    ] = "",
    by_the_minute: Annotated[
        bool, typer.Option("--by-the-minute", help="Reps sync each minute and at no hint.")
    ] = False,
    big: Annotated[
        bool, typer.Option("--big", help="Instead: 230k customers, 1.5 M more.")
    ] = False,
    bad_line: Annotated[
        bool, typer.Option("--bad-line", help="Instead: 50 ms, 1 % loss, 256 kbit/s.")
    ] = False,
    json: Annotated[Path | None, typer.Option(help="Write the figures here as well.")] = None,
) -> None:
    """Measure and print the table."""
    sizes = Sizes(records, edits, clients, conflicts, repeats)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    with tempfile.TemporaryDirectory(prefix="suixing-bench-") as name:
        folder = Path(name)
        figures = _shown(
            _chosen(
                folder,
                sizes,
                Load(
                    reps,
                    minutes,
                    processes=processes,
                    database=database,
                    hinted=not by_the_minute,
                ),
                big=big,
                bad_line=bad_line,
            )
        )
    print(f"\n{table(figures)}")
    if json is not None:
        write_json(json, figures, circumstances(load))


def _chosen(
    folder: Path, sizes: Sizes, load: Load, *, big: bool, bad_line: bool
) -> Iterator[Figure]:
    """The parts asked for; without a wish, the table of every run."""
    if big:
        yield from big_figures(folder / "big", customers=CUSTOMERS, activities=ACTIVITIES)
    if load.reps:
        yield from _load(folder / "reps", load)
    if bad_line:
        yield from bad_line_figures(folder / "line", repeats=sizes.repeats)
    if big or load.reps or bad_line:
        return
    raw = raw_limit(folder, records=sizes.records, edits=sizes.edits, repeats=max(sizes.repeats, 3))
    yield from standard_figures(folder, raw, sizes)


def _load(folder: Path, load: Load) -> Iterator[Figure]:
    """With a PostgreSQL of its own where several processes need one."""
    if load.processes == 1 or load.database:
        yield from load_figures(folder, load)
        return
    with private_postgres(folder / "postgres") as address:
        yield from load_figures(folder, replace(load, database=address))


def circumstances(load: float) -> dict[str, object]:
    """Where this was measured, and how busy the machine was with other things."""
    return {
        "machine": platform.platform(), "python": platform.python_version(),
        "cores": os.cpu_count(), "load_before": load,
    }  # fmt: skip


def _shown(figures: Iterable[Figure]) -> list[Figure]:
    """All of them, each printed as soon as it is there: a run takes minutes."""
    kept: list[Figure] = []
    for figure in figures:
        times = "" if figure.times is None else f" = {figure.times:.2f}×"
        note = f"; {figure.note}" if figure.note else ""
        print(f"{figure.name}: {figure.value:.3f} {figure.unit}{times}{note}", flush=True)
        kept.append(figure)
    return kept


if __name__ == "__main__":
    app()
