"""Work of revoked devices, kept apart and decided about; the application runs in this process."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from crm_core.errors import SyncCode, SyncError
from crm_core.model.query import Op, Query, Test
from crm_core.sync.change import Operation
from crm_core.sync.protocol import MEDIA_TYPE, PushMessage, pack
from sync_server.cli import app
from sync_server.services import blobs
from sync_server.services.quarantining import quarantine
from sync_server.services.quarantining.quarantine import State
from sync_server.services.shelves.blob_shelf import DiskShelf
from sync_server.services.signing_in import devices, sessions
from tests.sync_proof.network import Line
from tests.sync_proof.world import World, found_organisation
from tests.sync_server.live import HEADERS, LiveDevice, LiveServer

PHOTO = b"a photo of the ward" * 1000
ADDRESS = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One organisation; each test uses devices of its own."""
    made = World(tmp_path_factory.mktemp("quarantine"), served=False)
    found_organisation(made.data, made.time)
    made.start()
    yield made
    made.close()


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    """The line to it."""
    with httpx.Client(transport=Line(world.gate)) as opened:
        yield opened


def a_device(world: World, client: httpx.Client, login: str = "anna") -> LiveDevice:
    """A new device of a person, whose clock is that of the world."""
    device = Told(LiveServer(Path(), url="http://server"), login, client)
    device.world = world
    device.sign_in(password="correct horse battery")
    return device


class Told(LiveDevice):
    """A device that is told the time."""

    world: World

    def now_ms(self) -> int:
        """The world's time."""
        return self.world.time.clock.millis() + self.ahead_ms


def revoke(world: World, device: LiveDevice) -> None:
    """The administrator's decision."""
    with world.server.writing() as connection:
        devices.revoke(connection, world.server.tables, device.node)


def hand_over(
    device: LiveDevice, operations: Sequence[Operation], *, token: str = ""
) -> httpx.Response:
    """What a revoked device sends."""
    body = pack({"device_ms": device.now_ms(), "operations": [o.as_json() for o in operations]})
    about = HEADERS | {"Content-Type": MEDIA_TYPE}
    about["Authorization"] = f"Bearer {token or device.session['access']}"
    return device.client.post("http://server/v1/quarantine", headers=about, content=body)


def ask(device: LiveDevice, method: str, path: str, **more: Any) -> httpx.Response:
    """Any request of a device."""
    about = device.headers | more.pop("headers", {})
    return device.client.request(method, f"http://server{path}", headers=about, **more)


def code(reply: httpx.Response) -> str:
    """What a refusal says."""
    return str(reply.json()["code"])


def named(world: World, name: str) -> list[dict[str, Any]]:
    """The customers of this name at the server."""
    return [dict(r) for r in world.replica.find(Query("customer", Test("name", Op.EQ, name)))]


def a_customer(device: LiveDevice, name: str) -> Operation:
    """A customer somebody made."""
    return device.create("customer", {"name": name, "kind": "organisation"})


def test_what_a_revoked_device_hands_over_is_applied_only_when_it_is_accepted(
    world: World, client: httpx.Client
) -> None:
    device, boss = a_device(world, client), a_device(world, client, "boss")
    made = a_customer(device, "隔离一医院")
    changed = device.change(made, "level", "A")
    revoke(world, device)
    assert code(device.push_reply([made])) == SyncCode.DEVICE_REVOKED
    assert hand_over(device, [made, changed]).json() == {"kept": 2}
    assert named(world, "隔离一医院") == []

    [entry] = [e for e in ask(boss, "GET", "/v1/admin/quarantine").json()
               if e["node"] == device.node]  # fmt: skip
    assert (entry["state"], entry["counts"]) == ("waiting", {"customer": 2})
    path = f"/v1/admin/quarantine/{device.node}"
    shown = ask(boss, "GET", path).json()["changes"]
    assert shown[0]["values"]["名称"] == "隔离一医院"
    assert (shown[1]["title"], shown[1]["verb"]) == ("隔离一医院", "set")

    done = ask(boss, "POST", f"{path}/accept").json()
    assert (done["state"], done["accepted"], done["refused"]) == ("accepted", 2, 0)
    [record] = named(world, "隔离一医院")
    assert record["level"] == "A"
    again = ask(boss, "POST", f"{path}/accept").json()
    assert again["accepted"] == 2
    assert len(named(world, "隔离一医院")) == 1
    audited = {r["kind"] for r in world.replica.find(Query("audit_entry"))
               if r["device"] == device.node}  # fmt: skip
    assert audited - {"signed_in"} == {"quarantine_kept"}


