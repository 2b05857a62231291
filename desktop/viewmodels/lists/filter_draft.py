"""A filter as somebody is writing it: lines and groups of lines, to a condition and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model.query import EVERYTHING, All, Condition, Not, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import EntitySpec, FieldSpec
from desktop.viewmodels.lists.filter_terms import Given, Term, term_reading


class Mode(StrEnum):
    """How the lines of a group go together."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """One question about one field."""

    spec: FieldSpec
    term: Term
    given: Given


@dataclass(frozen=True, slots=True)
class Other:
    """A condition no line can say; it is kept as it is."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Group:
    """Lines and groups that go together."""

    mode: Mode
    parts: "tuple[Line | Group | Other, ...]" = ()


Part = Line | Group | Other


def condition_of(part: Part) -> Condition:
    """What a draft asks; a group without lines asks nothing."""
    if isinstance(part, Line):
        return part.term.build(part.spec, part.given)
    if isinstance(part, Other):
        return part.condition
    return joined(part.mode, [condition_of(one) for one in part.parts])


def joined(mode: Mode, conditions: Sequence[Condition]) -> Condition:
    """The conditions that ask anything, put together."""
    parts = tuple(one for one in conditions if one != EVERYTHING)
    if not parts:
        return EVERYTHING
    if mode is Mode.NONE:
        return Not(AnyOf(parts))
    return All(parts) if mode is Mode.ALL else AnyOf(parts)


def draft_of(condition: Condition, entity: EntitySpec, *, deep: int = 1) -> Group:
    """A condition as a draft, with so many levels of groups inside the outer one: what lines
    cannot say stays whole."""
    part = _part(condition, entity, deep=deep + 1)
    if isinstance(part, Group):
        return part
    return Group(Mode.ALL, (part,))


def _part(condition: Condition, entity: EntitySpec, *, deep: int) -> Part:
    for name in _first_fields(condition):
        spec = entity.find(name)
        read = term_reading(spec, condition) if spec is not None else None
        if spec is not None and read is not None:
            return Line(spec, *read)
    if deep <= 0:
        return Other(condition)
    match condition:
        case All(parts):
            return _group(Mode.ALL, parts, entity, deep)
        case AnyOf(parts):
            return _group(Mode.ANY, parts, entity, deep)
        case Not(AnyOf(parts)):
            return _group(Mode.NONE, parts, entity, deep)
    return Other(condition)


def _group(mode: Mode, parts: Sequence[Condition], entity: EntitySpec, deep: int) -> Group:
    return Group(mode, tuple(_part(part, entity, deep=deep - 1) for part in parts))


def _first_fields(condition: Condition) -> Sequence[str]:
    match condition:
        case Test(field):
            return (field,)
        case Not(part):
            return _first_fields(part)
        case All(parts) | AnyOf(parts):
            return _first_fields(parts[0]) if parts else ()
