"""What people did after a rule would have spoken, and whether it need not have.

A firing that tells somebody is a *false alarm* where the record was moved on by people within a
day (24 hours) of it although no rule had told them: it was answered (a follow-up or visit about it
or its customer, a first response noted), it went to another stage that is not lost, or the task was
done. It was *right* where nothing of the kind happened in that time; *open* where history ends
before. Firings that tell nobody (a tag, a field) are not judged.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from crm_core.model.schema import Kind, Registry
from crm_core.sync.change import Operation, Verb

SOON = timedelta(hours=24)
CONTACTS = ("follow_up", "visit")
_LOST = "lost"
_ANSWERED = "first_response_at"


class Judgement(StrEnum):
    """What a firing was worth."""

    RIGHT = "right"
    FALSE_ALARM = "false_alarm"
    OPEN = "open"
    SILENT = "silent"
    """It tells nobody."""


class Progress:
    """When records were moved on by people."""

    def __init__(self, registry: Registry) -> None:
        self._moved: dict[tuple[str, str], list[datetime]] = defaultdict(list)
        self._refs = {
            name: [s.name for s in registry.entity(name).fields if s.kind is Kind.REF]
            for name in CONTACTS
            if name in registry
        }
        self._targets = {
            (name, field): registry.entity(name).field_spec(field).target
            for name, fields in self._refs.items()
            for field in fields
        }

    def note(self, act: Sequence[Operation], at: datetime) -> None:
        """Keep what moves anything on; acts come in the order of time."""
        for one in act:
            if one.verb is Verb.CREATE and one.entity in self._refs:
                values = one.created_values
                for field in self._refs[one.entity]:
                    target = values.get(field)
                    if isinstance(target, str):
                        self._moved[self._targets[one.entity, field], target].append(at)
            elif one.verb is Verb.SET and _moves(one):
                self._moved[one.entity, one.id].append(at)

    def moved_within(self, entity: str, record: str, at: datetime, soon: timedelta = SOON) -> bool:
        """Whether somebody moved it on after a moment, soon enough."""
        found = self._moved.get((entity, record), ())
        place = bisect_left(found, at + timedelta(microseconds=1))
        return place < len(found) and found[place] <= at + soon

    def judge(
        self, entity: str, record: str, at: datetime, *, told: bool, until: datetime
    ) -> Judgement:  # fmt: skip
        """What a firing was worth, as far as history goes."""
        if not told:
            return Judgement.SILENT
        if self.moved_within(entity, record, at):
            return Judgement.FALSE_ALARM
        return Judgement.RIGHT if at + SOON <= until else Judgement.OPEN


def _moves(one: Operation) -> bool:
    if one.field == "stage":
        return one.value != _LOST and one.value != one.before
    if one.field == _ANSWERED:
        return one.value is not None
    return one.entity == "task" and one.field == "state" and one.value == "done"
