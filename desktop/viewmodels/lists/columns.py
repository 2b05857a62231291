"""How an entity is listed and asked about: column widths, quick filters, the query they make.

Pure data from the registry; no widgets.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from crm_core.model.query import EVERYTHING, All, Condition, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import EntitySpec, FieldSpec, Kind

_WIDTHS: Mapping[Kind, int] = {
    Kind.TEXT: 128,
    Kind.LONG_TEXT: 280,
    Kind.PHONE: 128,
    Kind.EMAIL: 192,
    Kind.INTEGER: 96,
    Kind.DECIMAL: 96,
    Kind.MONEY: 120,
    Kind.DATE: 112,
    Kind.MOMENT: 116,
    Kind.BOOL: 72,
    Kind.CHOICE: 112,
    Kind.SET: 176,
    Kind.REF: 120,
}
OPENED_WITH: Mapping[str, Mapping[str, tuple[str, ...]]] = {"task": {"state": ("open",)}}
"""Entity → choice field → codes a list is narrowed to when it is opened; a chip shows it."""
_LETTER, _HANZI, _AROUND, _CHOICE_MOST = 6.8, 13.0, 30, 176
"""Pixels of a letter on average, of a hanzi, beside a word, and of the widest column of choices."""
_TITLE_WIDTH = 240
_TITLE_MORE = 160
_LEAST = 0.78
"""Below this share of their width columns are not squeezed; the list scrolls instead."""
_FIRM = frozenset({Kind.CHOICE, Kind.MONEY})
"""Kinds whose columns are not squeezed."""
_QUICK_FILTERS = 3
_TOO_FINE = 12
"""A field with more options than this is searched for, not offered as a filter."""


def column_widths(
    entity: EntitySpec, specs: Sequence[FieldSpec], room: int, language: str = "zh"
) -> list[int]:
    """Widths in pixels that make the best of `room`: squeezed a little where it is scarce, and
    where there is plenty spread over all columns, the title first."""
    wished = [_TITLE_WIDTH if s.name == entity.title else _wished(s, language) for s in specs]
    total = sum(wished)
    if room < total:
        # A stage or a sum cut in the middle says nothing.
        firm = sum(w for w, s in zip(wished, specs, strict=True) if s.kind in _FIRM)
        factor = max((room - firm) / max(total - firm, 1), _LEAST)
        return [
            width if spec.kind in _FIRM else int(width * factor)
            for width, spec in zip(wished, specs, strict=True)
        ]
    title = next((n for n, s in enumerate(specs) if s.name == entity.title), 0)
    spare = room - total
    first = min(spare // 3, _TITLE_MORE)
    widths = [width + (spare - first) * width // total for width in wished]
    widths[title] += first
    return widths


def _wished(spec: FieldSpec, language: str) -> int:
    """As wide as what stands there usually is; of choices, the longest word one can choose."""
    usual = _WIDTHS[spec.kind]
    if spec.kind is not Kind.CHOICE:
        return usual
    letter = _HANZI if language.startswith("zh") else _LETTER
    longest = max((len(one.label.text(language)) for one in spec.choices), default=0)
    return min(max(usual, round(longest * letter) + _AROUND), _CHOICE_MOST)


def heading(entity: EntitySpec, language: str) -> str:
    """What a list of the entity is called; English names are put in the plural."""
    name = entity.label.text(language)
    if language.startswith("zh"):
        return name
    return f"{name.removesuffix('y')}ies" if name.endswith("y") else f"{name}s"


def whole_list(entity: EntitySpec) -> Query:
    """All records in the order people expect: tasks by when they are due, events newest first."""
    if not entity.moment:
        return Query(entity.name)
    due = entity.moment == "due_at"
    return Query(entity.name, sort=(Sort(entity.moment, descending=not due),))


def quick_filters(entity: EntitySpec) -> tuple[FieldSpec, ...]:
    """The choice fields worth a chip: those a list shows, in its order, three at most."""
    shown = (entity.find(name) for name in entity.list_fields)
    choices = (s for s in shown if s is not None and s.kind is Kind.CHOICE)
    return tuple(s for s in choices if len(s.choices) <= _TOO_FINE)[:_QUICK_FILTERS]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a person has asked of a list, on top of the query it was opened with."""

    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Choice field → codes, any of which will do."""
    owner: str = ""
    """Only records of this user."""
    typed: str = ""
    found: tuple[str, ...] = ()
    """Ids the search index gave for `typed`."""
    where: Condition = EVERYTHING
    """What was written in the filter panel."""

    @property
    def active(self) -> bool:
        """Whether anything is left out by it."""
        asked = self.typed.strip() or self.owner or any(self.choices.values())
        return bool(asked) or self.where != EVERYTHING

    def with_choice(self, name: str, codes: Sequence[str]) -> "Narrowing":
        """The same with other codes of one field; none: the field does not matter."""
        return replace(self, choices={**self.choices, name: tuple(codes)})


def narrowed(base: Query, entity: EntitySpec, by: Narrowing) -> Query:
    """The query of what is left."""
    parts = [base.where, *_parts(entity, by)]
    kept = tuple(part for part in parts if part != EVERYTHING)
    return replace(base, where=kept[0] if len(kept) == 1 else All(kept))


def _parts(entity: EntitySpec, by: Narrowing) -> Iterable[Condition]:
    for name, codes in by.choices.items():
        if codes:
            yield Test(name, Op.IN, codes)
    if by.owner and entity.owner:
        yield Test(entity.owner, Op.EQ, by.owner)
    yield by.where
    typed = by.typed.strip()
    if typed:
        # The index knows pinyin and digits but answers with its best few hundred; the text
        # comparison finds the rest of what was spelled out.
        yield AnyOf((Test("id", Op.IN, by.found), Test(entity.title, Op.CONTAINS, typed)))
