"""A company's own fields: ordinary records of the entity `custom_field`, read back as FieldSpecs.

Because they are records they sync, have a history and can be taken back like everything else.
"""

import json
import re
from collections.abc import Iterable, Iterator

from crm_core.model.schema import Choice, FieldSpec, Kind, Label, Merge, Search
from crm_core.model.values import Record

NAME_PATTERN = re.compile(r"x_[a-z][a-z0-9_]{0,39}")
"""Custom field names start with `x_`, so that no later version of ours can collide with one."""

_SEARCHED = {Kind.TEXT: Search.TEXT, Kind.LONG_TEXT: Search.TEXT, Kind.PHONE: Search.DIGITS}


def custom_fields(records: Iterable[Record]) -> Iterator[tuple[str, FieldSpec]]:
    """Yield (entity name, field) for every well-formed record of `custom_field`.

    Malformed ones are passed over: they cannot be shown, and must not keep the app from opening.
    """
    for record in records:
        name, kind = str(record.get("name") or ""), str(record.get("value_kind") or "")
        if not NAME_PATTERN.fullmatch(name) or kind not in set(Kind) or kind == Kind.REF:
            continue
        yield str(record.get("entity") or ""), _spec(record, name, Kind(kind))


def _spec(record: Record, name: str, kind: Kind) -> FieldSpec:
    label = str(record.get("label") or name)
    return FieldSpec(
        name=name,
        kind=kind,
        label=Label(label, str(record.get("label_en") or label)),
        choices=_choices(record) if kind in (Kind.CHOICE, Kind.SET) else (),
        merge=Merge.SET if kind is Kind.SET else Merge.LAST_WRITER,
        search=_SEARCHED.get(kind, Search.NONE),
        section="custom",
        custom=True,
    )


def arrangement_of(text: object) -> tuple[list[str], frozenset[str]]:
    """(options in their order, those retired); nothing for what cannot be read."""
    try:
        found = json.loads(str(text))
        order, retired = found["order"], found["retired"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return [], frozenset()
    if not isinstance(order, list) or not isinstance(retired, list):
        return [], frozenset()
    return [str(one) for one in order], frozenset(str(one) for one in retired)


def _choices(record: Record) -> tuple[Choice, ...]:
    """The options, those without a place of their own last."""
    options = record.get("options")
    listed = [str(one) for one in options] if isinstance(options, list) else []
    order, retired = arrangement_of(record.get("arrangement"))
    known = [one for one in dict.fromkeys(order) if one in listed]
    every = known + [one for one in listed if one not in known]
    return tuple(Choice(one, Label(one, one), retired=one in retired) for one in every)
