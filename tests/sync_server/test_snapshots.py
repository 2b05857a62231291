"""Snapshots, against the real server process: whose they are, ranges, making them once."""

import hashlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlcipher3.dbapi2 as cipher

from crm_core.errors import SyncCode
from crm_core.sync.snapshot import Manifest, manifest_from
from tests.sync_server.conftest import SignsIn
from tests.sync_server.live import LiveDevice, LiveServer, wait_for
from tests.sync_server.test_push import customer_of

PATH = "/v1/sync/snapshot"


@pytest.fixture
def live_server(tmp_path: Path, founded: Path) -> Iterator[LiveServer]:
    """A server of this test's own that makes snapshots even of a small log."""
    folder = Path(shutil.copytree(founded, tmp_path / "data"))
    server = LiveServer(folder, options=("--snapshot-after", "0"))
    server.start()
    yield server
    server.stop()


def begun(device: LiveDevice, **query: str) -> httpx.Response:
    """What the server answers once the snapshot is made."""
    last: list[httpx.Response] = []

    def made() -> bool:
        reply = device.client.post(
            f"{device.server.url}{PATH}", headers=device.headers, params=query
        )
        last[:] = [reply]
        return reply.status_code != 202

    wait_for(made, "the snapshot is made")
    return last[0]


def manifest(device: LiveDevice, **query: str) -> Manifest:
    reply = begun(device, **query)
    assert reply.status_code == 200, reply.text
    return manifest_from(reply.json())


def part(device: LiveDevice, snapshot: str, **headers: str) -> httpx.Response:
    """The bytes of a snapshot, or why not."""
    url = f"{device.server.url}{PATH}/{snapshot}"
    return device.client.get(url, headers=device.headers | headers)


def pages_of(device: LiveDevice, about: Manifest) -> bytes:
    """The plain file, each frame checked as a device does."""
    packed, starts = part(device, about.snapshot).content, about.starts()
    assert len(packed) == about.packed_bytes
    return b"".join(
        about.unpacked(place, packed[starts[place] : starts[place + 1]])
        for place in range(len(about.frames))
    )


def names_in(plain: bytes, folder: Path) -> set[str]:
    """The customers in a snapshot."""
    path = folder / f"{hashlib.sha256(plain).hexdigest()}.db"
    path.write_bytes(plain)
    connection = cipher.connect(str(path))
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {row[0] for row in connection.execute("SELECT name FROM customer")}
    finally:
        connection.close()


def test_who_keeps_views_to_themselves_shares_no_snapshot(
    own_device: SignsIn, tmp_path: Path
) -> None:
    anna, ben = own_device("anna"), own_device("ben")
    team, own = "大家的视图", "自己的视图"
    for name, audience in ((team, None), (own, anna.user_id)):
        anna.push(
            anna.create(
                "saved_view",
                {"name": name, "entity": "customer", "author": anna.user_id, "audience": audience},
            )
        )
    found = {one.login: manifest(one) for one in (anna, ben)}
    assert found["anna"].snapshot != found["ben"].snapshot
    plain = {one.login: pages_of(one, found[one.login]) for one in (anna, ben)}
    assert own.encode() in plain["anna"]
    assert own.encode() not in plain["ben"]
    assert team.encode() in plain["ben"]


def test_each_team_gets_a_snapshot_of_its_own_records_and_no_others(
    own_device: SignsIn, tmp_path: Path
) -> None:
    anna, ben, carl, boss = (own_device(name) for name in ("anna", "ben", "carl", "boss"))
    anna.push(customer_of(anna, name="北队的客户"))
    carl.push(customer_of(carl, name="南队的客户"))
    found = {one.login: manifest(one) for one in (anna, ben, carl, boss)}
    assert found["anna"].snapshot == found["ben"].snapshot, "one scope, one snapshot"
    assert len({m.snapshot for m in found.values()}) == 3
    for one, there, missing in ((anna, "北队", "南队"), (carl, "南队", "北队")):
        plain = pages_of(one, found[one.login])
        assert f"{there}的客户" in names_in(plain, tmp_path)
        assert f"{missing}的客户".encode() not in plain
    assert names_in(pages_of(boss, found["boss"]), tmp_path) >= {"北队的客户", "南队的客户"}


def test_the_name_of_anothers_snapshot_opens_nothing(own_device: SignsIn) -> None:
    anna, boss = own_device("anna"), own_device("boss")
    for name in (manifest(boss).snapshot, "0" * 32, "x", "..%2F..%2Fsuixing.db"):
        reply = part(anna, name)
        assert reply.status_code in (404, 410)
        assert reply.json()["code"] in (SyncCode.SNAPSHOT_GONE, SyncCode.MALFORMED)
    assert part(boss, manifest(boss).snapshot).status_code == 200


