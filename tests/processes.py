"""Child processes of the tests that begin with the product already imported.

Importing it costs a second or two each time and the tests start hundreds of processes. Where the
system can fork, one process imports once and every child is a copy of it: a real process of its
own all the same, to be killed, listened to and waited for. Elsewhere each child imports for itself.
"""

import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

_starting = threading.Lock()
_IMPORTED = ["sync_server.cli", "tests.sync_proof.killed"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a child finds: variables, standard input, where its output goes (added to a file)."""

    variables: Mapping[str, str] = field(default_factory=dict)
    typed: str = ""
    output: str = os.devnull
    errors: str = os.devnull


def begin(
    run: Callable[..., object], *arguments: str, within: Surroundings = Surroundings()
) -> BaseProcess:
    """Start a process that calls `run(*arguments)`, a function of a module, and ends with it."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        with _starting:
            _import_ahead()
    # Typeshed knows no common type of the contexts' processes.
    process = cast("BaseProcess", context.Process(target=_live, args=(run, arguments, within)))  # type: ignore[attr-defined]
    process.start()
    return process


def _import_ahead() -> None:
    from multiprocessing import forkserver  # There is none on Windows.

    forkserver.set_forkserver_preload(_IMPORTED)
    before = os.environ.get("PYTHONPATH")
    # The copying process does not take over our `sys.path`.
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _live(run: Callable[..., object], arguments: tuple[str, ...], within: Surroundings) -> None:
    os.environ.clear()
    os.environ.update(within.variables)
    warnings.simplefilter("error")
    _connect(within)
    run(*arguments)


def _connect(within: Surroundings) -> None:
    """Put files in the place of standard input, output and errors."""
    read, write = os.pipe()
    os.write(write, within.typed.encode())
    os.close(write)
    adding = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    output, errors = os.open(within.output, adding), os.open(within.errors, adding)
    for descriptor, standard in ((read, 0), (output, 1), (errors, 2)):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]


def text_of(path: Path) -> str:
    """What a child wrote there; empty where it wrote nothing."""
    return path.read_text(encoding="utf-8") if path.exists() else ""
