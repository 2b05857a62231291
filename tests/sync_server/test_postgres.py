"""The server on PostgreSQL: several processes, backup from and into SQLite, hints, the crowd."""

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest

from crm_core.errors import SyncCode
from tests.postgres import Postgres
from tests.sync_server.conftest import signed_in
from tests.sync_server.crowd import Crowd
from tests.sync_server.live import LiveServer, wait_for
from tests.sync_server.test_push import customer_of

pytestmark = pytest.mark.slow


@pytest.fixture
def database(postgres: Postgres, founded_database: str) -> Iterator[str]:
    """A copy of the founded organisation, for one test."""
    made = postgres.database(template=founded_database)
    yield made
    postgres.drop(made)


@pytest.fixture
def pair(tmp_path: Path, database: str) -> Iterator[list[LiveServer]]:
    """Two processes that serve one database, each at a port of its own."""
    servers = [LiveServer(tmp_path / name, database=database) for name in ("one", "two")]
    for server in servers:
        server.folder.mkdir()
        server.start()
    yield servers
    for server in servers:
        server.stop()


def test_a_field_added_through_one_process_is_known_to_the_other(
    pair: list[LiveServer], client: httpx.Client
) -> None:
    boss, anna = signed_in(pair[0], client, "boss"), signed_in(pair[1], client, "anna")
    values = {"entity": "customer", "name": "x_beds", "value_kind": "integer", "label": "床位"}
    boss.push(boss.create("custom_field", values))
    customer = customer_of(anna)
    right, wrong = anna.change(customer, "x_beds", 40), anna.change(customer, "x_beds", "many")
    acks = anna.push(customer, right, wrong)
    assert [a.refused for a in acks] == [None, None, SyncCode.INVALID_VALUE]
    again = signed_in(pair[0], client, "anna")
    fewer = again.operation("customer", customer.id, right.verb, 30, field="x_beds")
    assert [a.refused for a in again.push(fewer)] == [None]
    boss.pull()
    assert {right.key, fewer.key} <= set(boss.held)


def test_a_listener_at_one_process_hears_of_a_push_through_another(
    pair: list[LiveServer], client: httpx.Client
) -> None:
    anna, ben = signed_in(pair[0], client, "anna"), signed_in(pair[1], client, "ben")
    heard: list[str] = []

    listener = threading.Thread(target=ben.hear, args=(heard, 2))
    listener.start()
    wait_for(lambda: len(heard) == 1, "the stream says where the log stands")
    anna.push(customer_of(anna))
    listener.join(timeout=20)
    assert len(set(heard)) == 2
    assert len(ben.pull()) > 0


def test_a_child_that_is_killed_is_replaced_and_the_port_stays(
    tmp_path: Path, database: str, client: httpx.Client
) -> None:
    server = LiveServer(tmp_path, database=database, processes=2)
    server.start()
    try:
        anna = signed_in(server, client, "anna")
        before = children_of(server)
        assert len(before) == 2
        os.kill(min(before), signal.SIGKILL)
        wait_for(lambda: len(children_of(server) - before) == 1, "another child is there")
        with httpx.Client(timeout=30, trust_env=False) as fresh:
            anna.client = fresh
            for _ in range(10):
                anna.push(customer_of(anna))
    finally:
        code = server.stop()
    assert code == 0
    assert "starting another" in server.log()


def children_of(server: LiveServer) -> set[int]:
    """The serving processes behind a port."""
    assert server._process is not None
    listed = Path(f"/proc/{server._process.pid}/task/{server._process.pid}/children")
    return {int(pid) for pid in listed.read_text().split()}


def test_when_the_parent_is_killed_the_children_end(tmp_path: Path, database: str) -> None:
    server = LiveServer(tmp_path, database=database, processes=2)
    server.start()
    orphans = children_of(server)
    server.kill()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans), "they end")


def test_several_processes_need_postgresql(tmp_path: Path, founded: Path) -> None:
    server = LiveServer(Path(shutil.copytree(founded, tmp_path / "data")))
    assert "--database" in server.cli("serve", "--processes", "2", "--port", "0", fails=True)


