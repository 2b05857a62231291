"""A laptop and its server compared: what differs is found, fetched again and reported."""

import logging

import httpx
import pytest
from sqlalchemy import delete, update

from crm_core.model.query import Query
from desktop.services.commands.verbs import do_change, do_create
from desktop.services.online.sync_client import SyncReport
from desktop.services.online.verification import AFTER_OPERATIONS, Check, is_due, last_check
from desktop.services.workspace import Workspace
from tests.builders import START, FakeClock
from tests.desktop.services.office import Office
from tests.desktop.services.test_sync_client import NEW, shown, take_turns


def compared(workspace: Workspace) -> Check:
    """What a comparison finds, which must be possible."""
    report = workspace.client.compare(now=True)
    assert report is not None
    assert report.check is not None
    return report.check


def lose(workspace: Workspace, *ids: str) -> None:
    """The rows are gone, and nothing else says so: what a bug or a bad disk does."""
    table = workspace.replica.tables.of("customer")
    with workspace.replica.engine.begin() as connection:
        connection.execute(delete(table).where(table.c.id.in_(ids)))


def test_a_laptop_in_step_is_found_to_be_so(office: Office) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    customer = do_create(anna, "customer", NEW).record_id
    take_turns(anna, ben)
    do_change(ben, "customer", customer, {"city": "武汉", "tags": ["重点"]})
    take_turns(ben, anna)
    for desk in (anna, ben):
        assert compared(desk).sound
        assert last_check(desk.replica) == desk.client.last_check
    assert anna.client.compare() is None, "it has just been compared"


def test_a_lost_row_is_noticed_and_comes_back(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    customer = do_create(anna, "customer", NEW).record_id
    take_turns(anna, ben)
    before = shown(ben, customer)
    lose(ben, customer)
    with caplog.at_level(logging.WARNING, "log.sync"):
        report = ben.client.compare(now=True)
    assert isinstance(report, SyncReport)
    assert report.check is not None
    assert report.check.mended == {"customer": 1}
    assert not report.check.apart
    assert report.changed == {"customer": frozenset({customer})}
    assert shown(ben, customer) == before
    assert "customer" in caplog.text
    assert customer not in caplog.text
    assert last_check(ben.replica) == report.check
    assert compared(ben).sound


def test_a_changed_value_and_a_record_of_others_are_put_right(office: Office) -> None:
    anna, carl = office.desk("one"), office.desk("three", "carl")
    mine = do_create(anna, "customer", NEW).record_id
    theirs = do_create(carl, "customer", NEW | {"name": "南方医院"}).record_id
    take_turns(anna, carl)
    table = anna.replica.tables.of("customer")
    with anna.replica.engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == mine).values(name="改坏了"))
    anna.replica.receive(carl.replica.history("customer", theirs))
    assert compared(anna).mended == {"customer": 2}
    assert shown(anna, mine)["name"] == NEW["name"]
    assert anna.replica.record("customer", theirs) is None
    assert anna.replica.history("customer", theirs) == []
    assert compared(anna).sound


def test_own_work_the_server_lacks_is_sent_again_and_not_thrown_away(office: Office) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    customer = do_create(anna, "customer", NEW).record_id
    outbox = anna.replica.tables.outbox
    with anna.replica.engine.begin() as connection:
        connection.execute(delete(outbox))
    take_turns(anna, ben)
    assert ben.replica.record("customer", customer) is None
    assert compared(anna).mended == {"customer": 1}
    ben.client.sync_once()
    assert shown(ben, customer) == shown(anna, customer)
    anna.client.sync_once()
    assert compared(anna).sound


def test_nothing_is_compared_while_something_waits(office: Office) -> None:
    anna = office.desk("one")
    anna.client.sync_once()
    customer = do_create(anna, "customer", NEW).record_id
    lose(anna, customer)
    assert anna.client.compare(now=True) is None
    assert last_check(anna.replica) is None


def test_what_happened_since_the_last_pull_is_no_difference(office: Office) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    first, second = (do_create(anna, "customer", NEW).record_id for _ in range(2))
    take_turns(anna, ben)
    do_change(anna, "customer", first, {"city": "武汉"})
    do_create(anna, "customer", NEW)
    anna.client.sync_once()
    assert compared(ben).sound
    lose(ben, first, second)
    assert compared(ben).mended == {"customer": 1}, "the one that was not touched meanwhile"
    ben.client.sync_once()
    assert compared(ben).mended == {"customer": 1}
    assert compared(ben).sound
    assert len(ben.replica.find(Query("customer"))) == len(anna.replica.find(Query("customer")))


def test_an_edit_that_waits_survives_putting_its_record_right(office: Office) -> None:
    anna = office.desk("one")
    customer = do_create(anna, "customer", NEW).record_id
    take_turns(anna)
    do_change(anna, "customer", customer, {"city": "武汉"})
    page = anna.client.signed(lambda: anna.client.server.records("customer", [customer]))
    anna.replica.mend(page.operations, page.leave)
    assert shown(anna, customer)["city"] == "武汉"
    assert len(anna.replica.waiting(limit=9)) == 1
    anna.client.sync_once()
    assert compared(anna).sound


def test_a_server_from_before_digests_is_not_held_against_anyone(office: Office) -> None:
    class Older(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/v1/sync/digest":
                return httpx.Response(404, json={"code": "malformed"})
            return super().handle_request(request)

    anna = office.desk("one", transport=Older())
    anna.client.sync_once()
    assert anna.client.compare(now=True) is None


def test_when_it_is_due() -> None:
    time = FakeClock()
    check = Check("2026-03-02T01:30:00Z")
    assert time.moment == START
    assert is_due(None, 0, time.clock)
    assert not is_due(check, AFTER_OPERATIONS - 1, time.clock)
    assert is_due(check, AFTER_OPERATIONS, time.clock)
    time.advance(hours=13)
    assert is_due(check, 0, time.clock)
    time.advance(days=-3)
    assert is_due(check, 0, time.clock)
