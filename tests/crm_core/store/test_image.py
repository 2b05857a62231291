"""Images of a database: exactly the rows a person may see, and a replica once encrypted."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as cipher
from sqlalchemy import inspect, select

from crm_core.model.query import EVERYTHING, Query
from crm_core.permissions import Access, Actor, visible
from crm_core.store.engines.engine_postgres import open_postgres
from crm_core.store.images.cipher_pages import PageCipher, new_salt
from crm_core.store.images.image import View, write_image
from crm_core.store.indexes import list_indexes
from crm_core.store.replica import Replica, open_replica
from crm_core.sync.snapshot import PAGE
from tests.builders import (
    KEY,
    START,
    FakeClock,
    a_custom_field,
    a_customer,
    a_replica,
    a_task,
    an_actor,
    change,
    create,
    log_of,
    records_of,
)
from tests.postgres import Postgres

BOSS = an_actor("u-boss")
ANNA = an_actor("u-anna", role="rep", colleagues=("u-anna", "u-ben"))


def view_of(source: Replica, actor: Actor) -> View:
    return View({entity.name: visible(actor, entity) for entity in source.registry})


def image_of(source: Replica, path: Path, actor: Actor) -> int:
    view, now = view_of(source, actor), source.clock.now()
    return write_image(source.engine, path, source.registry, view, now)


def opened(image: Path, time: FakeClock) -> Replica:
    """The image encrypted as a device does it, and opened."""
    sealed = image.with_suffix(".sealed")
    sealed.write_bytes(PageCipher(KEY, new_salt()).encrypt(image.read_bytes(), first=1))
    return open_replica(sealed, clock=time.clock, key=KEY, node="a" * 16, keeps_outbox=True)


@pytest.fixture
def source(tmp_path: Path, time: FakeClock) -> Replica:
    """A database with customers of Anna, Ben and Carl, edited, deleted, with a custom field."""
    made = open_replica(tmp_path / "source.db", clock=time.clock, node="5" * 16, lean=True)
    create(made, "custom_field", a_custom_field(), by=BOSS)
    for owner in ("u-anna", "u-ben", "u-carl", None):
        one = create(made, "customer", a_customer(name=f"客户{owner}", owner=owner), by=BOSS)
        change(made, "customer", one, by=BOSS, level="B", x_beds=7)
        gone = create(made, "customer", a_customer(name=f"旧客户{owner}", owner=owner), by=BOSS)
        with made.write(BOSS) as (unit, _):
            unit.delete("customer", gone)
        create(made, "task", a_task(owner=owner, customer=one), by=BOSS)
    return made


def test_a_device_opened_on_an_image_shows_what_the_source_shows(
    source: Replica, tmp_path: Path, time: FakeClock
) -> None:
    position = image_of(source, tmp_path / "image.db", BOSS)
    device = opened(tmp_path / "image.db", time)
    for entity in source.registry:
        assert records_of(device, entity.name) == records_of(source, entity.name)
    assert device.meta("cursor") == position == len(log_of(source))
    assert device.meta("node") == "a" * 16
    assert log_of(device) == []
    assert device.waiting(limit=9) == []
    assert {hit.title for hit in device.search("客户u-anna")} >= {"客户u-anna"}
    device.close()


def test_an_image_holds_nothing_a_person_may_not_see(
    source: Replica, tmp_path: Path, time: FakeClock
) -> None:
    image_of(source, tmp_path / "image.db", ANNA)
    plain = (tmp_path / "image.db").read_bytes()
    assert "客户u-ben".encode() in plain
    assert "客户u-carl".encode() not in plain
    device = opened(tmp_path / "image.db", time)
    names = {row["name"] for row in device.find(Query("customer"))}
    assert names == {"客户u-anna", "客户u-ben", "客户None"}
    device.close()


def test_an_image_is_sound_and_every_page_has_room(source: Replica, tmp_path: Path) -> None:
    for actor in (BOSS, ANNA):
        path = tmp_path / f"{actor.user_id}.db"
        image_of(source, path, actor)
        connection = cipher.connect(str(path))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA freelist_count").fetchall() == [(0,)]
        connection.close()
        plain = path.read_bytes()
        assert all(plain[end - 80 : end] == bytes(80) for end in range(PAGE, len(plain) + 1, PAGE))


def test_indexes_of_many_names_are_made_on_the_device_before_anything_else(
    source: Replica, tmp_path: Path, time: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_indexes, "_MANY", 3)
    image_of(source, tmp_path / "image.db", BOSS)
    device = opened(tmp_path / "image.db", time)

    def indexes() -> set[str]:
        return {str(one["name"]) for one in inspect(device.engine).get_indexes("customer")}

    later = {"ix_customer_name", "ix_customer_name_key", "ix_customer_owner"}
    assert "ix_customer_merged" in indexes()
    assert not later & indexes()
    assert device.meta("indexes_left") == dict.fromkeys(later, "customer")
    # Left by a server of another version: nothing is known of them here.
    left = {"ix_customer_shoe": "customer", "ix_shoe_name": "shoe"}
    device.remember(indexes_left={**left, "ix_customer_name": "customer"})
    assert device.index_some(1)
    assert "ix_customer_name" in indexes()
    assert device.index_some(1)
    assert device.meta("indexes_left") == {}
    while device.index_some():
        continue
    assert {hit.title for hit in device.search("kehu")} >= {"客户u-anna"}
    device.close()


def test_marks_of_facts_begin_with_the_first_of_them(source: Replica) -> None:
    def marks() -> int:
        with source.engine.connect() as connection:
            return len(connection.execute(select(source.tables.facts.stale)).all())

    assert marks() == 0, "a server makes no facts, and keeps no marks"
    while source.keep_facts():
        continue
    create(source, "customer", a_customer(name="新客户"), by=BOSS)
    assert marks() == 1


def test_edits_after_the_image_win_over_it(
    source: Replica, tmp_path: Path, time: FakeClock
) -> None:
    image_of(source, tmp_path / "image.db", BOSS)
    device = opened(tmp_path / "image.db", time)
    held = records_of(source)
    one = next(i for i, row in held.items() if row["name"] == "客户u-ben")
    change(source, "customer", one, by=BOSS, level="C", phone="02584720001")
    device.receive(log_of(source)[-2:])
    assert records_of(device)[one] == records_of(source)[one]
    time.advance(minutes=-30)
    change(device, "customer", one, by=BOSS, level="A")
    assert records_of(device)[one]["level"] == "A"
    device.close()


def test_history_that_comes_later_changes_nothing(
    source: Replica, tmp_path: Path, time: FakeClock
) -> None:
    image_of(source, tmp_path / "image.db", BOSS)
    device = opened(tmp_path / "image.db", time)
    before = records_of(device)
    device.receive(log_of(source))
    assert records_of(device) == before == records_of(source)
    assert device.conflicts() == []
    device.close()


def test_writing_an_image_keeps_no_writer_waiting(source: Replica, tmp_path: Path) -> None:
    with source.write(BOSS) as (unit, _):
        unit.create("customer", a_customer(name="正在写"))
        position = image_of(source, tmp_path / "image.db", BOSS)
    assert position == len(log_of(source)) - 1
    assert "正在写".encode() not in (tmp_path / "image.db").read_bytes()


def test_what_the_source_could_not_place_travels_with_the_image(
    source: Replica, tmp_path: Path, time: FakeClock
) -> None:
    newer = a_replica(tmp_path / "newer.db", time=time, node="7" * 16)
    create(newer, "custom_field", a_custom_field(name="x_new"), by=BOSS)
    one = create(newer, "customer", a_customer(name="新字段", x_new=5), by=BOSS)
    *_, created = log_of(newer)
    source.receive([created])
    image_of(source, tmp_path / "image.db", BOSS)
    device = opened(tmp_path / "image.db", time)
    assert "x_new" not in records_of(device)[one]
    device.receive([o for o in log_of(newer) if o.entity == "custom_field"])
    assert records_of(device)[one]["x_new"] == 5
    device.close()


def test_what_is_withheld_stays_behind_in_whatever_database_it_comes_from(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Rows streamed from PostgreSQL are masked on the way, stamps of a hidden set said once."""
    source = Replica(
        open_postgres(postgres.database(), schema="public"), clock=FakeClock().clock, lean=True
    )
    row = a_customer(phone="13812345678", tags=["tag-one"], remark="secret-remark")
    record = create(source, "customer", row, by=BOSS)
    change(source, "customer", record, by=BOSS, tags=["tag-one", "tag-two"], phone="13987654321")
    levels = {"phone": Access.MASKED, "tags": Access.HIDDEN, "remark": Access.HIDDEN}
    view = View({entity.name: EVERYTHING for entity in source.registry}, {"customer": levels})
    path = tmp_path / "image.db"
    write_image(source.engine, path, source.registry, view, START)
    source.close()
    raw = path.read_bytes()
    assert b"139****4321" in raw
    for text in ("13987654321", "13812345678", "tag-", "secret-remark"):
        assert text.encode() not in raw
    with closing(sqlite3.connect(path)) as opened:
        keys = {key for (key,) in opened.execute("SELECT key FROM sync_clock")}
    assert keys == {"tags/", "phone"}
