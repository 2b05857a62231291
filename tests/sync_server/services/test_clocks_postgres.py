"""Several processes on PostgreSQL let one clock fire once: here two servers in four threads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crm_core.model.query import Query
from sync_server.app import open_server
from sync_server.config import DataFolder
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.server import Server
from sync_server.services.ticks import clock_pass, ticking
from tests.builders import FakeClock
from tests.passwords import cheap_passwords
from tests.postgres import Postgres
from tests.sync_proof.world import LIMITS
from tests.sync_server.merging import empty_database

LEADS = 60


def tick_out(server: Server) -> None:
    every = ticking.ticks(server)
    while ticking.tick(every):
        pass


def test_every_level_fires_once_whoever_ticks(tmp_path: Path, postgres: Postgres) -> None:
    time, where = FakeClock(), DataFolder(tmp_path / "server", empty_database(postgres))
    where.root.mkdir()
    servers = [
        open_server(where, clock=time.clock, passwords=cheap_passwords(), limits=LIMITS)
        for _ in range(2)
    ]
    lead = {"stage": "captured", "received_at": time.clock.iso(), "province": "江苏"}
    with servers[0].replica.write(SERVER_ACTOR) as (unit, _):
        user = {"name": "李明", "login": "li", "role": "manager"}
        unit.create("user", user, record_id="li")
        leads = [{"name": f"线索{n}", "owner": "li", **lead} for n in range(LEADS)]
        unit.create_many("lead", leads)
    while clock_pass.go_on(servers[1]):
        pass
    time.advance(hours=49)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(tick_out, servers * 2))
    fired = servers[0].replica.find(Query("firing"))
    assert len({str(one["record"]) for one in fired}) == LEADS
    assert len(fired) == LEADS  # The warning at 36 hours is no use at 49.
    [task] = servers[0].replica.find(Query("task"))
    assert str(task["title"]).startswith(f"首次跟进时限：{LEADS} 条线索")
    for server in servers:
        server.replica.close()
