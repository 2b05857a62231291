"""Modules found in what was kept of a start are those that Python would find."""

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

import pytest

from desktop.kept_modules import KeptModules

Start = Callable[[], ModuleType]
NAMES = "suixing_kept", "suixing_kept.inner"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of kept modules, and a package in a folder of its own with what it says in it."""
    package = tmp_path / "suixing_kept"
    package.mkdir()
    (package / "__init__.py").write_text("from suixing_kept.inner import said\n")
    (package / "inner.py").write_text('said = "first"\n')
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "kept"
    forget()


def forget() -> None:
    for name in NAMES:
        sys.modules.pop(name, None)
    importlib.invalidate_caches()


def start(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[ModuleType, KeptModules]:
    """The package, imported as a new process would."""
    forget()
    finder = KeptModules(path)
    with monkeypatch.context() as context:
        place = sys.meta_path.index(PathFinder)
        context.setattr(sys, "meta_path", [*sys.meta_path[:place], finder, *sys.meta_path[place:]])
        return importlib.import_module("suixing_kept"), finder


def kinds() -> list[str]:
    return [type(sys.modules[name].__loader__).__name__ for name in NAMES]


def test_the_second_start_finds_what_the_first_has_kept(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, finder = start(kept, monkeypatch)
    python = {n: (sys.modules[n].__file__, sys.modules[n].__cached__, sys.modules[n].__package__)
              for n in NAMES}  # fmt: skip
    folders = list(plain.__path__)
    finder.keep()
    again, finder = start(kept, monkeypatch)
    assert (kinds(), again.said, list(again.__path__)) == (["_Loader"] * 2, "first", folders)
    for name, told in python.items():
        one = sys.modules[name]
        assert (one.__file__, one.__cached__, one.__package__) == told
    written = kept.stat().st_mtime_ns
    finder.keep()
    assert kept.stat().st_mtime_ns == written, "nothing was new"


def test_what_has_changed_since_is_read_anew(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start(kept, monkeypatch)[1].keep()
    inner = kept.parent / "suixing_kept" / "inner.py"
    inner.write_text('said = "second"\n')
    changed, finder = start(kept, monkeypatch)
    assert (kinds(), changed.said) == (["_Loader", "SourceFileLoader"], "second")
    finder.keep()
    assert start(kept, monkeypatch)[0].said == "second"
    assert kinds() == ["_Loader"] * 2
    before = inner.stat()
    inner.write_text('said = "third!"\n')
    os.utime(inner, (before.st_atime + 2, before.st_mtime + 2))
    assert start(kept, monkeypatch)[0].said == "third!"


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-3], lambda b: b"\0" + b[1:], lambda b: b[:20] + b"xx" + b[22:], bytes]
)
def test_what_is_torn_or_of_another_path_is_as_none(
    kept: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes]
) -> None:
    start(kept, monkeypatch)[1].keep()
    kept.write_bytes(damage(kept.read_bytes()))
    if damage is bytes:  # It is whole, but modules are looked for elsewhere first.
        monkeypatch.syspath_prepend(kept.parent / "other")
    assert start(kept, monkeypatch)[0].said == "first"


def test_where_nothing_may_be_written_nothing_is(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = start(kept, monkeypatch)[1]
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    finder.keep()
    assert not kept.exists()
