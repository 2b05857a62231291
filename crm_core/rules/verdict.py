"""What is to be said about a record beside its rights: one definition for everybody who asks.

A form while somebody types, an inline edit, an import, the check of data: all of them ask here and
get the same words. Pure; nothing here refuses by itself (decision 047).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.model import credit_code, phone_numbers, whereabouts
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label
from crm_core.model.values import Record, Value, ValueProblem, normalise
from crm_core.rules.duty import hours_trouble

CREDIT_CODE = "uscc"
HOURS = "hours"
"""Of a line of a roster (row 4.16)."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about one field, in a sentence that names what is wrong."""

    field: str
    sentence: Label


def checked(spec: FieldSpec, raw: object, held: Value) -> Value:
    """What was typed in its written form, where it may be taken.

    Raises ValueProblem also for a number that cannot be one, unless it has stood there before:
    what older devices wrote is remarked upon, and does not hinder other work.
    """
    value = normalise(spec, raw)
    if spec.kind is Kind.PHONE and isinstance(value, str) and value != held:
        wrong = phone_numbers.doubt(value)
        if wrong is not None:
            raise ValueProblem(spec, f"：{wrong.zh}", wrong.en)
    if spec.name == HOURS and not spec.custom and value != held:
        wrong = hours_trouble(value)
        if wrong is not None:
            raise ValueProblem(spec, f"：{wrong.zh}", wrong.en)
    return value


def doubts(entity: EntitySpec, record: Record) -> list[Remark]:
    """What is strange about the values a record holds."""
    found = []
    for spec in entity.fields:
        value = record.get(spec.name)
        wrong = _doubt(spec, value) if isinstance(value, str) else None
        if wrong is not None:
            found.append(Remark(spec.name, wrong))
    if entity.find(whereabouts.CITY) is not None:
        places: Mapping[str, Label] = whereabouts.doubts(record)
        found += [Remark(name, sentence) for name, sentence in places.items()]
    return found


def _doubt(spec: FieldSpec, value: str) -> Label | None:
    if spec.kind is Kind.PHONE:
        return phone_numbers.doubt(value)
    if spec.name == HOURS and not spec.custom:
        return hours_trouble(value)
    return credit_code.doubt(value) if spec.name == CREDIT_CODE else None
