"""A full disk, made with SQLite's own page limit: refused by name, nothing half applied."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from crm_core.clock import make_stamp, new_id, system_clock
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import acks_from, pack, pull_from, unpack
from sync_server.app import build_app, open_server
from sync_server.config import DataFolder, Limits
from sync_server.services.server import Server
from tests.passwords import cheap_passwords
from tests.sync_server.live import HEADERS, PASSWORD


@pytest.fixture
def server(tmp_path: Path, founded: Path) -> Iterator[Server]:
    """The founded organisation, opened in this process."""
    folder = DataFolder(Path(shutil.copytree(founded, tmp_path / "data")))
    opened = open_server(folder, clock=system_clock(), passwords=cheap_passwords(), limits=Limits())
    yield opened
    opened.replica.close()


def allow_pages(server: Server, *, more: int) -> None:
    """Let the database grow by so many pages from now on."""
    with server.reading() as connection:
        present = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {present + more}")

    server.replica.engine.dispose()
    event.listen(server.replica.engine, "connect", limit)


def customers(session: dict[str, Any], number: int) -> list[Operation]:
    """Operations that need room."""
    now = system_clock().millis()
    return [
        Operation(
            replica=session["node"], replica_seq=n + 1, entity="customer",
            id=new_id(system_clock()), verb=Verb.CREATE, field="",
            value={"name": f"客户{n}", "kind": "organisation", "remark": "长" * 2000},
            before=None, hlc=make_stamp(now, n, session["node"]), base=make_stamp(0, 0, "0" * 16),
            group="g", actor=session["user"]["id"],
        )
        for n in range(number)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caller:
    """Asks the application in this process, one request after the other."""

    server: Server

    def ask(self, method: str, path: str, token: str = "", **parts: Any) -> httpx.Response:
        """One request and its answer."""
        headers = HEADERS | ({"Authorization": f"Bearer {token}"} if token else {})

        async def asked() -> httpx.Response:
            edge = httpx.ASGITransport(build_app(self.server), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=edge, base_url="http://server") as client:
                return await client.request(method, path, headers=headers, **parts)

        return asyncio.run(asked())


def test_a_full_disk_refuses_the_batch_by_name_and_still_answers_reads(server: Server) -> None:
    caller = Caller(server)
    signing_in = {"login": "anna", "password": PASSWORD}
    session = caller.ask("POST", "/v1/session", json=signing_in).json()
    token = session["access"]
    wire = [o.as_json() for o in customers(session, 200)]
    body = pack({"device_ms": system_clock().millis(), "operations": wire})
    before = pull_from(unpack(caller.ask("GET", "/v1/sync/pull?limit=2000", token).content))
    allow_pages(server, more=20)
    reply = caller.ask("POST", "/v1/sync/push", token, content=body)
    assert (reply.status_code, reply.json()["code"]) == (507, "storage_full")
    after = caller.ask("GET", "/v1/sync/pull", token, params={"cursor": before.cursor})
    assert pull_from(unpack(after.content)).operations == ()
    allow_pages(server, more=100_000)
    reply = caller.ask("POST", "/v1/sync/push", token, content=body)
    assert [a.refused for a in acks_from(unpack(reply.content)["acks"])] == [None] * 200


def test_a_bug_is_one_json_answer_and_a_log_line_without_what_was_typed(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_server: Server, login: str, _password: str) -> str:
        raise RuntimeError(login)

    monkeypatch.setattr("sync_server.services.signing_in.sessions.checked_user", broken)
    signing_in = {"login": "张三", "password": "x"}
    reply = Caller(server).ask("POST", "/v1/session", json=signing_in)
    assert (reply.status_code, reply.json()["code"]) == (500, "server_busy")
    assert "RuntimeError" in caplog.text
    assert "in broken" in caplog.text
    assert "张三" not in caplog.text
