"""A process that is the desktop at work and nothing else, and what it measures of itself.

What makes the profile and prints the table is another process, so that the memory measured is that
of the program (and of what measures it: some megabytes).
"""

import json
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.desktop.sizes import Sizes
from benchmarks.sync.figures import Figure
from desktop.lightly import import_lightly

PARTS = ("lists", "jump", "questions", "search", "records", "memory", "bulk")
"""What can be measured by itself, in the order of the table."""


def work_figures(profile: Path, sizes: Sizes, only: Collection[str] = ()) -> Iterator[Figure]:
    """Everything that is measured on the profile, or `only` some of its `PARTS`."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(profile), json.dumps(asdict(sizes)), *only],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        yield Figure(**json.loads(line))
    if process.wait() != 0:
        raise RuntimeError("the desktop did not end as it should")


def main(profile: str, sizes: str, *only: str) -> None:
    """Measure, and say each figure as a line of JSON."""
    import_lightly()
    from benchmarks.desktop.working import measure

    for figure in measure(Path(profile), Sizes(**json.loads(sizes)), only or PARTS):
        print(json.dumps(asdict(figure)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
