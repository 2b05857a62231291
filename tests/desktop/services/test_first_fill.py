"""The first fill by snapshot, over a line that breaks and lies, from a real server process."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crm_core.clock import new_id, system_clock
from crm_core.errors import SyncCode, SyncError
from crm_core.permissions import Actor
from crm_core.store.forgetting.salvage import is_sound
from crm_core.store.replica import Replica
from crm_core.sync.snapshot import ROOM
from desktop.services.cancelling import Cancelled, CancelToken, PauseSwitch
from desktop.services.commands.verbs import do_create
from desktop.services.online import first_fill
from desktop.services.online.first_fill import FillProgress, Line, Watch, fill, note_path
from desktop.services.online.server import Server
from desktop.services.online.signing_in import FILLING, sign_in
from desktop.services.workspace import open_workspace
from sync_server.config import DataFolder
from sync_server.services.schema.tables import ServerTables
from sync_server.services.storing.founding import NewUser, found, write_user
from tests.bad_line import BadLine
from tests.builders import KEY, records_of
from tests.desktop.services.office import a_setup, credentials
from tests.passwords import cheap_passwords
from tests.sync_server.live import PASSWORD, LiveServer

CUSTOMERS = 400
FAR = 1_000_000
"""Bytes of a fill after which tests interrupt it: two frames are whole by then."""


def a_full_folder(folder: Path) -> None:
    """An organisation with boss and anna whose snapshot has several frames."""
    chance = random.Random(5)

    def people_and_customers(replica: Replica, tables: ServerTables) -> None:
        keeper = cheap_passwords()
        boss = Actor(new_id(replica.clock), "admin")
        with replica.write(boss) as (unit, _):
            write_user(
                unit, tables, keeper, NewUser("boss", "boss", "admin", "", PASSWORD),
                user_id=boss.user_id,
            )  # fmt: skip
            anna = write_user(
                unit, tables, keeper, NewUser("anna", "anna", "rep", "north", PASSWORD),
                create_team=True,
            )  # fmt: skip
            for n in range(CUSTOMERS):
                note = chance.randbytes(9_000).hex()
                values = {"name": f"客户{n:05d}", "kind": "organisation", "owner": anna}
                unit.create("customer", values | {"remark": note})

    found(DataFolder(folder), clock=system_clock(), organisation="随行", fill=people_and_customers)


@pytest.fixture(scope="module")
def full_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """That organisation, served."""
    folder = tmp_path_factory.mktemp("full") / "data"
    a_full_folder(folder)
    server = LiveServer(folder, options=("--snapshot-after", "100"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bad_line(full_server: LiveServer) -> Iterator[BadLine]:
    """A line to that server which can be made bad."""
    address = urlsplit(full_server.url)
    with BadLine(str(address.hostname), int(address.port or 0)).running() as line:
        yield line


@pytest.fixture
def line(bad_line: BadLine) -> Iterator[Line]:
    """Anna signed in over the bad line."""
    server = Server(bad_line.url, clock=system_clock())
    session = server.sign_in("anna", PASSWORD)
    yield Line(server, lambda: server.refresh(session.refresh, session.node))
    server.close()


def whole(path: Path) -> bool:
    """Whether a filled file is a sound encrypted database and nothing lies beside it."""
    return is_sound(path, KEY) and not note_path(path).exists()


def first_frame_written(path: Path) -> bool:
    """Whether the first frame is there: they are written in any order, the size tells little."""
    return path.exists() and any(path.read_bytes()[ROOM - 16 : ROOM])


def stopped_at(received: int) -> Watch:
    """Cancels the fill once so many bytes are there."""
    token = CancelToken()

    def look(far: FillProgress) -> None:
        if far.received >= received:
            token.cancel()

    return Watch(look, token)


def test_a_snapshot_becomes_an_encrypted_database_without_a_plain_word(
    line: Line, tmp_path: Path
) -> None:
    seen: list[FillProgress] = []
    path = tmp_path / "new.db"
    manifest = fill(line, path, KEY, Watch(seen.append))
    assert manifest is not None
    assert len(manifest.frames) > 2
    assert whole(path)
    assert path.stat().st_size == manifest.pages * 4096
    assert "客户0".encode() not in path.read_bytes()
    received = [one.received for one in seen if one.total]
    assert received == sorted(received)
    assert received[-1] == seen[-1].total == manifest.packed_bytes


def test_a_line_that_breaks_at_any_byte_costs_nothing_that_arrived(
    line: Line, bad_line: BadLine, tmp_path: Path
) -> None:
    manifest = fill(line, tmp_path / "first.db", KEY, Watch())
    assert manifest is not None
    chance = random.Random(11)
    size = manifest.packed_bytes
    cuts = [1, 300, 500, *(chance.randrange(size // 9) for _ in range(12))]
    bad_line.cut_after, bad_line.carried = list(cuts), 0
    line.server.close()
    again = Server(bad_line.url, clock=system_clock())
    again.access = line.server.access
    assert fill(Line(again, line.renew), tmp_path / "new.db", KEY, Watch()) == manifest
    again.close()
    assert not bad_line.cut_after, "every cut happened"
    assert whole(tmp_path / "new.db")
    assert bad_line.carried < size + 20_000, "nothing was fetched twice"


def test_a_frame_that_was_changed_on_the_way_is_fetched_again(
    line: Line, bad_line: BadLine, tmp_path: Path
) -> None:
    bad_line.corrupt_at = [200_000]
    assert fill(line, tmp_path / "new.db", KEY, Watch()) is not None
    assert not bad_line.corrupt_at
    assert whole(tmp_path / "new.db")


def test_a_server_that_only_lies_is_given_up_and_nothing_wrong_is_written(
    line: Line, full_server: LiveServer, tmp_path: Path
) -> None:
    manifest = fill(line, tmp_path / "first.db", KEY, Watch())
    assert manifest is not None
    [frames] = (full_server.folder / "snapshots").glob(f"*-{manifest.snapshot}.frames")
    kept = frames.read_bytes()
    try:
        for wrong in (kept[:400_000] + bytes(9) + kept[400_009:], kept[:400_000]):
            frames.write_bytes(wrong)
            with pytest.raises(SyncError) as caught:
                fill(line, tmp_path / "new.db", KEY, Watch())
            assert caught.value.sync_code is SyncCode.MALFORMED
    finally:
        frames.write_bytes(kept)
    assert fill(line, tmp_path / "new.db", KEY, Watch()) is not None
    assert whole(tmp_path / "new.db")


def test_pausing_breaks_off_and_going_on_continues_at_the_same_byte(
    line: Line, bad_line: BadLine, tmp_path: Path
) -> None:
    bad_line.bytes_a_second = 3_000_000  # So that little is on its way at any moment.
    pause, seen = PauseSwitch(), list[FillProgress]()

    def watching(far: FillProgress) -> None:
        seen.append(far)
        if far.received > 300_000 and len(seen) < 10_000 and not timer.is_alive():
            pause.pause()
            seen.extend([far] * 10_000)
            timer.start()

    timer = threading.Timer(0.3, pause.resume)
    manifest = fill(line, tmp_path / "new.db", KEY, Watch(watching, pause=pause))
    timer.join()
    assert manifest is not None
    assert whole(tmp_path / "new.db")
    assert bad_line.carried < manifest.packed_bytes + 400_000, "at most what was on its way"


def test_an_attempt_that_ended_is_gone_on_with_from_the_last_whole_frame(
    line: Line, bad_line: BadLine, tmp_path: Path
) -> None:
    path, stopping = tmp_path / "new.db", stopped_at(FAR)
    with pytest.raises(Cancelled):
        fill(line, path, KEY, stopping)
    assert note_path(path).exists()
    assert "anna" not in note_path(path).read_text("utf-8")
    size = path.stat().st_size
    assert size > 0
    with path.open("r+b") as file:
        file.truncate(size + 5_000)  # A page that was being written when the power went.
    seen: list[FillProgress] = []
    manifest = fill(line, path, KEY, Watch(seen.append))
    assert manifest is not None
    assert whole(path)
    assert seen[0].received > FAR // 2


def test_what_an_earlier_attempt_left_is_not_trusted_but_checked(
    line: Line, tmp_path: Path
) -> None:
    path, stopping = tmp_path / "new.db", stopped_at(FAR)
    with pytest.raises(Cancelled):
        fill(line, path, KEY, stopping)
    with path.open("r+b") as file:
        file.seek(5_000)
        file.write(bytes(100))
    assert fill(line, path, KEY, Watch()) is not None
    assert whole(path)
    note_path(path).write_text("{", "utf-8")
    assert fill(line, path, KEY, Watch()) is not None
    assert whole(path)


def test_another_key_begins_anew(line: Line, tmp_path: Path) -> None:
    path, stopping = tmp_path / "new.db", stopped_at(FAR)
    with pytest.raises(Cancelled):
        fill(line, path, bytes(32), stopping)
    assert fill(line, path, KEY, Watch()) is not None
    assert whole(path)


def test_a_snapshot_thrown_away_meanwhile_is_replaced_by_the_next(
    line: Line, full_server: LiveServer, tmp_path: Path
) -> None:
    path, stopping = tmp_path / "new.db", stopped_at(FAR)
    with pytest.raises(Cancelled):
        fill(line, path, KEY, stopping)
    before = json.loads(note_path(path).read_text("utf-8"))["snapshot"]
    for one in (full_server.folder / "snapshots").iterdir():
        one.unlink()
    manifest = fill(line, path, KEY, Watch())
    assert manifest is not None
    assert manifest.snapshot != before
    assert whole(path)


def test_signing_in_shows_what_the_server_has_and_works_on_from_there(
    full_server: LiveServer, tmp_path: Path
) -> None:
    seen: list[FillProgress] = []
    anna = sign_in(
        a_setup(tmp_path / "one"), credentials(full_server, "anna"), watch=Watch(seen.append)
    )
    boss = sign_in(a_setup(tmp_path / "two"), credentials(full_server, "boss"))
    assert any(one.total for one in seen)
    assert len(records_of(anna.replica)) >= CUSTOMERS
    assert records_of(anna.replica) == records_of(boss.replica)
    made = do_create(anna, "customer", {"name": "下载之后", "kind": "organisation"}).record_id
    assert anna.client.sync_once().pushed == 1
    boss.client.sync_once()
    assert records_of(boss.replica)[made] == records_of(anna.replica)[made]
    assert [hit.title for hit in anna.search("客户00007")] == ["客户00007"]
    for one in (anna, boss):
        one.close()
    again = open_workspace(a_setup(tmp_path / "one"))
    assert again.client.sync_once().pulled == 0
    again.close()


def test_a_program_killed_in_the_middle_goes_on_when_it_is_started_again(
    full_server: LiveServer, bad_line: BadLine, tmp_path: Path
) -> None:
    # A fill does not get past this byte, however late the kill comes.
    bad_line.stall_after = 3_200_000
    folder = tmp_path / "one"
    code = (
        "import sys; from pathlib import Path; "
        "from tests.desktop.services.office import a_setup; "
        "from desktop.services.online.signing_in import Credentials, sign_in; "
        "sign_in(a_setup(Path(sys.argv[1])), Credentials(sys.argv[2], 'anna', sys.argv[3]))"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(folder), bad_line.url, PASSWORD])
    filling, end = folder / FILLING, time.monotonic() + 60
    while not first_frame_written(filling):
        assert time.monotonic() < end
        assert child.poll() is None
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert note_path(filling).exists()
    bad_line.stall_after = None
    seen: list[FillProgress] = []
    anna = sign_in(a_setup(folder), credentials(full_server, "anna"), watch=Watch(seen.append))
    assert next(one.received for one in seen if one.total) > 0
    assert len(records_of(anna.replica)) >= CUSTOMERS
    anna.close()
    assert is_sound(anna.profile.replica_path, anna.secrets.database_key())
    assert not list(folder.glob("replica.filling*"))


def test_a_dead_line_keeps_what_arrived_and_cancelling_leaves_no_trace(
    full_server: LiveServer, bad_line: BadLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_fill, "_TRIES", 2)
    bad_line.bytes_a_second = 3_000_000
    setup = a_setup(tmp_path / "one")
    over = credentials(full_server, "anna")
    over = type(over)(bad_line.url, over.login, over.password, over.device_name)

    def dying(far: FillProgress) -> None:
        if far.received > FAR:
            bad_line.down = True
            bad_line.break_all()

    with pytest.raises(SyncError) as caught:
        sign_in(setup, over, watch=Watch(dying))
    assert caught.value.sync_code is SyncCode.SERVER_UNREACHABLE
    assert note_path(tmp_path / "one" / FILLING).exists()
    bad_line.down = False
    with pytest.raises(Cancelled):
        sign_in(setup, over, watch=stopped_at(1))
    assert list((tmp_path / "one").iterdir()) == []
