"""Older history on demand: fetched from a real server, shown beside the log, never in it."""

import pytest

from crm_core.errors import KnownError
from crm_core.store.engines.engine import writing
from desktop.services.commands.verbs import do_change, do_create
from desktop.services.online.history_fetch import fetch_history
from desktop.services.online.history_shelf import MOST_KEPT, Fetched, HistoryShelf
from desktop.services.record_history import Reach, record_history
from desktop.services.workspace import Workspace
from desktop.viewmodels.records.history import read_history
from tests.desktop.services.office import Office
from tests.desktop.services.test_sync_loop import Cable

NEW = {"name": "同济医院", "kind": "organisation", "city": "上海"}


def forget_the_log(workspace: Workspace) -> None:
    """As after a first fill by snapshot: the records are here, what made them is not."""
    with writing(workspace.replica.engine) as connection:
        for table in (workspace.replica.tables.outbox, workspace.replica.tables.log):
            connection.execute(table.delete())


def edited(anna: Workspace) -> str:
    """A customer of three versions, at the server and here."""
    customer = do_create(anna, "customer", NEW).record_id
    for city in ("苏州", "无锡"):
        do_change(anna, "customer", customer, {"city": city})
    anna.client.sync_once()
    return customer


def test_what_this_device_never_held_is_fetched_and_not_written(office: Office) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    customer = edited(anna)
    ben.client.sync_once()
    forget_the_log(ben)
    do_change(ben, "customer", customer, {"city": "南京"})
    before = read_history(ben, "customer", customer, "city", language="zh_CN")
    assert before.reach is Reach.LOCAL
    assert [line.after for line in before.lines] == ["南京"]
    fetched = fetch_history(ben, "customer", customer)
    assert len(fetched.operations) == 3
    after = read_history(ben, "customer", customer, "city", language="zh_CN")
    assert after.reach is Reach.FETCHED
    assert [(line.after, line.fetched) for line in after.lines] == [
        ("南京", False), ("无锡", True), ("苏州", True), ("上海", True),
    ]  # fmt: skip
    assert len(ben.replica.history("customer", customer)) == 1, "the log is as it was"
    ben.client.sync_once()
    again = fetch_history(ben, "customer", customer)
    assert len(again.operations) == 4
    assert len(read_history(ben, "customer", customer, "city", language="en").lines) == 4


def test_a_record_created_here_needs_no_server(office: Office) -> None:
    anna = office.desk("one")
    customer = do_create(anna, "customer", NEW).record_id
    known = record_history(anna, "customer", customer)
    assert known is not None
    assert known.reach is Reach.WHOLE


def test_without_a_connection_a_clear_sentence_and_nothing_lost(office: Office) -> None:
    cable = Cable()
    anna = office.desk("one", transport=cable)
    customer = edited(anna)
    cable.pulled = True
    with pytest.raises(KnownError) as caught:
        fetch_history(anna, "customer", customer)
    assert caught.value.code == "history_away"
    assert "联网" in caught.value.chinese
    assert len(read_history(anna, "customer", customer, "city", language="zh_CN").lines) == 3


def test_a_record_that_moved_away_says_so(office: Office) -> None:
    anna, carl = office.desk("one"), office.desk("three", "carl")
    customer = edited(anna)
    do_change(anna, "customer", customer, {"owner": carl.account.user_id})
    anna.client.push_once()
    with pytest.raises(KnownError) as caught:
        fetch_history(anna, "customer", customer)
    assert caught.value.code == "history_forbidden"


def test_the_shelf_forgets_the_longest_unseen_and_what_left_the_device(office: Office) -> None:
    shelf = HistoryShelf()
    for number in range(MOST_KEPT + 1):
        shelf.keep("customer", str(number), Fetched((), "2026-03-02T01:30:00Z"))
    assert shelf.of("customer", "0") is None
    assert shelf.of("customer", "1") is not None
    anna = office.desk("one")
    anna.shelf.keep("customer", "gone", Fetched((), "2026-03-02T01:30:00Z"))
    assert record_history(anna, "customer", "gone") is None
    assert anna.shelf.of("customer", "gone") is None
