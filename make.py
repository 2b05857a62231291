"""One file to try, test, check and build Suixing: `python3 make.py VERB` (Python 3.11 or newer).

Only the verbs are here; the virtual environment and system checks are in installers/bootstrap.
"""

import sys

# An older Python must still get a sentence, so nothing above this line may be newer than 3.6.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        f"随行需要 Python 3.11 或更新版本，当前是 {sys.version.split()[0]}。"
        "请安装后用它运行，例如：python3.11 make.py run\n"
        f"Suixing needs Python 3.11 or newer, this is {sys.version.split()[0]}."
        " Install one and run it, for example: python3.11 make.py run"
    )

import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from installers.bootstrap import system
from installers.bootstrap.console import Stop, say
from installers.bootstrap.environment import Environment, Kind

ROOT = Path(__file__).resolve().parent
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
# Images of machines often forbid compiled files: each worker and child would compile all again.
TESTING = OFFSCREEN | {"PYTHONDONTWRITEBYTECODE": ""}
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"
TRY_SCREEN = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


def main(arguments: Sequence[str]) -> int:
    """Run one verb; the exit code is that of whatever it started."""
    if not arguments or arguments[0] not in VERBS:
        say(usage())
        return 0 if arguments[:1] in (["-h"], ["--help"], ["help"]) else 2
    try:
        return VERBS[arguments[0]](list(arguments[1:]))
    except Stop as stop:
        say(stop.sentence)
        return 1
    except KeyboardInterrupt:
        say("\n已中断，再次运行会接着做。 / Interrupted; run it again to continue.")
        return 130


def usage() -> str:
    """The verbs with the first line of what each does."""
    lines = (f"  {verb:<7} {(do.__doc__ or '').splitlines()[0]}" for verb, do in VERBS.items())
    return "\n".join(("用法 / Usage: python3 make.py VERB [arguments]", *lines))


def do_setup(_: list[str]) -> int:
    """Create .venv and install everything for running, testing and building."""
    prepare(Kind.DEV, screen=False)
    say(f"就绪 / Ready: {Environment(ROOT).python}")
    return 0


def do_run(arguments: list[str]) -> int:
    """Try it: sample organisation, embedded server, desktop; a guided tour where no display is."""
    prepare(Kind.RUN, screen=wants_screen())
    fetch_model()
    if wants_screen() and screen_works():
        return python("-m", "desktop", "try", *arguments)
    say(
        "这里没有显示器，改为无界面演示，截图和报告在 out/demo。"
        " / There is no display here: running the guided tour; screenshots and a report go to"
        " out/demo."
    )
    out = [] if "--out" in arguments else ["--out", str(ROOT / "out" / "demo")]
    return python("-m", "desktop", "demo", "--headless", *out, *arguments, extra=OFFSCREEN)


def do_demo(arguments: list[str]) -> int:
    """The story of a rep's day: --headless, --out DIR; fails unless every step really held."""
    headless = "--headless" in arguments
    prepare(Kind.RUN, screen=not headless and wants_screen())
    fetch_model()
    return python("-m", "desktop", "demo", *arguments, extra=OFFSCREEN if headless else {})


def do_serve(arguments: list[str]) -> int:
    """The sync server; arguments as for suixing-server serve."""
    Environment(ROOT).ensure(Kind.RUN)
    return python("-m", "sync_server", "serve", *arguments)


def do_test(arguments: list[str]) -> int:
    """The tests, with everything a fresh machine needs for them; arguments go to pytest."""
    prepare(Kind.DEV, screen=False)
    return python(*pytest_words(arguments), extra=TESTING)


def pytest_words(arguments: list[str]) -> tuple[str, ...]:
    """pytest on every core, telling the slowest, unless the caller asks otherwise or for a part."""
    everything = not any(a.startswith("-n") or not a.startswith("-") for a in arguments)
    # One more than there are cores: tests that wait for a process or a clock leave theirs idle.
    workers = str((os.cpu_count() or 1) + 1)
    whole = ("-n", workers, "--dist", "worksteal", "--durations=15") if everything else ()
    return ("-m", "pytest", *whole, *arguments)


def do_check(arguments: list[str]) -> int:
    """Format, lint, types, import directions, tests and docs: what must pass before merging."""
    prepare(Kind.DEV, screen=False)
    steps = {
        "ruff format": ("-m", "ruff", "format", "--check", "."),
        "ruff check": ("-m", "ruff", "check", "."),
        "mypy": ("-m", "mypy"),
        "import-linter": ("-c", LINT_IMPORTS),
        "pytest": pytest_words(arguments),
    }
    failed = [name for name, command in steps.items() if not passes(name, command)]
    say(f"未通过 / Failed: {', '.join(failed)}" if failed else "全部通过 / Everything passed.")
    return 1 if failed else 0


