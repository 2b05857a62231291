"""Runs the application in uvicorn, in one process or several: one socket, one line when
listening, an orderly end."""

import logging
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from types import FrameType

import uvicorn

from crm_core.discretion import log_discreetly
from crm_core.errors import KnownError
from sync_server.app import build_app
from sync_server.config import Listen
from sync_server.crew import serve_together
from sync_server.patience import Patient
from sync_server.services.server import Server

_GRACE_SECONDS = 10
_CONNECTIONS = 8_000
"""A process holds no more at once; each laptop keeps one or two."""


class _Uvicorn(uvicorn.Server):
    """Says when it listens, and ends live streams first so that they cannot hold up its end."""

    def __init__(
        self, config: uvicorn.Config, *, server: Server, listening: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._server = server
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self._listening()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM or Ctrl+C: finish what is under way, then stop."""
        self._server.live.close()
        super().handle_exit(sig, frame)


def serve(
    opened: Callable[[], AbstractContextManager[Server]],
    listen: Listen,
    *,
    port_file: Path | None,
    processes: int = 1,
) -> int:
    """Serve until SIGTERM or Ctrl+C; the exit code. `opened` opens the data, in each process.

    KnownError: "insecure", "certificate", "port", "no_processes", and those of `opened`.
    """
    listen.check()
    log_discreetly(logging.WARNING)
    with opened() as server:
        _check_certificate(listen)
        if processes == 1:
            with closing(_bound(listen)) as at:
                _run(server, listen, at, lambda: _announce(listen, at, port_file))
            return 0
    # Opened once before, so that what is wrong with the data is said once.

    def work(at: socket.socket, ready: Callable[[], None]) -> int:
        with opened() as server:
            _run(server, listen, at, ready)
        return 0

    with closing(_bound(listen)) as at:
        return serve_together(
            work, at, processes=processes, listening=lambda: _announce(listen, at, port_file)
        )


def _run(server: Server, listen: Listen, at: socket.socket, listening: Callable[[], None]) -> None:
    # uvicorn raises the signal again when it is done; the end was orderly, so it is not one.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    _Uvicorn(uvicorn_config(server, listen), server=server, listening=listening).run(sockets=[at])


def _announce(listen: Listen, at: socket.socket, port_file: Path | None) -> None:
    """One line on stdout, and the port in a file, for whoever waits for the server."""
    port = at.getsockname()[1]
    scheme = "https" if listen.tls_cert else "http"
    host = f"[{listen.host}]" if ":" in listen.host else listen.host
    if port_file is not None:
        _write_whole(port_file, f"{port}\n")
    sys.stdout.write(f"{scheme}://{host}:{port}\n")
    sys.stdout.flush()


def stop_with_stdin() -> None:
    """End this process in order as soon as its standard input does: its parent has gone."""

    def watch() -> None:
        # The bare descriptor: a buffered reader would be held locked while the program ends.
        while os.read(0, 4096):
            pass
        signal.raise_signal(signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def uvicorn_config(server: Server, listen: Listen) -> uvicorn.Config:
    """How uvicorn serves: what it logs, whom it believes, how long it waits."""
    return uvicorn.Config(
        build_app(server, documents=listen.documents),
        http=Patient,
        limit_concurrency=_CONNECTIONS,
        log_config=None,  # Its own would quote what exceptions say.
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=listen.behind_proxy,
        forwarded_allow_ips=listen.proxies,
        ssl_certfile=listen.tls_cert,
        ssl_keyfile=str(listen.tls_key) if listen.tls_key else None,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=65,
    )


def _check_certificate(listen: Listen) -> None:
    if listen.tls_cert is None:
        return
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(listen.tls_cert, listen.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise KnownError(
            f"证书 {listen.tls_cert} 或私钥 {listen.tls_key} 读不了，或不是一对。服务器没有启动。",
            f"The certificate {listen.tls_cert} or its key {listen.tls_key} cannot be read, or "
            "they do not belong together. The server was not started.",
            code="certificate",
        ) from error


def _bound(listen: Listen) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    # asyncio sends small packets at once only where the protocol is named: without, each answer but
    # the first of a connection waits for an acknowledgement the other side holds back for 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name != "nt":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((listen.host, listen.port))
    except OSError as error:
        bound.close()
        raise KnownError(
            f"无法监听 {listen.host}:{listen.port}：端口被占用或地址无效。服务器没有启动。",
            f"Cannot listen on {listen.host}:{listen.port}: the port is taken or the address is "
            "not this machine's. The server was not started.",
            code="port",
        ) from error
    return bound


def _write_whole(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
