"""Parts of a body that say one thing in one of several ways, and how one way becomes another.

A condition of a stage is a field that is filled, or a condition on the record, or so many related
records; which of its parts count follows from that. Pure; forms ask this.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crm_core.model.query import All, Condition, Op, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import When
from crm_core.rules.stages import Exit

FIELD, WHEN, RECORDS = "field", "when", "records"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of saying it."""

    label: Label
    parts: frozenset[str]
    """Those that count in this way and not in every other."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """The ways of one type of part."""

    label: Label
    ways: Mapping[str, Way]
    of: Callable[[Any], str]
    """Which way a part says it."""
    turned: Callable[[Any, str], Any]
    """The part said in another way, with nothing in it yet."""

    def counts(self, part: object, name: str) -> bool:
        """Whether a field of the part counts as it is said."""
        shaped = frozenset().union(*(one.parts for one in self.ways.values()))
        return name not in shaped or name in self.ways[self.of(part)].parts


def _way_of(one: Exit) -> str:
    return RECORDS if one.entity else WHEN if one.when is not None else FIELD


def _turned(one: Exit, way: str) -> Exit:
    bare = replace(one, field="", when=None, entity="", where=When(), least=1, initial={})
    if way == RECORDS:
        return replace(bare, entity="follow_up")
    return replace(bare, when=When()) if way == WHEN else bare


SHAPES: Mapping[type, Shapes] = {
    Exit: Shapes(
        Label("怎么算满足", "How it is met"),
        {
            FIELD: Way(Label("填好一个字段", "A field is filled"), frozenset({"field"})),
            WHEN: Way(Label("记录满足条件", "The record is so"), frozenset({"when"})),
            RECORDS: Way(
                Label("有几条相关记录", "So many related records"),
                frozenset({"entity", "where", "least"}),
            ),
        },
        _way_of,
        _turned,
    )
}


def settled(part: object, name: str) -> object:
    """A part after one of its fields was edited: what follows from it is put right."""
    if isinstance(part, Exit) and name in ("entity", "where"):
        # A new record opened from the stage's button begins with what it must be to count.
        return replace(part, initial=dict(_certain(part.where.condition)))
    return part


def _certain(condition: Condition) -> Iterator[tuple[str, str | int | bool]]:
    for one in condition.parts if isinstance(condition, All) else (condition,):
        if not isinstance(one, Test) or one.op not in (Op.EQ, Op.IN):
            continue
        values = one.operand if isinstance(one.operand, tuple) else (one.operand,)
        if len(values) == 1 and isinstance(values[0], str | int | bool):
            yield one.field, values[0]
