"""The exchange between desktops and a real server: merging, refusing, resuming, restoring."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from crm_core.clock import ZERO_STAMP, Clock, make_stamp, system_clock
from crm_core.errors import SyncCode, SyncError
from crm_core.model.query import Query
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import Ack
from crm_core.sync.wire import push_from
from desktop.services.commands.conflicts import do_put_again
from desktop.services.commands.verbs import do_change, do_create, do_delete
from desktop.services.online.server import Server
from desktop.services.online.sync_client import whole_acts
from desktop.services.workspace import Workspace
from tests.desktop.services.office import Office

NEW = {"name": "同济医院", "kind": "organisation", "level": "A"}


def shown(workspace: Workspace, customer: str) -> dict[str, object]:
    """The customer as this desktop shows it, without what is local."""
    record = workspace.replica.record("customer", customer)
    assert record is not None
    return {name: value for name, value in record.items() if name != "rid"}


def take_turns(*desks: Workspace) -> None:
    """Everyone syncs until everyone has seen everything."""
    for desk in (*desks, *desks):
        desk.client.sync_once()


def test_edits_of_different_fields_merge_on_both_desktops(office: Office) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    customer = do_create(anna, "customer", NEW).record_id
    take_turns(anna, ben)
    do_change(anna, "customer", customer, {"phone": "13800138000"})
    do_change(ben, "customer", customer, {"city": "武汉"})
    take_turns(anna, ben)
    assert shown(anna, customer) == shown(ben, customer)
    assert (shown(ben, customer)["phone"], shown(ben, customer)["city"]) == ("13800138000", "武汉")


def test_edits_of_one_field_agree_and_the_loser_waits_in_the_inbox(office: Office) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    customer = do_create(anna, "customer", NEW).record_id
    take_turns(anna, ben)
    do_change(anna, "customer", customer, {"city": "武汉"})
    do_change(ben, "customer", customer, {"city": "汉口"})
    anna.client.sync_once()
    report = ben.client.sync_once()
    take_turns(anna, ben)
    assert shown(anna, customer)["city"] == shown(ben, customer)["city"] == "汉口"
    assert report.conflicts_new == 1
    assert customer in report.changed.get("customer", {customer})
    conflict = next(c for c in ben.replica.conflicts() if c.record == customer)
    assert (conflict.winner.value, conflict.loser.value) == ("汉口", "武汉")


def test_a_refused_change_is_kept_with_its_reason(office: Office) -> None:
    anna, carl = office.desk("one"), office.desk("two", "carl")
    customer = do_create(anna, "customer", NEW).record_id
    take_turns(anna, carl)
    assert carl.replica.record("customer", customer) is None
    users = {str(u["login"]): str(u["id"]) for u in anna.replica.find(Query("user"))}
    before = len(carl.replica.refusals())
    with carl.replica.write(office.desk("three", "boss").actor) as (unit, _):
        unit.create("customer", {**NEW, "owner": users["anna"]})
    report = carl.client.sync_once()
    assert report.refused == 1
    refusals = carl.replica.refusals()
    assert len(refusals) == before + 1
    assert refusals[0].code == SyncCode.FORBIDDEN
    assert not carl.replica.waiting(limit=10)


def test_a_refused_edit_shows_what_the_server_holds_and_keeps_the_text(office: Office) -> None:
    carl = office.desk("one", "carl")
    customer = do_create(carl, "customer", {**NEW, "city": "武汉"}).record_id
    carl.client.sync_once()
    with carl.replica.write(office.desk("two", "boss").actor) as (unit, _):
        unit.change("customer", customer, {"city": "汉口"})
    report = carl.client.sync_once()
    assert report.refused == 1
    assert customer in report.changed["customer"]
    assert shown(carl, customer)["city"] == "武汉"
    (refusal,) = [r for r in carl.replica.refusals() if r.operation.id == customer]
    assert refusal.operation.value == "汉口"
    do_put_again(carl, refusal)
    assert carl.client.sync_once().refused == 0
    assert shown(carl, customer)["city"] == "汉口"
    assert not [r for r in carl.replica.refusals() if r.operation.id == customer]


def test_a_record_that_leaves_my_scope_goes_and_comes_back_whole(office: Office) -> None:
    boss, carl = office.desk("one", "boss"), office.desk("two", "carl")
    users = {str(u["login"]): str(u["id"]) for u in boss.replica.find(Query("user"))}
    customer = do_create(carl, "customer", NEW).record_id
    do_change(carl, "customer", customer, {"city": "武汉"})
    take_turns(carl, boss)
    do_change(boss, "customer", customer, {"owner": users["anna"]})
    boss.client.sync_once()
    report = carl.client.sync_once()
    assert report.left >= 1
    assert carl.replica.record("customer", customer) is None
    assert carl.replica.history("customer", customer) == []
    do_change(boss, "customer", customer, {"owner": users["carl"]})
    take_turns(boss, carl)
    assert shown(carl, customer)["city"] == "武汉"
    assert shown(carl, customer) == shown(boss, customer)


def test_an_expired_access_token_is_renewed_once_by_itself(office: Office) -> None:
    anna = office.desk("one")
    anna.client.server.access = "stale"
    before = anna.secrets.refresh_token()
    do_create(anna, "customer", NEW)
    assert anna.client.sync_once().pushed == 1
    assert anna.secrets.refresh_token() != before


def test_signed_out_means_a_password_is_needed_and_nothing_is_lost(office: Office) -> None:
    anna = office.desk("one")
    anna.sign_out()
    do_create(anna, "customer", NEW)
    with pytest.raises(SyncError) as caught:
        anna.client.sync_once()
    assert caught.value.sync_code is SyncCode.TOKEN_EXPIRED
    assert len(anna.replica.waiting(limit=10)) == 1


def test_a_reply_lost_on_the_way_does_no_harm(office: Office) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    customer = do_create(anna, "customer", NEW).record_id
    server = anna.client.server
    waiting = anna.replica.waiting(limit=10)
    anna.client.signed(lambda: server.push(waiting, anna.account.lineage, device_offset_ms=0))
    assert anna.client.sync_once().pushed == 1
    take_turns(ben)
    assert len(ben.replica.history("customer", customer)) == 1


def test_a_reply_to_a_renewal_lost_on_the_way_signs_nobody_out(office: Office) -> None:
    anna = office.desk("one")
    kept = anna.secrets.refresh_token()
    assert kept is not None
    anna.client.server.refresh(kept, anna.account.node)
    anna.client.server.access = ""
    do_create(anna, "customer", NEW)
    assert anna.client.sync_once().pushed == 1


def test_the_clock_is_not_corrected_while_work_stamped_before_waits(office: Office) -> None:
    anna = office.desk("one")
    before = anna.replica.hybrid.offset_ms
    do_create(anna, "customer", NEW)
    anna.client.server.offset_ms = before + 60_000
    anna.client.learn_offset()
    assert anna.replica.hybrid.offset_ms == before
    anna.replica.acknowledge([Ack(o.replica_seq) for o in anna.replica.waiting(limit=10)])
    anna.client.learn_offset()
    assert anna.replica.hybrid.offset_ms == before + 60_000
    assert anna.replica.meta("offset_ms") == before + 60_000


def test_a_batch_over_the_limit_is_halved_until_it_fits(office: Office) -> None:
    anna = office.desk("one")
    for number in range(7):
        do_create(anna, "customer", {**NEW, "name": f"分批{number}"})
    anna.client.server.close()
    narrow = Server(
        anna.account.server, clock=system_clock(), transport=Narrow(httpx.HTTPTransport(), 2)
    )
    narrow.access = anna.client.server.access
    anna.client.server = narrow
    assert anna.client.push_once() == (7, 0)
    assert anna.replica.waiting(limit=10) == []


class Narrow(httpx.BaseTransport):
    """A gateway before the real server that lets only small batches through."""

    def __init__(self, inner: httpx.BaseTransport, most: int) -> None:
        self.inner, self.most = inner, most

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/push"):
            batch = push_from(request.read()).operations
            if len(batch) > self.most:
                wire = {"code": "too_large", "message_zh": "", "message_en": "", "detail": ""}
                return httpx.Response(413, json=wire)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


def test_a_laptop_a_year_ahead_does_not_win_for_ever(office: Office) -> None:
    ahead = Clock(now=lambda: datetime.now(UTC) + timedelta(days=365))
    anna, ben = office.desk("one", clock=ahead), office.desk("two", "ben")
    assert abs(anna.replica.hybrid.offset_ms + 365 * 86_400_000) < 5_000
    customer = do_create(anna, "customer", {**NEW, "city": "甲"}).record_id
    take_turns(anna, ben)
    do_change(anna, "customer", customer, {"city": "乙"})
    anna.client.sync_once()
    ben.client.sync_once()
    do_change(ben, "customer", customer, {"city": "丙"})
    take_turns(ben, anna)
    assert shown(anna, customer)["city"] == shown(ben, customer)["city"] == "丙"


def test_a_server_restored_from_a_backup_gets_back_what_it_lost(own_office: Office) -> None:
    server, anna = own_office.server, own_office.desk("one")
    ben = own_office.desk("two", "ben")
    old = do_create(anna, "customer", {**NEW, "name": "备份之前"}).record_id
    take_turns(anna, ben)
    copy = server.folder.with_name("copy.db")
    server.cli("backup", str(copy))
    new = do_create(anna, "customer", {**NEW, "name": "备份之后"}).record_id
    do_change(anna, "customer", old, {"city": "武汉"})
    bens = do_create(ben, "customer", {**NEW, "name": "本的"}).record_id
    take_turns(anna, ben)
    server.stop()
    server.cli("restore", str(copy))
    server.start()
    anna.close()
    ben.close()
    anna, ben = own_office.desk("one"), own_office.desk("two", "ben")
    assert anna.replica.waiting(limit=10) == []
    take_turns(anna, ben)
    fresh = own_office.desk("three", "boss")
    for desk in (anna, ben, fresh):
        assert {old, new, bens} <= {str(c["id"]) for c in desk.replica.find(Query("customer"))}
        assert shown(desk, old)["city"] == "武汉"


def test_a_deletion_travels(office: Office) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    customer = do_create(anna, "customer", NEW).record_id
    take_turns(anna, ben)
    do_delete(anna, "customer", customer)
    take_turns(anna, ben)
    assert ben.replica.record("customer", customer) is None


def test_one_act_on_one_record_is_never_cut_in_two() -> None:
    def operation(number: int, group: str, record: str) -> Operation:
        return Operation(
            replica="a" * 16, replica_seq=number, entity="customer", id=record, verb=Verb.SET,
            field="name", value="x", before=None, hlc=make_stamp(number, 0, "a" * 16),
            base=ZERO_STAMP, group=group, actor="me",
        )  # fmt: skip

    acts = [("g1", "r1"), ("g1", "r2"), ("g2", "r1"), ("g2", "r1")]
    waiting = [operation(n, *act) for n, act in enumerate(acts, 1)]
    assert [len(whole_acts(waiting, limit)) for limit in (1, 2, 3, 4)] == [1, 2, 2, 4]
    assert len(whole_acts(waiting[2:], 1)) == 1
