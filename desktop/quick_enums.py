"""The enumerations Qt has Python make, made in a fifth of the time.

PySide asks Python's `enum` for 300 classes with 4,400 members on the way to the first page. Python
takes each member through a dictionary that judges its name, a stand-in, and half a dozen changes
of the class: what somebody may have written in a class statement, and PySide never does. Here a
class is made from what Python itself made of such a class before, and members are put in as they
are. What is asked for in any other way, or by a Python that keeps books on members otherwise,
Python makes.
"""

import enum
import sys
from collections.abc import Callable
from itertools import chain
from typing import Any

_BASES = enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag
_PLAINLY = {"type": None, "start": 1, "boundary": enum.FlagBoundary.KEEP}
"""How PySide asks."""
_BOOKS = {
    "_member_names_": list, "_member_map_": dict, "_value2member_map_": dict,
    "_unhashable_values_": list,
}  # fmt: skip
"""What a class keeps of its members, and of what kind."""
_BY_MEMBER = {"_flag_mask_", "_singles_mask_", "_all_bits_", "__module__", "__qualname__"}
_Create = Callable[..., Any]


def make_enums_quickly() -> None:
    """Have classes made in the way PySide asks for them be made quickly from here on."""
    python = enum.EnumType._create_  # type: ignore[attr-defined]
    forms = {base: form for base in _BASES if (form := _form(python, base)) is not None}
    taken = {base: {"mro", *chain.from_iterable(vars(one) for one in base.mro())} for base in forms}

    def create(cls: Any, class_name: Any, names: Any, **asked: Any) -> Any:
        if asked.get("module") is None:  # As Python does: that of whoever calls the class.
            asked["module"] = sys._getframe(2).f_globals.get("__name__")
        form = forms.get(cls)
        if form is not None and asked.items() >= _PLAINLY.items() and asked["qualname"] is None:
            pairs = _as_pairs(names, taken[cls])
            if pairs is not None and isinstance(asked["module"], str):
                return _made(cls, class_name, pairs, {**form, "__module__": asked["module"]})
        return python(cls, class_name, names, **asked)

    enum.EnumType._create_ = create  # type: ignore[attr-defined]


def _form(python: _Create, base: type) -> dict[str, Any] | None:
    """What a class has beside its members; None where it keeps something that is not known here."""
    body = dict(vars(python(base, "Form", [("A", 1)], module=__name__, **_PLAINLY)))
    del body["A"]
    for name, value in list(body.items()):
        if (name in _BOOKS and type(value) is _BOOKS[name]) or name in _BY_MEMBER:
            del body[name]
        elif isinstance(value, list | dict | set):
            return None
    return body


def _as_pairs(names: Any, taken: set[str]) -> list[tuple[str, int]] | None:
    """The members where each is a plain name of a number, and no name comes twice or is taken."""
    if type(names) is not list:
        return None
    for item in names:
        if type(item) is not tuple or len(item) != 2:
            return None
        name, value = item
        if type(name) is not str or type(value) is not int:
            return None
        if name[:1] == "_" or name in taken:
            return None
    return names if len({name for name, _ in names}) == len(names) else None


def _made(base: Any, name: str, pairs: list[tuple[str, int]], body: dict[str, Any]) -> Any:
    """The class with its members, as `EnumType.__new__` leaves it."""
    names = list[str]()
    by_name, by_value = dict[str, Any](), dict[int, Any]()
    is_flag, is_int = issubclass(base, enum.Flag), issubclass(base, int)
    body |= {"_member_names_": names, "_member_map_": by_name, "_value2member_map_": by_value}
    body["_unhashable_values_"] = []
    if is_flag:
        body |= _masks([value for _, value in pairs])
    made: Any = type.__new__(enum.EnumType, name, (base,), body)
    put: Any = type.__setattr__  # That of an enumeration forbids changing members.
    for label, value in pairs:
        member = by_value.get(value)
        if member is None:
            member = int.__new__(made, value) if is_int else object.__new__(made)
            member._value_, member._name_, member.__objclass__ = value, label, made
            member._sort_order_ = len(names)
            by_value[value] = member
            if not is_flag or _is_one_bit(value):
                names.append(label)
        put(made, label, member)
        by_name[label] = member
    if is_flag and (order := [by_name[one]._value_ for one in names]) != sorted(order):
        put(made, "_iter_member_", made._iter_member_by_def_)
    return made


def _masks(values: list[int]) -> dict[str, int]:
    mask = singles = 0
    for value in values:
        mask |= value
        singles |= value if _is_one_bit(value) else 0
    return {
        "_flag_mask_": mask, "_singles_mask_": singles, "_all_bits_": 2 ** mask.bit_length() - 1,
    }  # fmt: skip


def _is_one_bit(value: int) -> bool:
    return value != 0 and value & (value - 1) == 0
