"""Files that cannot be used: a sentence for the person, and the file left as it was."""

import os
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.permissions import Actor
from crm_core.store.engines import engine as engines
from crm_core.store.engines.meta import FORMAT_MAJOR
from crm_core.store.replica import open_replica
from tests.builders import KEY, FakeClock, a_customer, a_replica, create


@pytest.fixture
def filled(tmp_path: Path, time: FakeClock, me: Actor) -> Path:
    """An encrypted file with some customers, closed."""
    path = tmp_path / "filled.db"
    replica = a_replica(path, time=time, key=KEY)
    with replica.write(me) as (unit, _):
        unit.create_many("customer", [a_customer(name=f"客户{n}") for n in range(300)])
    replica.close()
    return path


def refusal(path: Path, key: bytes | None, time: FakeClock) -> str:
    """The code with which opening is refused; the file must not change by it."""
    before = path.read_bytes()
    with pytest.raises(KnownError) as caught:
        open_replica(path, clock=time.clock, key=key)
    assert path.read_bytes() == before
    assert caught.value.chinese
    assert caught.value.english
    return caught.value.code


@pytest.mark.parametrize("key", [bytes(32), None, b"\xff" * 32])
def test_a_wrong_key_opens_nothing(filled: Path, time: FakeClock, key: bytes | None) -> None:
    assert refusal(filled, key, time) == "wrong_key"
    a_replica(filled, time=time, key=KEY).close()


def test_a_file_of_something_else(tmp_path: Path, time: FakeClock) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes("亲爱的客户".encode() * 1000)
    assert refusal(path, None, time) == "wrong_key"
    assert refusal(path, KEY, time) == "wrong_key"


def test_damaged_pages_are_told(filled: Path, time: FakeClock) -> None:
    data = bytearray(filled.read_bytes())
    for place in range(4096, len(data), 4096):
        data[place : place + 64] = bytes(64)
    filled.write_bytes(data)
    assert refusal(filled, KEY, time) in ("wrong_key", "damaged")


def test_a_newer_format_is_refused_before_anything_is_written(
    filled: Path, time: FakeClock
) -> None:
    replica = a_replica(filled, time=time, key=KEY)
    replica.remember(format_major=FORMAT_MAJOR + 1)
    with replica.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE task")
    replica.close()
    assert refusal(filled, KEY, time) == "newer_format"


def test_a_folder_that_may_not_be_written(tmp_path: Path, time: FakeClock) -> None:
    with pytest.raises(KnownError) as caught:
        open_replica(tmp_path / "nowhere" / "new.db", clock=time.clock)
    assert caught.value.code == "unwritable"


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="file modes mean nothing on Windows")
def test_a_file_that_may_not_be_written(tmp_path: Path, time: FakeClock) -> None:
    path = tmp_path / "readonly.db"
    a_replica(path, time=time).close()
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    root = os.geteuid() == 0
    try:
        if root:
            for folder in tmp_path.parents[:3]:
                folder.chmod(folder.stat().st_mode | 0o055)
            os.seteuid(65534)
        assert refusal(path, None, time) == "unwritable"
    finally:
        if root:
            os.seteuid(0)
        tmp_path.chmod(0o755)


def test_a_full_disk_keeps_what_was_there(tmp_path: Path, time: FakeClock, me: Actor) -> None:
    path = tmp_path / "full.db"
    replica = a_replica(path, time=time, key=KEY)
    record_id = create(replica, "customer", a_customer(), by=me)

    @event.listens_for(replica.engine, "begin")
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(KnownError) as caught, replica.write(me) as (unit, _):
        unit.create_many("customer", [a_customer(remark="长" * 9000)] * 20)
    assert caught.value.code == "disk_full"
    event.remove(replica.engine, "begin", fill)
    replica.close()
    again = a_replica(path, time=time, key=KEY)
    assert [r["id"] for r in again.find(Query("customer"))] == [record_id]
    again.close()


def test_another_program_holding_the_file(tmp_path: Path, time: FakeClock, me: Actor) -> None:
    one, two = (a_replica(tmp_path / "held.db", time=time) for _ in range(2))
    with engines.reading(two.engine) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    with one.write(me) as (unit, _):
        unit.create("customer", a_customer())
        with pytest.raises(KnownError) as caught:
            create(two, "customer", a_customer(), by=me)
    assert caught.value.code == "locked"
    create(two, "customer", a_customer(), by=me)
    one.close()
    two.close()
