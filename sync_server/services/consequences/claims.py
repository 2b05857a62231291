"""A lead that two people took without knowing of each other is the first one's (row 2.7).

First is by effective stamp: the server's word on when something was done (rule 6 of sync). Whoever
took it later is told; whatever somebody decided afterwards, knowing of an owner, is left alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from crm_core.clock import CHINA, stamp_moment
from crm_core.rules.identity import act_key
from crm_core.rules.routing import FIRST_CLAIM, GIVEN, ROUTED
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log import oplog
from crm_core.store.replica import MakeUnit
from crm_core.sync.change import Operation, Verb
from sync_server.services.audit import SERVER_ACTOR

_RULE = "claim"


def settle(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
    """Give leads back to who took them first."""
    took = [one for one in operations if _takes(one)]
    if not took:
        return
    unit = make(SERVER_ACTOR, FIRST_CLAIM)
    # The server gives out what is nobody's in the very state it writes to: nobody was before it.
    own = unit.hybrid.node
    taken = {one.id for one in took if one.replica != own or one.reason != GIVEN}
    if not taken:
        return
    claims = _claims(unit, taken)
    changes, lost = dict[str, dict[str, object]](), list[tuple[Operation, Operation]]()
    for record, everything in claims.items():
        first, others = _first(everything)
        if not others:
            continue
        lost += [(first, one) for one in others]
        changes[record] = {"owner": first.value}
    if changes:
        unit.change_many(ROUTED, changes, refused=Refused())
        _tell(unit, lost)
    if unit.applied.fresh:
        yield unit


def _takes(one: Operation) -> bool:
    """Whether somebody gave a lead that was nobody's an owner."""
    mine = one.entity == ROUTED and one.verb is Verb.SET and one.field == "owner"
    return mine and one.before is None and isinstance(one.value, str)


def _claims(unit: Unit, ids: Collection[str]) -> dict[str, list[Operation]]:
    """By lead, everything that was ever said about its owner, by stamp."""
    found: dict[str, list[Operation]] = defaultdict(list)
    for _, one in oplog.of_records(unit.connection, unit.tables, ROUTED, ids):
        if one.field == "owner":
            found[one.id].append(one)
    return {record: sorted(some, key=lambda o: o.hlc) for record, some in found.items()}


def _first(said: Sequence[Operation]) -> tuple[Operation, list[Operation]]:
    """Of those who took it from the same state, the first, and the others who took it for somebody
    else; none of these where the last word was no such thing."""
    spoken = [one for one in said if one.reason != FIRST_CLAIM]
    last = spoken[-1]
    if not _takes(last):
        return last, []
    rivals = [one for one in spoken if _takes(one) and one.base == last.base]
    first = rivals[0]
    return first, [one for one in rivals[1:] if one.value != first.value]


def _tell(unit: Unit, lost: Sequence[tuple[Operation, Operation]]) -> None:
    people = unit.records("user", {str(one.value) for pair in lost for one in pair})
    leads = unit.records(ROUTED, {one.id for _, one in lost})
    rows = {}
    for first, one in lost:
        name = str(leads.get(one.id, {}).get("name") or "")[:60]
        winner = str(people.get(str(first.value), {}).get("name") or first.value)
        remark = (
            f"{winner} 在 {_moment(first)} 领取，您在 {_moment(one)} 领取；两台设备当时都没有联网，"
            "按先后归先领取的人。您写下的跟进都保留在这条线索下。"
        )
        rows[act_key(_RULE, one.id, one.hlc)] = {
            "title": f"「{name}」已由 {winner} 先领取", "kind": "reminder", "state": "open",
            "due_at": unit.clock.iso(), "lead": one.id, "owner": one.value, "remark": remark,
        }  # fmt: skip
    unit.create_missing("task", rows)


def _moment(one: Operation) -> str:
    return f"{stamp_moment(one.hlc).astimezone(CHINA):%m-%d %H:%M:%S}"
