"""What has happened, from operations just applied: an occasion for each record an act touched."""

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
    found: dict[tuple[str, str, str], list[Operation]] = {}
    for one in operations:
        if one.entity in about and one.verb is not Verb.DELETE:
            act = known.get((one.entity, one.id)) or one.group
            found.setdefault((one.entity, one.id, act), []).append(one)
    return [_occasion(act, some, latest) for (_, _, act), some in found.items()]


def _occasion(act: str, operations: list[Operation], latest: datetime | None) -> Occasion:
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
        stamp="" if latest is None else max(one.hlc for one in operations),
    )  # fmt: skip