def test_a_batch_sent_again_is_kept_once_and_what_the_log_has_is_not_kept(
    world: World, client: httpx.Client
) -> None:
    device = a_device(world, client)
    sent, unsent = a_customer(device, "已发送"), a_customer(device, "未发送")
    device.push(sent)
    revoke(world, device)
    for _ in range(2):
        assert hand_over(device, [sent, unsent]).status_code == 200
    entry = quarantine.entry_of(world.server, device.node)
    assert entry is not None
    assert entry.counts == {"customer": 1}


def test_only_a_device_that_must_go_is_heard_and_only_about_its_own_work(
    world: World, client: httpx.Client
) -> None:
    device, other = a_device(world, client), a_device(world, client, "ben")
    made = a_customer(device, "隔离二医院")
    assert code(hand_over(device, [made])) == SyncCode.FORBIDDEN
    revoke(world, device)
    assert code(hand_over(device, [made], token="nonsense")) == SyncCode.TOKEN_EXPIRED
    assert code(hand_over(device, [made], token=other.session["access"])) == SyncCode.FORBIDDEN
    foreign = a_customer(other, "别人的")
    assert code(hand_over(device, [foreign])) == SyncCode.WRONG_DEVICE
    assert code(ask(other, "GET", "/v1/admin/quarantine")) == SyncCode.FORBIDDEN
    assert code(ask(device, "GET", "/v1/admin/quarantine")) == SyncCode.DEVICE_REVOKED
    assert quarantine.entry_of(world.server, device.node) is None


def test_an_expired_access_token_does_not_open_it_but_the_refresh_token_does(
    world: World, client: httpx.Client
) -> None:
    device = a_device(world, client)
    made = a_customer(device, "隔离三医院")
    revoke(world, device)
    world.time.advance(seconds=world.server.limits.access_seconds + 1)
    assert code(hand_over(device, [made])) == SyncCode.TOKEN_EXPIRED
    assert hand_over(device, [made], token=device.session["refresh"]).status_code == 200
    world.time.advance(seconds=world.server.limits.refresh_seconds)
    late = hand_over(device, [made], token=device.session["refresh"])
    assert code(late) == SyncCode.TOKEN_EXPIRED


def test_a_revoked_device_hears_of_it_even_when_its_tokens_are_over(
    world: World, client: httpx.Client
) -> None:
    device, living = a_device(world, client), a_device(world, client)
    revoke(world, device)
    world.time.advance(seconds=world.server.limits.refresh_seconds + 1)

    def renew(token: str, node: str) -> str:
        body = {"refresh": token, "node": node}
        return code(ask(device, "POST", "/v1/session/refresh", json=body))

    assert renew(device.session["refresh"], device.node) == SyncCode.DEVICE_REVOKED
    assert renew("nonsense", device.node) == SyncCode.DEVICE_REVOKED
    assert renew(living.session["refresh"], living.node) == SyncCode.TOKEN_EXPIRED
    assert renew("nonsense", "no such device") == SyncCode.TOKEN_EXPIRED


def test_what_the_author_might_not_do_is_refused_with_its_reason_and_stays(
    world: World, client: httpx.Client
) -> None:
    device, boss = a_device(world, client), a_device(world, client, "boss")
    allowed = a_customer(device, "隔离四医院")
    forbidden = device.create("team", {"name": "自立山头"})
    revoke(world, device)
    hand_over(device, [allowed, forbidden])
    quarantine.accept(world.server, device.node, by="user-boss")
    path = f"/v1/admin/quarantine/{device.node}"
    states = [(c["state"], bool(c["reason"])) for c in ask(boss, "GET", path).json()["changes"]]
    assert states == [("accepted", False), ("refused", True)]
    world.time.advance(days=world.server.limits.quarantine_days + 1)
    quarantine.tidy(world.server)
    assert ask(boss, "GET", path).status_code in (200, 401)
    assert quarantine.entry_of(world.server, device.node) is not None


def test_work_of_somebody_who_left_is_judged_as_if_they_had_not(
    world: World, client: httpx.Client
) -> None:
    device = a_device(world, client, "carl")
    made = a_customer(device, "离职者的客户")
    world.change_person("carl", active=False)
    try:
        assert code(device.push_reply([made])) == SyncCode.DEVICE_REVOKED
        assert hand_over(device, [made]).status_code == 200
        entry = quarantine.accept(world.server, device.node, by="user-boss")
    finally:
        world.change_person("carl", active=True)
    assert (entry.accepted, entry.refused) == (1, 0)
    assert len(named(world, "离职者的客户")) == 1


def test_discarded_work_can_be_taken_after_all_until_it_is_deleted(
    world: World, client: httpx.Client
) -> None:
    device = a_device(world, client)
    revoke(world, device)
    hand_over(device, [a_customer(device, "隔离五医院")])
    server, node = world.server, device.node
    assert quarantine.discard(server, node, by="user-boss").state is State.DISCARDED
    quarantine.tidy(server)
    assert quarantine.accept(server, node, by="user-boss").accepted == 1
    quarantine.discard(server, node, by="user-boss")
    world.time.advance(days=server.limits.quarantine_days, minutes=1)
    assert quarantine.tidy(server) >= 1
    assert quarantine.entry_of(server, node) is None
    with server.reading() as connection:
        assert quarantine.operations_of(connection, server, node) == []


