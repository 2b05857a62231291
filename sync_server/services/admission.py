"""Whether one pushed operation may be applied: is its value well formed, has its author the right.

Pure. What is unknown here is let through: it is carried for a newer version (design rule 9).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from crm_core.errors import SYNC_CODES, SyncCode
from crm_core.model.merging import MERGED_INTO, mergeable
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Merge, Registry
from crm_core.model.values import Record, Value, ValueProblem, is_clean, normalise
from crm_core.permissions import Actor, Right, Verdict, can
from crm_core.sync.change import CREATE, SET, Operation, Payload, Verb

_PLAIN = frozenset({str, type(None)})
_RIGHTS = {Verb.CREATE: Right.CREATE, Verb.SET: Right.EDIT, Verb.DELETE: Right.DELETE}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an operation is not applied, in both languages."""

    code: SyncCode
    chinese: str
    english: str

    def sentence(self, language: str) -> str:
        """The sentence in `language`; English only where it was asked for."""
        return self.english if language.startswith("en") else self.chinese


def _said(code: SyncCode) -> Refusal:
    text = SYNC_CODES[code]
    return Refusal(code, text.chinese, text.english)


PURGED = _said(SyncCode.RECORD_PURGED)
"""For everything about a record that was purged, creating it again included."""
_UNASKED = _said(SyncCode.FORBIDDEN)
"""Stands for no verdict yet."""
ERASED = _said(SyncCode.RECORD_ERASED)
"""The same for one that was erased, and for what is to be hung under it."""


def value_refusal(registry: Registry, operation: Operation) -> Refusal | None:
    """INVALID_VALUE where a known field would not hold exactly what it was sent; else None."""
    try:
        if operation.verb is SET:
            spec = registry.find(operation.entity, operation.field)
            if spec is not None:
                _check_set(spec, operation.value)
        elif operation.verb is CREATE and operation.entity in registry:
            _check_created(registry.entity(operation.entity), operation)
    except ValueProblem as problem:
        return Refusal(SyncCode.INVALID_VALUE, problem.chinese, problem.english)
    return None


def right_refusal(
    registry: Registry, actor: Actor, operation: Operation, record: Record | None, now: datetime
) -> Refusal | None:
    """FORBIDDEN where the actor may not do this; else None.

    `record` is what the server holds (for CREATE: what is being created), None where the record
    is not here yet: then the role alone decides.
    """
    if operation.actor != actor.user_id:
        return Refusal(
            SyncCode.FORBIDDEN,
            "这项修改是以另一位同事的身份记录的，不能由当前账号发送。",
            "This change was recorded under another person and cannot be sent by this account.",
        )
    if operation.entity not in registry:
        return None
    entity, right = registry.entity(operation.entity), _RIGHTS[operation.verb]
    fields = operation.created_values or ([operation.field] if operation.field else ())
    return refused(can(actor, right, entity, record, fields=fields, now=now))


class _Kind(Struct, gc=False):
    """Writes of one person to one field of an entity, and the verdicts on them so far."""

    apart: bool
    """Each is asked about: they rest on more than whose the record is."""
    owner: str = ""
    sharer: str = ""
    said: dict[tuple[object, ...] | None, Refusal | None] = {}
    """By whose the record is; under None where there is none."""


@dataclass(slots=True)
class Rights:
    """`right_refusal` for one batch and one moment, asked once for writes it cannot tell apart."""

    registry: Registry
    actor: Actor
    now: datetime
    _kinds: dict[tuple[str, str, Verb, str], _Kind] = field(default_factory=dict)

    def refusal(self, operation: Operation, record: Record | None) -> Refusal | None:
        """As `right_refusal`."""
        about = operation.entity, operation.field, operation.verb, operation.actor
        kind = self._kinds.get(about)
        if kind is None:
            kind = self._kinds[about] = self._kind(operation)
        whose: tuple[object, ...] | None = None
        if record is not None:
            held = record.get
            whose = held(kind.owner), held(kind.sharer), held("author")
        if kind.apart or not (whose is None or _PLAIN.issuperset(map(type, whose))):
            return right_refusal(self.registry, self.actor, operation, record, self.now)
        known = kind.said.get(whose, _UNASKED)
        if known is _UNASKED:
            known = right_refusal(self.registry, self.actor, operation, record, self.now)
            kind.said[whose] = known
        return known

    def _kind(self, operation: Operation) -> _Kind:
        """What the verdict rests on; of what is created and what a guard looks at, on more than
        whose the record is."""
        name, policy = operation.entity, self.actor.policy
        guarded = policy is not None and any(guard.entity == name for guard in policy.guards)
        if operation.verb is CREATE or guarded or name not in self.registry:
            return _Kind(apart=True)
        entity = self.registry.entity(name)
        return _Kind(apart=False, owner=entity.owner, sharer=entity.sharer)


def refused(verdict: Verdict) -> Refusal | None:
    """FORBIDDEN with the verdict's reason; None where it allows."""
    if verdict.allowed:
        return None
    return Refusal(SyncCode.FORBIDDEN, verdict.chinese, verdict.english)


def _check_created(entity: EntitySpec, operation: Operation) -> None:
    values = operation.created_values
    for spec in entity.fields:
        value = values.get(spec.name)
        if value is None and spec.required:
            raise _missing(spec)
        _check_same(spec, value)


def _check_set(spec: FieldSpec, payload: Payload) -> None:
    if type(payload) is str and is_clean(spec, payload):
        return  # A text: neither a set nor left out.
    if isinstance(payload, dict):
        _check_step(spec, payload)
        return
    if spec.merge is Merge.SET:
        raise _wrong_step(spec)
    _check_same(spec, payload)
    if payload is None and spec.required:
        raise _missing(spec)


def _check_step(spec: FieldSpec, payload: dict[str, Value]) -> None:
    """One step on a set (`add` or `remove` one item) or on a counter (`add` a number)."""
    verb, part = next(iter(payload.items()), ("", None))
    if len(payload) == 1 and verb in ("add", "remove"):
        if spec.merge is Merge.SET and isinstance(part, str):
            _check_same(spec, [part])
            return
        if spec.merge is Merge.COUNTER and verb == "add" and type(part) is int:
            return
    raise _wrong_step(spec)


def _missing(spec: FieldSpec) -> ValueProblem:
    return ValueProblem(spec, "必须填写", "is required")


def _wrong_step(spec: FieldSpec) -> ValueProblem:
    return ValueProblem(spec, "修改方式无效", "this kind of step does not fit the field")


def _check_same(spec: FieldSpec, value: Value) -> None:
    if type(value) is str and is_clean(spec, value):
        return
    clean = normalise(spec, value)
    if clean != value or type(clean) is not type(value):
        raise ValueProblem(spec, "格式不规范", "is not in the form it is stored in")


def named_parents(registry: Registry, operation: Operation) -> set[tuple[str, str]]:
    """The records an operation hangs its own under."""
    spec = registry.find(operation.entity, operation.field)
    if operation.verb is not CREATE and (spec is None or spec.kind is not Kind.REF):
        return set()  # Nearly every operation.
    if operation.entity not in registry:
        return set()
    entity = registry.entity(operation.entity)
    values: Mapping[str, Value] = operation.created_values
    if operation.verb is SET and not isinstance(operation.value, dict):
        values = {operation.field: operation.value}
    # What is merged into a record hangs under it as well: the same person, or company.
    hanging = (*entity.parents, *([MERGED_INTO] if mergeable(entity) else []))
    named = {(entity.field_spec(name).target, values.get(name)) for name in hanging}
    return {(target, record) for target, record in named if isinstance(record, str)}