def test_nobody_gets_one_without_a_session(own_device: SignsIn) -> None:
    anna = own_device("anna")
    name = manifest(anna).snapshot
    for method, path in (("POST", PATH), ("GET", f"{PATH}/{name}")):
        reply = anna.client.request(
            method, f"{anna.server.url}{path}", headers={"X-Suixing-Protocol": "1"}
        )
        assert reply.json()["code"] == SyncCode.TOKEN_EXPIRED


def test_moving_to_another_team_between_manifest_and_download_closes_the_download(
    own_device: SignsIn,
) -> None:
    anna, boss = own_device("anna"), own_device("boss")
    first = manifest(anna)
    boss.pull()
    teams = {
        o.created_values["name"]: o
        for o in boss.held.values()
        if o.entity == "team" and o.field == ""
    }
    me = next(o for o in boss.held.values() if o.entity == "user" and o.id == anna.user_id)
    boss.push(boss.change(me, "team", teams["south"].id))
    gone = part(anna, first.snapshot)
    assert gone.status_code == 410
    assert gone.json()["code"] == SyncCode.SNAPSHOT_GONE
    assert manifest(anna).snapshot != first.snapshot


def test_any_range_is_given_exactly_and_an_impossible_one_refused(own_device: SignsIn) -> None:
    anna = own_device("anna")
    about = manifest(anna)
    whole = part(anna, about.snapshot)
    size, body = len(whole.content), whole.content
    assert whole.headers["accept-ranges"] == "bytes"
    tag = whole.headers["etag"]
    for asked, first, end in (
        ("bytes=0-0", 0, 1), (f"bytes={size - 1}-", size - 1, size), ("bytes=5-9", 5, 10),
        ("bytes=-7", size - 7, size), (f"bytes=3-{size * 2}", 3, size),
    ):  # fmt: skip
        reply = part(anna, about.snapshot, Range=asked)
        assert reply.status_code == 206, asked
        assert reply.content == body[first:end]
        assert reply.headers["content-range"] == f"bytes {first}-{end - 1}/{size}"
    for asked in (
        f"bytes={size}-",
        "bytes=9-5",
        "bytes=-0",
        "bytes=a-",
        "bytes=0-1,3-4",
        "lines=1",
    ):
        reply = part(anna, about.snapshot, Range=asked)
        assert reply.status_code == 416, asked
        assert reply.headers["content-range"] == f"bytes */{size}"
    assert part(anna, about.snapshot, Range="bytes=5-", **{"If-Range": tag}).status_code == 206
    changed = part(anna, about.snapshot, Range="bytes=5-", **{"If-Range": '"other"'})
    assert changed.status_code == 200
    assert changed.content == body


def test_a_device_filled_from_one_pulls_only_what_came_after(own_device: SignsIn) -> None:
    anna, ben = own_device("anna"), own_device("ben")
    anna.push(*(customer_of(anna, name=f"客户{n}") for n in range(20)))
    about = manifest(ben)
    late = customer_of(anna, name="后来的")
    anna.push(late)
    ben.cursor = about.position
    assert [o.key for o in ben.pull()] == [late.key]
    assert about.highest_own == 0
    assert manifest(anna).highest_own == anna.sequence


def test_a_device_filled_again_is_sent_its_own_later_work_too(own_device: SignsIn) -> None:
    anna = own_device("anna")
    first = manifest(anna)
    made = customer_of(anna, name="自己后来的")
    anna.push(made)
    again = manifest(anna)
    assert again.snapshot == first.snapshot, "a short delta is cheaper than another snapshot"
    anna.cursor = again.position
    assert made.key in {o.key for o in anna.pull()}


def test_many_who_ask_at_once_share_one_that_is_made_once(
    live_server: LiveServer, own_device: SignsIn
) -> None:
    devices = [own_device("anna") for _ in range(6)]
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda one=one: found.append(manifest(one).snapshot))
        for one in devices
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert len(list((live_server.folder / "snapshots").glob("*.json"))) == 1
    assert not list((live_server.folder / "snapshots").glob("*.image"))


def test_one_begun_is_gone_on_with_while_it_is_there(
    own_device: SignsIn, live_server: LiveServer
) -> None:
    anna = own_device("anna")
    first = manifest(anna)
    assert manifest(anna, have=first.snapshot).snapshot == first.snapshot
    for path in (live_server.folder / "snapshots").glob("*.json"):
        path.unlink()
    assert part(anna, first.snapshot).json()["code"] == SyncCode.SNAPSHOT_GONE
    assert manifest(anna, have=first.snapshot).snapshot != first.snapshot


def test_a_damaged_manifest_on_disk_is_not_used(
    own_device: SignsIn, live_server: LiveServer
) -> None:
    anna = own_device("anna")
    first = manifest(anna)
    for path in (live_server.folder / "snapshots").glob("*.json"):
        path.write_text('{"snapshot": 5', encoding="utf-8")
    second = manifest(anna)
    assert second.snapshot != first.snapshot
    assert pages_of(anna, second)


def test_a_short_log_is_quicker_by_itself(device: SignsIn) -> None:
    reply = begun(device("anna"))
    assert reply.status_code == 200
    assert reply.json() == {"state": "log"}
