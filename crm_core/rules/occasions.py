"""What has happened, from operations just applied: an occasion for each record an act touched, and
for each round in which rules touched it again."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from crm_core.clock import stamp_moment
from crm_core.model.values import Value
from crm_core.rules.sight import Occasion
from crm_core.sync.change import Operation, Verb


def occasions(
    operations: Iterable[Operation],
    *,
    about: Collection[str],
    causes: Mapping[tuple[str, str], str] | None = None,
    latest: datetime | None = None,
) -> list[Occasion]:
    """In the order in which things happened; deletions set nothing off.

    `about`: entities that any rule looks at. `causes`: acts that what rules wrote themselves
    follows from. `latest`, on a server: nothing happened after this, whatever a clock says, and
    what was written since it happened is kept.
    """
    known = causes or {}
    found: dict[tuple[str, str, str], dict[int, list[Operation]]] = {}
    stamps: dict[str, str] = {}
    for one in operations:
        act = known.get((one.entity, one.id)) or one.group
        begins = act not in stamps
        stamps[act] = max(one.hlc, stamps.get(act, ""))
        if one.entity in about and one.verb is not Verb.DELETE:
            parts = found.setdefault((one.entity, one.id, act), {})
            parts.setdefault(_round(one, parts, begins=begins), []).append(one)
    made = [
        (number, _occasion(act, some, latest, stamps[act]))
        for (_, _, act), parts in found.items()
        for number, some in sorted(parts.items())
    ]
    return [occasion for _, occasion in sorted(made, key=lambda one: one[0])]


_CONSEQUENT = frozenset(
    {"stage", "stage_since", "moved_back", "first_response_at", "next_contact_on", "score", "grade"}
    | {"grade_reason"}
)
"""Fields that the product's own rules write because of something else in the same act."""


def _round(one: Operation, parts: Mapping[int, list[Operation]], *, begins: bool) -> int:
    """In which round of its act something was written, as far as can be told from the act.

    Where the act is done its rules react round by round: to the record as it was made, then to
    what rules wrote of it. Elsewhere the act comes as a whole, and has to set off the same.
    """
    if one.verb is Verb.CREATE:
        return 0
    created = any(other.verb is Verb.CREATE for other in parts.get(0, ()))
    number = int(created or (one.field in _CONSEQUENT and not begins))
    if isinstance(one.value, dict):
        return number  # An item of a set: the others are written beside it.
    wrote = [n for n, some in parts.items() if any(other.field == one.field for other in some)]
    return max([number, *(n + 1 for n in wrote)])


def _occasion(
    act: str, operations: list[Operation], latest: datetime | None, stamp: str
) -> Occasion:  # fmt: skip
    first = operations[0]
    created = any(one.verb is Verb.CREATE for one in operations)
    changes: dict[str, tuple[Value, Value]] = {}
    for one in operations:
        if one.verb is Verb.SET and not created:
            before = changes[one.field][0] if one.field in changes else one.before
            changes[one.field] = before, None if isinstance(one.value, dict) else one.value
    at = stamp_moment(first.authored or first.hlc).replace(microsecond=0)
    return Occasion(
        entity=first.entity, id=first.id, cause=act, created=created, changes=changes,
        at=at if latest is None else min(at, latest), actor=first.actor,
        stamp="" if latest is None else stamp,
    )  # fmt: skip
