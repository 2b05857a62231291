"""The background loop against a real server, and its timetable on paper."""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import Connection, event

from crm_core.errors import SyncCode, SyncError
from crm_core.store.engines.engine import writing
from crm_core.store.indexes import indexer
from desktop.services.commands.verbs import do_create
from desktop.services.online.server import Server
from desktop.services.online.sync_client import SyncReport
from desktop.services.online.sync_loop import Outside, SyncLoop
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.services.timetable import DEBOUNCE, LONGEST_DELAY, POLL, Timetable
from desktop.services.workspace import Workspace
from tests.desktop.services.office import Office

NEW = {"name": "同济医院", "kind": "organisation"}


class Watcher:
    """Collects what a loop says, and waits for what is hoped for."""

    def __init__(self) -> None:
        self.said: list[SyncStatus] = []
        self.reports: list[SyncReport] = []
        self._news = threading.Condition()

    def status(self, status: SyncStatus) -> None:
        with self._news:
            self.said.append(status)
            self._news.notify_all()

    def report(self, report: SyncReport) -> None:
        with self._news:
            self.reports.append(report)
            self._news.notify_all()

    def wait_until(self, truth: Callable[[], bool], what: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: bool(self.said) and truth(), timeout=20), (
                f"{what}; said: {self.said}"
            )

    def wait_for_state(self, state: SyncState) -> None:
        self.wait_until(lambda: bool(self.said) and self.said[-1].state is state, state)


@pytest.fixture
def run() -> Iterator[Callable[[Workspace, Watcher], SyncLoop]]:
    """Start loops; every one must end within its two seconds and leave no thread."""
    loops: list[SyncLoop] = []

    def started(workspace: Workspace, watcher: Watcher) -> SyncLoop:
        loop = SyncLoop(
            workspace,
            on_status=watcher.status,
            on_report=watcher.report,
            outside=Outside(live_rest=0.05),
        )
        loops.append(loop)
        loop.start()
        return loop

    yield started
    for loop in loops:
        begun = time.monotonic()
        assert loop.stop(30)
        assert time.monotonic() - begun < 2
    assert not [t.name for t in threading.enumerate() if t.name.startswith("suixing-")]


Run = Callable[[Workspace, Watcher], SyncLoop]


def test_a_change_reaches_a_colleague_through_a_hint(office: Office, run: Run) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    annas, bens = Watcher(), Watcher()
    run(ben, bens)
    run(anna, annas)
    bens.wait_for_state(SyncState.IDLE)
    annas.wait_for_state(SyncState.IDLE)
    customer = do_create(anna, "customer", NEW).record_id
    bens.wait_until(
        lambda: any(customer in r.changed.get("customer", ()) for r in bens.reports),
        "the colleague heard of it without polling",
    )
    assert ben.replica.record("customer", customer) is not None
    annas.wait_for_state(SyncState.IDLE)
    assert anna.replica.waiting(limit=1) == []


def test_the_loop_compares_by_itself_and_when_asked_and_says_what_it_found(
    office: Office, run: Run
) -> None:
    anna, watcher = office.desk("one"), Watcher()
    customer = do_create(anna, "customer", NEW).record_id
    run(anna, watcher)
    watcher.wait_until(lambda: watcher.said[-1].check is not None, "it compared after a fill")
    assert watcher.said[-1].check is not None
    assert watcher.said[-1].check.sound
    table = anna.replica.tables.of("customer")
    with anna.replica.engine.begin() as connection:
        connection.execute(table.delete().where(table.c.id == customer))
    anna.verify()
    watcher.wait_until(
        lambda: any(r.check is not None and r.check.mended for r in watcher.reports), "it told"
    )
    assert watcher.reports[-1].changed == {"customer": frozenset({customer})}
    assert anna.replica.record("customer", customer) is not None


