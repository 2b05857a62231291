"""The thread that moves attachments' bytes, against a real server: tidy, and out of the way."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from crm_core.errors import KnownError
from crm_core.store.attachments import blob_ledger as ledger
from desktop.services.commands.verbs import do_change
from desktop.services.online.blob_sync import BlobNews, BlobSync
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.services.papers.attachments import Place, files_of
from desktop.services.workspace import Workspace
from tests.desktop.services.files import a_photo, address_of, attach, has, held, shows
from tests.desktop.services.office import Office

ONLINE = SyncStatus(SyncState.IDLE)
ROOM = 10**9


@dataclass(slots=True)
class Mover:
    """One desk's transfers, and what they say."""

    desk: Workspace
    sync: BlobSync
    news: list[BlobNews] = field(default_factory=list)
    said: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, news: BlobNews) -> None:
        with self.said:
            self.news.append(news)
            self.said.notify_all()

    def wait_until(self, truth: Callable[[], bool], what: str) -> None:
        with self.said:
            assert self.said.wait_for(truth, timeout=30), f"{what}; said: {self.news}"

    def wait_for(self, place: Place, customer: str) -> None:
        self.wait_until(lambda: self.place(customer) is place, place)

    def place(self, customer: str) -> Place:
        [file] = files_of(self.desk.replica, "customer", customer)
        return file.place

    def exchange(self) -> None:
        """As the loop does: exchange records, then look."""
        self.desk.client.sync_once()
        self.sync.look()


Start = Callable[..., Mover]


@pytest.fixture
def start() -> Iterator[Start]:
    movers: list[Mover] = []

    def started(
        desk: Workspace, *, budget: int = ROOM, status: SyncStatus = ONLINE
    ) -> Mover:  # fmt: skip
        news: list[BlobNews] = []
        made = Mover(desk, BlobSync(desk, on_news=lambda n: made.hear(n), budget=budget), news)
        made.sync.start()
        made.sync.heard(status)
        movers.append(made)
        return made

    yield started
    for mover in movers:
        mover.desk.client.server.abort()
        assert mover.sync.stop(30)
    assert not [t.name for t in threading.enumerate() if t.name == "suixing-blobs"]


def test_a_photo_reaches_a_colleague_who_asks_for_it(
    office: Office, start: Start, tmp_path: Path
) -> None:
    photo = a_photo(tmp_path / "camera", size=150_000)
    anna, ben = start(office.desk("one")), start(office.desk("two", "ben"))
    customer = attach(anna.desk, photo)
    anna.exchange()
    anna.wait_for(Place.HERE, customer)
    ben.exchange()
    assert ben.place(customer) is Place.SERVER, "nothing is fetched before it is asked for"
    ben.sync.fetch(address_of(photo), 150_000)
    ben.wait_for(Place.HERE, customer)
    assert ben.desk.blobs.whole(address_of(photo)) == photo.read_bytes()
    for mover in (anna, ben):
        assert shows(mover.desk.profile.folder, photo.read_bytes()) == []


def test_bytes_sent_before_their_record_wait_for_it(
    office: Office, start: Start, tmp_path: Path
) -> None:
    anna = start(office.desk("one"))
    customer = attach(anna.desk, a_photo(tmp_path, size=500))
    anna.sync.look()
    anna.wait_until(lambda: bool(anna.news), "it has tried")
    assert anna.place(customer) is Place.WAITING
    anna.exchange()
    anna.wait_for(Place.HERE, customer)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (SyncStatus(SyncState.OFFLINE, paused=True), "blob_offline"),
        (SyncStatus(SyncState.IDLE, metered=True), "blob_metered"),
        (SyncStatus(SyncState.SIGNED_OUT), "blob_offline"),
    ],
)
def test_nothing_moves_offline_or_on_a_costly_line(
    office: Office, start: Start, tmp_path: Path, status: SyncStatus, code: str
) -> None:
    desk = office.desk("one")
    desk.metered = status.metered
    anna = start(desk, status=status)
    photo = a_photo(tmp_path, size=500)
    customer = attach(anna.desk, photo)
    anna.exchange()
    anna.wait_until(lambda: bool(anna.news), "it has looked")
    assert anna.place(customer) is Place.WAITING
    with pytest.raises(KnownError) as refused:
        anna.sync.fetch(address_of(photo), 500)
    assert refused.value.code == code
    anna.sync.heard(ONLINE)
    anna.wait_for(Place.HERE, customer)


class Stuck(httpx.BaseTransport):
    """A line on which the bytes of attachments get stuck, and nothing else."""

    def __init__(self) -> None:
        self.inner, self.free, self.stuck = (
            httpx.HTTPTransport(), threading.Event(), threading.Event(),
        )  # fmt: skip

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method in ("PUT", "GET") and "/v1/blobs/" in request.url.path:
            self.stuck.set()
            assert self.free.wait(30)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


def test_field_changes_never_wait_for_a_photo(office: Office, start: Start, tmp_path: Path) -> None:
    line = Stuck()
    anna = start(office.desk("one", transport=line))
    customer = attach(anna.desk, a_photo(tmp_path, size=400_000))
    anna.exchange()
    assert line.stuck.wait(30)
    do_change(anna.desk, "customer", customer, {"city": "武汉"})
    report = anna.desk.client.sync_once()
    assert report.pushed == 1
    assert anna.desk.replica.waiting(limit=5) == []
    assert anna.place(customer) is Place.WAITING
    line.free.set()
    anna.wait_for(Place.HERE, customer)


