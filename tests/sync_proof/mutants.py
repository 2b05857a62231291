"""`python3 make.py mutants`: plant one bug at a time in a copy of the tree and see it caught.

The copy is made once: each bug is taken out again before the next, and what is not touched stays
compiled. Long stories are told as well: some bugs only they catch.

Each mutant is a replacement of text that must occur exactly once in its file, so that a change of
the code cannot make one harmless unnoticed; `test_mutants` holds them to the code. A mutant names
the stories that should catch it; one that they let pass is a hole in the proof.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.sync_proof.planted import MUTANTS, Mutant

ROOT = Path(__file__).parent.parent.parent
_LEFT_OUT = shutil.ignore_patterns(
    ".*", "__pycache__", "build", "dist", "out", "screenshots", "installers", "*.db"
)
_LONGEST_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant."""

    mutant: Mutant
    caught: bool
    by: str
    seconds: float


def misfits(root: Path = ROOT) -> Iterator[str]:
    """Mutants whose text is not found exactly once in its file."""
    for mutant in MUTANTS:
        for change in mutant.changes:
            found = (root / change.file).read_text(encoding="utf-8").count(change.old)
            if found != 1:
                yield f"{mutant.name}: {found} places in {change.file}"


def copy_tree(folder: Path) -> Path:
    """What the stories need of the checkout."""
    for name in ("crm_core", "desktop", "sync_server", "tests", "resources"):
        shutil.copytree(ROOT / name, folder / name, ignore=_LEFT_OUT)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def plant(mutant: Mutant, root: Path) -> None:
    """Put the bug in; ValueError where its text is not there exactly once."""
    for change in mutant.changes:
        path = root / change.file
        text = path.read_text(encoding="utf-8")
        if text.count(change.old) != 1:
            raise ValueError(f"{mutant.name} does not fit {change.file} any more")
        path.write_text(text.replace(change.old, change.new), encoding="utf-8")


def run(root: Path, words: str, told_in: str) -> subprocess.CompletedProcess[str]:
    """The stories of a file whose names hold one of `words`, in the tree at `root`."""
    quietly = ("-q", "-x", "-n", "0", "--no-header", "-rfE", "-p", "no:cacheprovider")
    command = (sys.executable, "-m", "pytest", *quietly, "-m", "", told_in)
    chosen = ("-k", words) if words else ()
    surroundings = os.environ | {"PYTHONPATH": str(root), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [*command, *chosen], cwd=root, env=surroundings, capture_output=True, text=True,
        encoding="utf-8", timeout=_LONGEST_SECONDS, check=False,
    )  # fmt: skip


@contextmanager
def planted(mutant: Mutant, root: Path) -> Iterator[None]:
    """The tree at `root` with the bug, until the block ends. The files then get back the times they
    had, which their compiled form fits."""
    files = {root / change.file for change in mutant.changes}
    for file in files:
        shutil.copy2(file, file.with_suffix(".sound"))
    try:
        plant(mutant, root)
        yield
    finally:
        for file in files:
            file.with_suffix(".sound").replace(file)


def judge(mutant: Mutant, root: Path, *, every: bool) -> Outcome:
    """Plant it in the copy of the tree at `root` and let the stories run."""
    begun = time.monotonic()
    try:
        with planted(mutant, root):
            done = run(root, "" if every else mutant.stories, mutant.told_in)
    except subprocess.TimeoutExpired:
        return Outcome(mutant, False, "no end in sight", time.monotonic() - begun)
    lines = [
        line
        for line in done.stdout.splitlines()
        if line.startswith(("FAILED tests", "ERROR tests"))
    ]
    by = lines[0].partition("::")[2].partition(" - ")[0] if lines else ""
    # 1 is "tests failed"; anything else means that nothing was really asked.
    caught = done.returncode == 1 and bool(by)
    if done.returncode not in (0, 1):
        by = (done.stdout + done.stderr)[-500:]
    return Outcome(mutant, caught, by, time.monotonic() - begun)


def failing(mutants: Sequence[Mutant], root: Path, *, every: bool) -> Iterator[str]:
    """The files whose stories fail without any bug: they would catch whatever is planted."""
    for place in sorted({mutant.told_in for mutant in mutants}):
        words = {mutant.stories for mutant in mutants if mutant.told_in == place}
        done = run(root, "" if every or "" in words else " or ".join(sorted(words)), place)
        if done.returncode:
            yield f"{place} fails without a bug:\n{done.stdout[-2000:]}"


def main(arguments: Sequence[str]) -> int:
    """The table; 1 where a bug was let pass, or where the stories fail without any."""
    parser = argparse.ArgumentParser(prog="make.py mutants")
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--every", action="store_true", help="every story against every bug")
    given = parser.parse_args(arguments)
    wrong = list(misfits())
    if wrong:
        _say("\n".join(("Patches that fit no more:", *wrong)))
        return 1
    chosen = [m for m in MUTANTS if not given.names or m.name in given.names]
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        root = copy_tree(Path(name))
        for line in failing(chosen, root, every=given.every):
            _say(line)
            return 1
        for mutant in chosen:
            outcome = judge(mutant, root, every=given.every)
            outcomes.append(outcome)
            verdict = "caught" if outcome.caught else "NOT CAUGHT"
            _say(f"{verdict:<10}  {mutant.name:<34} {outcome.seconds:5.0f} s  {outcome.by}")
    survived = [o.mutant.name for o in outcomes if not o.caught]
    _say(f"{len(outcomes) - len(survived)} of {len(outcomes)} planted bugs caught.")
    return 1 if survived or not outcomes else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
