"""The composition root: opens the data, wires the services and the routes into one application."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from crm_core.clock import Clock
from crm_core.errors import KnownError, SyncCode
from crm_core.rules.engine import make_rules
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.engines.engine import hear, shaping
from crm_core.store.ruling.rule_book import RuleBook
from crm_core.store.ruling.stage_moves import with_stages
from sync_server.api import admin, checking, history, person, quarantine, session, snapshots, sync
from sync_server.api import blobs as blob_routes
from sync_server.api.edge import Edge, error_response, response_for
from sync_server.api.rates import RateGate
from sync_server.auth import Passwords
from sync_server.config import DataFolder, Limits
from sync_server.services import blobs, data_health
from sync_server.services.briefing import brief_sending, briefs, content_sending
from sync_server.services.consequences import webhooks
from sync_server.services.consequences.automations import automating
from sync_server.services.erasure import compaction, erasing
from sync_server.services.exchange import circles
from sync_server.services.exchange import snapshots as snapshot_images
from sync_server.services.exchange.pull import log_end
from sync_server.services.live import LiveHub
from sync_server.services.quarantining import quarantine as left_work
from sync_server.services.schema import clock_tables
from sync_server.services.schema.tables import ServerTables
from sync_server.services.server import Server
from sync_server.services.shelves.blob_shelf import DiskShelf, Parts
from sync_server.services.shelves.erasure_journal import ErasureJournal
from sync_server.services.shelves.snapshot_shelf import SnapshotShelf
from sync_server.services.single_sign_on import Provider, load_config
from sync_server.services.storing.storage import open_replica_of, storage_of
from sync_server.services.ticks import ticking

_THREADS = 16
"""Requests worked on at once; the store keeps up to 18 connections."""
_QUICK = {"sqlite": 3, "postgresql": 8}
"""Of who asks, and of pulls. Statements of SQLite run here: more than a few threads mostly hand the
interpreter to each other. Those of PostgreSQL are waited for, by as many as it has connections."""
_LOOK_SECONDS = 2.0
_TIDY_SECONDS = 6 * 3600.0
_SETTLED_SECONDS = 900.0
_BRIEF_SECONDS = 20.0
_BREATH_SECONDS = 0.05
_PATIENCE_SECONDS = 5.0
_FILED_AT_ONCE = 500
_SETTLING_IN_SECONDS = 2.0


def open_server(
    folder: DataFolder, *, clock: Clock, passwords: Passwords, limits: Limits
) -> Server:
    """Open an organisation's data. KnownError: "no_organisation", and those of the store."""
    storage = storage_of(folder)
    if not storage.founded():
        raise KnownError(
            f"{storage.name} 里还没有组织数据。请先运行 suixing-server init。",
            f"There is no organisation in {storage.name} yet. Run first: suixing-server init",
            code="no_organisation",
        )
    company = load_config(folder.single_sign_on)
    tables = ServerTables()
    # For the server's own writes, and what is pushed besides (`services.automations`).
    rules = automating(tables.webhook, with_stages(make_rules(BUILTIN_RULES), RuleBook()))
    replica = open_replica_of(storage, clock=clock, rules=rules)
    with shaping(replica.engine):
        tables.metadata.create_all(replica.engine)
        with replica.engine.begin() as connection:
            clock_tables.prepare(connection)
    server = Server(
        replica=replica, tables=tables, clock=clock, passwords=passwords, limits=limits,
        live=LiveHub(), shelf=DiskShelf(folder.blobs), parts=Parts(folder.parts),
        snapshots=SnapshotShelf(folder.snapshots, clock),
        organisation=str(replica.meta("organisation", "")),
        lineage=str(replica.meta("lineage", "")),
        erasures=ErasureJournal(folder.erasures),
        provider=None if company is None else Provider(company),
        webhooks=folder.webhooks,
    )  # fmt: skip
    server.live.concerned = partial(circles.concerned, server)
    blobs.prepare(server)
    erasing.carry_out(server)
    return server


