"""The operation: the one unit that is written, logged, sent, merged and taken back.

Design rule 3. An operation is immutable; the server may only give it a later-acknowledged
effective stamp (`with_stamp`), and then the stamp its author gave stays beside it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from crm_core.clock import is_stamp, stamp_moment
from crm_core.errors import SyncCode, SyncError
from crm_core.model.schema import LONGEST
from crm_core.model.values import Value

Payload = Value | dict[str, Value]
"""SET on an ordinary field: the value. On a set field `{"add": item}` or `{"remove": item}`; on a
counter `{"add": n}`. CREATE: field → value of the whole record. DELETE: True."""

LONGEST_READ = 4_000_000
"""Characters of a text that a device takes from a server: one that is there must not keep it from
everything that came after it."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_TEXT_KEYS = ("replica", "entity", "id", "field", "hlc", "base", "group", "actor", "reason")


class Verb(StrEnum):
    """What an operation does to its record."""

    CREATE = "create"
    SET = "set"
    DELETE = "delete"


CREATE, SET, DELETE = Verb
"""For what is asked of every operation: a member of an enum, named through its class, takes Python
3.11 a tenth of a microsecond."""


class Operation(Struct, frozen=True, kw_only=True, gc=False):
    """One change by one person on one device.

    A msgspec Struct rather than a dataclass: making one costs a tenth, and a sync makes many.
    """

    replica: str
    """Node id of the device that made it; with `replica_seq` its identity for ever."""
    replica_seq: int
    entity: str
    id: str
    verb: Verb
    field: str
    """Empty for CREATE and DELETE."""
    value: Payload
    before: Value
    """What the author saw in the field when changing it."""
    hlc: str
    base: str
    """The stamp of what the author saw; `ZERO_STAMP` for CREATE. Tells a conflict exactly."""
    group: str
    """Operations done, and undone, together."""
    actor: str
    reason: str = ""
    authored: str = ""
    """The author's own stamp where the server gave another; else empty."""

    @property
    def key(self) -> tuple[str, int]:
        """Identity: applying two operations of one key has the effect of one."""
        return (self.replica, self.replica_seq)

    def with_stamp(self, effective: str, *, base: str) -> "Operation":
        """The same operation under the server's effective stamp and base."""
        if effective == self.hlc:
            return self if base == self.base else replace(self, base=base)
        return replace(self, hlc=effective, base=base, authored=self.authored or self.hlc)

    @property
    def created_values(self) -> Mapping[str, Value]:
        """For CREATE: the record's values by field name."""
        return cast("dict[str, Value]", self.value) if self.verb is CREATE else {}

    def as_json(self) -> dict[str, object]:
        """The wire form; empty parts are left out."""
        wire: dict[str, object] = {
            "replica": self.replica, "replica_seq": self.replica_seq, "entity": self.entity,
            "id": self.id, "verb": self.verb.value, "value": self.value, "hlc": self.hlc,
            "base": self.base, "group": self.group, "actor": self.actor,
        }  # fmt: skip
        optional = {
            "field": self.field, "before": self.before, "reason": self.reason,
            "authored": self.authored,
        }  # fmt: skip
        return wire | {name: part for name, part in optional.items() if part not in ("", None)}


def by_entity(operations: Iterable[Operation]) -> Mapping[str, Sequence[Operation]]:
    """Operations by the entity they are about: most of what reacts to many cares for one."""
    found: dict[str, list[Operation]] = {}
    for one in operations:
        some = found.get(one.entity)
        if some is None:
            found[one.entity] = [one]
        else:
            some.append(one)
    return found


def operation_from_json(wire: object, *, longest: int = LONGEST) -> Operation:
    """Read the wire form; SyncError(MALFORMED) where it is not one, with the reason in `detail`.

    Names and values are not checked against a registry here: an unknown field of a newer version
    is well formed and must be carried through.
    """
    if not isinstance(wire, dict):
        raise SyncError(SyncCode.MALFORMED, "an operation must be an object")
    texts = {key: wire.get(key, "") for key in _TEXT_KEYS}
    for key, text in texts.items():
        if not isinstance(text, str) or len(text) > 500 or _broken(text):
            raise SyncError(SyncCode.MALFORMED, f"{key} must be short text")
    sequence, authored = wire.get("replica_seq"), wire.get("authored") or ""
    if not isinstance(sequence, int) or isinstance(sequence, bool) or not 0 < sequence < 2**62:
        raise SyncError(SyncCode.MALFORMED, "replica_seq must be a positive integer")
    if not isinstance(wire.get("verb"), str) or wire["verb"] not in set(Verb):
        raise SyncError(SyncCode.MALFORMED, "unknown verb")
    stamps = [texts["hlc"], texts["base"], *([authored] if authored else [])]
    if not all(is_stamp(s) for s in stamps):
        raise SyncError(SyncCode.MALFORMED, "hlc and base must be stamps")
    if texts["hlc"] <= texts["base"]:
        raise SyncError(SyncCode.MALFORMED, "hlc must be later than what the author saw")
    if not texts["id"] or not texts["entity"] or not texts["replica"]:
        raise SyncError(SyncCode.MALFORMED, "replica, entity and id must be given")
    check_payload(Verb(wire["verb"]), texts["field"], wire.get("value"), longest=longest)
    _check_value(wire.get("before"), longest)
    return Operation(
        **texts, replica_seq=sequence, verb=Verb(wire["verb"]), value=wire.get("value"),
        before=wire.get("before"), authored=authored,
    )  # fmt: skip


def check_payload(
    verb: Verb, field: str, payload: object, *, texts: Sequence[str] = (), longest: int = LONGEST
) -> None:
    """SyncError(MALFORMED) for a payload its verb cannot carry, or text that cannot be stored in
    it, in `field` or in `texts`."""
    if any(_broken(text) for text in (field, *texts)):
        raise SyncError(SyncCode.MALFORMED, "text is not valid Unicode")
    if (verb is SET) != bool(field):
        raise SyncError(SyncCode.MALFORMED, "SET names a field, the other verbs do not")
    if verb is CREATE and not isinstance(payload, dict):
        raise SyncError(SyncCode.MALFORMED, "CREATE carries an object of values")
    for part in payload.values() if isinstance(payload, dict) else (payload,):
        _check_value(part, longest)
    if isinstance(payload, dict) and any(
        not isinstance(name, str) or _broken(name) for name in payload
    ):
        raise SyncError(SyncCode.MALFORMED, "a field's name is not valid Unicode")


def _check_value(value: object, longest: int) -> None:
    parts = value if isinstance(value, list) else [value]
    if not all(p is None or isinstance(p, str | int) for p in parts):
        raise SyncError(SyncCode.MALFORMED, "a value is null, text, integer, boolean or a list")
    if any(isinstance(p, str) and (len(p) > longest or _broken(p)) for p in parts):
        raise SyncError(SyncCode.MALFORMED, "text is too long or not valid Unicode")
    if any(isinstance(p, int) and abs(p) >= 2**62 for p in parts):
        raise SyncError(SyncCode.MALFORMED, "an integer is out of range")


def _broken(text: str) -> bool:
    return _UNSTORABLE.search(text) is not None


def moment_of(operation: Operation) -> str:
    """When it was done, for reading: the author's clock, ISO UTC with seconds."""
    return stamp_moment(operation.authored or operation.hlc).strftime("%Y-%m-%dT%H:%M:%SZ")
