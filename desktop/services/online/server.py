"""The sync server over HTTP: one method a route, every failure one code of the table.

No database here, and no decision about what to send; see `sync_client` for both. Safe to call
from several threads; `abort` ends whatever waits on the network, at once.
"""

from __future__ import annotations

import contextlib
import platform
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crm_core.clock import Clock
from crm_core.errors import SyncCode, SyncError
from crm_core.sync import protocol, wire
from crm_core.sync.change import Operation
from crm_core.sync.digest import Answer, Question, State, answer_from, question_bytes
from crm_core.sync.protocol import Ack, PullReply, PushMessage
from crm_core.sync.snapshot import Manifest, manifest_from
from desktop.postponed import Postponed
from desktop.services.online.http_line import LIVE_SECONDS, SECONDS, new_line, patience
from desktop.services.online.own_account import about_this_machine
from desktop.services.replies import clean_url, known_failures, object_in, read_as, refusal_of

if TYPE_CHECKING:
    import socket

    import httpx
else:
    socket = Postponed("socket")

PROTOCOL_HEADER = {"X-Suixing-Protocol": str(protocol.PROTOCOL)}
PAGE = 2000


@dataclass(frozen=True, slots=True)
class Session:
    """What the server said about a sign-in."""

    access: str
    refresh: str
    node: str
    user_id: str
    user_name: str
    role: str
    lineage: str
    login: str = ""
    """Empty where an older server leaves it out."""
    must_change: bool = False
    """Nothing but choosing a password is open to it."""


@dataclass(frozen=True, slots=True)
class Health:
    """What a server says about itself to anyone."""

    organisation: str
    lineage: str
    protocol: int


@dataclass(frozen=True, slots=True)
class Pushed:
    """The server's verdicts on one batch."""

    acks: tuple[Ack, ...]
    lineage: str


class SnapshotState(StrEnum):
    """What a server says where it has no snapshot to give."""

    PREPARING = "preparing"
    LOG = "log"


