"""Attachments' bytes over a line that breaks at many places, and clients killed in the middle."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.store.attachments import blob_ledger as ledger
from crm_core.store.attachments.blobs import CHUNK
from desktop.services.online.blob_server import standing
from desktop.services.online.blob_transfer import PIECE, Transfer
from desktop.services.online.server import Server
from desktop.services.papers.attachments import files_of
from desktop.services.workspace import Workspace, open_workspace
from tests.bad_line import BadLine
from tests.desktop.services.files import a_photo, address_of, attach, has, held
from tests.desktop.services.office import Office, a_setup
from tests.sync_server.live import wait_for

SIZE = 3 * PIECE // 2


@pytest.fixture
def line(office: Office) -> Iterator[BadLine]:
    where = httpx.URL(office.server.url)
    with BadLine(where.host, where.port or 80).running() as made:
        yield made


def transfer(desk: Workspace, url: str = "") -> Transfer:
    """Moves bytes of a desk over the line at `url`, or directly."""
    server = desk.client.server
    if url:
        server = Server(url, clock=desk.clock)
        server.access = desk.client.server.access
    return Transfer(
        replica=desk.replica, store=desk.blobs, server=server, clock=desk.clock,
        go_on=lambda: None, on_bytes=lambda *_: None,
    )  # fmt: skip


def until_done(mover: Transfer, what: str, desk: Workspace, address: str) -> int:
    """Try again after every break, as the thread does; how often it broke."""
    breaks = 0
    while True:
        row = held(desk, address)
        assert row is not None
        try:
            getattr(mover, what)(row)
        except SyncError as error:
            if error.sync_code is not SyncCode.SERVER_UNREACHABLE:
                raise
            breaks += 1
        else:
            mover.server.close()
            return breaks


def sent_by(desk: Workspace, photo: Path) -> str:
    """A photo that anna has attached and sent; its address."""
    attach(desk, photo)
    desk.client.sync_once()
    address = address_of(photo)
    row = held(desk, address)
    assert row is not None
    transfer(desk).upload(row)
    return address


def wanted_by(desk: Workspace, address: str) -> None:
    """The record has come here, and the file is asked for."""
    desk.client.sync_once()
    with desk.replica.engine.connect() as connection:
        table = desk.replica.tables.of("attachment")
        [size] = connection.execute(
            table.select().where(table.c.sha256 == address).with_only_columns(table.c.size)
        ).scalars()
    mover = transfer(desk)
    mover.note(lambda c: ledger.want(c, desk.replica.tables, address, size=size, wanted=True))


def test_an_upload_goes_on_where_the_line_broke(
    office: Office, line: BadLine, tmp_path: Path
) -> None:
    anna, photo = office.desk("one"), a_photo(tmp_path / "camera", size=SIZE)
    attach(anna, photo)
    anna.client.sync_once()
    line.cut_asking_after = [1, 700, 90_000, 200_000, PIECE + 2_000, 300]
    breaks = until_done(transfer(anna, line.url), "upload", anna, address_of(photo))
    assert breaks >= 4
    assert line.asked < SIZE + breaks * 2 * CHUNK + 40_000, "little was sent twice"
    row = held(anna, address_of(photo))
    assert row is not None
    assert row.safe
    assert standing(anna.client.server, address_of(photo)).whole


def test_a_download_goes_on_at_the_very_byte(office: Office, line: BadLine, tmp_path: Path) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    photo = a_photo(tmp_path / "camera", size=SIZE)
    address = sent_by(anna, photo)
    wanted_by(ben, address)
    line.cut_after = [1, 600, CHUNK, 100_001, 2 * CHUNK + 500, 300_000]
    breaks = until_done(transfer(ben, line.url), "download", ben, address)
    assert breaks >= 5
    assert line.carried < SIZE + breaks * 1_000 + 20_000, "nothing came twice but headers"
    assert ben.blobs.whole(address) == photo.read_bytes()
    assert has(ben, address)


def test_a_server_that_knows_no_ranges_and_one_that_has_everything_already(
    office: Office, tmp_path: Path
) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    photo = a_photo(tmp_path / "camera", size=200_000)
    address = sent_by(anna, photo)
    wanted_by(ben, address)
    with ben.blobs.writer(address) as writer:
        writer.write(photo.read_bytes())
    row = held(ben, address)
    assert row is not None
    transfer(ben, "http://127.0.0.1:9").download(row)
    assert has(ben, address), "all bytes were here: the network is not needed"
    ben.blobs.remove(address)
    with ben.blobs.writer(address) as writer:
        writer.write(photo.read_bytes()[:1_000])
    ben.client.server._http.event_hooks["request"] = [lambda r: r.headers.pop("Range", "")]
    transfer(ben).download(row)
    assert ben.blobs.whole(address) == photo.read_bytes()


def test_bytes_spoilt_at_the_server_are_not_taken(own_office: Office, tmp_path: Path) -> None:
    anna, ben = own_office.desk("one"), own_office.desk("two", "ben")
    address = sent_by(anna, a_photo(tmp_path / "camera", size=90_000))
    stored = own_office.server.folder / "blobs" / address[:2] / address
    stored.write_bytes(b"X" + stored.read_bytes()[1:])
    wanted_by(ben, address)
    row = held(ben, address)
    assert row is not None
    with pytest.raises(KnownError) as refused:
        transfer(ben).download(row)
    assert refused.value.code == "blob_changed"
    assert not has(ben, address)
    assert list(ben.profile.blobs_path.iterdir()) == []


KILLED = """
import sys, time
from pathlib import Path
from tests.desktop.services.office import a_setup
from tests.desktop.services.test_blob_transfer import transfer
from tests.desktop.services.files import held
from desktop.services.workspace import open_workspace
folder, what, address, access = sys.argv[1:]
desk = open_workspace(a_setup(Path(folder)))
desk.client.server.access = access
mover = transfer(desk)
object.__setattr__(mover, "go_on", lambda: time.sleep(0.01))
print("ready", flush=True)
getattr(mover, what)(held(desk, address))
"""


@pytest.mark.slow
@pytest.mark.parametrize("what", ["upload", "download"])
def test_a_client_killed_in_the_middle_goes_on(office: Office, tmp_path: Path, what: str) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    photo = a_photo(tmp_path / "camera", size=4 * PIECE)
    if what == "upload":
        desk, address = anna, address_of(photo)
        attach(anna, photo)
        anna.client.sync_once()
    else:
        desk, address = ben, sent_by(anna, photo)
        wanted_by(ben, address)
    access, folder = desk.client.server.access, desk.profile.folder
    desk.close()
    arguments = [sys.executable, "-c", KILLED, str(folder), what, address, access]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        # Seen from outside: the server's count for uploads, the growing file for downloads.
        asked = Server(office.server.url, clock=anna.clock)
        asked.access = access
        part = folder / "blobs"

        def begun() -> bool:
            if what == "upload":
                return standing(asked, address).offset > 0
            return any(p.stat().st_size > CHUNK for p in part.glob("*.part"))

        wait_for(begun, "some of it has arrived")
        process.kill()
    asked.close()
    again = office.keep(open_workspace(a_setup(folder)))
    again.client.server.access = access
    row = held(again, address)
    assert row is not None
    getattr(transfer(again), what)(row)
    assert again.blobs.whole(address) == photo.read_bytes()
    if what == "upload":
        assert standing(again.client.server, address).whole
    assert len(files_of(again.replica, "customer", _customer(again, address))) == 1


def _customer(desk: Workspace, address: str) -> str:
    table = desk.replica.tables.of("attachment")
    with desk.replica.engine.connect() as connection:
        statement = table.select().where(table.c.sha256 == address)
        return str(connection.execute(statement).one().customer)