def test_it_says_for_how_long_names_get_their_places(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.services.online.sync_loop._MANY", 0)
    anna, heard = office.desk("one"), Watcher()
    do_create(anna, "customer", NEW)
    with writing(anna.replica.engine) as connection:  # As after a first fill.
        indexer.mark_everything(connection, anna.replica.tables, anna.replica.registry)
    run(anna, heard)
    heard.wait_until(lambda: any(one.arranging for one in heard.said), "it began")
    heard.wait_until(lambda: not heard.said[-1].arranging, "it is over")


def test_working_offline_sends_nothing_until_resumed(office: Office, run: Run) -> None:
    anna, watcher = office.desk("one"), Watcher()
    loop = run(anna, watcher)
    watcher.wait_for_state(SyncState.IDLE)
    loop.pause()
    do_create(anna, "customer", NEW)
    watcher.wait_until(lambda: watcher.said[-1].waiting == 1, "one change waits")
    assert watcher.said[-1].state is SyncState.OFFLINE
    assert watcher.said[-1].paused
    loop.resume()
    watcher.wait_until(
        lambda: watcher.said[-1].state is SyncState.IDLE and watcher.said[-1].waiting == 0,
        "it was sent",
    )


class Cable(httpx.BaseTransport):
    """The network cable between a desktop and the real server."""

    def __init__(self) -> None:
        self.inner, self.pulled = httpx.HTTPTransport(), False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.pulled:
            raise httpx.ConnectError("the cable is out", request=request)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


def test_a_network_that_goes_away_and_comes_back(office: Office, run: Run) -> None:
    cable, watcher = Cable(), Watcher()
    anna = office.desk("one", transport=cable)
    cable.pulled = True
    loop = run(anna, watcher)
    watcher.wait_for_state(SyncState.OFFLINE)
    do_create(anna, "customer", NEW)
    watcher.wait_until(lambda: watcher.said[-1].waiting == 1, "the change is shown to wait")
    error = watcher.said[-1].error
    assert error is not None
    assert error.code == "server_unreachable"
    cable.pulled = False
    loop.send_now()
    watcher.wait_until(
        lambda: watcher.said[-1].state is SyncState.IDLE and watcher.said[-1].waiting == 0,
        "it was sent once the network was back",
    )


def test_a_signed_out_desktop_says_so(office: Office, run: Run) -> None:
    anna, watcher = office.desk("one"), Watcher()
    anna.sign_out()
    run(anna, watcher)
    watcher.wait_for_state(SyncState.SIGNED_OUT)


class Disk:
    """What lies under one desktop's database; while broken, every transaction fails."""

    def __init__(self, workspace: Workspace) -> None:
        self.broken = False
        event.listen(workspace.replica.engine, "begin", self._begin)

    def _begin(self, _connection: Connection) -> None:
        if self.broken:
            raise sqlite3.OperationalError("disk I/O error")


def test_a_database_that_cannot_be_read_for_a_while_does_not_end_syncing(
    office: Office, run: Run
) -> None:
    anna, watcher = office.desk("one"), Watcher()
    disk, loop = Disk(anna), run(anna, watcher)
    watcher.wait_for_state(SyncState.IDLE)
    loop.pause()
    do_create(anna, "customer", NEW)
    watcher.wait_until(lambda: watcher.said[-1].waiting == 1, "one change waits")
    disk.broken = True
    loop.resume()
    watcher.wait_for_state(SyncState.ERROR)
    error = watcher.said[-1].error
    assert error is not None
    assert (error.code, watcher.said[-1].waiting) == ("damaged", 1)
    disk.broken = False
    loop.send_now()
    watcher.wait_until(
        lambda: watcher.said[-1].state is SyncState.IDLE and watcher.said[-1].waiting == 0,
        "it was sent once the disk was back",
    )
    assert watcher.said[-1].error is None


def test_a_full_disk_under_the_keys_does_not_end_syncing_or_the_session(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, watcher = office.desk("one"), Watcher()
    anna.client.server.access = ""

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        loop = run(anna, watcher)
        watcher.wait_for_state(SyncState.ERROR)
    error = watcher.said[-1].error
    assert error is not None
    assert error.code == "unwritable"
    loop.send_now()
    watcher.wait_for_state(SyncState.IDLE)


def test_signing_out_after_the_loop_has_stopped_ends_the_session_at_the_server(
    office: Office, run: Run
) -> None:
    anna, watcher = office.desk("one"), Watcher()
    loop = run(anna, watcher)
    watcher.wait_for_state(SyncState.IDLE)
    left = Server(anna.account.server, clock=anna.clock)
    left.access = anna.client.server.access
    left.pull(0, anna.account.node)
    assert loop.stop(30)
    anna.sign_out()
    assert anna.signed_out
    with pytest.raises(SyncError) as caught:
        left.pull(0, anna.account.node)
    left.close()
    assert caught.value.sync_code is SyncCode.TOKEN_EXPIRED


def test_signing_out_without_a_connection_signs_out_here(office: Office) -> None:
    cable = Cable()
    anna = office.desk("one", transport=cable)
    cable.pulled = True
    anna.sign_out()
    assert anna.signed_out


def test_changes_in_a_burst_travel_together() -> None:
    timetable = Timetable(random=lambda: 0.5, due=100 + POLL)
    timetable.changed(100.0)
    timetable.changed(100.2)
    assert timetable.due == 100 + DEBOUNCE


def test_failing_waits_longer_each_time_and_up_to_a_limit() -> None:
    timetable = Timetable(random=lambda: 0.5)
    waits = []
    for _ in range(12):
        timetable.failed(1000.0)
        waits.append(timetable.due - 1000)
    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(0.75)
    assert waits[-1] == pytest.approx(0.75 * LONGEST_DELAY)


def test_changes_and_hints_do_not_shorten_the_rest_but_asking_does() -> None:
    timetable = Timetable(random=lambda: 0.0)
    for _ in range(6):
        timetable.failed(1000.0)
    rest = timetable.due
    timetable.changed(1001.0)
    timetable.hinted(1002.0)
    assert timetable.due == rest
    timetable.asked(1003.0)
    assert timetable.due == 1003.0


def test_a_change_during_an_exchange_asks_for_another_one() -> None:
    timetable = Timetable(random=lambda: 0.0)
    timetable.begun(10.0)
    timetable.changed(10.1)
    timetable.succeeded(12.0)
    assert timetable.due == pytest.approx(10.1 + DEBOUNCE)
