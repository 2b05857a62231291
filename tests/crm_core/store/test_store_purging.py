"""Purging on every engine: whole records go, positions go on, and nothing that counts is lost."""

from crm_core.clock import stamp_ticks
from crm_core.permissions import Actor
from crm_core.store.forgetting import purging
from crm_core.store.forgetting.purging import Bounds
from crm_core.store.log import oplog
from crm_core.store.replica import Replica
from crm_core.sync.protocol import Ack
from tests.builders import FakeClock, a_customer, a_task, create, log_of, records_of
from tests.crm_core.store.conftest import Opener


def bounds_of(replica: Replica, *, position: int | None = None, millis: int = 0) -> Bounds:
    """Everything deleted until now may go, up to a position; without one, to the end."""
    end = replica.read(lambda c: oplog.end(c, replica.tables))
    before = (replica.clock.millis() + 1 + millis) << 16
    return replica.read(
        lambda c: purging.bounds(
            c, replica.tables, deleted_before=before, position=end if position is None else position
        )
    )


def candidates(replica: Replica, bounds: Bounds) -> dict[str, list[str]]:
    return replica.read(lambda c: purging.candidates(c, replica.tables, bounds))


def end_of(replica: Replica) -> int:
    return replica.read(lambda c: oplog.end(c, replica.tables))


def deleted(replica: Replica, entity: str, values: dict[str, object], me: Actor) -> str:
    """A record that was made, edited and deleted."""
    record = create(replica, entity, values, by=me)
    with replica.write(me) as (unit, _):
        unit.change(
            entity, record, {"remark": "改过"} if entity == "customer" else {"state": "done"}
        )
        unit.delete(entity, record)
    replica.acknowledge([Ack(o.replica_seq) for o in replica.waiting(limit=99)])
    return record


def test_a_deleted_record_goes_with_its_history_and_its_id_stays(
    opened: Opener, time: FakeClock, me: Actor
) -> None:
    replica = opened("one")
    gone = deleted(replica, "customer", a_customer(), me)
    kept = create(replica, "customer", a_customer(name="留下"), by=me)
    before, end = log_of(replica), end_of(replica)
    bounds = bounds_of(replica)
    assert candidates(replica, bounds) == {"customer": [gone]}
    assert replica.purge("customer", [gone, kept, "nobody"], bounds) == 1
    assert replica.history("customer", gone) == []
    assert [o.id for o in log_of(replica)] == [o.id for o in before if o.id != gone]
    assert set(records_of(replica)) == {kept}
    known = replica.read(lambda c: purging.purged(c, replica.tables, "customer", [gone, kept]))
    assert known == {gone}
    assert end_of(replica) == end + 1
    assert replica.read(lambda c: purging.reached(c, replica.tables)) == bounds.position
    later = create(replica, "customer", a_customer(name="后来"), by=me)
    assert end_of(replica) == end + 2
    assert [o.id for o in replica.history("customer", later)] == [later]


def test_what_somebody_has_not_seen_or_was_deleted_lately_stays(
    opened: Opener, time: FakeClock, me: Actor
) -> None:
    replica = opened("one")
    gone = deleted(replica, "customer", a_customer(), me)
    create(replica, "customer", a_customer(), by=me)
    last = max(o.hlc for o in replica.history("customer", gone))
    assert candidates(replica, bounds_of(replica, position=2)) == {}
    deleted_at = Bounds(stamp_ticks(last), end_of(replica), frozenset())
    assert candidates(replica, deleted_at) == {}
    assert candidates(replica, bounds_of(replica)) == {"customer": [gone]}
    bounds = bounds_of(replica)
    with replica.write(me) as (unit, _):
        unit.undo(replica.history("customer", gone)[-1].group)
    assert replica.purge("customer", [gone], bounds) == 0
    assert gone in records_of(replica)


def test_what_was_deleted_restored_and_then_merged_stays(
    opened: Opener, time: FakeClock, me: Actor
) -> None:
    replica = opened("one")
    into = create(replica, "customer", a_customer(), by=me)
    alias = deleted(replica, "customer", a_customer(), me)
    with replica.write(me) as (unit, _):
        unit.undo(replica.history("customer", alias)[-1].group)
    with replica.write(me) as (unit, _):
        unit.change("customer", alias, {"merged_into": into})
    assert candidates(replica, bounds_of(replica)) == {}


def test_the_newest_operation_of_a_device_and_people_stay(
    opened: Opener, time: FakeClock, me: Actor
) -> None:
    replica = opened("one")
    person = create(
        replica, "user", {"name": "离职", "login": "gone", "role": "rep", "active": True}, by=me
    )
    with replica.write(me) as (unit, _):
        unit.delete("user", person)
    gone = deleted(replica, "customer", a_customer(), me)
    assert candidates(replica, bounds_of(replica)) == {}, "its deletion is this device's last word"
    create(replica, "task", a_task(), by=me)
    assert candidates(replica, bounds_of(replica)) == {"customer": [gone]}


def test_what_was_purged_since_a_position_comes_in_whole_batches(
    opened: Opener, time: FakeClock, me: Actor
) -> None:
    replica = opened("one")
    gone = [deleted(replica, "customer", a_customer(name=f"旧{n}"), me) for n in range(5)]
    create(replica, "task", a_task(), by=me)
    start, bounds = end_of(replica), bounds_of(replica)
    for part in (gone[:2], gone[2:4], gone[4:]):
        replica.purge("customer", part, bounds)

    def since(position: int, most: int) -> tuple[list[str], int | None]:
        found = replica.read(lambda c: purging.gone_since(c, replica.tables, position, most=most))
        return sorted(record for _, (_, record) in found.targets), found.until

    assert since(0, 9) == (sorted(gone), None)
    assert since(start, 3) == (sorted(gone[:2]), start + 1)
    assert since(start + 1, 1) == (sorted(gone[2:4]), start + 2)
    assert since(start + 2, 1) == (sorted(gone[4:]), None)
    assert since(start + 3, 1) == ([], None)