class Server:
    """One sync server at `url`."""

    def __init__(
        self, url: str, *, clock: Clock, transport: httpx.BaseTransport | None = None
    ) -> None:
        """`transport` replaces the network; SyncError(SERVER_UNREACHABLE) for an address that
        cannot be one."""
        self.url = clean_url(url)
        self.access = ""
        self.offset_ms: int | None = None
        """Server time minus ours at the last reply that told it."""
        self._clock = clock
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._aborted = False
        self._transport = transport
        self._client: httpx.Client | None = None

    @property
    def _http(self) -> httpx.Client:
        """The connections, made when something is first asked: a window opens without them."""
        with self._lock:
            if self._client is None:
                self._client = new_line(self.url, PROTOCOL_HEADER, self._transport)
            return self._client

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            client, self._client, self._aborted = self._client, None, True
        if client is not None:
            client.close()

    def abort(self) -> None:
        """End what waits on the network in other threads; nothing can be asked afterwards."""
        with self._lock:
            self._aborted = True
        self.drop_connections()

    def drop_connections(self) -> None:
        """End what is under way and what is kept open; the next question connects anew.

        After sleep or on another network the old connections are dead without knowing it.
        """
        with self._lock:
            for one in self._sockets:
                with contextlib.suppress(OSError):
                    # The plain shutdown, also for TLS: the thread that reads must see the end.
                    socket.socket.shutdown(one, socket.SHUT_RDWR)
            self._sockets.clear()

    # -- routes -------------------------------------------------------------------------------

    def health(self) -> Health:
        """Whether this is a Suixing server, and whose."""
        wire = self._json("GET", "/v1/health", signed=False)
        return read_as(
            lambda: Health(
                str(wire["organisation"]), str(wire["lineage"]), int(wire.get("protocol", 1))
            )
        )

    def sign_in(
        self, login: str, password: str, *, device_name: str = "", device: str = ""
    ) -> Session:
        """Open a session; `device` is the node leased before to this profile, if any."""
        body = {"login": login, "password": password} | self._about(device_name, device)
        return self._opened(self._json("POST", "/v1/session", body=body, signed=False))

    def look_at(self, user_id: str) -> Session:
        """A read-only session of somebody else, for an administrator; ours goes on."""
        own = self.access
        try:
            wire = self._json(
                "POST", f"/v1/admin/people/{quote(user_id, safe='')}/look", signed=True
            )
            return self._opened(wire)
        finally:
            self.access = own

    def sign_in_by(
        self, proof: Mapping[str, str], *, device_name: str = "", device: str = ""
    ) -> Session:
        """Open a session with what the company's provider said; see `single_sign_on.Proof`."""
        body = dict(proof) | self._about(device_name, device)
        return self._opened(self._json("POST", "/v1/session/oidc", body=body, signed=False))

    def refresh(self, token: str, node: str) -> Session:
        """Renew the session; `token` is used up, the reply carries the next."""
        body = {"refresh": token, "node": node, "device_ms": self._clock.millis()}
        body |= about_this_machine()
        return self._opened(self._json("POST", "/v1/session/refresh", body=body, signed=False))

    def sign_out(self) -> None:
        """Close the session at the server."""
        self.ask("DELETE", "/v1/session")

    def push(
        self, operations: Sequence[Operation], lineage: str, *, device_offset_ms: int
    ) -> Pushed:
        """Send one batch; everything acknowledged is durable there.

        `device_offset_ms` is the correction already in the operations' stamps, so that the server
        adds only what is still missing.
        """
        message = PushMessage(operations, self._clock.millis() + device_offset_ms, lineage)
        reply = self.ask(
            "POST",
            "/v1/sync/push",
            content=wire.push_bytes(message),
            headers={"Content-Type": protocol.MEDIA_TYPE},
        )
        acks, told, server_ms = wire.acks_from(reply.content)
        self._learn_time(reply, {"server_ms": server_ms})
        return Pushed(tuple(acks), told or lineage)

    def pull(self, cursor: int, node: str, *, own_too: bool = False) -> PullReply:
        """One page after `cursor`; with `own_too` also what this device once sent."""
        parameters = {"cursor": str(cursor), "limit": str(PAGE), "node": node}
        if own_too:
            parameters["all"] = "1"
        reply = self.ask("GET", "/v1/sync/pull", params=parameters)
        return wire.page_from(reply.content)

    def history(self, entity: str, record_id: str, after: int) -> PullReply:
        """One page of everything that ever happened to a record, after the first `after`."""
        path = f"/v1/history/{quote(entity, safe='')}/{quote(record_id, safe='')}"
        reply = self.ask("GET", path, params={"after": str(after), "limit": str(PAGE)})
        return wire.page_from(reply.content)

    def check(self, newcomer: Mapping[str, str]) -> list[Mapping[str, object]]:
        """Who has this phone or credit code (`/v1/check`)."""
        told = self._json("POST", "/v1/check", signed=True, body=newcomer).get("taken")
        return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []

    def digest(self, question: Question) -> Answer:
        """What this person's records come to at the server; "later" where it cannot tell."""
        reply = self._reply("POST", "/v1/sync/digest", content=question_bytes(question))
        if reply.status_code in (404, 405):
            return Answer(state=State.LATER)  # A server from before there were any.
        if not reply.is_success:
            raise refusal_of(reply)
        return answer_from(reply.content)

    def records(self, entity: str, ids: Sequence[str]) -> PullReply:
        """Everything that ever happened to the first `cursor` of these records."""
        reply = self.ask("POST", "/v1/sync/records", json={"entity": entity, "ids": list(ids)})
        return wire.page_from(reply.content)

    def snapshot(self, having: str = "") -> Manifest | SnapshotState:
        """The snapshot to fill a new replica from, or what to do instead; `having` names one of
        which a part is here."""
        reply = self._reply("POST", "/v1/sync/snapshot", params={"have": having} if having else {})
        if reply.status_code in (404, 405):
            return SnapshotState.LOG  # A server from before there were any.
        if not reply.is_success:
            raise refusal_of(reply)
        said = object_in(reply)
        if "state" not in said:
            return manifest_from(said)
        known = said["state"] == SnapshotState.PREPARING
        return SnapshotState.PREPARING if known else SnapshotState.LOG

    @contextlib.contextmanager
    def snapshot_bytes(self, snapshot: str, first: int) -> Iterator[Iterator[bytes]]:
        """The bytes of a snapshot from `first` on, as they arrive."""
        wanted = {"Accept-Encoding": "identity", "Range": f"bytes={first}-"}
        with known_failures():
            request = self._http.build_request(
                "GET",
                f"/v1/sync/snapshot/{snapshot}",
                headers=self._headers(signed=True) | wanted,
                extensions=self._extensions(patience()),
            )
            reply = self._http.send(request, stream=True)
            try:
                if reply.is_error:
                    reply.read()
                    raise refusal_of(reply)
                begun = f"bytes {first}-"
                if not reply.headers.get("Content-Range", "").startswith(begun):
                    raise SyncError(SyncCode.SERVER_UNREACHABLE, "not the range asked for")
                yield reply.iter_raw()
            finally:
                reply.close()

    def hints(self) -> Iterator[bool]:
        """Yield True for every hint that there is something new, False for a sign of life.

        Ends, or raises SyncError, when the connection does.
        """
        accepts = {"Accept": "text/event-stream"}
        with self.stream("GET", "/v1/live", headers=accepts, seconds=LIVE_SECONDS) as reply:
            for line in reply.iter_lines():
                if line:
                    yield line.startswith("data:")

    @contextlib.contextmanager
    def stream(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: Iterator[bytes] | None = None,
        seconds: float = SECONDS,
    ) -> Iterator[httpx.Response]:
        """Ask as the person signed in, and read the answer as it comes.

        SyncError for a refusal, and for whatever breaks while the answer is read.
        """
        timeout = patience(seconds)
        with known_failures():
            request = self._http.build_request(
                method,
                path,
                headers=self._headers(signed=True) | dict(headers or {}),
                content=content,
                timeout=timeout,
                extensions=self._extensions(timeout),
            )
            reply = self._http.send(request, stream=True)
            try:
                if reply.is_error:
                    reply.read()
                    raise refusal_of(reply)
                yield reply
            finally:
                reply.close()

    # -- inside -------------------------------------------------------------------------------

    def _about(self, device_name: str, device: str) -> dict[str, object]:
        told: dict[str, object] = {
            "device_name": device_name or platform.node() or "desktop",
            "device_ms": self._clock.millis(),
            **about_this_machine(),
        }
        return told | ({"device": device} if device else {})

    def _opened(self, wire: Mapping[str, Any]) -> Session:
        session = read_as(
            lambda: Session(
                access=str(wire["access"]),
                refresh=str(wire["refresh"]),
                node=str(wire["node"]),
                user_id=str(wire["user"]["id"]),
                user_name=str(wire["user"]["name"]),
                role=str(wire["user"]["role"]),
                lineage=str(wire["lineage"]),
                login=str(wire["user"].get("login", "")),
                must_change=wire.get("must_change") is True,
            )
        )
        self.access = session.access
        return session

    def _json(
        self, method: str, path: str, *, signed: bool, body: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        reply = self.ask(method, path, json=body, signed=signed)
        wire = object_in(reply)
        self._learn_time(reply, wire)
        return wire

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer of a route, asked as the person signed in; SyncError for a refusal."""
        reply = self._reply(method, path, **more)
        if not reply.is_success:
            raise refusal_of(reply)
        return reply

    def _reply(
        self,
        method: str,
        path: str,
        *,
        signed: bool = True,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        with known_failures():
            return self._http.request(
                method,
                path,
                headers=self._headers(signed=signed) | dict(headers or {}),
                extensions=self._extensions(patience()),
                **more,
            )

    def _headers(self, *, signed: bool) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"} if signed else {}

    def _extensions(self, timeout: httpx.Timeout) -> dict[str, Any]:
        if self._aborted:
            raise SyncError(SyncCode.SERVER_UNREACHABLE, "stopped")
        trace: Callable[[str, Mapping[str, Any]], None] = self._trace
        return {"trace": trace, "timeout": timeout.as_dict()}

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember every socket the HTTP library opens, so that `abort` can end it."""
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        opened = info["return_value"].get_extra_info("socket")
        if isinstance(opened, socket.socket):
            with self._lock:
                self._sockets = {one for one in self._sockets if one.fileno() >= 0} | {opened}
                if self._aborted:
                    with contextlib.suppress(OSError):
                        socket.socket.shutdown(opened, socket.SHUT_RDWR)

    def _learn_time(self, reply: httpx.Response, wire: Mapping[str, Any]) -> None:
        """The server read its clock about half a round trip before we read ours."""
        told = wire.get("server_ms")
        if isinstance(told, int) and not isinstance(told, bool):
            half = int(reply.elapsed.total_seconds() * 500)
            self.offset_ms = told - (self._clock.millis() - half)
