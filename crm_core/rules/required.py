"""Which fields a record must have when it is so and so: one definition, one verdict (row 5.3).

A requirement speaks of records that meet a condition. Nobody may *make* a record incomplete:
neither create it so nor change it into one. A record that is so already (an older device, an
import, two edits that met) is not refused for that; it is shown as incomplete (decision 047).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from crm_core.model.query import All, Condition, Op, Test, fields_tested, matches
from crm_core.model.query import Any as AnyOf
from crm_core.model.query_json import condition_from
from crm_core.model.schema import EntitySpec, FieldSpec, Label
from crm_core.model.values import Record, Value, ValueProblem

if TYPE_CHECKING:
    from crm_core.rules.verdict import Remark

ENTITY = "requirement"
_EMPTY: tuple[Value, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Needed:
    """These fields of these records, in words: 医院客户 need 科室名称 and 采购负责人职称."""

    id: str
    label: Label
    """Who is meant."""
    entity: str
    when: Condition
    fields: tuple[str, ...]

    @property
    def looked_at(self) -> frozenset[str]:
        """Every field the verdict depends on."""
        return fields_tested(self.when) | set(self.fields)


SHIPPED: tuple[Needed, ...] = (
    Needed(
        id="requirement-hospital",
        label=Label("医院客户", "Hospitals"),
        entity="customer",
        when=Test("industry", Op.EQ, "hospital"),
        fields=("department", "buyer_title"),
    ),
)
"""What is asked for from the start; an administrator may change it or switch it off."""


class Incomplete(ValueProblem):
    """An act would leave fields empty which these records must have; names all of them."""

    def __init__(self, specs: Collection[FieldSpec], who: Label) -> None:
        super().__init__(next(iter(specs)), "", "")
        zh = "、".join(f"「{spec.label.zh}」" for spec in specs)
        en = ", ".join(spec.label.en for spec in specs)
        self.chinese = f"{who.zh}必须填写{zh}，请先填写。没有保存。"
        self.english = f"{who.en} must have {en}; fill that in first. Nothing was saved."

    def __str__(self) -> str:
        return self.chinese


def requirements(records: Iterable[Record] = ()) -> tuple[Needed, ...]:
    """Those shipped, replaced or switched off by the organisation's record of the same id."""
    found: dict[str, Needed | None] = {one.id: one for one in SHIPPED}
    for record in sorted(records, key=lambda one: str(one.get("id"))):
        on = record.get("active") is not False
        found[str(record.get("id"))] = _needed(record) if on else None
    return tuple(one for one in found.values() if one is not None)


def lacking(
    needed: Iterable[Needed], entity: EntitySpec, record: Record, now: datetime
) -> dict[str, Needed]:
    """Field → the requirement that asks for it, for what a record must have and has not."""
    return {
        name: one
        for one in needed
        if one.entity == entity.name and matches(one.when, record, now)
        for name in one.fields
        if record.get(name) in _EMPTY and entity.find(name) is not None
    }


def asked(
    needed: Iterable[Needed], entity: EntitySpec, record: Record, now: datetime
) -> frozenset[str]:
    """The fields a record must have as it stands, filled or not."""
    return frozenset(
        name
        for one in needed
        if one.entity == entity.name and matches(one.when, record, now)
        for name in one.fields
    )


def insist(
    needed: Collection[Needed],
    entity: EntitySpec,
    before: Record | None,
    changes: Mapping[str, object],
    now: datetime,
) -> None:
    """Raise Incomplete where an act leaves something empty that was not lacking before."""
    about = [one for one in needed if one.entity == entity.name]
    touched = [one for one in about if before is None or not one.looked_at.isdisjoint(changes)]
    if not touched:
        return
    after: Record = {**(before or {}), **changes}  # type: ignore[dict-item]
    known = lacking(touched, entity, before, now) if before is not None else {}
    new = {n: one for n, one in lacking(touched, entity, after, now).items() if n not in known}
    if new:
        specs = [entity.field_spec(name) for name in new]
        raise Incomplete(specs, next(iter(new.values())).label)


def remarks(
    needed: Iterable[Needed], entity: EntitySpec, record: Record, now: datetime
) -> "list[Remark]":
    """What a record lacks, as remarks upon its fields."""
    from crm_core.rules.verdict import Remark  # Whoever only insists does without.

    return [Remark(name, said(one)) for name, one in lacking(needed, entity, record, now).items()]


def said(one: Needed) -> Label:
    """What stands below a field that is asked for."""
    return Label(f"{one.label.zh}必须填写", f"{one.label.en} must have this")


def incomplete(one: Needed) -> Condition:
    """The records that lack something, for lists and counts."""
    return All((one.when, AnyOf(tuple(Test(name, Op.EQ, None) for name in one.fields))))


def _needed(record: Record) -> Needed:
    name, fields = str(record.get("name") or ""), record.get("fields")
    return Needed(
        id=str(record.get("id")),
        label=Label(name, str(record.get("name_en") or "") or name),
        entity=str(record.get("entity")),
        when=_condition(record),
        fields=tuple(fields) if isinstance(fields, list) else (),
    )


def _condition(record: Record) -> Condition:
    try:
        return condition_from(str(record.get("condition") or '["all"]'))
    except ValueError:
        # Of a newer version, or by a careless hand: then nobody is asked for anything.
        return AnyOf()
