"""What a measurement says: a value, its multiple of the raw limit, the target beside it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from unicodedata import east_asian_width

from benchmarks.sync.timing import Cost


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str = "s"
    times: float | None = None
    """Multiple of the raw limit; None where there is nothing to compare with."""
    target: float | None = None
    """The most it may be: `times` where there is a multiple, else `value`."""
    runs: tuple[float, ...] = ()
    """Every repeat, in the order measured; `value` is their smallest."""
    note: str = ""

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or nothing where no target was set."""
        if self.target is None:
            return ""
        return "ok" if (self.value if self.times is None else self.times) <= self.target else "over"


def measured(
    name: str, runs: Sequence[float], *, raw: float | None = None, target: float | None = None,
    unit: str = "s", note: str = "",
) -> Figure:  # fmt: skip
    """The figure of some repeats of one measurement."""
    best = min(runs)
    times = None if raw is None else best / raw
    return Figure(name, best, unit, times, target, tuple(runs), note)


def costing(name: str, costs: Sequence[Cost], *, raw: Cost, target: float | None = None) -> Figure:
    """The figure of some repeats whose processor time was taken too; the note says that."""
    least = min(costs, key=lambda one: one.processor)
    parts = f" (server {least.there:.2f})" if least.there else ""
    share = least.processor / raw.processor
    note = f"processor {least.processor:.2f} s{parts} = {share:.1f}×"
    walls = [one.wall for one in costs]
    return measured(name, walls, raw=raw.wall, target=target, note=note)


def table(figures: Iterable[Figure]) -> str:
    """The figures for reading, in columns."""
    rows: list[tuple[str, ...]] = [("", "measured", "median", "× raw", "target", "", "")]
    rows += [_cells(figure) for figure in figures]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(_line(row, widths) for row in rows)


def write_json(path: Path, figures: Sequence[Figure], circumstances: dict[str, object]) -> None:
    """The figures for programs, with where and how they were measured."""
    lines = [asdict(figure) | {"verdict": figure.verdict} for figure in figures]
    content = circumstances | {"figures": lines}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of them lie; of at least one."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _cells(figure: Figure) -> tuple[str, ...]:
    middle = _number(median(figure.runs), figure.unit) if len(figure.runs) > 1 else ""
    times = "" if figure.times is None else f"{figure.times:.2f}×"
    bound = "× " if figure.times is not None else f" {figure.unit}"
    target = "" if figure.target is None else f"≤ {figure.target:.3g}{bound}".rstrip()
    value = _number(figure.value, figure.unit)
    return (figure.name, value, middle, times, target, figure.verdict, figure.note)


def _number(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit}".rstrip()


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [row[0] + " " * (widths[0] - _width(row[0]))]
    padded += [" " * (widths[n] - _width(row[n])) + row[n] for n in range(1, len(row) - 2)]
    padded += [row[-2] + " " * (widths[-2] - _width(row[-2])), row[-1]]
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
