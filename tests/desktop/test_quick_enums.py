"""Enumerations made quickly are as Python makes them, and what is asked for otherwise it makes."""

import enum
from collections.abc import Callable
from typing import Any

import pytest
from PySide6 import QtCore, QtGui, QtWidgets

from desktop.quick_enums import make_enums_quickly

Create = Callable[..., Any]
KEEP = enum.FlagBoundary.KEEP
ODD: list[list[tuple[str, Any]]] = [
    [("A", 1), ("B", 6), ("C", 0), ("D", 4), ("E", 4), ("F", -1)],
    [("B", 2), ("A", 1)],
    [],
    [("name", 1), ("A", 2)],
    [("_ignore_", 1)],
    [("A", "text"), ("B", (1, 2))],
    [("A", True), ("B", 1)],
]


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> tuple[Create, Create]:
    """How Python makes an enumeration, and how we do."""
    python: Create = enum.EnumType._create_  # type: ignore[attr-defined]
    monkeypatch.setattr(enum.EnumType, "_create_", python)
    make_enums_quickly()
    return python, enum.EnumType._create_  # type: ignore[attr-defined]


def made(create: Create, base: type, pairs: list[tuple[str, Any]]) -> tuple[Any, ...]:
    """What there is to know of a class made in PySide's way."""
    try:
        one = create(
            base, "One", list(pairs), module="there", qualname=None, type=None, start=1,
            boundary=KEEP,
        )  # fmt: skip
    except (TypeError, ValueError) as error:
        return (type(error), str(error))
    books = {k: repr(v).partition(" at 0x")[0] for k, v in vars(one).items() if k != "__new__"}
    members = [
        {k: v for k, v in vars(x).items() if k != "__objclass__"} for x in one.__members__.values()
    ]
    doings = [[repr(x), str(x), one(x.value) is x, x in one] for x in one]
    both = repr(one(3)) if issubclass(base, enum.Flag) and pairs else ""
    return books, members, doings, both


def of_qt() -> list[Any]:
    spaces = [QtCore.Qt, QtGui.QPalette, QtGui.QFont, QtWidgets.QStyle, QtWidgets.QFrame]
    found = [x for space in spaces for x in vars(space).values() if isinstance(x, enum.EnumType)]
    assert len(found) > 100
    return found


def test_what_qt_makes_is_the_same(quickly: tuple[Create, Create]) -> None:
    python, ours = quickly
    for one in of_qt():
        base, pairs = one.__mro__[1], [(k, x.value) for k, x in one.__members__.items()]
        assert made(python, base, pairs) == made(ours, base, pairs), one


@pytest.mark.parametrize("base", [enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag])
def test_what_is_odd_is_the_same(quickly: tuple[Create, Create], base: type) -> None:
    python, ours = quickly
    for pairs in ODD:
        assert made(python, base, pairs) == made(ours, base, pairs), pairs


def test_an_enumeration_knows_who_made_it(quickly: tuple[Create, Create]) -> None:
    function: Any = enum.Enum
    told, plain = function("told", [("A", 1)], boundary=KEEP), function("plain", ["A", "B"])
    assert (told.__module__, plain.__module__) == (__name__, __name__)
    assert [x.value for x in plain] == [1, 2]
    with pytest.raises(AttributeError):
        told.A = 3
