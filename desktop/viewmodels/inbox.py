"""The sync centre as values ready to draw: what waits, what clashed, what was refused.

Reads only. Deciding about a conflict is in `services.commands.conflicts`.
"""

import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from crm_core.clock import CHINA, parse_moment, stamp_moment
from crm_core.model.query import Query
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Value
from crm_core.store.changes.outbox import Refusal
from crm_core.store.changes.tally import tally
from crm_core.store.log.conflicts import Conflict
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Payload, Verb
from desktop.config import product_version
from desktop.services.commands.conflicts import sides
from desktop.services.online.sync_status import SyncStatus
from desktop.services.online.verification import Check
from desktop.services.workspace import Workspace
from desktop.viewmodels.records.history import wording
from desktop.viewmodels.text_difference import Piece, pieces

_MOST_SHOWN = 200
"""Per kind; a page with more is worked off from the top."""


@dataclass(frozen=True, slots=True)
class Version:
    """One side of a conflict."""

    text: str
    value: Value
    deleted: bool
    who: str
    when: str
    device: str = ""
    """Four characters of the device it was written on; empty for this one."""
    pieces: tuple[Piece, ...] = ()
    """A long text cut into what both sides share and what this one alone has."""


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict in words."""

    conflict: Conflict
    spec: FieldSpec | None
    """None where an edit met a deletion, or the field is unknown here."""
    record: str
    field: str
    mine: Version
    theirs: Version
    before: Version
    mine_wins: bool
    involved: bool
    """Whether the person at work wrote one of the sides."""

    @property
    def key(self) -> str:
        """Tells it from everything else in the inbox."""
        return f"conflict {self.conflict.rid}"


@dataclass(frozen=True, slots=True)
class RefusalView:
    """A change the server did not take, with the words that are kept."""

    refusal: Refusal
    record: str
    field: str
    text: str
    when: str

    @property
    def key(self) -> str:
        """Tells it from everything else in the inbox."""
        return f"refusal {self.refusal.log_rid}"


@dataclass(frozen=True, slots=True)
class Inbox:
    """Everything the page shows."""

    waiting: tuple[tuple[str, int], ...]
    """(entity name, operations), most first."""
    conflicts: tuple[ConflictView, ...]
    refusals: tuple[RefusalView, ...]


def read_inbox(workspace: Workspace, language: str) -> Inbox:
    """What waits in both directions. Meant for the database thread."""
    replica = workspace.replica
    counts = replica.waiting_counts()
    waiting = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    conflicts = [one for one in replica.conflicts(limit=_MOST_SHOWN) if not _agreed(one)]
    refusals = replica.refusals()[:_MOST_SHOWN]
    actors = {o.actor for c in conflicts for o in (c.winner, c.loser)}
    people = replica.titles("user", actors)
    return Inbox(
        waiting=tuple(waiting),
        conflicts=tuple(_conflict(workspace, one, people, language) for one in conflicts),
        refusals=tuple(_refusal(replica, one, language) for one in refusals),
    )


def diagnostics(workspace: Workspace, status: SyncStatus) -> str:
    """What support needs to know, as text to copy: states and counts, no one's data."""
    replica, account = workspace.replica, workspace.account
    found = replica.read(lambda connection: tally(connection, replica.tables))
    line = [w for w, on in (("paused", status.paused), ("metered", status.metered)) if on]
    records = {e.name: replica.count(Query(e.name)) for e in replica.registry}
    lines = {
        "Suixing": product_version(),
        "System": f"{platform.system()} {platform.release()} · Python {platform.python_version()}",
        "Device": account.node,
        "Lineage": str(replica.meta("lineage", "")),
        "Cursor": str(replica.meta("cursor", 0)),
        "Filled anew after long silence": str(replica.meta("filled_again", "never")),
        "Clock offset (ms)": str(replica.hybrid.offset_ms),
        "State": " ".join([status.state.value, *line]),
        "Hints": "live" if status.live else "polling",
        "Last error": status.error.code if status.error else "none",
        "Last exchange": status.last_success or "none in this run",
        "Next try": f"{status.next_try or 'none'} after {status.failures} failures",
        "Compared with the server": _compared_words(status.check),
        "Waiting": _counted(replica.waiting_counts()),
        "Conflicts / refused": f"{found.conflicts} / {found.refused}",
        "Records": _counted(records),
        "Keys in the system keyring": "yes" if workspace.secrets.protected else "no",
        "Now": workspace.clock.iso(),
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items())


def _compared_words(check: Check | None) -> str:
    """When, and how many records of which kind were put right or still differ."""
    if check is None:
        return "not yet"
    found = [
        f"{words}: {_counted(dict(numbers))}"
        for words, numbers in (("fetched again", check.mended), ("still differ", check.apart))
        if numbers
    ]
    return " · ".join([check.at, *(found or ["the same"])])


