"""A revoked device hands over what it had not sent, wipes itself and says so; in process."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.store.attachments import blob_ledger as ledger
from crm_core.store.attachments.blobs import address_of
from crm_core.store.engines.engine import writing
from desktop.services.commands.verbs import do_create
from desktop.services.online.farewell import Outside, Parting, take_leave
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.workspace import Workspace
from sync_server.services.quarantining import quarantine
from sync_server.services.signing_in import devices
from tests.desktop.services.office import a_setup
from tests.sync_proof.network import Line, Trouble
from tests.sync_proof.world import PASSWORD, World, found_organisation

PHOTO = b"a photo" * 500_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One organisation; each test signs in on a machine of its own."""
    made = World(tmp_path_factory.mktemp("farewell"), served=False)
    found_organisation(made.data, made.time)
    made.start()
    yield made
    made.close()


@pytest.fixture
def line(world: World) -> Line:
    """The way to its server."""
    return Line(world.gate)


@pytest.fixture
def laptop(world: World, line: Line, tmp_path: Path) -> Workspace:
    """Anna's laptop, just filled."""
    setup = replace(a_setup(tmp_path / "profile", world.time.clock), transport=line)
    made = sign_in(setup, Credentials("http://server", "anna", PASSWORD, "本"))
    made.client.sync_once()
    return made


def revoke(world: World, laptop: Workspace) -> None:
    """The administrator's decision, heard of by the laptop."""
    with world.server.writing() as connection:
        devices.revoke(connection, world.server.tables, laptop.account.node)
    with pytest.raises(SyncError) as refused:
        laptop.client.sync_once()
    assert refused.value.sync_code is SyncCode.DEVICE_REVOKED


def write(laptop: Workspace, name: str) -> None:
    """A customer written here."""
    do_create(laptop, "customer", {"name": name, "kind": "organisation"})


def nothing_is_left(laptop: Workspace) -> bool:
    """Neither data nor key nor account."""
    left = {path.name for path in laptop.profile.folder.rglob("*")}
    return left <= {"settings.json"} and laptop.secrets.database_key() is None


def patient() -> Outside:
    """Time passes only while it waits."""
    now = [0.0]

    def wait(seconds: float) -> bool:
        now[0] += seconds
        return False

    return Outside(wait, lambda: now[0])


def test_unsent_work_reaches_the_administrator_and_nothing_stays(
    world: World, laptop: Workspace
) -> None:
    write(laptop, "辞别医院")
    revoke(world, laptop)
    parting = take_leave(laptop, patient())
    assert parting.handed >= 1
    assert (parting.lost, parting.lost_files) == (0, 0)
    assert nothing_is_left(laptop)
    node, server = laptop.account.node, world.server
    accepted = quarantine.accept(server, node, by="user-boss")
    assert (accepted.accepted, accepted.refused) == (parting.handed, 0)
    with server.reading() as connection:
        assert node in quarantine.wiped(connection, server)
    said = parting.explained(SyncError(SyncCode.DEVICE_REVOKED))
    assert "管理员已停用" in said.chinese
    assert f"{parting.handed} 项修改已交给管理员" in said.chinese


def test_the_key_is_gone_before_the_first_byte_is_sent(
    world: World, laptop: Workspace, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(laptop, "先毁钥匙")
    revoke(world, laptop)
    seen: list[bool] = []
    asked = Line.handle_request

    def watched(self: Line, request: httpx.Request) -> httpx.Response:
        kept = laptop.profile.replica_path.exists() or laptop.secrets.database_key() is not None
        seen.append(not kept)
        return asked(self, request)

    monkeypatch.setattr(Line, "handle_request", watched)
    take_leave(laptop, patient())
    assert seen
    assert all(seen)


def test_a_line_that_breaks_is_tried_again_within_the_contact(
    world: World, laptop: Workspace, line: Line
) -> None:
    write(laptop, "断线医院")
    revoke(world, laptop)
    line.planned.extend([Trouble.DROP_REQUEST, Trouble.DROP_REPLY, Trouble.TWICE])
    parting = take_leave(laptop, patient())
    assert (parting.lost, parting.handed >= 1) == (0, True)
    entry = quarantine.entry_of(world.server, laptop.account.node)
    assert entry is not None
    assert sum(entry.counts.values()) == parting.handed


def test_a_server_that_does_not_answer_delays_nothing_for_ever(
    world: World, laptop: Workspace, line: Line
) -> None:
    write(laptop, "无人接收")
    revoke(world, laptop)
    line.planned.extend([Trouble.DROP_REQUEST] * 1000)
    parting = take_leave(laptop, patient())
    assert (parting.handed, parting.lost >= 1) == (0, True)
    assert nothing_is_left(laptop)
    assert "没能交出" in parting.explained(SyncError(SyncCode.DEVICE_REVOKED)).chinese


def test_an_expired_access_token_gives_way_to_the_refresh_token(
    world: World, laptop: Workspace
) -> None:
    write(laptop, "过期令牌")
    revoke(world, laptop)
    world.time.advance(hours=2)
    parting = take_leave(laptop, patient())
    assert (parting.handed >= 1, parting.lost) == (True, 0)


def test_what_the_server_has_no_room_for_is_lost_and_counted(
    world: World, laptop: Workspace
) -> None:
    for number in range(5):
        write(laptop, f"第{number}家")
    waiting = len(laptop.replica.waiting(limit=100))
    revoke(world, laptop)
    limits = replace(world.server.limits, quarantine_operations=3)
    assert isinstance(world.gate.app, FastAPI)
    state = world.gate.app.state
    state.server = replace(world.server, limits=limits)
    try:
        parting = take_leave(laptop, patient())
    finally:
        state.server = world.server
    assert (parting.handed, parting.lost) == (3, waiting - 3)
    assert nothing_is_left(laptop)


def test_files_not_yet_sent_come_along(world: World, laptop: Workspace) -> None:
    address = address_of([PHOTO])
    laptop.blobs.put(address, [PHOTO])
    values = {"name": "合影.jpg", "sha256": address, "size": len(PHOTO), "owner": "user-anna"}
    do_create(laptop, "attachment", values)
    tables = laptop.replica.tables
    with writing(laptop.replica.engine) as connection:
        ledger.keep(connection, tables, address, size=len(PHOTO), now_ms=1)
    revoke(world, laptop)
    parting = take_leave(laptop, patient())
    assert (parting.files, parting.lost_files) == (1, 0)
    assert nothing_is_left(laptop)
    assert world.server.shelf.size(address) == len(PHOTO)


def test_what_is_said_names_everything_lost_and_handed_over() -> None:
    why = KnownError("原因。", "Why.", code="device_revoked")
    said = Parting(3, 1, 2, 4).explained(why)
    assert said.english == (
        "Why. The data on this computer was removed. 3 unsent changes and 2 attachments were "
        "handed to the administrator. 1 changes and 4 attachments could not be handed "
        "over and are gone."
    )
    assert Parting().explained(why).chinese == "原因。本机数据已清除。没有未发送的修改。"
    assert said.code == "device_revoked"
