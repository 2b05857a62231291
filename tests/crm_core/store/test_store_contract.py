"""What every database promises: one write path, all or nothing, everything can be undone."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from crm_core.errors import BugError, KnownError
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.model.values import ValueProblem
from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from crm_core.sync.protocol import Ack
from tests.builders import FakeClock, a_customer, a_task, an_actor, change, create, log_of
from tests.crm_core.store.conftest import ON_CLIENTS

Opener = Callable[[str], Replica]


class CrashError(Exception):
    """Power went."""


def tables_of(replica: Replica) -> dict[str, int]:
    """How many rows every table has, but for what the database says about itself."""
    return replica.read(
        lambda c: {
            table.name: c.scalar(select(func.count()).select_from(table)) or 0
            for table in replica.tables.metadata.sorted_tables
            if table.name != "sync_meta"
        }
    )


def test_a_record_is_created_and_read_back(replica: Replica, me: Actor) -> None:
    record_id = create(replica, "customer", a_customer(tags=["三甲"], annual_purchase="3万"), by=me)
    record = replica.record("customer", record_id)
    assert record is not None
    assert (record["name"], record["tags"], record["annual_purchase"]) == (
        "北京协和医院", ["三甲"], 3_000_000,
    )  # fmt: skip
    assert replica.titles("customer", [record_id, "unknown"]) == {record_id: "北京协和医院"}
    assert replica.count(Query("customer")) == 1


def test_records_are_tallied_by_value_by_period_and_by_sum(replica: Replica, me: Actor) -> None:
    with replica.write(me) as (unit, _):
        for level, on, money in (
            ("A", "2026-03-01", "1"),
            ("A", "2026-03-31", "2"),
            ("B", None, None),
        ):
            values = a_customer(level=level, next_contact_on=on, annual_purchase=money)
            unit.create("customer", values)
        unit.delete("customer", unit.create("customer", a_customer(level="A")))
    everything, only_a = Query("customer"), Query("customer", Test("level", Op.EQ, "A"))
    by_level = replica.tallies(everything, "level", total="annual_purchase")
    assert sorted(by_level, key=str) == [("A", 2, 300), ("B", 1, None)]
    assert sorted(replica.tallies(everything, "next_contact_on", letters=7), key=str) == [
        ("2026-03", 2, None), (None, 1, None),
    ]  # fmt: skip
    assert replica.tallies(only_a, "owner") == [(None, 2, None)]
    assert replica.tallies(everything, "gone") == replica.tallies(everything, "alive") == []


def test_only_what_differs_is_written(replica: Replica, me: Actor) -> None:
    record_id = create(replica, "customer", a_customer(), by=me)
    with replica.write(me) as (unit, _):
        assert unit.change("customer", record_id, {"level": "A", "name": " 北京协和医院 "}) == []
        (operation,) = unit.change("customer", record_id, {"level": "B", "name": "北京协和医院"})
    assert (operation.field, operation.value, operation.before) == ("level", "B", "A")


def test_many_records_change_in_one_go(replica: Replica, me: Actor) -> None:
    many = 60 if replica.tables.lean else 1200  # A server takes nothing back in bulk.
    with replica.write(me) as (unit, committed):
        ids = unit.create_many("customer", [a_customer(name=f"客户{n}") for n in range(many)])
    assert committed.changed == {"customer": set(ids)}
    with replica.write(me) as (unit, committed):
        unit.change_many("customer", {i: {"level": "C", "tags": ["甲", "乙"]} for i in ids})
    assert replica.count(Query("customer", Test("level", Op.EQ, "C"))) == many
    with replica.write(me) as (unit, _):
        unit.undo(committed.group)
    assert replica.count(Query("customer", Test("level", Op.EQ, "A"))) == many
    assert replica.count(Query("customer", Test("tags", Op.NE, None))) == 0


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"name": None}, {"kind": "spaceship"}, {"email": "nobody"}]
)
def test_bad_values_are_refused_and_leave_nothing(
    replica: Replica, me: Actor, bad: dict[str, object]
) -> None:
    record_id = create(replica, "customer", a_customer(), by=me)
    before = tables_of(replica)
    with pytest.raises(ValueProblem):
        create(replica, "customer", a_customer(**bad), by=me)
    with pytest.raises(ValueProblem), replica.write(me) as (unit, _):
        unit.change("customer", record_id, {"level": "C", **bad})
    assert tables_of(replica) == before


def test_unknown_fields_and_verbs_are_bugs(replica: Replica, me: Actor) -> None:
    record_id = create(replica, "customer", a_customer(), by=me)
    with pytest.raises(BugError):
        create(replica, "customer", a_customer(colour="红"), by=me)
    with pytest.raises(BugError), replica.write(me) as (unit, _):
        unit.change("customer", record_id, {"colour": "红"})
    with pytest.raises(BugError), replica.write(me) as (unit, _):
        unit.edit([Edit("customer", record_id, Verb.CREATE)])


def test_an_id_is_given_once(replica: Replica, me: Actor) -> None:
    with replica.write(me) as (unit, _):
        unit.create("customer", a_customer(), record_id="fixed")
    with pytest.raises(KnownError) as caught, replica.write(me) as (unit, _):
        unit.create("customer", a_customer(), record_id="fixed")
    assert caught.value.code == "exists"


def test_changing_what_is_gone_says_so(replica: Replica, me: Actor) -> None:
    record_id = create(replica, "customer", a_customer(), by=me)
    with replica.write(me) as (unit, _):
        unit.delete("customer", record_id)
        unit.delete("customer", record_id)
        unit.delete("customer", "never-was")
    assert replica.record("customer", record_id) is None
    for unknown in (record_id, "never-was"):
        with pytest.raises(KnownError) as caught:
            change(replica, "customer", unknown, by=me, level="B")
        assert caught.value.code == "gone"


def test_a_rep_stays_within_the_own_team(replica: Replica, me: Actor) -> None:
    rep = an_actor("u-li", role="rep", colleagues=["u-li", "u-zhao"])
    theirs = create(replica, "customer", a_customer(owner="u-far"), by=me)
    ours = create(replica, "customer", a_customer(owner="u-zhao"), by=me)
    with replica.write(me) as (unit, gone):
        unit.delete("customer", theirs)
    with replica.write(me) as (unit, _):
        unit.undo(gone.group)
    change(replica, "customer", ours, by=rep, level="C")
    before = tables_of(replica)
    with pytest.raises(KnownError, match="不在您的数据范围内"):
        change(replica, "customer", theirs, by=rep, level="C")
    with pytest.raises(KnownError), replica.write(rep) as (unit, _):
        unit.delete("customer", theirs)
    with pytest.raises(KnownError), replica.write(rep) as (unit, _):
        unit.undo(gone.group)
    with pytest.raises(KnownError, match="您的角色"):
        create(replica, "user", {"name": "李", "login": "li", "role": "admin"}, by=rep)
    assert tables_of(replica) == before


def test_reviving_needs_the_right_to_edit(replica: Replica, me: Actor) -> None:
    theirs = create(replica, "customer", a_customer(owner="u-far"), by=me)
    with replica.write(me) as (unit, _):
        unit.delete("customer", theirs)
    with pytest.raises(KnownError), replica.write(an_actor("u-li", role="rep")) as (unit, _):
        unit.edit([Edit("customer", theirs, Verb.SET, "level", "B")])


@pytest.mark.parametrize("again", [1, 2, 3, 4])
def test_undo_and_redo_of_every_verb(replica: Replica, me: Actor, again: int) -> None:
    kept = create(replica, "customer", a_customer(tags=["旧"]), by=me)
    binned = create(replica, "customer", a_customer(name="待删"), by=me)
    with replica.write(me) as (unit, committed):
        made = unit.create("customer", a_customer(name="新建"))
        unit.change("customer", made, {"level": "B"})
        unit.change("customer", kept, {"level": "B", "tags": ["新", "又新"]})
        unit.change("customer", kept, {"level": "C"})
        unit.delete("customer", binned)

    def shown() -> dict[object, tuple[object, object]]:
        return {r["id"]: (r["level"], r["tags"]) for r in replica.find(Query("customer"))}

    after = shown()
    before = {kept: ("A", ["旧"]), binned: ("A", None)}
    assert after == {kept: ("C", ["又新", "新"]), made: ("B", None)}
    group = committed.group
    for turn in range(again):
        with replica.write(me) as (unit, committed):
            unit.undo(group)
        group = committed.group
        assert shown() == (after if turn % 2 else before)


def test_undo_keeps_what_others_did_since(replica: Replica, me: Actor) -> None:
    one = create(replica, "customer", a_customer(), by=me)
    two = create(replica, "customer", a_customer(), by=me)
    with replica.write(me) as (unit, mine):
        unit.change_many("customer", {i: {"level": "B", "city": "上海"} for i in (one, two)})
    other = an_actor("u-li")
    change(replica, "customer", one, by=other, level="C")
    with replica.write(other) as (unit, _):
        unit.delete("customer", two)
    with replica.write(me) as (unit, _):
        unit.undo(mine.group)
    record = replica.record("customer", one)
    assert record is not None
    assert (record["level"], record["city"]) == ("C", None)
    assert replica.record("customer", two) is None


@ON_CLIENTS
def test_a_crash_in_the_middle_leaves_nothing(opened: Opener, me: Actor) -> None:
    replica = opened("crashing")
    record_id = create(replica, "customer", a_customer(), by=me)
    before, waiting = tables_of(replica), replica.waiting(limit=99)

    def crash() -> None:
        with replica.write(me) as (unit, _):
            unit.create("customer", a_customer(name="半途"))
            unit.change("customer", record_id, {"level": "B"})
            raise CrashError

    with pytest.raises(CrashError):
        crash()
    assert tables_of(replica) == before
    assert replica.search("半途") == []
    replica.close()
    again = opened("crashing")
    assert tables_of(again) == before
    assert again.waiting(limit=99) == waiting
    create(again, "customer", a_customer(), by=me)
    assert [o.replica_seq for o in log_of(again)] == [1, 2]


def test_stamps_survive_reopening_and_never_repeat(
    opened: Opener, time: FakeClock, me: Actor
) -> None:
    stamps: list[str] = []
    for _ in range(4):
        replica = opened("reopened")
        create(replica, "customer", a_customer(), by=me)
        stamps = [o.hlc for o in log_of(replica)]
        replica.close()
        time.advance(days=-30)
    assert stamps == sorted(set(stamps))
    assert len(stamps) == 4


def test_stamps_seen_survive_reopening(opened: Opener, time: FakeClock, me: Actor) -> None:
    far, near = opened("far"), opened("near")
    time.advance(days=300)
    record_id = create(far, "customer", a_customer(), by=me)
    time.advance(days=-300)
    near.receive(log_of(far))
    near.close()
    again = opened("near")
    change(again, "customer", record_id, by=me, level="C")
    record = again.record("customer", record_id)
    assert record is not None
    assert record["level"] == "C"


def test_receiving_is_idempotent(opened: Opener, me: Actor) -> None:
    source, target = opened("source"), opened("target")
    record_id = create(source, "customer", a_customer(tags=["甲"]), by=me)
    change(source, "customer", record_id, by=me, level="B", tags=["乙"])
    with source.write(me) as (unit, _):
        unit.delete("customer", unit.create("task", a_task()))
    operations = log_of(source)
    first = target.receive(operations + operations)
    assert len(first.fresh) == len(operations)
    before = tables_of(target)
    assert target.receive(operations).fresh == []
    assert tables_of(target) == before
    assert target.record("customer", record_id) == source.record("customer", record_id)


def test_a_cursor_commits_with_its_data_or_not_at_all(opened: Opener, me: Actor) -> None:
    source, target = opened("source"), opened("target")
    create(source, "customer", a_customer(), by=me)
    target.receive(log_of(source), remember={"cursor": 7})
    assert target.meta("cursor") == 7

    def decide(_batch: object) -> None:
        raise CrashError

    with pytest.raises(CrashError):
        target.judge(decide)
    assert target.meta("cursor") == 7
    assert target.meta("nothing", 5) == 5


def test_what_waits_is_shown_until_acknowledged(replica: Replica, me: Actor) -> None:
    record_id = create(replica, "customer", a_customer(), by=me)
    change(replica, "customer", record_id, by=me, level="B", city="上海")
    assert replica.waiting_counts() == {"customer": 3}
    first, second, third = replica.waiting(limit=9)
    replica.acknowledge([Ack(first.replica_seq), Ack(99), Ack(second.replica_seq)])
    assert replica.waiting(limit=9) == [third]
    replica.acknowledge([Ack(first.replica_seq)])
    assert replica.waiting_counts() == {"customer": 1}


def test_sorting_puts_nothing_first_and_skips_fields_given_up(replica: Replica, me: Actor) -> None:
    for city in ("上海", None, "北京"):
        create(replica, "customer", a_customer(city=city), by=me)
    query = Query("customer", sort=(Sort("x_given_up"), Sort("city")))
    assert [r["city"] for r in replica.find(query)] == [None, "上海", "北京"]
    query = Query("customer", sort=(Sort("city", descending=True),), limit=2)
    assert [r["city"] for r in replica.find(query)] == ["北京", "上海"]


def test_rules_see_every_write_and_may_not_go_in_circles(opened: Opener, me: Actor) -> None:
    replica = opened("ruled")
    record_id = create(replica, "customer", a_customer(level="A"), by=me)
    replica.rules = lambda operations, _unit: [
        Edit(o.entity, o.id, Verb.SET, "state", "active") for o in operations if o.field == "level"
    ]
    change(replica, "customer", record_id, by=me, level="B")
    record = replica.record("customer", record_id)
    assert record is not None
    assert record["state"] == "active"
    replica.rules = lambda operations, _unit: [
        Edit(o.entity, o.id, Verb.SET, "city", f"城{o.replica_seq}") for o in operations
    ]
    with pytest.raises(BugError, match="setting each other off"):
        change(replica, "customer", record_id, by=me, level="C")
    record = replica.record("customer", record_id)
    assert record is not None
    assert record["level"] == "B"
