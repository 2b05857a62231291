"""How far synchronisation is from raw SQLite: python3 make.py bench sync

Everything is real: a server process on loopback, the desktop's client, its encrypted file. The
limit is the standard library's sqlite3 writing the same values, measured in the same run.
"""

import os
import platform
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.sync.figures import Figure, table, write_json
from benchmarks.sync.raw import raw_limit
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
    json: Annotated[Path | None, typer.Option(help="Write the figures here as well.")] = None,
) -> None:
    """Measure and print the table."""
    sizes = Sizes(records, edits, clients, conflicts, repeats)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    with tempfile.TemporaryDirectory(prefix="suixing-bench-") as name:
        folder = Path(name)
        raw = raw_limit(folder, records=records, edits=edits, repeats=max(repeats, 3))
        figures = _shown(standard_figures(folder, raw, sizes))
    print(f"\n{table(figures)}")
    if json is not None:
        write_json(json, figures, circumstances(load))


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
        print(f"{figure.name}: {figure.value:.3f} {figure.unit}{times}", flush=True)
        kept.append(figure)
    return kept


if __name__ == "__main__":
    app()