def do_bench(arguments: list[str]) -> int:
    """Measure: all benchmarks, or the one named; further arguments go to it."""
    Environment(ROOT).ensure(Kind.DEV)
    found = {p.stem.removeprefix("bench_"): p for p in (ROOT / "benchmarks").glob("bench_*.py")}
    if arguments and arguments[0] not in found:
        known = ", ".join(sorted(found)) or "-"
        raise Stop(f"没有这个基准 / No such benchmark: {arguments[0]}. 可用 / Known: {known}")
    names, rest = (arguments[:1], arguments[1:]) if arguments else (sorted(found), [])
    modules = [f"benchmarks.{found[name].stem}" for name in names]
    return max((python("-m", module, *rest, extra=OFFSCREEN) for module in modules), default=0)


def do_soak(arguments: list[str]) -> int:
    """The proof of sync by chance, for hours: --seconds N, --seed S; prints what it found."""
    Environment(ROOT).ensure(Kind.DEV)
    return python("-m", "tests.sync_proof.soak", *arguments, extra=OFFSCREEN)


def do_mutants(arguments: list[str]) -> int:
    """Plant known bugs one by one in a copy; fails unless the proof catches every one."""
    Environment(ROOT).ensure(Kind.DEV)
    return python("-m", "tests.sync_proof.mutants", *arguments, extra=OFFSCREEN)


def do_monkey(arguments: list[str]) -> int:
    """Random clicks, keys and sizes against the real window: --events N, --seed S."""
    Environment(ROOT).ensure(Kind.DEV)
    return python("-m", "tests.desktop.monkey", *arguments, extra=OFFSCREEN)


def do_freeze(arguments: list[str]) -> int:
    """Build the one-folder program with PyInstaller, then start it and see that it works."""
    prepare(Kind.DEV, screen=False)
    code = python("-m", "PyInstaller", "--noconfirm", "build.spec", *arguments)
    return code or python(str(ROOT / "installers" / "smoke.py"), extra=OFFSCREEN)


def do_clean(_: list[str]) -> int:
    """Remove .venv, caches and build results; the speech model and your data stay."""
    caches = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache")
    for name in (".venv", "build", "dist", "out", *caches):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    return 0


VERBS: dict[str, Callable[[list[str]], int]] = {
    "setup": do_setup,
    "run": do_run,
    "demo": do_demo,
    "serve": do_serve,
    "test": do_test,
    "check": do_check,
    "bench": do_bench,
    "soak": do_soak,
    "mutants": do_mutants,
    "monkey": do_monkey,
    "freeze": do_freeze,
    "clean": do_clean,
}


def prepare(kind: Kind, *, screen: bool) -> None:
    """The environment, and what Qt and Chinese text need from the system around it."""
    environment = Environment(ROOT)
    environment.ensure(kind)
    packages = Path(
        sysconfig.get_path(
            "platlib",
            "venv",
            {"base": str(environment.folder), "platbase": str(environment.folder)},
        )
    )
    system.provide(lambda: system.inspect(packages), screen=screen)


def fetch_model() -> None:
    """The speech model, or a sentence why notes are typed for now; never a reason to stop."""
    if python("-m", "desktop", "model", "fetch") != 0:
        say(
            "语音模型没有拿到：语音笔记请先打字，其他功能照常。"
            " / The speech model could not be had: notes are typed for now, all else works."
        )


def passes(name: str, command: Sequence[str]) -> bool:
    """Run one step of the check and say how long it took."""
    say(f"── {name}")
    started = time.monotonic()
    code = python(*command, extra=TESTING)
    verdict = "通过 / passed" if code == 0 else "未通过 / FAILED"
    say(f"   {verdict} {time.monotonic() - started:.1f} s")
    return code == 0


def wants_screen() -> bool:
    """Whether a display is announced here."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def screen_works() -> bool:
    """Whether Qt really gets a window system: a stale DISPLAY would end the program at start."""
    return python("-c", TRY_SCREEN, quiet=True) == 0


def python(*arguments: str, extra: dict[str, str] | None = None, quiet: bool = False) -> int:
    """Run the environment's Python in the checkout; its exit code."""
    return subprocess.run(
        [Environment(ROOT).python, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"} | (extra or {}),
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=subprocess.DEVNULL if quiet else None,
        check=False,
    ).returncode


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