def test_bytes_hold_back_while_records_are_exchanged(
    office: Office, start: Start, tmp_path: Path
) -> None:
    anna = start(office.desk("one"), status=SyncStatus(SyncState.SYNCING))
    customer = attach(anna.desk, a_photo(tmp_path, size=5_000))
    anna.desk.client.sync_once()
    anna.sync.look()
    assert anna.place(customer) is Place.WAITING
    anna.sync.heard(ONLINE)
    anna.wait_for(Place.HERE, customer)


def test_a_file_somebody_waits_for_overtakes_and_can_be_cancelled(
    office: Office, start: Start, tmp_path: Path
) -> None:
    anna, photo = start(office.desk("one")), a_photo(tmp_path / "camera", size=100_000)
    customer = attach(anna.desk, photo)
    anna.exchange()
    anna.wait_for(Place.HERE, customer)
    line = Stuck()
    ben = start(office.desk("two", "ben", transport=line))
    ben.exchange()
    ben.sync.fetch(address_of(photo), 100_000)
    assert line.stuck.wait(30)
    assert ben.place(customer) is Place.COMING
    ben.sync.cancel(address_of(photo))
    assert ben.place(customer) is Place.SERVER
    line.free.set()
    ben.sync.fetch(address_of(photo), 100_000)
    ben.wait_for(Place.HERE, customer)


def test_what_was_never_sent_says_so(office: Office, start: Start, tmp_path: Path) -> None:
    anna, photo = office.desk("one"), a_photo(tmp_path / "camera", size=900)
    customer = attach(anna, photo)
    anna.client.sync_once()
    ben = start(office.desk("two", "ben"))
    ben.exchange()
    ben.sync.fetch(address_of(photo), 900)
    ben.wait_until(lambda: any(n.error for n in ben.news), "the reason is said")
    [error] = [n.error for n in ben.news if n.error is not None]
    assert error.code == "blob_missing"
    assert ben.place(customer) is Place.SERVER


def test_a_record_that_leaves_the_scope_takes_its_file_along(
    office: Office, start: Start, tmp_path: Path
) -> None:
    photo = a_photo(tmp_path / "camera", size=80_000)
    anna, boss, carl = (
        start(office.desk("one")),
        office.desk("two", "boss"),
        office.desk("3", "carl"),
    )
    customer = attach(anna.desk, photo)
    anna.exchange()
    anna.wait_for(Place.HERE, customer)
    boss.client.sync_once()
    [file] = files_of(boss.replica, "customer", customer)
    do_change(boss, "attachment", file.record_id, {"owner": carl.account.user_id})
    boss.client.sync_once()
    anna.exchange()
    address = address_of(photo)
    anna.wait_until(lambda: held(anna.desk, address) is None, "the file is forgotten")
    assert list(anna.desk.profile.blobs_path.iterdir()) == []
    carl.client.sync_once()
    mover = start(carl)
    mover.sync.fetch(address, 80_000)
    mover.wait_until(lambda: _came(carl, address), "whoever sees it now can have it")


def test_the_budget_gives_up_only_what_the_server_has(
    office: Office, start: Start, tmp_path: Path
) -> None:
    photos = [a_photo(tmp_path / "camera", size=10_000 + n, name=f"{n}.jpg") for n in range(3)]
    anna = start(
        office.desk("one"), budget=15_000, status=SyncStatus(SyncState.OFFLINE, paused=True)
    )
    customer = attach(anna.desk, *photos)
    anna.exchange()
    anna.wait_until(lambda: bool(anna.news), "it has looked")
    assert all(has(anna.desk, address_of(p)) for p in photos), "nothing of it is safe yet"
    anna.sync.heard(ONLINE)

    def kept() -> int:
        files = files_of(anna.desk.replica, "customer", customer)
        return sum(file.place is not Place.SERVER for file in files)

    anna.wait_until(lambda: kept() == 3, "it begins")
    anna.wait_until(lambda: not _waiting(anna.desk), "all are sent")
    anna.sync.look()
    anna.wait_until(lambda: kept() == 1, "room is made")
    files = [address_of(photo) for photo in photos]
    # The ledger knows first, so that a crash in between costs nothing but room.
    anna.wait_until(lambda: sum(map(anna.desk.blobs.has, files)) == 1, "the files are gone too")
    assert sum(has(anna.desk, address_of(p)) for p in photos) == 1
    for photo in photos:
        anna.sync.fetch(address_of(photo), 10_000)
        address = address_of(photo)
        anna.wait_until(lambda a=address: _came(anna.desk, a), "it comes back")  # type: ignore[misc]


def _came(desk: Workspace, address: str) -> bool:
    row = held(desk, address)
    return row is not None and row.here


def _waiting(desk: Workspace) -> bool:
    replica = desk.replica
    return bool(replica.read(lambda c: ledger.uploads(c, replica.tables)))


def test_a_server_back_from_a_backup_is_given_the_files_again(
    own_office: Office, start: Start, tmp_path: Path
) -> None:
    server, desk = own_office.server, own_office.desk("one")
    copy = server.folder.with_name("copy.db")
    server.cli("backup", str(copy))
    photo = a_photo(tmp_path / "camera", size=30_000)
    anna = start(desk)
    customer = attach(desk, photo)
    anna.exchange()
    anna.wait_for(Place.HERE, customer)
    assert anna.sync.stop(30)
    desk.close()
    server.stop()
    server.cli("restore", str(copy))
    for path in (server.folder / "blobs").glob("??/*"):
        path.unlink()
    server.start()
    again = start(own_office.desk("one"))
    again.exchange()
    again.wait_until(
        lambda: any((server.folder / "blobs").glob("??/*")) and not _waiting(again.desk),
        "the server has the file again",
    )
    assert again.place(customer) is Place.HERE