def _conflict(
    workspace: Workspace, conflict: Conflict, people: Mapping[str, str], language: str
) -> ConflictView:
    replica = workspace.replica
    entity = _entity(replica, conflict.entity)
    spec = entity.find(conflict.field) if entity is not None and conflict.field else None
    mine, theirs = sides(workspace, conflict)
    before_value = _before(conflict)
    values = [_value(o, conflict.field) for o in (mine, theirs)]
    say = _words(replica, spec, [*values, before_value], language)

    def side(operation: Operation, value: Value) -> Version:
        gone = operation.verb is Verb.DELETE
        who = people.get(operation.actor, operation.actor)
        when = _when(operation.authored or operation.hlc)
        here = operation.replica == replica.hybrid.node
        device = "" if here else operation.replica[-4:].upper()
        return Version(say(value), value, gone, who, when, device)

    label = spec.label if spec is not None else entity.label if entity is not None else None
    sided = side(mine, values[0]), side(theirs, values[1])
    if spec is not None and spec.kind is Kind.LONG_TEXT:
        sided = _compared(*sided)
    return ConflictView(
        conflict=conflict,
        spec=spec,
        record=_title(replica, conflict.entity, conflict.record),
        field=label.text(language) if label is not None else conflict.field or conflict.entity,
        mine=sided[0],
        theirs=sided[1],
        before=Version(say(before_value), before_value, False, "", ""),
        mine_wins=conflict.winner is mine,
        involved=workspace.actor.user_id in (mine.actor, theirs.actor),
    )


def _agreed(conflict: Conflict) -> bool:
    """Whether both wrote the same: two who correct one address alike have nothing to decide."""
    both = conflict.winner, conflict.loser
    if not conflict.field or any(one.verb is Verb.DELETE for one in both):
        return False
    won, lost = (_value(one, conflict.field) for one in both)
    return won == lost


def _compared(mine: Version, theirs: Version) -> tuple[Version, Version]:
    """Both with their differences marked."""
    return (
        replace(mine, pieces=pieces(mine.text, theirs.text)),
        replace(theirs, pieces=pieces(theirs.text, mine.text)),
    )


def _before(conflict: Conflict) -> Value:
    """What the field held before the earlier of the two: its author is the best witness."""
    first = min(conflict.winner, conflict.loser, key=lambda o: o.hlc)
    return first.before if conflict.field and first.verb is Verb.SET else None


def _refusal(replica: Replica, refusal: Refusal, language: str) -> RefusalView:
    operation = refusal.operation
    entity = _entity(replica, operation.entity)
    spec = entity.find(operation.field) if entity is not None and operation.field else None
    label = spec.label if spec is not None else entity.label if entity is not None else None
    title = _title(replica, operation.entity, operation.id)
    return RefusalView(
        refusal=refusal,
        record=title or str(operation.created_values.get(entity.title if entity else "") or ""),
        field=label.text(language) if label is not None else operation.field or operation.entity,
        text=_kept_text(replica, entity, operation, language),
        when=_when(operation.authored or operation.hlc),
    )


def _kept_text(
    replica: Replica, entity: EntitySpec | None, operation: Operation, language: str
) -> str:
    """Everything the person wrote in this operation, to read and to copy."""
    if operation.verb is Verb.CREATE:
        lines = []
        for name, value in operation.created_values.items():
            spec = entity.find(name) if entity is not None else None
            label = spec.label.text(language) if spec is not None else name
            text = _words(replica, spec, [value], language)(value)
            lines += [f"{label}: {text}"] if text else []
        return "\n".join(lines)
    spec = entity.find(operation.field) if entity is not None and operation.field else None
    payload = operation.value
    if isinstance(payload, dict):
        return "\n".join(f"{'+' if verb == 'add' else '−'} {x}" for verb, x in payload.items())
    return _words(replica, spec, [payload], language)(payload)


def _words(
    replica: Replica, spec: FieldSpec | None, values: Iterable[Value], language: str
) -> Callable[[Value], str]:
    if spec is None:
        return lambda value: "" if value is None else str(value)
    return wording(replica, spec, list(values), language)


def _value(operation: Operation, field: str) -> Value:
    if operation.verb is Verb.CREATE:
        return operation.created_values.get(field)
    payload: Payload = operation.value
    return None if isinstance(payload, dict) else payload


def _entity(replica: Replica, name: str) -> EntitySpec | None:
    return replica.registry.entity(name) if name in replica.registry else None


def _title(replica: Replica, entity: str, record_id: str) -> str:
    if entity not in replica.registry:
        return ""
    return replica.titles(entity, [record_id]).get(record_id, "")


def _when(stamp: str) -> str:
    return stamp_moment(stamp).astimezone(CHINA).strftime("%m-%d %H:%M")


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items() if number) or "none"


def china_time(iso: str) -> str:
    """An ISO moment as people in China read it."""
    return parse_moment(iso).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
