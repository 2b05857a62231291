"""One field's versions in words: who, when, before, after, where, how they met (row 5.4)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm_core.clock import parse_moment
from crm_core.model.schema import FieldSpec, Kind
from crm_core.model.values import Value, display
from crm_core.store.replica import Replica
from crm_core.sync.change import Verb, moment_of
from crm_core.sync.history import Version, field_versions
from desktop.services.record_history import Reach, RecordHistory, record_history
from desktop.services.rules.reasons import reason_words
from desktop.services.workspace import Workspace


class Fate(StrEnum):
    """What became of a version."""

    CURRENT = "current"
    EARLIER = "earlier"
    OVERTAKEN = "overtaken"
    """Written at the same time as another edit, which stood."""
    REFUSED = "refused"
    """The server did not take it."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version as it is shown."""

    version: Version
    who: str
    at: datetime
    before: str
    after: str
    reason: str
    here: bool
    """Written on this device."""
    device: str
    """Four characters by which another device can be told apart."""
    created: bool
    fate: Fate
    overtook: str = ""
    """Whose edit lost against this one; empty where none did."""
    restorable: bool = False
    fetched: bool = False
    """Shown from the server's history; this device's own does not hold it."""


@dataclass(frozen=True, slots=True)
class FieldHistory:
    """Newest first."""

    spec: FieldSpec
    record_title: str
    lines: tuple[VersionLine, ...]
    reach: Reach = Reach.WHOLE
    fetched_at: str = ""


def read_history(
    workspace: Workspace, entity_name: str, record_id: str, name: str, *, language: str
) -> FieldHistory:
    """The history of one field as far as it is known here. Meant for the database thread."""
    replica = workspace.replica
    entity = replica.registry.entity(entity_name)
    spec = entity.field_spec(name)
    known = record_history(workspace, entity_name, record_id)
    if known is None:
        return FieldHistory(spec, "", ())
    versions = _telling(field_versions(known.operations, entity, name))
    versions = _with_refused(versions, known, name)
    title = replica.titles(entity_name, {record_id}).get(record_id, "")
    lines = _lines(replica, spec, versions, known, language)
    return FieldHistory(spec, title, tuple(reversed(lines)), known.reach, known.fetched_at)


def _telling(versions: list[Version]) -> list[Version]:
    """Without versions that say nothing: a record created with this field left empty."""
    return [v for v in versions if v.after is not None or v.operation.verb is not Verb.CREATE]


def _with_refused(versions: list[Version], known: RecordHistory, name: str) -> list[Version]:
    """In stamp order with what the server would not take, so that no text is missing."""
    void = [
        Version(
            operation=o, field=name, before=o.before, after=o.value, at=moment_of(o),
            current=False, lost=False,
        )
        for o in known.refused
        if o.field == name and not isinstance(o.value, dict)
    ]  # fmt: skip
    return sorted([*versions, *void], key=lambda v: v.operation.hlc)


def _lines(
    replica: Replica, spec: FieldSpec, versions: list[Version], known: RecordHistory, language: str
) -> list[VersionLine]:
    people = replica.titles("user", {v.operation.actor for v in versions})
    words = wording(replica, spec, [x for v in versions for x in (v.before, v.after)], language)
    current = known.present.get(spec.name)
    void = {o.key for o in known.refused}
    lines: list[VersionLine] = []
    for place, version in enumerate(versions):
        loser = versions[place - 1] if place and versions[place - 1].lost else None
        operation = version.operation
        lines.append(
            VersionLine(
                version=version,
                who=people.get(operation.actor, operation.actor),
                at=parse_moment(version.at),
                before=words(version.before),
                after=words(version.after),
                reason=reason_words(operation.reason, language),
                here=operation.replica == replica.hybrid.node,
                device=operation.replica[-4:].upper(),
                created=operation.verb is Verb.CREATE,
                fate=Fate.REFUSED if operation.key in void else _fate(version),
                overtook=people.get(loser.operation.actor, "") if loser else "",
                restorable=spec.editable and not version.current and version.after != current,
                fetched=operation.key in known.fetched,
            )
        )
    return lines


def _fate(version: Version) -> Fate:
    if version.current:
        return Fate.CURRENT
    return Fate.OVERTAKEN if version.lost else Fate.EARLIER


def wording(
    replica: Replica, spec: FieldSpec, values: Iterable[Value], language: str
) -> Callable[[Value], str]:
    """How values of one field read, references by the names of what they point at."""
    if spec.kind is not Kind.REF:
        return lambda value: display(spec, value, language)
    names = replica.titles(spec.target, {str(v) for v in values if v is not None})
    return lambda value: "" if value is None else names.get(str(value), str(value))
