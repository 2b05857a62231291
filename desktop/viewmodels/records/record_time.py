"""A whole record through time: its acts as steps, what it held after each, and what differs now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from crm_core.clock import make_stamp, parse_moment
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Value, display
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb, moment_of
from crm_core.sync.moments import Standing, standing
from desktop.services.record_history import Reach, RecordHistory, record_history
from desktop.services.rules.reasons import reason_words
from desktop.services.workspace import Workspace

_NAMED_FIELDS = 3
_LAST_NODE = "f" * 16


@dataclass(frozen=True, slots=True)
class Step:
    """One act on the record."""

    stamp: str
    """The record as it stood right after the act."""
    at: datetime
    """By its author's clock."""
    who: str
    what: str
    reason: str
    tone: str
    fetched: bool


@dataclass(frozen=True, slots=True)
class FieldThen:
    """One field then and now, as it is shown."""

    spec: FieldSpec
    then: str
    now: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Stood:
    """The record at one moment."""

    standing: Standing
    fields: tuple[FieldThen, ...]
    """In form order; fields empty then and now are left out."""


@dataclass(frozen=True, slots=True)
class RecordTime:
    """Everything the time sheet needs, so that stepping asks nothing more."""

    entity: EntitySpec
    record_id: str
    title: str
    steps: tuple[Step, ...]
    """Newest first."""
    history: RecordHistory
    names: Mapping[tuple[str, str], str]
    """(entity, id) → name, of everything the record ever pointed at."""
    language: str

    @property
    def reach(self) -> Reach:
        """How far back the steps go."""
        return self.history.reach

    def at(self, stamp: str) -> Stood:
        """The record as it stood at `stamp`."""
        history = self.history
        found = standing(
            history.operations, self.entity, stamp,
            present=history.present, alive=history.alive,
        )  # fmt: skip
        fields = [self._field(spec, found) for spec in self.entity.fields]
        return Stood(found, tuple(f for f in fields if f.then or f.now))

    def changes(self, stood: Stood) -> dict[str, Value]:
        """What bringing the record back to `stood` would write: field → value."""
        values = stood.standing.values
        changed = [f.spec.name for f in stood.fields if f.differs and f.spec.editable]
        if not self.history.alive:  # Any write brings it back out of the bin.
            changed = list(dict.fromkeys([*changed, self.entity.title]))
        return {name: values.get(name) for name in changed}

    def step_at(self, moment: datetime) -> int:
        """The place of the step that held at `moment`; one past the last for before them all."""
        stamp = stamp_until(moment)
        places = (place for place, step in enumerate(self.steps) if step.stamp <= stamp)
        return next(places, len(self.steps))

    def _field(self, spec: FieldSpec, found: Standing) -> FieldThen:
        then, now = found.values.get(spec.name), self.history.present.get(spec.name)
        return FieldThen(spec, self._words(spec, then), self._words(spec, now), then != now)

    def _words(self, spec: FieldSpec, value: Value) -> str:
        if spec.kind is Kind.REF and value is not None:
            return self.names.get((spec.target, str(value)), str(value))
        return display(spec, value, self.language)


def stamp_until(moment: datetime) -> str:
    """The last stamp of the minute `moment` lies in: people name minutes."""
    minute = int(moment.timestamp()) // 60
    return make_stamp((minute + 1) * 60_000 - 1, 0xFFFF, _LAST_NODE)


def read_record_time(
    workspace: Workspace, entity_name: str, record_id: str, *, language: str
) -> RecordTime | None:
    """None where the record is not on this device. Meant for the database thread."""
    replica = workspace.replica
    entity = replica.registry.entity(entity_name)
    history = record_history(workspace, entity_name, record_id)
    if history is None:
        return None
    return RecordTime(
        entity=entity,
        record_id=record_id,
        title=replica.titles(entity_name, {record_id}).get(record_id, ""),
        steps=tuple(_steps(replica, entity, history, language)),
        history=history,
        names=_names(replica, entity, history),
        language=language,
    )


def _steps(
    replica: Replica, entity: EntitySpec, history: RecordHistory, language: str
) -> list[Step]:
    people = replica.titles("user", {o.actor for o in history.operations})
    steps = []
    for _, together in groupby(history.operations, key=lambda o: (o.group, o.actor)):
        act = list(together)
        last = act[-1]
        steps.append(
            Step(
                stamp=last.hlc,
                at=parse_moment(moment_of(last)),
                who=people.get(last.actor, last.actor),
                what=_what(entity, act, language),
                reason=reason_words(last.reason, language),
                tone=_tone(act),
                fetched=any(o.key in history.fetched for o in act),
            )
        )
    return steps[::-1]


def _what(entity: EntitySpec, act: Sequence[Operation], language: str) -> str:
    chinese = language.startswith("zh")
    label = entity.label.text(language)
    verbs = {o.verb for o in act}
    if Verb.CREATE in verbs:
        return f"新建{label}" if chinese else f"{label} created"
    if Verb.DELETE in verbs:
        return f"删除{label}" if chinese else f"{label} deleted"
    names = [_label(entity, name, language) for name in dict.fromkeys(o.field for o in act)]
    comma = "、" if chinese else ", "
    told = comma.join(names[:_NAMED_FIELDS])
    return told if len(names) <= _NAMED_FIELDS else f"{told} … ({len(names)})"


def _label(entity: EntitySpec, name: str, language: str) -> str:
    spec = entity.find(name)
    return spec.label.text(language) if spec is not None else name


def _tone(act: Iterable[Operation]) -> str:
    verbs = {o.verb for o in act}
    return "bad" if Verb.DELETE in verbs else "good" if Verb.CREATE in verbs else "neutral"


def _names(
    replica: Replica, entity: EntitySpec, history: RecordHistory
) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for spec in entity.fields:
        if spec.kind is not Kind.REF:
            continue
        ids = {str(v) for v in _values_of(spec.name, history) if isinstance(v, str)}
        found = replica.titles(spec.target, ids)
        names |= {(spec.target, record_id): name for record_id, name in found.items()}
    return names


def _values_of(name: str, history: RecordHistory) -> list[object]:
    values: list[object] = [history.present.get(name)]
    for operation in history.operations:
        if operation.verb is Verb.CREATE:
            values.append(operation.created_values.get(name))
        elif operation.field == name:
            values += [operation.before, operation.value]
    return values
