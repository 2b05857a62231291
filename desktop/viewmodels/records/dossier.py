"""Everything a record's page shows, read in one go: the record, names, what happened, what is open.

What happened comes from the records under it (visits, follow-ups, tasks) and from the change log
(fields of the record, stages of its leads and opportunities).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from crm_core.clock import iso_moment, parse_moment
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Record, Value, display
from crm_core.rules.stage_plan import STAGED
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb, moment_of
from desktop.viewmodels.records.history import wording

_MOST_CHILDREN = 500
"""Per kind of record, newest first; more than anyone reads on one page."""


class EventKind(StrEnum):
    """What the timeline can be narrowed to."""

    VISIT = "visit"
    FOLLOW_UP = "follow_up"
    STAGE = "stage"
    TASK = "task"
    CHANGE = "change"
    PROMISE = "promise"
    """One that was kept, or is open: at the moment it is due."""
    FILE = "file"
    COMMENT = "comment"
    RECORD = "record"
    """A contact, lead, opportunity or file was added."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `title` and `body` are in the language asked for."""

    kind: EventKind
    title: str
    body: str
    who: str
    at: datetime
    entity: str
    id: str
    tone: str = "neutral"
    field: str = ""
    """For a change of exactly one field: which."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A record with what belongs to it."""

    record: Record
    names: Mapping[str, str]
    """Id → name of everything the record points at."""
    events: tuple[Event, ...]
    """Newest first."""
    open_tasks: tuple[Record, ...]
    contacts: tuple[Record, ...]
    related: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    """Everything listed under the record, by entity."""


def read_dossier(
    replica: Replica, entity_name: str, record_id: str, *, language: str
) -> Dossier | None:
    """None where the record is not on this device (any more). Meant for the database thread."""
    record = replica.record(entity_name, record_id)
    if record is None:
        return None
    entity = replica.registry.entity(entity_name)
    reader = _Reader(replica, entity, record_id, language)
    children = reader.children()
    # Reversed after sorting: of events in one second, the one told last comes first.
    events = sorted(reader.events(children), key=lambda event: event.at)[::-1]
    return Dossier(
        record=record,
        names=_names(replica, entity, record),
        events=tuple(events),
        open_tasks=tuple(_open_tasks(children.get("task", []))),
        contacts=tuple(children.get("contact", [])),
        related=children,
    )


def _names(replica: Replica, entity: EntitySpec, record: Record) -> dict[str, str]:
    names: dict[str, str] = {}
    for spec in entity.fields:
        value = record.get(spec.name)
        if spec.kind is Kind.REF and isinstance(value, str):
            names |= replica.titles(spec.target, {value})
    return names


def _open_tasks(tasks: Sequence[Record]) -> list[Record]:
    waiting = [task for task in tasks if task.get("state") == "open"]
    return sorted(waiting, key=lambda task: str(task.get("due_at") or "9"))


