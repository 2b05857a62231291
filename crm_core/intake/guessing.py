"""A first proposal for a table nobody has seen before: which column is which field.

By headings first, then by what the columns hold: telephone numbers, addresses, credit codes, days.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.intake.cells import Cell, as_day, plain
from crm_core.intake.cleaning import has_title
from crm_core.intake.headings import Heading
from crm_core.intake.keys import usual_keys
from crm_core.intake.kinds import kinds
from crm_core.intake.mapping import Clean, Cleaning, ColumnMapping, Mapping
from crm_core.intake.words import folded_word, words_of
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Registry

COMPANIONS = {"customer": "contact"}
"""Kinds of record that may stand beside another on one row."""
CONSTANTS: tuple[tuple[str, str, str], ...] = (
    ("customer", "kind", "organisation"),
    ("lead", "stage", "captured"),
    ("opportunity", "stage", "contact"),
    ("task", "kind", "other"),
    ("task", "state", "open"),
)
"""What required fields hold where no column says anything."""
_LIKE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("phone", re.compile(r"^(?:\+?86[- ]?)?1[3-9]\d{9}$|^0\d{2,3}[- ]?\d{7,8}$|^1\.3\d*E\+10$")),
    ("email", re.compile(r"^[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}$")),
    ("uscc", re.compile(r"^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$")),
    (
        "name",
        re.compile(r"^.{2,30}(?:公司|集团|医院|学校|大学|研究院|研究所|中心|厂|店|局)(?:（.*）)?$"),
    ),
)
_MOST_LOOKED_AT = 60
_SURE, _LIKELY = 0.9, 0.6


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a column fits a field."""

    merit: float
    title: str
    entity: str
    field: str


def propose(
    heading: Heading, rows: Sequence[Sequence[Cell]], registry: Registry, *, entity: str = ""
) -> Mapping:
    """The likeliest mapping; `entity`: a person said what the rows are.

    `rows` are some of the table. A table that names companies and people on its rows becomes
    customers with a contact each.
    """
    chosen = entity or _kind_of(heading, registry)
    main = registry.entity(chosen)
    beside = COMPANIONS.get(chosen, "")
    companion = registry.entity(beside) if beside in registry else None
    columns = _columns(main, companion, heading, rows)
    with_beside = companion is not None and any(
        one.entity == beside and one.field == companion.title for one in columns
    )
    if not with_beside:
        columns = _columns(main, None, heading, rows)
    return Mapping(
        entity=chosen,
        columns=columns,
        companion=beside if with_beside else "",
        keys=usual_keys(main),
        companion_keys=usual_keys(companion) if companion is not None and with_beside else (),
        constants=tuple(
            one
            for one in CONSTANTS
            if one[0] in (chosen, beside)
            and not any((c.entity, c.field) == one[:2] for c in columns)
        ),
    )


def offered_fields(entity: EntitySpec) -> tuple[FieldSpec, ...]:
    """The fields a column may become."""
    return tuple(one for one in entity.fields if one.editable)


def _kind_of(heading: Heading, registry: Registry) -> str:
    """What the rows are, by the words of the heading; customers where it says nothing."""
    titles = [folded_word(column.title) for column in heading.columns]
    scores: dict[str, float] = {}
    for name in kinds(registry):
        entity = registry.entity(name)
        known = {word for one in offered_fields(entity) for word in _words(entity, one)}
        named = words_of(name, entity.title)
        scores[name] = sum(title in known for title in titles)
        scores[name] += 2.5 if any(title in named[:4] for title in titles) else 0
        scores[name] += 4 if entity.label.zh in "".join(c.title for c in heading.columns) else 0
    company = set(words_of("contact", "customer")) & set(titles)
    if company and scores.get("contact", 0) >= scores.get("customer", 0):
        return "customer"  # Companies with people: each row is both.
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] else "customer"


