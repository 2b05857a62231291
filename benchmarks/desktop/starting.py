"""From the start of a process until its window can be used, ours and a bare one in turns."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.sync.figures import Figure, measured
from desktop.config import Profile, Settings, save_settings

_TARGET = 2.5


def start_figures(profile: Path, *, repeats: int) -> Iterator[Figure]:
    """The first start of each is not counted: it writes what Python compiles."""
    _settle_in(Profile(profile))
    bare, ours = list[float](), list[float]()
    for number in range(repeats + 1 if repeats else 0):
        times = (
            _started("benchmarks.desktop.bare"),
            _started("benchmarks.desktop.opening", str(profile)),
        )
        if number:
            bare.append(times[0])
            ours.append(times[1])
    if not repeats:
        return
    yield measured("a bare window with an empty table", bare)
    yield measured("window usable after a cold start", ours, raw=min(bare), target=_TARGET)


def _settle_in(profile: Profile) -> None:
    """Whoever starts here has seen the tour, which comes once."""
    save_settings(profile.settings_path, Settings(windows={"tour": "seen"}))


def _started(module: str, *arguments: str) -> float:
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = process.stdout.readline()
    seconds = time.perf_counter() - begun
    process.stdout.close()
    if said.strip() != "usable" or process.wait() != 0:
        raise RuntimeError(f"{module} did not come up")
    return seconds
