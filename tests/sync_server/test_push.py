"""Push, against the real server process: identity, rights, values and clocks."""

from typing import Any

from msgspec.structs import replace

from crm_core.clock import make_stamp, stamp_millis, system_clock
from crm_core.errors import SyncCode
from crm_core.sync.change import Operation, Verb
from tests.sync_server.conftest import SignsIn
from tests.sync_server.live import LiveDevice

_YEAR_MS = 365 * 86_400_000


def customer_of(device: LiveDevice, **values: Any) -> Operation:
    """A customer of the device's user, not sent yet."""
    known = {"name": "测试医院", "kind": "organisation", "owner": device.user_id}
    return device.create("customer", known | values)


def test_what_one_colleague_pushes_the_other_pulls_once(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    customer = customer_of(anna)
    acks = anna.push(customer)
    assert [(a.replica_seq, a.refused) for a in acks] == [(1, None)]
    assert customer.id in {o.id for o in ben.pull()}
    assert ben.pull() == []
    anna.pull()
    assert anna.pull() == []


def test_a_batch_sent_twice_is_acknowledged_twice_and_applied_once(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    anna.ahead_ms = _YEAR_MS
    customer = customer_of(anna)
    named = anna.change(customer, "name", "第一医院")
    first, again = anna.push(customer, named, named), anna.push(named, customer)
    assert sorted(first, key=lambda a: a.replica_seq) == sorted(again, key=lambda a: a.replica_seq)
    assert all(a.hlc for a in first)
    mine = [o for o in ben.pull() if o.replica == anna.node]
    assert [o.key for o in mine] == [customer.key, named.key]
    assert mine[0].authored == customer.hlc


def test_a_forbidden_operation_is_refused_and_the_rest_applied(device: SignsIn) -> None:
    anna, carl = device("anna"), device("carl")
    theirs = customer_of(carl)
    carl.push(theirs)
    mine, grab = customer_of(anna), anna.change(theirs, "name", "归我了")
    promoted = anna.operation(
        "user", anna.user_id, Verb.SET, "admin", field="role", base=make_stamp(1, 0, anna.node)
    )
    removed = anna.operation("customer", theirs.id, Verb.DELETE, True, base=theirs.hlc)
    acks = anna.push(grab, promoted, mine, removed)
    codes = {a.replica_seq: a.refused for a in acks}
    assert codes == {
        grab.replica_seq: SyncCode.FORBIDDEN, promoted.replica_seq: SyncCode.FORBIDDEN,
        mine.replica_seq: None, removed.replica_seq: SyncCode.FORBIDDEN,
    }  # fmt: skip
    assert all(a.detail for a in acks if a.refused)
    boss = device("boss")
    keys = {o.key for o in boss.pull()}
    assert mine.key in keys
    assert not keys & {grab.key, promoted.key, removed.key}


def test_a_change_recorded_under_another_person_is_forbidden(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    forged = customer_of(anna, owner=ben.user_id)
    [ack] = anna.push(replace(forged, actor=ben.user_id))
    assert ack.refused is SyncCode.FORBIDDEN


def test_another_devices_number_refuses_the_whole_batch(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    mine, forged = customer_of(anna), replace(customer_of(anna), replica=ben.node)
    reply = anna.push_reply([mine, forged])
    assert (reply.status_code, reply.json()["code"]) == (403, "wrong_device")
    assert mine.key not in {o.key for o in device("boss").pull()}
    stamped = replace(customer_of(anna), hlc=make_stamp(anna.now_ms(), 0, ben.node))
    assert anna.push_reply([stamped]).json()["code"] == "wrong_device"


def test_values_not_in_their_stored_form_are_refused_with_what_hangs_on_them(
    device: SignsIn,
) -> None:
    anna = device("anna")
    nameless = anna.create("customer", {"kind": "organisation", "owner": anna.user_id})
    upon_it = anna.change(nameless, "city", "上海")
    good = customer_of(anna)
    untidy = anna.change(good, "city", "  上海 ")
    unset = anna.change(good, "name", None)
    odd_set = anna.change(good, "tags", ["a"])
    tag = anna.change(good, "tags", {"add": "老客户"})
    money = anna.change(good, "annual_purchase", {"add": 5})
    truth = anna.change(good, "annual_purchase", True)
    batch = (nameless, upon_it, good, untidy, unset, odd_set, tag, money, truth)
    acks = anna.push(*batch)
    good_ones = {a.replica_seq for a in acks if a.refused is None}
    assert good_ones == {good.replica_seq, tag.replica_seq}
    assert {a.refused for a in acks if a.refused} == {SyncCode.INVALID_VALUE}


def test_what_a_newer_version_knows_is_carried_through(device: SignsIn) -> None:
    anna, ben, boss = device("anna"), device("ben"), device("boss")
    customer = customer_of(anna)
    newer = anna.change(customer, "x_from_the_future", "值")
    unknown = anna.create("spaceship", {"name": "天问"})
    acks = anna.push(customer, newer, unknown)
    assert [a.refused for a in acks] == [None, None, None]
    assert newer.key in {o.key for o in ben.pull()}
    assert unknown.key not in ben.held, "nobody can tell yet whose record that is"
    boss.pull()
    assert boss.held[unknown.key].value == {"name": "天问"}


def test_handing_over_and_renaming_in_one_act_is_allowed(device: SignsIn) -> None:
    anna, carl = device("anna"), device("carl")
    customer = customer_of(anna)
    anna.push(customer)
    handed = anna.change(customer, "owner", carl.user_id, group="act")
    renamed = anna.change(customer, "name", "新名字", group="act")
    later = anna.change(customer, "name", "再改", group="another act")
    acks = anna.push(handed, renamed, later)
    assert [a.refused for a in acks] == [None, None, SyncCode.FORBIDDEN]


def test_a_laptop_a_year_ahead_does_not_win_for_ever(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    anna.ahead_ms = _YEAR_MS
    customer = customer_of(anna)
    first = anna.change(customer, "name", "快了一年")
    acks = {a.replica_seq: a for a in anna.push(customer, first)}
    now = system_clock().millis()
    assert abs(stamp_millis(acks[first.replica_seq].hlc) - now) < 60_000
    assert acks[first.replica_seq].base == acks[customer.replica_seq].hlc
    ben.pull()
    then = ben.held[first.key]
    ben.last = max(ben.last, then.hlc)
    [ack] = ben.push(second := ben.change(then, "name", "后来居上"))
    assert (ack.refused, ack.hlc) == (None, "")
    assert second.hlc > then.hlc
    # Made on the laptop upon its own, not yet corrected, stamp; pushed in a later batch.
    [ack] = anna.push(anna.change(first, "city", "上海"))
    assert ack.base == acks[first.replica_seq].hlc


def test_a_laptop_a_year_behind_does_not_lose_for_ever(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    customer = customer_of(anna)
    anna.push(customer)
    ben.ahead_ms = -_YEAR_MS
    ben.pull()
    behind = replace(ben.change(customer, "name", "慢了一年"), base=make_stamp(1, 0, anna.node))
    [ack] = ben.push(behind)
    assert abs(stamp_millis(ack.hlc) - system_clock().millis()) < 60_000
    assert ack.hlc > customer.hlc


def test_a_base_nobody_wrote_does_not_carry_an_edit_into_the_future(device: SignsIn) -> None:
    anna = device("anna")
    customer = customer_of(anna)
    anna.push(customer)
    future = make_stamp(anna.now_ms() + _YEAR_MS, 0, anna.node)
    later = make_stamp(anna.now_ms() + _YEAR_MS, 1, anna.node)
    [ack] = anna.push(anna.change(customer, "name", "来自未来", base=future, hlc=later))
    assert abs(stamp_millis(ack.hlc) - system_clock().millis()) < 60_000
    assert ack.base < ack.hlc
    assert device("ben").pull()
