"""What must never break, told one story at a time: the fast part of the proof.

Each ends with every promise of `invariants` asked of the laptops named.
"""

import contextlib
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, update

from crm_core.errors import SyncCode, SyncError
from crm_core.store.engines.faults import Point
from tests.sync_proof.devices import PowerCut
from tests.sync_proof.network import Trouble
from tests.sync_proof.newer import NewerLaptop
from tests.sync_proof.story import Story
from tests.sync_proof.world import user_of

YEAR = timedelta(days=365)


def shared(story: Story, *names: str, **values: object) -> str:
    """A customer of anna's that these laptops have."""
    record = story.customer(story.office.laptops["anna"], **values)
    story.sync("anna", *names)
    return record


def test_edits_of_one_field_are_a_conflict_that_both_are_shown(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = shared(story, "ben")
    story.change(anna, record, city=story.text())
    story.world.time.advance(seconds=1)
    later = story.text()
    story.change(ben, record, city=later)
    story.sync("ben", "anna", "ben")
    assert story.shows("anna", record, "city") == story.shows("ben", record, "city") == later
    assert [len(d.replica.conflicts()) for d in (anna, ben)] == [1, 1]
    story.ends_well("anna", "ben", fresh="anna")


def test_two_who_write_in_the_same_millisecond_agree(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = shared(story, "ben")
    for device in (anna, ben):
        story.change(device, record, city=story.text(device.name))
    assert anna.waiting()[0].hlc[:17] == ben.waiting()[0].hlc[:17]
    story.sync("ben", "anna", "ben")
    assert story.shows("anna", record, "city") == story.shows("ben", record, "city")
    story.ends_well("anna", "ben", fresh="ben")


def test_tags_added_by_two_are_both_kept(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = shared(story, "ben", tags=["重点"])
    story.change(anna, record, tags=["复购", "重点"])
    story.change(ben, record, tags=["流失"])
    story.sync("anna", "ben", "anna")
    assert story.shows("anna", record, "tags") == ["复购", "流失"]
    story.ends_well("anna", "ben", fresh="boss")


def test_an_edit_later_than_a_deletion_brings_the_record_back(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record, gone = shared(story, "ben"), shared(story, "ben")
    story.delete(anna, record)
    story.change(anna, gone, city=story.text())
    story.world.time.advance(seconds=1)
    story.change(ben, record, city=story.text())
    story.delete(ben, gone)
    story.sync("anna", "ben", "anna")
    assert story.shows("anna", record, "city") is not None
    assert story.shows("ben", gone, "name") is None
    story.ends_well("anna", "ben", fresh="anna")


@pytest.mark.parametrize("skew", [YEAR, -YEAR], ids=["ahead", "behind"])
def test_a_wrong_clock_neither_wins_nor_loses_for_ever(story: Story, skew: timedelta) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = shared(story, "ben")
    ben.skew = skew
    story.change(ben, record, city=story.text())
    story.change(ben, record, city=story.text(), remark=story.text())
    story.sync("ben", "anna")
    assert story.shows("anna", record, "city") == story.shows("ben", record, "city")
    story.world.time.advance(seconds=10)
    right = story.text()
    story.change(anna, record, city=right)
    story.sync("anna", "ben")
    assert story.shows("ben", record, "city") == right
    story.world.time.advance(seconds=10)
    wrong_clock_but_last = story.text()
    story.change(ben, record, city=wrong_clock_but_last)
    story.sync("ben", "anna")
    assert story.shows("anna", record, "city") == wrong_clock_but_last
    story.ends_well("anna", "ben", fresh="ben")


def test_two_batches_in_one_millisecond_of_the_server_get_two_stamps(story: Story) -> None:
    anna = story.laptops("anna")[0]
    record = shared(story, "ben")
    story.world.gate.on_ask = lambda: None
    for field in ("city", "remark", "name"):
        story.change(anna, record, **{field: story.text()})
        story.sync("anna")
    story.world.time.advance(hours=-1)
    story.change(anna, record, city=story.text())
    story.sync("anna")
    story.world.time.advance(hours=2)
    story.ends_well("anna", "ben")


def test_an_edit_made_while_pages_arrive_is_judged_by_its_true_time(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = shared(story, "ben")
    ben.skew = YEAR
    story.change(ben, record, city=story.text())
    story.world.time.advance(seconds=10)
    later = story.text()
    story.change(anna, record, city=later)
    story.sync("anna")
    ben.client.pull_all()
    story.sync("ben")
    assert story.shows("ben", record, "city") == story.shows("anna", record, "city") == later
    story.ends_well("anna", "ben")


def test_a_record_that_moves_leaves_one_disk_and_comes_whole_to_another(story: Story) -> None:
    anna, ben, carl = story.laptops("anna", "ben", "carl")
    record = shared(story, "ben", "carl")
    story.change(anna, record, city=story.text(), remark=story.text())
    story.sync("anna", "ben")
    story.change(ben, record, name=story.text())
    story.change(anna, record, owner=user_of("carl"))
    story.sync("anna", "carl", "ben")
    assert len(ben.refused()) == 1
    assert story.shows("carl", record, "remark") is not None
    assert story.shows("anna", record, "name") is None
    story.change(carl, record, city=story.text())
    story.change(carl, record, owner=user_of("anna"))
    story.sync("carl", "anna", "boss")
    assert story.shows("anna", record, "city") == story.shows("boss", record, "city")
    story.ends_well("anna", "ben", "carl", fresh="carl")


def test_a_rep_who_changes_team_holds_the_records_of_the_new_one_only(story: Story) -> None:
    carl = story.laptops("carl")[0]
    record = shared(story, "ben", "carl")
    south = story.customer(carl)
    story.sync("carl")
    story.world.change_person("ben", team="team-south")
    story.sync("ben", "anna")
    assert story.shows("ben", record, "name") is None
    assert story.shows("ben", south, "name") is not None
    story.world.change_person("ben", role="admin")
    story.sync("ben")
    assert story.shows("ben", record, "name") is not None
    story.world.change_person("ben", role="rep")
    story.ends_well("anna", "ben", "carl", fresh="ben")


def test_requests_lost_doubled_or_late_change_nothing(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = shared(story, "ben")
    for trouble in Trouble:
        for _ in range(5):
            story.change(ben, record, city=story.text())
        ben.line.planned.extend([trouble, trouble])
        story.sync("ben")
        story.change(ben, record, remark=story.text())
        story.sync("ben")
        ben.line.deliver(0)
        story.change(anna, record, city=story.text())
        story.sync("anna", "ben")
        ben.line.deliver(0)
    story.ends_well("anna", "ben", fresh="anna")


def test_a_laptop_that_dies_while_receiving_lacks_nothing(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    for point in Point:
        story.change(anna, shared(story), city=story.text())
        story.sync("anna")
        for visit in (1, 2):
            ben.die_at(point, visit=visit)
            story.sync("ben")
            ben.spare()
    story.ends_well("anna", "ben")


def test_a_laptop_that_dies_while_saving_or_sending_loses_nothing(story: Story) -> None:
    anna = story.laptops("anna")[0]
    record = shared(story, "ben")
    for point in Point:
        story.change(anna, record, city=story.text())
        anna.die_at(point)
        story.sync("anna")
        anna.die_at(point)
        with contextlib.suppress(PowerCut):
            anna.change("customer", [record], {"name": story.text()})
        anna.close()
        story.ledger.note(anna)
        story.change(anna, record, remark=story.text())
    story.ends_well("anna", "ben", fresh="boss")


def test_a_server_that_dies_while_taking_work_loses_nothing(story: Story) -> None:
    anna = story.laptops("anna")[0]
    record = shared(story, "ben")
    for point in Point:
        for visit in (1, 2):
            story.change(anna, record, city=story.text(), remark=story.text())
            story.world.die_at(point, visit=visit)
            story.sync("anna")
            story.world.spare()
    # A server receives no pages, so it never comes before a cursor.
    assert story.world.crashes >= len(Point) - 1
    story.ends_well("anna", "ben")


def test_a_server_put_back_to_a_backup_gets_its_work_again(story: Story) -> None:
    anna, ben, boss = story.laptops("anna", "ben", "boss")
    record = shared(story, "ben", "boss")
    story.world.back_up()
    story.change(anna, record, city=story.text())
    added = story.customer(ben)
    story.sync("anna", "ben", "anna")
    story.change(ben, record, city=story.text())
    story.sync("ben")
    story.restore()
    # Others are first to write: by the length of the log alone nobody could tell.
    for _ in range(12):
        story.customer(boss)
    story.sync("boss", "boss", "anna", "anna")
    assert story.shows("anna", added, "name") is None, "its author has not sent it again yet"
    story.sync("ben", "ben", "anna")
    assert story.shows("anna", added, "name") is not None
    assert not story.ledger.lost
    story.ends_well("anna", "ben", "boss", fresh="anna")


@pytest.mark.long
def test_work_sent_again_to_a_server_put_back_keeps_its_order(story: Story) -> None:
    anna, record = story.laptops("anna")[0], shared(story)
    story.world.back_up()
    gone, last = story.customer(anna), story.text()
    story.change(anna, record, city=story.text())
    story.sync("anna")
    # Sent before the laptop notices; what came before it is sent again afterwards.
    story.world.time.advance(seconds=1)
    story.change(anna, record, city=last)
    story.delete(anna, gone)
    story.restore()
    story.sync("anna", "anna", "boss", "boss")
    for name in ("anna", "boss"):
        assert story.shows(name, record, "city") == last
        assert story.shows(name, gone, "name") is None
    story.ends_well("anna", "boss", fresh="ben")


@pytest.mark.long
def test_what_a_server_put_back_has_forgotten_goes_from_laptops(story: Story) -> None:
    anna, ben, carl = story.laptops("anna", "ben", "carl")
    record = story.customer(carl)
    story.sync("carl", "boss")
    story.world.back_up()
    # Carl's laptop will have forgotten what it wrote; the role is given at the server itself.
    story.change(carl, record, city=story.text(), remark=story.text())
    story.change(carl, record, owner=user_of("anna"))
    story.world.change_person("ben", role="manager")
    made = shared(story)
    story.sync("carl", "anna", "ben", "boss")
    story.change(anna, record, remark=story.text())
    story.change(ben, made, city=story.text())
    story.sync("anna", "ben", "boss")
    story.restore()
    assert story.ledger.lost
    story.sync("boss", "boss", "ben", "ben")
    assert story.shows("boss", made, "name") is None, "only anna's laptop can send it again"
    story.sync("anna", "anna", "ben", "boss", "carl", "carl")
    assert story.shows("ben", made, "city") == story.shows("boss", made, "city") is not None
    assert story.shows("boss", record, "city") is None, "nobody is left who has it"
    for name in ("anna", "ben", "boss"):
        people = story.office.laptops[name].replica
        assert (people.record("user", user_of("ben")) or {})["role"] == "rep"
    story.ends_well("anna", "ben", "carl", "boss", fresh="boss")


@pytest.mark.long
def test_a_laptop_that_dies_while_a_server_put_back_is_read_again(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    kept = shared(story, "ben", "carl")
    story.world.back_up()
    gone, told = shared(story, "ben"), story.text()
    story.change(ben, gone, remark=told)
    story.change(anna, kept, owner=user_of("carl"))
    story.sync("anna", "carl")
    story.restore()
    story.sync("ben")  # A restored server knows no sessions: that was signing in again.
    for point in Point:
        for visit in (1, 2):
            story.change(ben, story.customer(ben), city=story.text())
            ben.die_at(point, visit=visit)
            story.sync("ben")
            ben.spare()
    assert story.shows("ben", gone, "name") is None, "anna has not sent it again yet"
    story.sync("anna", "anna", "ben")
    assert story.shows("ben", gone, "remark") == told
    story.ends_well("anna", "ben", "carl", fresh="ben")


@pytest.mark.long
def test_a_server_put_back_again_and_again_gets_its_work_in_the_end(story: Story) -> None:
    ben, record = story.laptops("ben")[0], shared(story, "ben")
    for _ in range(8):
        story.customer(ben)
    story.sync("ben")
    story.world.back_up()
    written = story.text()
    story.change(ben, record, city=written)
    story.sync("ben")
    # Each time the server is lost again while ben's laptop has read another page of it.
    for steps in (5, 6, 7, 8):
        story.restore()
        story.sync("ben")
        ben.sync(steps=steps)
    story.restore()
    story.sync("ben", "ben", "anna", "anna")
    assert story.shows("anna", record, "city") == written
    story.ends_well("anna", "ben", fresh="anna")


def test_taking_back_leaves_what_others_have_done_since(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = shared(story, "ben")
    before = story.text()
    story.change(anna, record, remark=before)
    group = story.change(anna, record, city=story.text(), remark=story.text())
    story.sync("anna", "ben")
    others = story.text()
    story.change(ben, record, city=others)
    story.sync("ben", "anna")
    story.undo(anna, group)
    story.sync("anna", "ben")
    assert story.shows("ben", record, "city") == others
    assert story.shows("ben", record, "remark") == before
    story.ends_well("anna", "ben")


def test_a_batch_is_taken_back_as_a_whole(story: Story) -> None:
    anna = story.laptops("anna")[0]
    records = [shared(story, city=f"before {n}") for n in range(3)]
    assert anna.change("customer", records, {"city": story.text()})
    story.ledger.note(anna)
    story.sync("anna", "ben")
    story.undo(anna, anna.groups[-1])
    story.sync("anna", "ben")
    assert [story.shows("ben", r, "city") for r in records] == ["before 0", "before 1", "before 2"]
    story.ends_well("anna", "ben")


def test_what_is_refused_is_kept_with_its_reason_and_never_carried_out(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = shared(story, "ben")
    story.change(ben, record, city=story.text(), remark=story.text())
    story.change(anna, record, owner=user_of("carl"))
    story.sync("anna", "ben")
    assert [r.code for r in ben.replica.refusals()] == ["forbidden"] * 2
    assert ben.waiting() == []
    story.ends_well("anna", "ben", "carl")
    assert len(ben.refused()) == 2


def test_what_this_version_does_not_know_is_carried_and_shown_when_it_does(story: Story) -> None:
    boss = story.laptops("boss")[0]
    record = shared(story, "boss")
    newer = NewerLaptop(story.world)
    seen = story.world.replica.history("customer", record)[-1].hlc
    value = story.text()
    newer.change("customer", record, "x_beds", value, base=seen)
    created = newer.create(
        "customer", "rec-new", {"name": "新", "kind": "organisation", "x_beds": "9"}
    )
    gadget = newer.create("gadget", "gadget-1", {"name": "新"})
    newer.change("gadget", gadget.id, "name", "更新", base=gadget.hlc)
    newer.send()
    story.sync("anna", "boss")
    field = {"entity": "customer", "name": "x_beds", "value_kind": "text", "label": "床位"}
    assert boss.create("custom_field", {"field-beds": field})
    story.ledger.note(boss)
    story.sync("boss", "anna")
    assert story.shows("anna", record, "x_beds") == value
    assert story.shows("anna", created.id, "x_beds") == "9"
    assert len(boss.replica.history("gadget", gadget.id)) == 2
    story.ends_well("anna", "boss", fresh="boss")


def test_a_row_lost_on_a_laptop_is_noticed_and_fetched_again(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record, other = shared(story, "ben"), shared(story, "ben")
    story.change(anna, record, city=story.text(), tags=["重点"])
    story.sync("anna", "ben")
    table = ben.replica.tables.of("customer")
    with ben.replica.engine.begin() as connection:
        connection.execute(delete(table).where(table.c.id == record))
        connection.execute(update(table).where(table.c.id == other).values(city="?"))
    report = ben.client.compare(now=True)
    assert report is not None
    assert report.check is not None
    assert (report.check.mended, report.check.apart) == ({"customer": 2}, {})
    assert story.shows("ben", record, "city") == story.shows("anna", record, "city")
    story.ends_well("anna", "ben")


def pass_days(story: Story, days: int, *, without: str = "") -> None:
    """Time passes, and all laptops but one are used again; most have to sign in anew."""
    used = [name for name in story.office.laptops if name != without]
    story.world.time.advance(days=days)
    story.sync(*used, *used)
    story.world.time.advance(minutes=11)
    story.sync(*used)


def test_a_deleted_record_is_purged_once_everybody_has_seen_it_deleted(story: Story) -> None:
    anna, boss = story.laptops("anna", "boss")
    record, kept = shared(story, "ben", "boss"), shared(story, "ben", "boss")
    story.delete(anna, record)
    story.change(anna, kept, remark=story.text())
    story.sync("anna", "boss")
    pass_days(story, 120, without="ben")
    assert story.compact() == {}, "ben has not seen it deleted"
    story.sync("ben", "ben")
    story.world.time.advance(minutes=11)
    story.sync("ben")
    assert story.compact() == {"customer": 1}
    assert story.world.replica.history("customer", record) == []
    story.sync("anna")
    assert anna.replica.history("customer", record) == []
    assert story.shows("anna", kept, "name") is not None
    story.change(boss, kept, city=story.text())
    story.customer(anna)
    story.ends_well("anna", "ben", "boss", fresh="anna")


def test_a_laptop_silent_for_too_long_is_filled_anew_and_keeps_its_unsent_work(
    story: Story,
) -> None:
    anna, ben = story.laptops("anna", "ben")
    record, other = shared(story, "ben"), shared(story, "ben")
    story.change(ben, record, city=story.text(), remark=story.text())
    story.change(ben, other, city=story.text())
    made = story.customer(ben)
    story.delete(anna, record)
    story.customer(anna)
    story.sync("anna")
    pass_days(story, 240, without="ben")
    assert story.compact() == {"customer": 1}
    story.sync("ben", "ben")
    assert ben.replica.meta("filled_again") is not None
    assert [r.code for r in ben.replica.refusals()] == ["record_purged"] * 2
    assert story.shows("ben", record, "name") is None
    story.sync("anna")
    assert story.shows("anna", made, "name") is not None
    assert story.shows("anna", other, "city") == story.shows("ben", other, "city")
    story.ends_well("anna", "ben", fresh="ben")
    assert len(ben.refused()) == 2


@pytest.mark.long
def test_a_server_put_back_to_before_a_purge_loses_nothing(story: Story) -> None:
    anna = story.laptops("anna")[0]
    record, kept = shared(story, "ben", "boss"), shared(story, "ben", "boss")
    story.delete(anna, record)
    story.change(anna, kept, remark=story.text())
    story.sync("anna", "ben", "boss")
    story.world.back_up()
    pass_days(story, 120)
    assert story.compact() == {"customer": 1}
    story.change(anna, kept, city=story.text())
    story.sync("anna", "ben")
    story.restore()
    story.sync("anna", "ben", "boss", "anna", "ben", "boss")
    assert story.shows("boss", kept, "city") == story.shows("anna", kept, "city")
    story.ends_well("anna", "ben", "boss", fresh="anna")


def test_a_laptop_under_another_name_is_turned_away(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = shared(story, "ben")
    story.change(anna, record, city=story.text())
    in_annas_name = [
        replace(o, replica=ben.node, hlc=o.hlc[:18] + ben.node) for o in anna.waiting()
    ]
    from_annas_laptop = [replace(o, actor=ben.user_id) for o in anna.waiting()]
    push = ben.client.server.push
    pushed = ben.client.signed(lambda: push(in_annas_name, "", device_offset_ms=0))
    assert [ack.refused for ack in pushed.acks] == [SyncCode.FORBIDDEN]
    with pytest.raises(SyncError) as caught:
        push(from_annas_laptop, "", device_offset_ms=0)
    assert caught.value.sync_code is SyncCode.WRONG_DEVICE
    story.sync("anna", "ben")
    story.ends_well("anna", "ben")
