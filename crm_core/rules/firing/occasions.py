"""What has happened, from operations just applied: occasions for each record an act touched.

Automations are asked when the product's own rules have come to rest, so that an act is the same
operations where it is done and where it arrives; from the same operations follow the same
occasions.
"""

from collections.abc import Collection, Container, Iterable, Mapping
from datetime import datetime

from crm_core.model.values import Value
from crm_core.rules.firing.sight import Deed, Ledger, Occasion
from crm_core.sync.change import Operation, Verb


def occasions(
    operations: Iterable[Operation],
    ledger: Ledger | None = None,
    *,
    about: Collection[str],
    among: Container[tuple[str, str]] | None = None,
    own: str = "",
    latest: datetime | None = None,
) -> list[Occasion]:
    """Act by act, in the order in which things happened; deletions set nothing off.

    `about`: entities that any rule looks at; `among`: their records (entity, id) that are asked
    about, where it is known that of others nothing is due. `ledger`: what operations of the node
    `own` follow from. `latest`, on a server: nothing happened after this, whatever a clock says,
    and what was written since it happened is kept.
    """
    known = ledger or Ledger()
    found: dict[str, dict[tuple[str, str], dict[int, list[Operation]]]] = {}
    said, followed = dict[str, str](), dict[str, str]()
    for one in operations:
        act = known.act_of(one, own)
        stamps = said if act == one.group else followed
        if one.hlc > stamps.get(act, ""):
            stamps[act] = one.hlc
        if one.entity not in about or one.verb is Verb.DELETE:
            continue
        records = found.setdefault(act, {})  # Acts keep their order, whoever is asked about.
        if among is None or (one.entity, one.id) in among:
            parts = records.setdefault((one.entity, one.id), {})
            parts.setdefault(_part(one, parts), []).append(one)
    made: list[Occasion] = []
    for act, records in found.items():
        numbered = [(number, some) for parts in records.values() for number, some in parts.items()]
        for _, some in sorted(numbered, key=lambda one: one[0]):
            deed, stamp = known.source(some[0], own)[1], said.get(act) or followed[act]
            made.append(_occasion(act, some, deed, latest, stamp))
    return made


def _part(one: Operation, parts: Mapping[int, list[Operation]]) -> int:
    """Which of several things that one act did with a record: it was made, then it was changed;
    what is written once more is another change."""
    if one.verb is Verb.CREATE:
        return 0
    number = int(any(other.verb is Verb.CREATE for other in parts.get(0, ())))
    if isinstance(one.value, dict):
        return number  # An item of a set: the others are written beside it.
    wrote = [n for n, some in parts.items() if any(other.field == one.field for other in some)]
    return max([number, *(n + 1 for n in wrote)])


def _occasion(
    act: str, operations: list[Operation], deed: Deed, latest: datetime | None, stamp: str
) -> Occasion:
    first = operations[0]
    created = any(one.verb is Verb.CREATE for one in operations)
    changes: dict[str, tuple[Value, Value]] = {}
    for one in operations:
        if one.verb is Verb.SET and not created:
            before = changes[one.field][0] if one.field in changes else one.before
            changes[one.field] = before, None if isinstance(one.value, dict) else one.value
    return Occasion(
        entity=first.entity, id=first.id, cause=act, created=created, changes=changes,
        at=moment_of(deed, latest), actor=deed.actor,
        stamp="" if latest is None else stamp,
    )  # fmt: skip


def moment_of(deed: Deed, latest: datetime | None) -> datetime:
    """When something was done, by which conditions go; `latest` as in `occasions`."""
    return deed.at if latest is None else min(deed.at, latest)
