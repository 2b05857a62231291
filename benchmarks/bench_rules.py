"""What rules cost, on the laptop and on the server: python3 make.py bench rules

Gates and replays on an encrypted replica; pushes, clocks and a flood of leads on a real server.
`--only push` (gates, replay, push, ticks, flood) measures one of them.
"""

from collections.abc import Callable, Iterable
from typing import Annotated

import typer

from benchmarks.rules import flood, gates, pushing, replay, ticking
from benchmarks.sync.figures import Figure, table

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


def _gates() -> Iterable[Figure]:
    found = gates.measure()
    return (
        Figure("gate check: median", found.median, "ms"),
        Figure("gate check: p99", found.slowest, "ms", target=gates.LIMIT_MS),
    )


def _replay() -> Iterable[Figure]:
    found = replay.measure()
    name = f"replay of {found.events:,} events"
    return (Figure(name, found.total, "s", target=replay.LIMIT_SECONDS),)


PARTS: dict[str, Callable[[], Iterable[Figure]]] = {
    "gates": _gates,
    "replay": _replay,
    "push": pushing.figures,
    "ticks": ticking.figures,
    "flood": flood.figures,
}


@app.command()
def run(only: Annotated[list[str] | None, typer.Option(help="Parts to measure.")] = None) -> None:
    """Measure and print the table."""
    wanted = only or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        raise typer.BadParameter(f"{', '.join(unknown)}; known: {', '.join(PARTS)}")
    figures: list[Figure] = []
    for name in wanted:
        for figure in PARTS[name]():
            print(f"{figure.name}: {figure.value:.2f} {figure.unit} {figure.note}", flush=True)
            figures.append(figure)
    print(f"\n{table(figures)}")


if __name__ == "__main__":
    app()
