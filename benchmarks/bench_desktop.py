"""How fast the desktop is at its largest: python3 make.py bench desktop

230,000 customers, 60,000 contacts and 1.5 million visits, follow-ups and tasks in an encrypted
profile, made once (that takes a while) and kept in the user's cache. `--small` is for a quick look.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.desktop.at_work import PARTS, work_figures
from benchmarks.desktop.company import a_profile, copy
from benchmarks.desktop.sizes import SMALL, Sizes
from benchmarks.desktop.starting import start_figures
from benchmarks.sync.figures import Figure, table

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.command()
def run(
    *,
    small: Annotated[bool, typer.Option("--small", help="2,000 customers instead.")] = False,
    repeats: Annotated[int, typer.Option(help="Starts of each program.")] = 5,
    only: Annotated[
        list[str] | None,
        typer.Option(help="start, lists, jump, questions, search, records, memory or bulk."),
    ] = None,
) -> None:
    """Measure and print the table, or `--only` some rows of it (may be given again)."""
    sizes = SMALL if small else Sizes()
    kept = a_profile(sizes, lambda said: print(said, flush=True))
    with tempfile.TemporaryDirectory(prefix="suixing-bench-") as name:
        profile = copy(kept, Path(name) / "profile")
        figures = list(_figures(profile, sizes, repeats, only or []))
    print(f"\n{table(figures)}")


def _figures(profile: Path, sizes: Sizes, repeats: int, only: list[str]) -> Iterator[Figure]:
    parts: list[Iterator[Figure]] = []
    if not only or "start" in only:
        parts.append(start_figures(profile, repeats=repeats))
    if not only or set(only) & set(PARTS):
        parts.append(work_figures(profile, sizes, only))
    for some in parts:
        for figure in some:
            print(f"{figure.name}: {figure.value:.2f} {figure.unit} {figure.note}", flush=True)
            yield figure


if __name__ == "__main__":
    app()
