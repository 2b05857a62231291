"""Dataclasses made of kept code are as those that Python compiles."""

import dataclasses
from pathlib import Path

import pytest

from desktop import kept_code
from desktop.kept_code import KeptCode


def made(monkeypatch: pytest.MonkeyPatch, kept: KeptCode) -> type:
    monkeypatch.setattr(dataclasses, "exec", kept.run, raising=False)

    @dataclasses.dataclass(frozen=True, slots=True, order=True)
    class Place:
        name: str
        floor: int = 3

    return Place


def test_what_was_kept_makes_the_same_class_without_compiling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "code"
    first = KeptCode(path)
    plain = made(monkeypatch, first)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    first.keep()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr("desktop.kept_code._COMPILE", never)
    again = made(monkeypatch, KeptCode(path))
    one = again("a")
    assert (repr(one), hash(one)) == (repr(plain("a")), hash(plain("a")))
    assert one == again("a") < again("b") != again("b", 4)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.floor = 4


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b"\0" + b[1:], lambda _: b""])
def test_a_torn_file_or_one_of_another_python_is_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: object
) -> None:
    path = tmp_path / "code"
    kept = KeptCode(path)
    made(monkeypatch, kept)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    kept.keep()
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert made(monkeypatch, KeptCode(path))("a").floor == 3


def test_where_nothing_may_be_written_nothing_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptCode(tmp_path / "file" / "code")
    (tmp_path / "file").write_bytes(b"in the way")
    made(monkeypatch, kept)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    kept.keep()
    assert (tmp_path / "file").read_bytes() == b"in the way"


def test_texts_of_libraries_are_read_with_the_features_of_whoever_compiles_them(
    tmp_path: Path,
) -> None:
    kept = KeptCode(tmp_path / "code")
    library = "def make(text, scope):\n    exec(text, scope)\n"
    text = "def given(one: int) -> None: ..."
    plain, later = dict[str, object](), dict[str, object]()
    exec(library, plain)
    exec(f"from __future__ import annotations\n{library}", later)
    with kept.everywhere({"other": "one = 2"}):
        for scope in (plain, later, later):
            scope["make"](text, scope)  # type: ignore[operator]
        assert eval("one + 1", {"one": 1}) == 2
        made = compile("one = 1", "name", "exec")
        other = dict[str, object]()
        exec(compile("one = 1", "other", "exec"), other)
    assert kept.code("one = 1", "name") is made
    assert other["one"] == 2
    assert plain["given"].__annotations__["one"] is int
    assert later["given"].__annotations__["one"] == "int"
    assert (compile, exec) == (kept_code._COMPILE, kept_code._EXEC)
