"""What rules cost, on the laptop and on the server: python3 make.py bench rules

Gates and replays on an encrypted replica; pushes, clocks and a flood of leads on a real server.
`--only push` (gates, replay, push, ticks, flood, verdicts, killed) measures one of them;
`--records` and `--seed` are those of the proofs.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Annotated

import typer

from benchmarks.rules import flood, gates, killing, pushing, replay, ticking, verdicts
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


PROVEN = ("not the same", "fired twice", "not fired")
"""How figures end that are no measurement but a promise."""
PARTS: dict[str, Callable[[], Iterable[Figure]]] = {
    "gates": _gates,
    "replay": _replay,
    "push": pushing.figures,
    "ticks": ticking.figures,
    "flood": flood.figures,
    "verdicts": verdicts.figures,
    "killed": killing.figures,
}


@app.command()
def run(
    only: Annotated[list[str] | None, typer.Option(help="Parts to measure.")] = None,
    records: Annotated[int, typer.Option(help="Of the proof of verdicts.")] = verdicts.RECORDS,
    seed: Annotated[int | None, typer.Option(help="Of chance; a new one each time.")] = None,
) -> None:
    """Measure and print the table; 1 where a promise is broken."""
    parts = PARTS | {"verdicts": partial(verdicts.figures, records=records, seed=seed)}
    parts["killed"] = partial(killing.figures, seed=seed)
    wanted = only or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        raise typer.BadParameter(f"{', '.join(unknown)}; known: {', '.join(PARTS)}")
    figures: list[Figure] = []
    for name in wanted:
        for figure in parts[name]():
            print(f"{figure.name}: {figure.value:.2f} {figure.unit} {figure.note}", flush=True)
            figures.append(figure)
    print(f"\n{table(figures)}")
    if any(one.verdict == "over" and one.name.endswith(PROVEN) for one in figures):
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
