"""Attachments' bytes at the wire: rights, no oracle, resuming at any byte, kill -9, backups."""

import hashlib
import os
import random
import socket
import threading
import time
import zipfile
from pathlib import Path

import httpx
import pytest

from crm_core.sync.change import Operation, Verb
from tests.sync_server.conftest import ON_SQLITE, SignsIn, signed_in
from tests.sync_server.live import LiveDevice, LiveServer, wait_for

OFFSET = "X-Suixing-Offset"


def some_bytes(size: int) -> bytes:
    """Content nobody else has."""
    return os.urandom(size)


def address_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def attached(device: LiveDevice, content: bytes, **fields: object) -> Operation:
    """An attachment record of the device's user, pushed; its CREATE."""
    values = {
        "name": "照片.jpg", "media_type": "image/jpeg", "size": len(content),
        "sha256": address_of(content), "owner": device.user_id,
    }  # fmt: skip
    made = device.create("attachment", values | fields)
    [ack] = device.push(made)
    assert ack.refused is None
    return made


def url(device: LiveDevice, address: str) -> str:
    return f"{device.server.url}/v1/blobs/{address}"


def head(device: LiveDevice, address: str) -> httpx.Response:
    return device.client.head(url(device, address), headers=device.headers)


def put(
    device: LiveDevice, content: bytes, *, start: int = 0, end: int = 0, address: str = ""
) -> httpx.Response:
    """Send a piece of `content`, all of it by default."""
    end = end or len(content)
    headers = device.headers | {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}"}
    where = url(device, address or address_of(content))
    return device.client.put(where, headers=headers, content=content[start:end])


def get(device: LiveDevice, address: str, **headers: str) -> httpx.Response:
    return device.client.get(url(device, address), headers=device.headers | headers)


def code(reply: httpx.Response) -> str:
    """The documented code of a refusal, which stands in body and header alike."""
    said = reply.headers["X-Suixing-Code"]
    if reply.request.method != "HEAD":
        assert reply.json()["code"] == said
    return str(said)


def stored(server: LiveServer) -> list[str]:
    return sorted(p.name for p in (server.folder / "blobs").glob("??/*"))


@ON_SQLITE
def test_sent_in_pieces_fetched_in_ranges(device: SignsIn) -> None:
    anna, content = device("anna"), some_bytes(300_000)
    attached(anna, content)
    address = address_of(content)
    assert (head(anna, address).status_code, head(anna, address).headers[OFFSET]) == (204, "0")
    first = put(anna, content, end=100_001)
    assert (first.status_code, first.headers[OFFSET]) == (204, "100001")
    assert code(get(anna, address)) == "blob_missing"
    assert put(anna, content, start=100_001).status_code == 200
    assert head(anna, address).status_code == 200
    whole = get(anna, address)
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["ETag"] == f'"{address}"'
    for asked, answer in (
        ("bytes=0-0", content[:1]),
        ("bytes=299999-", content[-1:]),
        ("bytes=-5", content[-5:]),
        ("bytes=1000-1999999", content[1000:]),
    ):
        part = get(anna, address, Range=asked)
        assert (part.status_code, part.content) == (206, answer), asked
    beyond = get(anna, address, Range="bytes=300000-")
    assert (beyond.status_code, beyond.json()["code"]) == (416, "malformed")
    assert get(anna, address, Range="lines=1-2").status_code == 200
    other = {"Range": "bytes=5-", "If-Range": '"another"'}
    assert get(anna, address, **other).content == content


def test_two_customers_one_photo_is_one_file(device: SignsIn, shared_server: LiveServer) -> None:
    anna, ben, content = device("anna"), device("ben"), some_bytes(5_000)
    attached(anna, content)
    put(anna, content)
    before = stored(shared_server)
    attached(anna, content)
    assert head(anna, address_of(content)).status_code == 200, "no bytes are asked for again"
    attached(ben, content, owner=ben.user_id)
    assert head(ben, address_of(content)).status_code == 200, "ben sees anna's: same team"
    assert stored(shared_server) == before
    assert before.count(address_of(content)) == 1