@dataclass(frozen=True, slots=True)
class _Reader:
    replica: Replica
    entity: EntitySpec
    record_id: str
    language: str

    def children(self) -> dict[str, list[Record]]:
        """The records listed under this one, by entity."""
        found: dict[str, list[Record]] = {}
        for child, link in self.replica.registry.children_of(self.entity.name):
            sort = Sort(child.moment or "rid", descending=True)
            where = Test(link.name, Op.EQ, self.record_id)
            query = Query(child.name, where, (sort,), _MOST_CHILDREN)
            found.setdefault(child.name, []).extend(self.replica.find(query))
        return found

    def events(self, children: Mapping[str, Sequence[Record]]) -> Iterator[Event]:
        """Everything that happened, in no order."""
        people = self._people(children)
        own = self.replica.history(self.entity.name, self.record_id)
        people |= self.replica.titles("user", {o.actor for o in own})
        yield from self._changes(own, people)
        for name, records in children.items():
            entity = self.replica.registry.entity(name)
            for record in records:
                yield from self._happened(entity, record, people)
                if entity.name in STAGED:
                    yield from self._moves(entity, record)

    def _people(self, children: Mapping[str, Sequence[Record]]) -> dict[str, str]:
        ids = {str(r["owner"]) for rs in children.values() for r in rs if r.get("owner")}
        return self.replica.titles("user", ids)

    def _happened(
        self, entity: EntitySpec, record: Record, people: Mapping[str, str]
    ) -> Iterator[Event]:
        moment = _moment(entity, record)
        if not isinstance(moment, str):
            return
        title, body = self._words(entity, record)
        yield Event(
            kind=_kind(entity, record),
            title=title,
            body=body,
            who=people.get(str(record.get("owner")), ""),
            at=parse_moment(moment),
            entity=entity.name,
            id=str(record["id"]),
            tone=_tone(entity, record),
        )

    def _words(self, entity: EntitySpec, record: Record) -> tuple[str, str]:
        kind = next((s for s in entity.fields if s.kind is Kind.CHOICE), None)
        said = display(kind, record.get(kind.name), self.language) if kind else ""
        label = entity.label.text(self.language)
        body = [str(record.get(entity.title) or "")]
        following = record.get("next_step")
        if following:
            arrow = "下一步：" if self.language.startswith("zh") else "Next: "
            due = f" ({record['next_on']})" if record.get("next_on") else ""
            body.append(f"{arrow}{following}{due}")
        body.append(" · ".join(self._numbered(entity, record)))
        return " · ".join(x for x in (label, said) if x), "\n".join(x for x in body if x)

    def _numbered(self, entity: EntitySpec, record: Record) -> Iterator[str]:
        """Which script was used, and where the call is kept (row 6.6)."""
        for spec in entity.fields:
            if spec.name in _NUMBERS and record.get(spec.name):
                yield f"{spec.label.text(self.language)} {record[spec.name]}"

    def _moves(self, entity: EntitySpec, record: Record) -> Iterator[Event]:
        spec = entity.field_spec("stage")
        title = str(record.get(entity.title) or "")
        operations = self.replica.history(entity.name, str(record["id"]))
        people = self.replica.titles("user", {o.actor for o in operations})
        for operation in operations:
            if operation.verb is Verb.CREATE:
                value, words = operation.created_values.get("stage"), ""
            elif operation.field == "stage" and not isinstance(operation.value, dict):
                value = operation.value
                words = f"{display(spec, operation.before, self.language) or '—'} → "
            else:
                continue
            option = spec.choice(str(value))
            label = entity.label.text(self.language)
            yield Event(
                kind=EventKind.STAGE if words else EventKind.RECORD,
                title=f"{label} · {words}{display(spec, value, self.language)}",
                body=title,
                who=people.get(operation.actor, ""),
                at=parse_moment(moment_of(operation)),
                entity=entity.name,
                id=str(record["id"]),
                tone=option.tone if option else "neutral",
            )

    def _changes(
        self, operations: Iterable[Operation], people: Mapping[str, str]
    ) -> Iterator[Event]:
        """Edits of the record itself, those made together as one."""
        for _, grouped in groupby(operations, key=lambda o: (o.group, o.actor, o.verb)):
            together = list(grouped)
            first = together[0]
            fields = {o.field: self.entity.find(o.field) for o in together}
            known = _worth_telling([spec for spec in fields.values() if spec is not None])
            if first.verb is Verb.SET and not known:
                continue
            stage = next((o for o in together if o.field == "stage"), None)
            yield Event(
                kind=EventKind.STAGE if stage else EventKind.CHANGE,
                title=self._change_title(first.verb, known),
                body="\n".join(self._change_lines(together, known)),
                tone=_tone_of(self.entity, "stage", stage.value) if stage else "neutral",
                who=people.get(first.actor, first.actor),
                at=parse_moment(moment_of(first)),
                entity=self.entity.name,
                id=self.record_id,
                field=known[0].name if len(known) == 1 else "",
            )

    def _change_title(self, verb: Verb, specs: Sequence[FieldSpec]) -> str:
        chinese = self.language.startswith("zh")
        label = self.entity.label.text(self.language)
        if verb is Verb.CREATE:
            return f"新建{label}" if chinese else f"{label} created"
        if verb is Verb.DELETE:
            return f"删除{label}" if chinese else f"{label} deleted"
        names = [spec.label.text(self.language) for spec in specs]
        return f"修改{'、'.join(names)}" if chinese else f"Changed {', '.join(names).lower()}"

    def _change_lines(
        self, operations: Sequence[Operation], specs: Sequence[FieldSpec]
    ) -> Iterator[str]:
        colon = "：" if self.language.startswith("zh") else ": "
        for operation in operations:
            spec = self.entity.find(operation.field)
            if operation.verb is not Verb.SET or spec is None or spec not in specs:
                continue
            name = f"{spec.label.text(self.language)}{colon}" if len(specs) > 1 else ""
            if isinstance(operation.value, dict):
                items = (f"{_SIGNS[how]} {item}" for how, item in operation.value.items())
                yield name + " ".join(items)
                continue
            words = wording(self.replica, spec, (operation.before, operation.value), self.language)
            yield f"{name}{words(operation.before) or '—'} → {words(operation.value) or '—'}"


_NUMBERS = ("script_pack", "recording_no")
_SIGNS = {"add": "+", "remove": "−"}
_KINDS = {
    "visit": EventKind.VISIT,
    "follow_up": EventKind.FOLLOW_UP,
    "task": EventKind.TASK,
    "attachment": EventKind.FILE,
    "comment": EventKind.COMMENT,
}
_UUID_7 = 7


def _kind(entity: EntitySpec, record: Record) -> EventKind:
    if entity.name == "task" and record.get("kind") == "promise":
        return EventKind.PROMISE
    return _KINDS.get(entity.name, EventKind.RECORD)


def _moment(entity: EntitySpec, record: Record) -> Value:
    """When it happened; of an open promise when it is due."""
    if entity.name == "task":
        if record.get("state") == "open" and record.get("kind") == "promise":
            return record.get("due_at")
        return record.get("done_at")
    if entity.name == "attachment":
        return _made_at(str(record["id"]))
    return record.get(entity.moment) if entity.moment else None


def _made_at(record_id: str) -> str | None:
    """When an id was made, which it says itself; None for one of another kind."""
    try:
        made = UUID(record_id)
        moment = datetime.fromtimestamp((made.int >> 80) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return iso_moment(moment) if made.version == _UUID_7 else None


def _worth_telling(specs: list[FieldSpec]) -> list[FieldSpec]:
    """Without the fields the system wrote on the side of what the person wrote."""
    return [spec for spec in specs if spec.editable] or specs


def _tone_of(entity: EntitySpec, name: str, value: object) -> str:
    spec = entity.find(name)
    option = spec.choice(str(value)) if spec is not None else None
    return option.tone if option else "neutral"


def _tone(entity: EntitySpec, record: Record) -> str:
    for name in ("sentiment", "action", "state"):
        spec = entity.find(name)
        option = spec.choice(str(record.get(name))) if spec is not None else None
        if option is not None:
            return option.tone
    return "neutral"