def test_after_its_farewell_a_device_is_noted_as_wiped_and_its_tokens_are_worthless(
    world: World, client: httpx.Client
) -> None:
    device = a_device(world, client)
    made = a_customer(device, "隔离六医院")
    revoke(world, device)
    assert ask(device, "POST", "/v1/quarantine/farewell", json={"lost": 3}).status_code == 204
    for token in (device.session["access"], device.session["refresh"]):
        assert code(hand_over(device, [made], token=token)) == SyncCode.TOKEN_EXPIRED
    with world.server.reading() as connection:
        assert device.node in quarantine.wiped(connection, world.server)
    entries = [r for r in world.replica.find(Query("audit_entry")) if r["device"] == device.node]
    [entry] = [r for r in entries if r["kind"] != "signed_in"]
    assert (entry["kind"], entry["owner"]) == ("device_wiped", "user-anna")


def test_nobody_can_fill_the_disk_by_quarantine(world: World, client: httpx.Client) -> None:
    device = a_device(world, client)
    many = [a_customer(device, f"客户{n}") for n in range(4)]
    server, now = world.server, device.now_ms()
    with server.reading() as connection:
        known = devices.find_device(connection, server.tables, device.node)
    assert known is not None
    for limits in (
        replace(server.limits, quarantine_operations=3),
        replace(server.limits, quarantine_bytes=500),
    ):
        with pytest.raises(SyncError) as refused:
            quarantine.keep(replace(server, limits=limits), known, PushMessage(many, now))
        assert refused.value.sync_code is SyncCode.TOO_LARGE
    assert quarantine.entry_of(server, device.node) is None
    assert quarantine.keep(server, known, PushMessage(many, now)).kept == 4


def test_files_of_quarantined_attachments_come_along_and_open_only_with_their_record(
    world: World, client: httpx.Client
) -> None:
    device, boss = a_device(world, client), a_device(world, client, "boss")
    customer = a_customer(device, "隔离七医院")
    device.push(customer)
    photo = device.create(
        "attachment",
        {"name": "病房.jpg", "sha256": ADDRESS, "size": len(PHOTO), "customer": customer.id,
         "owner": device.user_id},
    )  # fmt: skip
    revoke(world, device)

    def put(start: int, end: int, content: bytes = PHOTO) -> httpx.Response:
        about = {"Content-Range": f"bytes {start}-{end - 1}/{len(PHOTO)}"}
        path = f"/v1/quarantine/files/{ADDRESS}"
        return ask(device, "PUT", path, headers=about, content=content[start:end])

    assert code(put(0, len(PHOTO))) == SyncCode.BLOB_UNKNOWN
    hand_over(device, [photo])
    assert code(put(5, len(PHOTO))) == SyncCode.BLOB_OFFSET
    assert put(0, 100).status_code == 204
    wrong = put(100, len(PHOTO), bytes(len(PHOTO)))
    assert code(wrong) == SyncCode.BLOB_MISMATCH
    assert put(0, 100).status_code == 204
    assert put(100, len(PHOTO)).status_code == 200
    assert put(0, len(PHOTO)).status_code == 200
    server, shelf = world.server, world.server.shelf
    assert isinstance(shelf, DiskShelf)
    os.utime(shelf.path(ADDRESS), (0, 0))  # As if it had lain there for years.
    blobs.tidy(server)
    who = sessions.authenticate(server, boss.session["access"])
    with pytest.raises(SyncError) as unknown:
        blobs.size_for(server, who, ADDRESS)
    assert unknown.value.sync_code is SyncCode.BLOB_UNKNOWN
    quarantine.accept(server, device.node, by="user-boss")
    assert blobs.size_for(server, who, ADDRESS) == len(PHOTO)
    assert b"".join(shelf.read(ADDRESS, 0, len(PHOTO))) == PHOTO


def test_the_commands_list_show_and_decide(world: World, client: httpx.Client) -> None:
    device = a_device(world, client)
    made = a_customer(device, "命令行医院")
    revoke(world, device)
    hand_over(device, [made])

    def run(*words: str, code: int = 0) -> str:
        data = ["--data", str(world.data.root)]
        result = CliRunner().invoke(app, ["quarantine", *words, *data])
        assert result.exit_code == code, result.output
        return result.output

    assert f"{device.node}\tanna\t" in run("list")
    assert "命令行医院" in run("show", device.node)
    run("discard", device.node)
    assert "1" in run("accept", device.node)
    assert len(named(world, "命令行医院")) == 1
    run("accept", "0" * 16, code=1)
