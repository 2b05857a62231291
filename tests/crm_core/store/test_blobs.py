"""Attachments' files: sealed, resumable at any byte, verified; and the ledger of what is where."""

import hashlib
import os
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from crm_core.store.attachments import blob_ledger as ledger
from crm_core.store.attachments.blobs import CHUNK, BlobStore, address_of
from crm_core.store.engines.engine import writing
from crm_core.store.replica import Replica
from tests.builders import KEY, FakeClock, a_replica, an_actor, exchange

PHOTO = bytes(range(256)) * 700 + b"the end"
"""2.7 chunks; every 256 bytes of it are a run that no sealed file may show."""


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs", lambda: KEY)


def content_address(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def files(store: BlobStore) -> list[Path]:
    return sorted(store.folder.glob("*"))


def test_what_was_put_is_read_back_and_nothing_plain_is_on_disk(store: BlobStore) -> None:
    address = content_address(PHOTO)
    assert store.put(address, [PHOTO[:1000], PHOTO[1000:]]) == len(PHOTO)
    assert store.whole(address) == PHOTO
    assert b"".join(store.read(address, 70_001)) == PHOTO[70_001:]
    [path] = files(store)
    raw = path.read_bytes()
    assert address[:16] not in path.name
    assert all(PHOTO[i : i + 16] not in raw for i in range(0, 256))
    assert path.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_the_empty_file_is_a_file_too(store: BlobStore) -> None:
    address = address_of([])
    assert store.put(address, []) == 0
    assert store.has(address)
    assert store.whole(address) == b""


def test_the_same_content_is_kept_once(store: BlobStore) -> None:
    address = content_address(PHOTO)
    store.put(address, [PHOTO])
    store.put(address, [PHOTO])
    assert len(files(store)) == 1


def test_bytes_of_another_address_are_not_kept(store: BlobStore) -> None:
    with pytest.raises(KnownError) as wrong:
        store.put(content_address(b"something else"), [PHOTO])
    assert wrong.value.code == "blob_changed"
    assert files(store) == []


@pytest.mark.parametrize("cut", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, len(PHOTO) - 1])
def test_a_download_goes_on_at_any_byte(store: BlobStore, cut: int) -> None:
    address = content_address(PHOTO)
    with store.writer(address) as writer:
        writer.write(PHOTO[:cut])
    assert store.received(address) == cut
    assert not store.has(address)
    again = BlobStore(store.folder, lambda: KEY)
    with again.writer(address) as writer:
        assert writer.position == cut
        writer.write(PHOTO[cut:])
        writer.finish()
    assert again.whole(address) == PHOTO
    assert len(files(store)) == 1


@pytest.mark.parametrize("torn", [1, 12, 27, 29, CHUNK])
def test_a_chunk_torn_by_a_crash_is_fetched_again(store: BlobStore, torn: int) -> None:
    address = content_address(PHOTO)
    with store.writer(address) as writer:
        writer.write(PHOTO[: 2 * CHUNK])
    [part] = files(store)
    with part.open("r+b") as raw:
        raw.truncate(part.stat().st_size - torn)
    with store.writer(address) as writer:
        assert writer.position == CHUNK
        writer.write(PHOTO[writer.position :])
        writer.finish()
    assert store.whole(address) == PHOTO


def test_a_download_that_is_something_else_leaves_nothing(store: BlobStore) -> None:
    address = content_address(PHOTO)
    with store.writer(address) as writer:
        writer.write(PHOTO[:-1] + b"X")
        with pytest.raises(KnownError, match="校验值"):
            writer.finish()
    assert files(store) == []
    assert not store.has(address)


def test_an_altered_file_is_noticed_on_reading(store: BlobStore) -> None:
    address = content_address(PHOTO)
    store.put(address, [PHOTO])
    [path] = files(store)
    sealed = bytearray(path.read_bytes())
    sealed[-1] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(KnownError) as altered:
        store.whole(address)
    assert altered.value.code == "blob_damaged"


def test_a_chunk_fits_no_other_place_and_a_short_file_is_noticed(store: BlobStore) -> None:
    two = os.urandom(CHUNK) * 2
    address = content_address(two)
    store.put(address, [two])
    [path] = files(store)
    half = path.stat().st_size // 2
    raw = path.read_bytes()
    path.write_bytes(raw[half:] + raw[:half])
    with pytest.raises(KnownError):
        store.whole(address)
    path.write_bytes(raw[:half])
    with pytest.raises(KnownError):
        store.whole(address)


def test_another_key_finds_and_opens_nothing(store: BlobStore) -> None:
    address = content_address(PHOTO)
    store.put(address, [PHOTO])
    other = BlobStore(store.folder, lambda: bytes(32))
    assert not other.has(address)
    with pytest.raises(KnownError) as gone:
        other.whole(address)
    assert gone.value.code == "blob_gone"


