"""What happened to a customer, as one list: visits, follow-ups, stage moves, field changes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model.values import Record, Value
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Payload, Verb, moment_of


class Happening(StrEnum):
    """What kind of thing happened."""

    VISIT = "visit"
    FOLLOW_UP = "follow_up"
    STAGE = "stage"
    EDIT = "edit"
    CREATED = "created"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's step; `display` of values makes it readable."""

    field: str
    before: Value
    after: Payload
    """For a set field `{"add": item}` or `{"remove": item}`."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the timeline."""

    at: str
    """ISO UTC."""
    kind: Happening
    entity: str
    id: str
    title: str
    """The record's own words: a visit's summary, a follow-up's conclusion, a name."""
    actor: str
    """User id of who did it."""
    record: Record | None = None
    """The visit or follow-up."""
    changes: tuple[FieldChange, ...] = ()
    group: str = ""
    """For `do_undo`; empty where the entry stands for a record."""
    reason: str = ""

    @property
    def references(self) -> list[tuple[str, str]]:
        """(entity, id) whose names the line shows."""
        contact = self.record.get("contact") if self.record is not None else None
        found = [("contact", str(contact))] if contact else []
        return [*found, (self.entity, self.id)]


def timeline_of(
    replica: Replica,
    customer: Record,
    *,
    visits: Iterable[Record],
    follow_ups: Iterable[Record],
    moving: Iterable[tuple[str, Record]],
) -> tuple[TimelineEntry, ...]:
    """The customer's timeline, newest first. `moving` are leads and opportunities, whose stage
    moves are part of it."""
    entries = [_record_entry("visit", Happening.VISIT, "started_at", "summary", r) for r in visits]
    entries += [
        _record_entry("follow_up", Happening.FOLLOW_UP, "happened_at", "conclusion", r)
        for r in follow_ups
    ]
    for entity, record in moving:
        history = replica.history(entity, str(record["id"]))
        stages = [o for o in history if o.field == "stage" or o.verb is Verb.CREATE]
        entries += _change_entries(stages, Happening.STAGE, str(record.get("name") or ""))
    history = replica.history("customer", str(customer["id"]))
    entries += _change_entries(history, Happening.EDIT, str(customer.get("name") or ""))
    return tuple(sorted(entries, key=lambda e: (e.at, e.kind), reverse=True))


def _record_entry(
    entity: str, kind: Happening, moment: str, title: str, record: Record
) -> TimelineEntry:
    return TimelineEntry(
        at=str(record[moment]),
        kind=kind,
        entity=entity,
        id=str(record["id"]),
        title=str(record.get(title) or ""),
        actor=str(record.get("owner") or ""),
        record=record,
    )


def _change_entries(
    operations: Sequence[Operation], kind: Happening, title: str
) -> list[TimelineEntry]:
    """One entry for everything done to the record in one group."""
    groups: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        groups[operation.group].append(operation)
    return [_group_entry(together, kind, title) for together in groups.values()]


def _group_entry(operations: Sequence[Operation], kind: Happening, title: str) -> TimelineEntry:
    first, verbs = operations[0], {o.verb for o in operations}
    if Verb.CREATE in verbs:
        kind = Happening.CREATED
    elif Verb.DELETE in verbs:
        kind = Happening.DELETED
    return TimelineEntry(
        at=moment_of(first),
        kind=kind,
        entity=first.entity,
        id=first.id,
        title=title,
        actor=first.actor,
        changes=tuple(
            FieldChange(o.field, o.before, o.value) for o in operations if o.verb is Verb.SET
        ),
        group=first.group,
        reason=first.reason,
    )