def test_a_backup_of_either_engine_goes_into_the_other(
    tmp_path: Path, database: str, postgres: Postgres, client: httpx.Client
) -> None:
    server = LiveServer(tmp_path / "served", database=database)
    server.folder.mkdir()
    server.start()
    boss, anna = signed_in(server, client, "boss"), signed_in(server, client, "anna")
    kept = customer_of(anna, tags=['a"b', "重点"])
    acks = anna.push(kept, anna.change(kept, "name", "备份之前"))
    assert [a.refused for a in acks] == [None, None]
    server.cli("backup", str(tmp_path / "one.db"))
    forgotten = customer_of(anna, name="备份之后")
    anna.push(forgotten)
    assert "running server" in server.cli("restore", str(tmp_path / "one.db"), fails=True)
    server.stop()
    assert "kept at" in server.cli("restore", str(tmp_path / "one.db"))
    server.start()
    lineage = boss.session["lineage"]
    assert anna.page_reply().status_code == 401
    assert boss.sign_in()["lineage"] != lineage
    node = anna.node
    anna.sign_in()
    assert anna.node == node, "its work goes out under the number it was written with"
    boss.cursor = 0
    boss.pull()
    assert kept.key in boss.held
    assert forgotten.key not in boss.held
    anna.push(kept, forgotten)
    boss.pull()
    assert forgotten.key in boss.held
    server.stop()
    server.cli("backup", str(tmp_path / "two.db"))
    embedded = LiveServer(tmp_path / "embedded")
    embedded.cli("restore", str(tmp_path / "two.db"))
    embedded.start()
    try:
        reader = signed_in(embedded, client, "boss")
        reader.pull()
    finally:
        embedded.stop()
    since = {k: o for k, o in reader.held.items() if k not in boss.held}
    assert {o.entity for o in since.values()} == {"audit_entry"}, "the reader's own sign-in"
    assert {k: o.as_json() for k, o in reader.held.items() if k not in since} == {
        k: o.as_json() for k, o in boss.held.items()
    }


def test_what_cannot_be_done_with_a_database_is_one_sentence(
    tmp_path: Path, postgres: Postgres, database: str
) -> None:
    server = LiveServer(tmp_path, database=database)
    said = server.cli("init", "--organisation", "甲", "--admin", "boss", fails=True)
    assert "already holds" in said
    server.database = postgres.database()
    assert "no organisation" in server.cli("serve", fails=True)
    server.database = "postgresql://suixing@127.0.0.1:1/none"
    said = server.cli("user", "list", fails=True)
    assert "cannot be reached" in said
    assert said.count("\n") == 1


def test_founding_in_an_empty_database(tmp_path: Path, postgres: Postgres) -> None:
    server = LiveServer(tmp_path, database=postgres.database())
    server.found()
    assert server.cli("user", "list").startswith("boss\t")
    assert not (tmp_path / "suixing.db").exists()


def test_a_database_that_restarts_is_found_again(
    pair: list[LiveServer], client: httpx.Client
) -> None:
    anna = signed_in(pair[0], client, "anna")
    with psycopg.connect(pair[0].database, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    wait_for(lambda: anna.push_reply([customer_of(anna)]).status_code == 200, "it answers again")
    assert "Traceback" not in pair[0].log()


def test_a_crowd_sees_everything_once_though_a_process_is_killed(
    tmp_path: Path, database: str
) -> None:
    """8 processes and 64 clients with SUIXING_TEST_CROWD=8x64."""
    processes, clients = map(int, os.environ.get("SUIXING_TEST_CROWD", "3x8").split("x"))
    servers = [LiveServer(tmp_path / str(n), database=database) for n in range(processes)]
    for server in servers:
        server.folder.mkdir()
    with ThreadPoolExecutor() as pool:
        list(pool.map(LiveServer.start, servers))

    def cut() -> None:
        servers[-1].kill()
        servers[-1].start()

    try:
        crowd = Crowd(servers, "boss", batches=6, size=5)
        crowd.run(writers=clients, pollers=2, meanwhile=cut)
    finally:
        for server in servers:
            server.stop()