def build_app(server: Server, *, gate: RateGate | None = None, documents: bool = False) -> FastAPI:
    """The application over an open server; it does not close the server.

    `documents` adds the pages /docs and /redoc, which fetch their scripts from elsewhere.
    """
    app = FastAPI(
        title="Suixing sync server", version="1", lifespan=_lifespan,
        docs_url="/docs" if documents else None, redoc_url="/redoc" if documents else None,
    )  # fmt: skip
    app.state.server = server
    app.state.quick = CapacityLimiter(_QUICK[server.replica.engine.dialect.name])
    app.state.gate = gate = gate or RateGate(server.limits.rates)
    app.include_router(session.router)
    app.include_router(admin.router)
    app.include_router(sync.router)
    app.include_router(blob_routes.router)
    app.include_router(history.router)
    app.include_router(snapshots.router)
    app.include_router(quarantine.router)
    app.include_router(person.router)
    app.include_router(checking.router)
    app.add_exception_handler(KnownError, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_middleware(Edge, limits=server.limits, gate=gate)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = _THREADS
    server: Server = app.state.server
    with suppress(KnownError, OSError):  # Who asks will hear of it.
        await to_thread.run_sync(snapshot_images.prepare, server)
    chores = [
        asyncio.create_task(work(server))
        for work in (_watch, _tidy, _file, _check_up, _tick, _brief, _tell)
    ]
    stop = threading.Event()
    listener = threading.Thread(
        target=hear, args=(server.replica.engine, server.live.publish, stop), daemon=True
    )
    listener.start()
    teller = threading.Thread(target=server.live.tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        stop.set()
        server.live.close()
        await to_thread.run_sync(teller.join)
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        await to_thread.run_sync(listener.join)


async def _tidy(server: Server) -> None:
    """Clear away, now and then, records deleted long ago, and what they and uploads left behind."""
    await _rest(server)
    while True:
        with suppress(KnownError, OSError):
            await to_thread.run_sync(compaction.compact, server, compaction.policy_of(server))
        with suppress(KnownError, OSError):
            await to_thread.run_sync(left_work.tidy, server)
        with suppress(KnownError, OSError):
            await to_thread.run_sync(blobs.tidy, server)
        with suppress(KnownError, OSError):
            await to_thread.run_sync(webhooks.forget_old, server)
        await asyncio.sleep(_TIDY_SECONDS)


async def _check_up(server: Server) -> None:
    """Check the month's data once, when the devices have had time to send what they kept."""
    await asyncio.sleep(_SETTLED_SECONDS)
    while True:
        with suppress(KnownError, OSError):
            await to_thread.run_sync(data_health.monthly, server)
        await asyncio.sleep(_TIDY_SECONDS)


async def _tick(server: Server) -> None:
    """Do what is due because time passes."""
    every = ticking.ticks(server)
    while True:
        await asyncio.sleep(ticking.SECONDS)
        await to_thread.run_sync(ticking.tick, every)


async def _brief(server: Server) -> None:
    """Make the day's briefs when it is time, and send what waits: apart from what must be quick."""
    while True:
        await asyncio.sleep(_BRIEF_SECONDS)
        for work in (briefs.make_due, brief_sending.send_due, content_sending.send_due):
            with suppress(KnownError, OSError):
                await to_thread.run_sync(work, server)


async def _tell(server: Server) -> None:
    """Tell other programs what automations say they should hear."""
    if server.webhooks is None:
        return
    delivery = webhooks.Delivery(server, partial(webhooks.load_config, server.webhooks))
    try:
        while True:
            with suppress(KnownError, OSError):
                await to_thread.run_sync(delivery.deliver)
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        delivery.close()


async def _file(server: Server) -> None:
    """File the numbers and codes of records that came before they were filed, little by little."""
    await _rest(server)
    with suppress(KnownError):
        while await to_thread.run_sync(server.replica.index_some, _FILED_AT_ONCE):
            await asyncio.sleep(_BREATH_SECONDS)
            await _calm(server)


async def _rest(server: Server) -> None:
    """Let whoever waited for the server to start be served first."""
    await asyncio.sleep(_SETTLING_IN_SECONDS)
    await _calm(server)


async def _calm(server: Server) -> None:
    """Wait while anybody is being filled for the first time: that asks for the whole processor.
    Also while pushes come one after the other, but not for ever: somewhere they always do."""
    given_up = time.monotonic() + _PATIENCE_SECONDS
    while not server.snapshots.resting or (
        not server.pushes.resting and time.monotonic() < given_up
    ):
        await asyncio.sleep(_BREATH_SECONDS)


async def _watch(server: Server) -> None:
    """Tell listeners of what another process wrote, where no notice of it came (`store.hear`)."""

    def look() -> None:
        with server.reading() as connection:
            server.live.publish(log_end(connection, server))

    while True:
        with suppress(KnownError):
            await to_thread.run_sync(look)
        await asyncio.sleep(_LOOK_SECONDS)


def _known(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KnownError)
    return response_for(error)


def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return error_response(SyncCode.MALFORMED, str(error.detail), status=error.status_code)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Which part is wrong and how, never what was in it."""
    assert isinstance(error, RequestValidationError)
    parts = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
    return error_response(SyncCode.MALFORMED, "; ".join(parts)[:500])
