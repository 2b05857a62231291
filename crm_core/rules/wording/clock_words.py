"""What a task of a clock says: the words of its level, filled in from the record.

Personal numbers and addresses are put in masked, because a task is read by people who may not read
the field; the record itself is one press away.
"""

import re
from collections.abc import Mapping

from crm_core.model.schema import EntitySpec, Label
from crm_core.model.values import Record
from crm_core.rules.firing.reasons import Secret, told
from crm_core.rules.timekeeping.clock_state import ClockState

_PLACE = re.compile(r"\[([^\[\]]{1,40})\]")
_LONGEST = 200
_NAMES = {
    "owner": "owner", "负责人": "owner", "left": "left", "剩余小时": "left", "spent": "spent",
    "已用小时": "spent", "limit": "limit", "时限": "limit", "history": "history", "历史": "history",
}  # fmt: skip
_TITLES = frozenset({"姓名", "名称", "name"})


def said(
    words: Label,
    entity: EntitySpec,
    record: Record,
    extra: Mapping[str, str],
    language: str,
    secret: Secret = frozenset(),
) -> str:
    """The words for one record; a place nobody knows stays as it was written, one with nothing in
    it is left out. `secret`: what any role is kept from reading."""
    by_label = {one.label.zh: one for one in entity.fields} | {
        one.label.en.lower(): one for one in entity.fields
    }

    def fill(place: re.Match[str]) -> str:
        name = place[1].strip()
        known = _NAMES.get(name.lower())
        if known is not None:
            return extra.get(known, "")
        titled = entity.find(entity.title) if name in _TITLES else None
        spec = titled or entity.find(name) or by_label.get(name) or by_label.get(name.lower())
        if spec is None:
            return place[0]
        return told(entity, spec, record, secret, language)

    filled = _PLACE.sub(fill, words.text(language) or words.zh)
    return tidy(filled)[:_LONGEST]


def tidy(text: str) -> str:
    """Without what is left of places that had nothing in them."""
    emptied = re.sub(r"[(（]\s*[)）]|来源：(?=[（(]|$)", "", text)
    return " ".join(emptied.split())


def figures(found: ClockState, limit_hours: float) -> dict[str, str]:
    """The hours of a clock, as they are put into words."""
    left = max(found.hours_left or 0.0, 0.0)
    spent = found.spent.total_seconds() / 3600 if found.spent is not None else 0.0
    return {"left": f"{left:.0f}", "spent": f"{spent:.0f}", "limit": f"{limit_hours:g}"}
