"""make.py as a newcomer meets it: verbs, old Pythons, no display, and exit codes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import make
from installers.bootstrap.environment import Environment

ROOT = Path(make.__file__).parent


def run_make(*arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, str(ROOT / "make.py"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def older_pythons() -> list[str]:
    """Real Pythons 3.6 to 3.10 on this computer; usually none."""
    on_path = [shutil.which(f"python3.{minor}") for minor in range(6, 11)]
    kept = (Path.home() / ".pyenv" / "versions").glob("3.*/bin/python")
    return [p for p in (*filter(None, on_path), *map(str, kept)) if is_older(p)]


def is_older(python: str) -> bool:
    code = "import sys; sys.exit(0 if sys.version_info < (3, 11) else 1)"
    return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0


def test_an_older_python_gets_a_sentence_instead_of_a_traceback() -> None:
    """Real old Pythons where there are any; the running one, lying about its age, in any case."""
    lying = (
        "import runpy, sys; sys.version_info = (3, 9, 0); sys.version = '3.9.0 (old)'\n"
        f"runpy.run_path({str(ROOT / 'make.py')!r}, run_name='__main__')"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-X", "utf8", "-c", lying],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    ]
    answers += [run_make("run", python=path) for path in older_pythons()]
    for answer in answers:
        assert answer.returncode == 1
        assert "Suixing needs Python 3.11 or newer, this is 3." in answer.stderr
        assert "Traceback" not in answer.stderr


def test_without_a_verb_the_verbs_are_listed() -> None:
    asked = run_make("--help")
    wrong = run_make("dance")
    assert (asked.returncode, wrong.returncode) == (0, 2)
    for verb in ("setup", "run", "test", "check", "serve", "demo", "bench", "freeze", "clean"):
        assert f"\n  {verb} " in asked.stdout
    assert asked.stdout == wrong.stdout


class Calls:
    """Stands where the environment and the programs are; remembers what was started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, codes: dict[str, int]) -> None:
        self.started: list[tuple[str, ...]] = []
        self.offscreen: list[bool] = []
        self._codes = codes
        monkeypatch.setattr(make, "prepare", lambda kind, *, screen: None)
        monkeypatch.setattr(Environment, "ensure", lambda self, kind: None)
        monkeypatch.setattr(make, "python", self.start)

    def start(
        self, *arguments: str, extra: dict[str, str] | None = None, quiet: bool = False
    ) -> int:
        self.started.append(arguments)
        self.offscreen.append((extra or {}).get("QT_QPA_PLATFORM") == "offscreen")
        return next((c for sign, c in self._codes.items() if sign in " ".join(arguments)), 0)


def test_run_without_a_display_is_the_guided_tour(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = Calls(monkeypatch, {"demo": 3, "model fetch": 1})
    monkeypatch.setattr(make, "wants_screen", lambda: False)
    assert make.main(["run"]) == 3
    out = str(ROOT / "out" / "demo")
    assert calls.started == [
        ("-m", "desktop", "model", "fetch"),
        ("-m", "desktop", "demo", "--headless", "--out", out),
    ]
    assert calls.offscreen == [False, True]
    said = capsys.readouterr().out
    assert "没有显示器" in said
    assert "notes are typed" in said


@pytest.mark.parametrize("works", [True, False], ids=["display", "stale-display"])
def test_run_opens_the_desktop_only_on_a_display_that_works(
    monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    calls = Calls(monkeypatch, {"QGuiApplication": 0 if works else 134})
    monkeypatch.setattr(make, "wants_screen", lambda: True)
    assert make.main(["run"]) == 0
    assert calls.started[-1][:3] == ("-m", "desktop", "try" if works else "demo")


def test_a_check_runs_every_step_and_fails_if_one_did(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = Calls(monkeypatch, {"-m mypy": 1})
    assert make.main(["check"]) == 1
    assert len(calls.started) == 5
    assert "Failed: mypy" in capsys.readouterr().out
    assert make.main(["check"]) == 1
    Calls(monkeypatch, {})
    assert make.main(["check"]) == 0


def test_arguments_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls(monkeypatch, {})
    assert make.main(["serve", "--port", "9000"]) == 0
    assert make.main(["demo", "--headless", "--out", "x"]) == 0
    assert make.main(["test", "-k", "merge"]) == 0
    assert calls.started == [
        ("-m", "sync_server", "serve", "--port", "9000"),
        ("-m", "desktop", "model", "fetch"),
        ("-m", "desktop", "demo", "--headless", "--out", "x"),
        ("-m", "pytest", "-k", "merge"),
    ]


def test_a_benchmark_that_does_not_exist_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Calls(monkeypatch, {})
    assert make.main(["bench", "teleport"]) == 1
    assert "teleport" in capsys.readouterr().out


def test_a_failed_build_is_not_smoke_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls(monkeypatch, {"PyInstaller": 2})
    assert make.main(["freeze"]) == 2
    assert len(calls.started) == 1


def test_interrupting_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(make.VERBS, "test", interrupted)
    assert make.main(["test"]) == 130
    assert "Interrupted" in capsys.readouterr().out


def test_no_package_index_is_written_into_the_repository() -> None:
    """Whoever installs uses the index they configured."""
    for path in sorted((ROOT / "requirements").glob("*.*")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path
        assert "index" not in text.split(), path


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "build.txt"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert "==" in line, line
        assert "--hash=sha256:" in line, line


def test_the_files_agree_on_every_version() -> None:
    """They are installed one after the other into the same environment."""
    seen: dict[str, set[str]] = {}
    for name in ("run.txt", "dev.txt", "build.txt"):
        for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines():
            if "==" in line.split(";")[0] and not line.startswith(" "):
                package, _, rest = line.removesuffix("\\").partition("==")
                seen.setdefault(package + rest.partition(";")[2], set()).add(rest.strip())
    assert [package for package, versions in seen.items() if len(versions) > 1] == []