def _columns(
    main: EntitySpec,
    companion: EntitySpec | None,
    heading: Heading,
    rows: Sequence[Sequence[Cell]],
) -> tuple[ColumnMapping, ...]:
    fits: list[_Fit] = []
    looked_at = rows[:_MOST_LOOKED_AT]
    for column in heading.columns:
        values = [plain(c[column.place]) for c in looked_at if column.place < len(c)]
        values = [value for value in values if value]
        for entity in (main, companion):
            if entity is None:
                continue
            lower = 0.0 if entity is main else 0.05
            fits += [
                _Fit(merit - lower - column.place * 1e-4, column.title, entity.name, spec.name)
                for spec in offered_fields(entity)
                if (merit := _merit(entity, spec, column.title, values)) > 0
                and not (entity is companion and spec.target == main.name)
            ]
    fits = _with_people_on_their_own(fits, companion)
    taken: set[tuple[str, str]] = set()
    done: dict[str, ColumnMapping] = {}
    for fit in sorted(fits, key=lambda fit: -fit.merit):
        if fit.title in done or (fit.entity, fit.field) in taken:
            continue
        taken.add((fit.entity, fit.field))
        values = _values(heading, looked_at, fit.title)
        done[fit.title] = ColumnMapping(fit.title, fit.entity, fit.field, _cleanings(fit, values))
    order = [column.title for column in heading.columns]
    return tuple(sorted(done.values(), key=lambda one: order.index(one.title)))


def _with_people_on_their_own(fits: list[_Fit], companion: EntitySpec | None) -> list[_Fit]:
    """On a row with a person, a mobile number and an address of e-mail are the person's."""
    if companion is None or not any(
        fit.entity == companion.name and fit.field == companion.title and fit.merit > _LIKELY
        for fit in fits
    ):
        return fits
    lifted = []
    for fit in fits:
        personal = fit.entity == companion.name and fit.field in ("phone", "email", "wechat")
        office = any(word in fit.title for word in ("公司", "单位", "固话", "座机", "办公", "总机"))
        shift = 0.1 if personal and not office else 0.0
        lifted.append(_Fit(fit.merit + shift, fit.title, fit.entity, fit.field))
    return lifted


def _merit(entity: EntitySpec, spec: FieldSpec, title: str, values: Sequence[str]) -> float:
    """0 for no fit at all, about 1 for a sure one."""
    word = folded_word(title)
    words = _words(entity, spec)
    merit = 0.0
    if word in words:
        merit = 1.0 - 0.01 * min(words.index(word), 20)
    elif len(word) > 1 and any(len(one) > 2 and one in word for one in words):
        merit = _LIKELY
    share = _share_alike(entity, spec, values)
    if merit:
        # A heading that says one thing over values that say another is believed less.
        doubt = spec.kind in (Kind.PHONE, Kind.EMAIL, Kind.DATE) and values and share < 0.2
        return merit * (0.5 if doubt else 1.0)
    return _SURE * 0.8 * share if share > _LIKELY else 0.0


def _share_alike(entity: EntitySpec, spec: FieldSpec, values: Sequence[str]) -> float:
    """The share of values that look like this field's."""
    if not values:
        return 0.0
    if spec.kind is Kind.DATE:
        return sum(as_day(value) is not None for value in values) / len(values) * 0.7
    for name, pattern in _LIKE:
        if spec.name == name and (name != "name" or entity.name == "customer"):
            return sum(bool(pattern.match(value)) for value in values) / len(values)
    return 0.0


def _words(entity: EntitySpec, spec: FieldSpec) -> tuple[str, ...]:
    own = (spec.label.zh, spec.label.en, spec.name)
    prefixed = (f"{entity.label.zh}{spec.label.zh}", f"{entity.label.en}{spec.label.en}")
    said = (*words_of(entity.name, spec.name), *(folded_word(one) for one in (*own, *prefixed)))
    return tuple(dict.fromkeys(said))


def _values(heading: Heading, rows: Sequence[Sequence[Cell]], title: str) -> list[str]:
    column = heading.find(title)
    assert column is not None
    return [plain(cells[column.place]) for cells in rows if column.place < len(cells)]


def _cleanings(fit: _Fit, values: Sequence[str]) -> tuple[Cleaning, ...]:
    """What the values call for: names with titles lose them, credit codes are written large."""
    if fit.field == "name" and fit.entity in ("contact", "lead"):
        return (Cleaning(Clean.NO_TITLES),) if any(map(has_title, values)) else ()
    return (Cleaning(Clean.UPPER),) if fit.field == "uscc" else ()