def test_a_sweep_takes_what_nobody_knows_and_nothing_that_is_in_hand(store: BlobStore) -> None:
    known, being_written, unknown = (content_address(c) for c in (b"1", b"2", b"3"))
    for address, content in ((known, b"1"), (being_written, b"2"), (unknown, b"3")):
        store.put(address, [content])
    with store.keeping(being_written):
        assert store.sweep(whole=[known], partly=[]) == 1
    assert [store.has(a) for a in (known, being_written, unknown)] == [True, True, False]
    assert store.sweep(whole=[known], partly=[]) == 1


# -- the ledger ----------------------------------------------------------------------------------


@pytest.fixture
def replica(tmp_path: Path) -> Replica:
    return a_replica(tmp_path / "one.db", time=FakeClock(), node="1" * 16, key=KEY)


def attach(replica: Replica, store: BlobStore, content: bytes, *, used: int = 0) -> tuple[str, str]:
    """An attachment with its bytes; (record, address)."""
    address = content_address(content)
    store.put(address, [content])
    values = {"name": "照片.jpg", "sha256": address, "size": len(content)}
    with replica.write(an_actor()) as (unit, _):
        record = unit.create("attachment", values)
        ledger.keep(
            unit.connection, unit.tables, address, size=len(content), now_ms=used
        )  # fmt: skip
    return record, address


def waiting(replica: Replica) -> list[str]:
    return [row.address for row in replica.read(lambda c: ledger.uploads(c, replica.tables))]


def test_a_new_attachment_waits_until_the_server_has_it(replica: Replica, store: BlobStore) -> None:
    _, address = attach(replica, store, PHOTO)
    assert waiting(replica) == [address]
    [row] = replica.read(lambda c: ledger.uploads(c, replica.tables))
    with writing(replica.engine) as connection:
        ledger.note_safe(connection, replica.tables, row)
    assert waiting(replica) == []
    again, _ = attach(replica, store, PHOTO)
    assert waiting(replica) == [address], "a second record is announced to the server"
    with replica.write(an_actor()) as (unit, _):
        unit.delete("attachment", again)
    assert waiting(replica) == [address], "the first record still needs it"
    with writing(replica.engine) as connection:
        ledger.send_all_again(connection, replica.tables)
    assert waiting(replica) == [address]


def test_a_deleted_attachment_is_not_sent_until_it_is_back(
    replica: Replica, store: BlobStore
) -> None:
    record, address = attach(replica, store, PHOTO)
    with replica.write(an_actor()) as (unit, committed):
        unit.delete("attachment", record)
    assert waiting(replica) == []
    assert replica.read(lambda c: ledger.orphans(c, replica.tables)) == []
    with replica.write(an_actor()) as (unit, _):
        unit.undo(committed.group)
    assert waiting(replica) == [address]


def test_what_left_the_scope_goes_once_it_is_sent(replica: Replica, store: BlobStore) -> None:
    record, address = attach(replica, store, PHOTO)
    replica.receive([], forget=[("attachment", record)])
    assert waiting(replica) == [address], "it may be the only copy"
    assert replica.read(lambda c: ledger.orphans(c, replica.tables)) == []
    [row] = replica.read(lambda c: ledger.uploads(c, replica.tables))
    with writing(replica.engine) as connection:
        ledger.note_safe(connection, replica.tables, row)
    [orphan] = replica.read(lambda c: ledger.orphans(c, replica.tables))
    assert orphan.address == address


def test_only_what_the_server_has_makes_room_and_the_longest_unused_first(
    replica: Replica, store: BlobStore
) -> None:
    rows = [attach(replica, store, bytes([n]) * 1000, used=n)[1] for n in (3, 1, 2, 4)]
    third, first, second, _unsent = rows
    with writing(replica.engine) as connection:
        for row in ledger.held(connection, replica.tables, [third, first, second]).values():
            ledger.note_safe(connection, replica.tables, row)

    def evictable(budget: int) -> list[str]:
        found = replica.read(lambda c: ledger.evictable(c, replica.tables, budget=budget))
        return [row.address for row in found]

    assert evictable(4000) == []
    assert evictable(3999) == [first]
    assert evictable(2500) == [first, second]
    assert evictable(0) == [first, second, third], "what was never sent stays"


def test_a_replica_filled_anew_finds_the_files_of_the_old_one(
    replica: Replica, store: BlobStore, tmp_path: Path
) -> None:
    _, address = attach(replica, store, PHOTO)
    stray = content_address(b"nobody's")
    store.put(stray, [b"nobody's"])
    fresh = a_replica(tmp_path / "two.db", time=FakeClock(), node="2" * 16, key=KEY)
    exchange(replica, fresh)
    with writing(fresh.engine) as connection:
        ledger.reconcile(connection, fresh.tables, store, now_ms=5)
    assert waiting(fresh) == [address]
    assert store.has(address)
    assert not store.has(stray)
    store.remove(address)
    with writing(fresh.engine) as connection:
        ledger.reconcile(connection, fresh.tables, store, now_ms=6)
    assert waiting(fresh) == []
    [row] = replica_rows(fresh)
    assert not row.here


def replica_rows(replica: Replica) -> list[ledger.Held]:
    return replica.read(lambda c: ledger.everything(c, replica.tables))
