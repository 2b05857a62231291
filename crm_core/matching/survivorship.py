"""Which of several records of one customer stays, and whose value each field has; rules as data.

Rows 5.8: a suggestion for whoever looks at it. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crm_core.matching.phones import phone
from crm_core.matching.spelling import plain
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Record, Value


class Rule(StrEnum):
    """How a field's value is chosen from those that are not empty."""

    SURVIVOR = "survivor"
    """What the record that stays has; another's only where that has none."""
    LATEST = "latest"
    """What was written last."""
    LONGEST = "longest"
    HIGHEST = "highest"
    """Of options, the first of the list; of numbers, the greatest."""
    UNION = "union"
    """All items of all sets."""
    TRUSTED = "trusted"
    """That of the record whose source is trusted most (`TRUST`)."""


RULES: Mapping[str, Mapping[str, Rule]] = {
    "customer": {
        "name": Rule.LONGEST, "address": Rule.LONGEST, "phone": Rule.LATEST, "email": Rule.LATEST,
        "level": Rule.HIGHEST, "remark": Rule.LONGEST, "annual_purchase": Rule.LATEST,
        "next_contact_on": Rule.LATEST,
    },
    "contact": {
        "name": Rule.LONGEST, "title": Rule.LATEST, "phone": Rule.LATEST, "email": Rule.LATEST,
        "wechat": Rule.LATEST, "department": Rule.LATEST, "remark": Rule.LONGEST,
    },
    "lead": {
        "name": Rule.LONGEST, "phone": Rule.LATEST, "grade": Rule.HIGHEST, "remark": Rule.LONGEST,
        "source": Rule.TRUSTED, "budget": Rule.LATEST,
    },
}  # fmt: skip
"""By entity and field; sets are joined, and for the rest the survivor's own value holds."""

TRUST = ("转介绍", "官网", "展会扫码", "百度竞价", "抖音直播", "公众号", "导入")
"""Sources of leads, those a person stood behind before those a machine wrote down."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the records that may be one."""

    record: Record
    stamps: Mapping[str, str] = field(default_factory=dict)
    """Field → when it was last written, as something that sorts."""
    created: str = ""
    related: int = 0
    """How much hangs under it: visits, deals, people."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to do with one field."""

    field: str
    value: Value
    source: int | None
    """Whose value it is, by place; None where it is put together from several."""
    differs: bool
    """Whether the records say different things; an empty field says nothing."""


def suggested_survivor(entity: EntitySpec, members: Sequence[Member]) -> int:
    """The place of the record to keep: under which most hangs, then the most complete, then the
    oldest."""

    def worth(place: int) -> tuple[int, int, str, int]:
        member = members[place]
        filled = sum(not empty(member.record.get(s.name)) for s in compared(entity))
        return -member.related, -filled, member.created, place

    return min(range(len(members)), key=worth)


def suggestions(
    entity: EntitySpec, members: Sequence[Member], survivor: int
) -> tuple[Suggestion, ...]:
    """A value for every field that any of them has."""
    found = []
    for spec in compared(entity):
        having = [n for n, m in enumerate(members) if not empty(m.record.get(spec.name))]
        if having:
            found.append(_suggestion(entity, spec, members, having, survivor))
    return tuple(found)


def compared(entity: EntitySpec) -> tuple[FieldSpec, ...]:
    """The fields of an entity that records are compared and merged by."""
    return tuple(spec for spec in entity.fields if spec.editable)


def said(spec: FieldSpec, value: Value) -> str:
    """What a value says, however it is written: a number with or without dashes is the same."""
    if isinstance(value, list):
        return repr(sorted(value))
    if spec.kind is Kind.PHONE:
        number = phone(str(value or ""))
        return f"{number.area}{number.digits}{number.extension}" if number.digits else str(value)
    return plain(str("" if value is None else value))


def empty(value: Value) -> bool:
    """Whether a field says nothing."""
    return value is None or value == "" or value == []


def _suggestion(
    entity: EntitySpec,
    spec: FieldSpec,
    members: Sequence[Member],
    having: Sequence[int],
    survivor: int,
) -> Suggestion:
    values = [members[place].record.get(spec.name) for place in having]
    differs = len({said(spec, value) for value in values}) > 1
    rule = rule_of(entity, spec)
    if rule is Rule.UNION:
        joined: list[str] = []
        for place in sorted(having, key=lambda one: one != survivor):
            value = members[place].record.get(spec.name)
            items = value if isinstance(value, list) else []
            joined += [one for one in items if one not in joined]
        only = having[0] if not differs else None
        return Suggestion(spec.name, joined, only, differs)
    place = min(having, key=lambda one: _rank(rule, spec, members[one], one, survivor))
    return Suggestion(spec.name, members[place].record.get(spec.name), place, differs)


def rule_of(entity: EntitySpec, spec: FieldSpec) -> Rule:
    """The rule that holds for a field."""
    if spec.kind is Kind.SET:
        return Rule.UNION
    return RULES.get(entity.name, {}).get(spec.name, Rule.SURVIVOR)


def _rank(
    rule: Rule, spec: FieldSpec, member: Member, place: int, survivor: int
) -> tuple[float | str, bool, int]:
    """Less is better; of equals the survivor's."""
    value = member.record.get(spec.name)
    behind = place != survivor
    if rule is Rule.LONGEST:
        return -len(str(value)), behind, place
    if rule is Rule.LATEST:
        # Text sorts upwards: complement it, so that the latest comes first.
        at = member.stamps.get(spec.name) or member.created
        return "".join(chr(0x10FFFF - ord(char)) for char in at), behind, place
    if rule is Rule.HIGHEST:
        codes = [option.code for option in spec.choices]
        number = codes.index(str(value)) if str(value) in codes else len(codes)
        return (-float(str(value)) if not codes else number), behind, place
    if rule is Rule.TRUSTED:
        source = str(member.record.get("source") or "")
        known = next((n for n, name in enumerate(TRUST) if name in source), len(TRUST))
        return known, behind, place
    return float(behind), behind, place