def test_who_does_not_see_it_gets_nothing_and_learns_nothing(device: SignsIn) -> None:
    anna, carl = device("anna"), device("carl")
    secret, address = (content := some_bytes(9_000)), address_of(content)
    attached(anna, secret)
    put(anna, secret)
    never = address_of(some_bytes(10))
    for asked in (address, never):
        assert code(get(carl, asked)) == "blob_unknown"
        assert code(head(carl, asked)) == "blob_unknown"
    # carl knows the checksum, and names it in a record of his own: still not the bytes.
    named, absent = attached(carl, secret), attached(carl, some_bytes(10))
    absent_address = str(absent.created_values["sha256"])
    for asked in (address, absent_address):
        assert code(get(carl, asked)) == "blob_missing"
        reply = head(carl, asked)
        assert (reply.status_code, reply.headers[OFFSET]) == (204, "0")
    assert code(put(carl, b"x" * 9_000, address=address)) == "blob_mismatch"
    assert code(get(carl, address)) == "blob_missing"
    # Whoever does have the bytes shows it by sending them.
    assert put(carl, secret).status_code == 200
    assert get(carl, address).content == secret
    assert named.id


def test_an_address_written_into_a_record_later_opens_nothing(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    boss = device("boss")
    secret = some_bytes(2_000)
    attached(boss, secret, owner=boss.user_id)
    put(boss, secret)
    assert code(get(ben, address_of(secret))) == "blob_unknown"
    shared = attached(boss, some_bytes(50), owner=anna.user_id)
    ben.pull()
    ben.push(ben.change(shared, "sha256", address_of(secret)))
    attached(boss, secret, owner=boss.user_id)
    assert head(boss, address_of(secret)).status_code == 200
    assert code(get(ben, address_of(secret))) == "blob_missing"


def test_only_addresses_of_living_attachments_of_mine_are_taken(device: SignsIn) -> None:
    anna, content = device("anna"), some_bytes(700)
    assert code(put(anna, content)) == "blob_unknown"
    made = attached(anna, content)
    anna.push(anna.operation("attachment", made.id, Verb.DELETE, True, base=made.hlc))
    assert code(put(anna, content)) == "blob_unknown"
    assert code(get(anna, address_of(content))) == "blob_unknown"


def test_the_author_may_send_what_moved_to_others_meanwhile(
    device: SignsIn, shared_server: LiveServer
) -> None:
    anna, boss, carl = device("anna"), device("boss"), device("carl")
    content = some_bytes(4_000)
    made = attached(anna, content)
    boss.pull()
    boss.push(boss.change(made, "owner", carl.user_id))
    assert code(get(anna, address_of(content))) == "blob_unknown"
    assert put(anna, content).status_code == 200
    assert head(anna, address_of(content)).status_code == 200, "a lost reply is asked for again"
    assert code(get(anna, address_of(content))) == "blob_unknown"
    assert get(carl, address_of(content)).content == content


@ON_SQLITE
@pytest.mark.parametrize("wrong", ["", "bytes 0-9", "bytes 5-4/9", "bytes 0-9/9", "octets 0-1/2"])
def test_a_piece_says_where_it_belongs(device: SignsIn, wrong: str) -> None:
    anna, content = device("anna"), some_bytes(20)
    attached(anna, content)
    headers = anna.headers | {"Content-Range": wrong}
    reply = anna.client.put(url(anna, address_of(content)), headers=headers, content=content)
    assert code(reply) == "malformed"


@ON_SQLITE
def test_gaps_overlaps_and_sizes(device: SignsIn) -> None:
    anna, content = device("anna"), some_bytes(50_000)
    attached(anna, content)
    gap = put(anna, content, start=10, end=20)
    assert code(gap) == "blob_offset"
    assert gap.json()["detail"] == "0"
    assert put(anna, content, end=30_000).headers[OFFSET] == "30000"
    more = anna.headers | {"Content-Range": "bytes 30000-30009/50000"}
    long = anna.client.put(url(anna, address_of(content)), headers=more, content=b"y" * 4_000)
    assert code(long) == "malformed"
    assert put(anna, content, start=20_000).status_code == 200, "an overlap does no harm"
    assert get(anna, address_of(content)).content == content
    huge = anna.headers | {"Content-Range": f"bytes 0-9/{10**14}"}
    other = attached(anna, some_bytes(5))
    reply = anna.client.put(url(anna, str(other.created_values["sha256"])), headers=huge)
    assert code(reply) == "blob_too_large"


@ON_SQLITE
def test_wrong_bytes_are_refused_and_forgotten(device: SignsIn) -> None:
    anna, content = device("anna"), some_bytes(1_000)
    attached(anna, content)
    assert code(put(anna, some_bytes(1_000), address=address_of(content))) == "blob_mismatch"
    assert head(anna, address_of(content)).headers[OFFSET] == "0"
    assert put(anna, content).status_code == 200


@ON_SQLITE
@pytest.mark.parametrize("address", ["", "x", "../../etc/passwd", "A" * 64, "%00", "é" * 64])
def test_an_address_that_is_none(device: SignsIn, address: str) -> None:
    anna = device("anna")
    for method in ("HEAD", "GET", "PUT"):
        headers = anna.headers | {"Content-Range": "bytes 0-0/1"}
        reply = anna.client.request(method, url(anna, address), headers=headers)
        assert reply.status_code in (404, 405), (method, reply.status_code)


@ON_SQLITE
def test_without_a_session_nothing(device: SignsIn) -> None:
    anna, content = device("anna"), some_bytes(10)
    anna.session["access"] = "nonsense"
    assert code(put(anna, content)) == "token_expired"
    assert code(head(anna, address_of(content))) == "token_expired"


def broken_off(device: LiveDevice, content: bytes, *, sent: int) -> None:
    """Announce all of `content`, send `sent` bytes of it, and hang up once most were written."""
    link = httpx.URL(device.server.url)
    lines = [
        f"PUT /v1/blobs/{address_of(content)} HTTP/1.1", f"Host: {link.host}",
        f"Content-Length: {len(content)}",
        f"Content-Range: bytes 0-{len(content) - 1}/{len(content)}",
        *(f"{name}: {value}" for name, value in device.headers.items()), "", "",
    ]  # fmt: skip
    with socket.create_connection((str(link.host), link.port or 80)) as line:
        line.sendall("\r\n".join(lines).encode() + content[:sent])
        wait_for(lambda: offset(device, content) > sent - 2 * 65_536, "it has come in")


def offset(device: LiveDevice, content: bytes) -> int:
    return int(head(device, address_of(content)).headers[OFFSET])


@ON_SQLITE
@pytest.mark.parametrize("cut", [1, 65_535, 65_536, 65_537, 200_001, 299_999])
def test_an_upload_broken_at_any_byte_goes_on(device: SignsIn, cut: int) -> None:
    anna, content = device("anna"), some_bytes(300_000)
    attached(anna, content)
    broken_off(anna, content, sent=cut)
    kept = offset(anna, content)
    assert cut - 2 * 65_536 < kept <= cut
    assert put(anna, content, start=kept).status_code == 200
    assert get(anna, address_of(content)).content == content


def test_two_connections_of_one_person_at_once(device: SignsIn) -> None:
    anna, content = device("anna"), some_bytes(400_000)
    attached(anna, content)
    replies: list[int] = []

    def send() -> None:
        with httpx.Client(trust_env=False) as own:
            again = LiveDevice(anna.server, "anna", own, anna.node, anna.user_id, anna.session)
            replies.append(put(again, content).status_code)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(replies) == {200}
    assert get(anna, address_of(content)).content == content


@pytest.mark.slow
def test_killed_in_the_middle_the_upload_goes_on(
    live_server: LiveServer, client: httpx.Client
) -> None:
    anna, content = signed_in(live_server, client, "anna"), some_bytes(2_000_000)
    attached(anna, content)
    moments = random.Random(3)
    for _ in range(3):
        killer = threading.Timer(moments.uniform(0.0, 0.05), live_server.kill)
        killer.start()
        try:
            while True:
                start = offset(anna, content)
                put(anna, content, start=min(start, 1_999_000), end=min(start + 9_000, 2_000_000))
        except httpx.TransportError:
            killer.join()
        live_server.start()
    start = offset(anna, content)
    assert put(anna, content, start=start).status_code == 200
    assert get(anna, address_of(content)).content == content
    assert stored(live_server) == [address_of(content)], "no half-made file is left"


def test_a_backup_brings_the_files_along_and_adds_only_new_ones(
    live_server: LiveServer, client: httpx.Client, tmp_path: Path
) -> None:
    anna = signed_in(live_server, client, "anna")
    first, second = some_bytes(3_000), some_bytes(4_000)
    attached(anna, first)
    put(anna, first)
    backups = tmp_path / "backups"
    live_server.cli("backup", str(backups / "monday.db"))
    later = attached(anna, second)
    put(anna, second)
    live_server.cli("backup", str(backups / "tuesday.db"))
    kept = sorted(p.name for p in (backups / "suixing-attachments").glob("??/*"))
    assert kept == sorted([address_of(first), address_of(second)])
    live_server.stop()
    lost = live_server.folder / "blobs" / address_of(first)[:2] / address_of(first)
    lost.unlink()
    live_server.cli("restore", str(backups / "monday.db"))
    live_server.start()
    anna.sign_in()
    assert get(anna, address_of(first)).content == first
    # Forgotten by the database of monday; the device sends the record, but has no bytes any more.
    assert code(get(anna, address_of(second))) == "blob_unknown"
    anna.push(later)
    assert get(anna, address_of(second)).content == second
    out = tmp_path / "all.zip"
    live_server.cli("export", str(out))
    with zipfile.ZipFile(out) as archive:
        assert archive.read(f"files/{address_of(second)}.jpg") == second


def test_bytes_lost_at_the_server_come_back_from_whoever_may_see_them(
    live_server: LiveServer, client: httpx.Client
) -> None:
    anna, ben = (signed_in(live_server, client, login) for login in ("anna", "ben"))
    content = some_bytes(2_500)
    attached(anna, content)
    put(anna, content)
    (live_server.folder / "blobs" / address_of(content)[:2] / address_of(content)).unlink()
    assert code(get(ben, address_of(content))) == "blob_missing"
    assert head(ben, address_of(content)).status_code == 204
    assert put(ben, content).status_code == 200
    assert get(anna, address_of(content)).content == content


@pytest.fixture
def old_files(live_server: LiveServer) -> list[Path]:
    """An upload nobody went on with and bytes no record names, both long ago."""
    live_server.stop()
    nobodys = address_of(b"nobody's")
    made = [
        live_server.folder / "blob-parts" / f"{'0' * 16}-{nobodys}",
        live_server.folder / "blobs" / nobodys[:2] / nobodys,
    ]
    for path in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"nobody's")
        long_ago = time.time() - 30 * 86_400
        os.utime(path, (long_ago, long_ago))
    return made


def test_what_nobody_needs_is_cleared_away_and_nothing_else(
    old_files: list[Path], live_server: LiveServer, client: httpx.Client
) -> None:
    live_server.start()
    wait_for(lambda: not any(path.exists() for path in old_files), "the server has tidied up")
    anna, content = signed_in(live_server, client, "anna"), some_bytes(100)
    made = attached(anna, content)
    put(anna, content)
    anna.push(anna.operation("attachment", made.id, Verb.DELETE, True, base=made.hlc))
    live_server.stop()
    [path] = (live_server.folder / "blobs").glob("??/*")
    long_ago = time.time() - 30 * 86_400
    os.utime(path, (long_ago, long_ago))
    live_server.start()
    # A deleted record can be brought back, and its bytes with it.
    anna.push(anna.change(made, "name", "照片二.jpg"))
    assert get(anna, address_of(content)).content == content
