"""A real server process on a free loopback port, and a device that talks to it as the app does.

Fixtures live in `conftest`; end-to-end tests of the desktop import `LiveServer` from here.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

from crm_core.clock import ZERO_STAMP, make_stamp, new_id, successor, system_clock
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import MEDIA_TYPE, Ack, PullReply, acks_from, pack, pull_from, unpack
from sync_server.__main__ import main
from tests.passwords import hash_cheaply
from tests.processes import Surroundings, begin, text_of

HEADERS = {"X-Suixing-Protocol": "1"}
PASSWORD = "correct horse battery"


def suixing_server(*arguments: str) -> None:
    """The command line, in a process of its own; it hashes passwords cheaply."""
    hash_cheaply()
    sys.argv[1:] = arguments
    main()


@dataclass(slots=True)
class LiveServer:
    """One data folder and, while it runs, the process that serves it."""

    folder: Path
    url: str = ""
    database: str = ""
    """Address of a PostgreSQL database; empty: a file in the folder."""
    processes: int = 1
    options: tuple[str, ...] = ()
    """Of `serve`."""
    _process: BaseProcess | None = None

    def cli(self, *arguments: str, typed: str = "", fails: bool = False) -> str:
        """Run a command of `suixing-server`; its stdout, or stderr where it is expected to fail."""
        with tempfile.TemporaryDirectory() as said:
            out, errors = Path(said, "out"), Path(said, "errors")
            within = Surroundings(self._environment(), typed, str(out), str(errors))
            process = begin(suixing_server, *arguments, "--data", str(self.folder), within=within)
            process.join(60)
            assert process.exitcode is not None, "the command does not end"
            assert (process.exitcode == 1) is fails, text_of(errors)
            assert process.exitcode in (0, 1), text_of(errors)
            return text_of(errors if fails else out)

    def found(self, *, admin: str = "boss") -> None:
        """`init` with one administrator whose password is PASSWORD."""
        founded = ("init", "--organisation", "随行测试", "--admin", admin, "--password-stdin")
        self.cli(*founded, typed=f"{PASSWORD}\n")

    def add_user(self, login: str, *, role: str = "rep", team: str = "") -> None:
        """A person with PASSWORD, in a team made where it is missing."""
        teamed = ("--team", team, "--create-team") if team else ()
        who = ("--login", login, "--name", login, "--role", role)
        self.cli(
            "user",
            "add",
            *who,
            *teamed,
            "--password-stdin",
            "--keep-password",
            typed=f"{PASSWORD}\n",
        )

    def start(self) -> None:
        """Serve on a free port; returns when it answers."""
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        log = str(self.folder / "server.log")
        self._process = begin(
            suixing_server, "serve", "--data", str(self.folder),
            "--port", "0", "--port-file", str(port_file), "--processes", str(self.processes),
            *self.options, within=Surroundings(self._environment(), output=log, errors=log),
        )  # fmt: skip
        wait_for(port_file.exists, "the server listens", seconds=90)
        self.url = f"http://127.0.0.1:{port_file.read_text().strip()}"

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None
        self._process.kill()
        self._process.join()
        self._process = None

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        self._process.join(20)
        code = self._process.exitcode
        assert code is not None, "the server does not end"
        self._process = None
        return code

    def log(self) -> str:
        """What the process wrote."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        spoken = {"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"}
        return os.environ | spoken | {"SUIXING_SERVER_DATABASE": self.database}


@dataclass(slots=True)
class LiveDevice:
    """A signed-in device at the level of the wire: it makes operations, pushes and pulls them."""

    server: LiveServer
    login: str
    client: httpx.Client
    node: str = ""
    user_id: str = ""
    session: dict[str, Any] = field(default_factory=dict)
    cursor: int = 0
    sequence: int = 0
    ahead_ms: int = 0
    """How far this device's clock is wrong."""
    last: str = ZERO_STAMP
    held: dict[tuple[str, int], Operation] = field(default_factory=dict)
    left: set[tuple[str, str]] = field(default_factory=set)

    def sign_in(self, password: str = PASSWORD) -> dict[str, Any]:
        """Sign in as this device's user, keeping the node id it has."""
        reply = self.client.post(
            f"{self.server.url}/v1/session",
            headers=HEADERS,
            json={
                "login": self.login, "password": password, "device_name": "测试机",
                "device": self.node or None, "device_ms": self.now_ms(),
            },
        )  # fmt: skip
        assert reply.status_code == 200, reply.text
        self.session = reply.json()
        self.node, self.user_id = self.session["node"], self.session["user"]["id"]
        return self.session

    @property
    def headers(self) -> dict[str, str]:
        """What every request of a signed-in device carries."""
        return HEADERS | {"Authorization": f"Bearer {self.session['access']}"}

    def now_ms(self) -> int:
        """This device's idea of the time."""
        return system_clock().millis() + self.ahead_ms

    def stamp(self) -> str:
        """The next stamp of this device's clock."""
        self.last = max(make_stamp(self.now_ms(), 0, self.node), successor(self.last, self.node))
        return self.last

    def create(self, entity: str, values: Mapping[str, Any], **parts: Any) -> Operation:
        """A CREATE, not sent yet."""
        return self.operation(entity, new_id(system_clock()), Verb.CREATE, dict(values), **parts)

    def change(
        self, of: Operation, name: str, value: Any, *, base: str = "", **parts: Any
    ) -> Operation:
        """A SET on the record of another operation, having seen that one."""
        seen = base or of.hlc
        return self.operation(
            of.entity, of.id, Verb.SET, value, field=name, base=seen, **parts
        )  # fmt: skip

    def operation(
        self, entity: str, record: str, verb: Verb, value: Any, **parts: Any
    ) -> Operation:
        """Any operation of this device, not sent yet."""
        self.sequence += 1
        known: dict[str, Any] = {
            "replica": self.node, "replica_seq": self.sequence, "field": "", "before": None,
            "hlc": self.stamp(), "base": ZERO_STAMP, "group": f"g{self.sequence}",
            "actor": self.user_id,
        }  # fmt: skip
        return Operation(entity=entity, id=record, verb=verb, value=value, **(known | parts))

    def push_raw(self, body: bytes) -> httpx.Response:
        """Send a body as it is."""
        headers = self.headers | {"Content-Type": MEDIA_TYPE}
        return self.client.post(f"{self.server.url}/v1/sync/push", headers=headers, content=body)

    def push_reply(self, operations: Sequence[Operation]) -> httpx.Response:
        """Push a batch; the answer whatever it is."""
        return self.push_raw(
            pack(
                {
                    "device_ms": self.now_ms(), "lineage": self.session["lineage"],
                    "operations": [o.as_json() for o in operations],
                }
            )
        )  # fmt: skip

    def push(self, *operations: Operation) -> list[Ack]:
        """Push a batch that is answered; the acknowledgements."""
        reply = self.push_reply(operations)
        assert reply.status_code == 200, reply.text
        return acks_from(unpack(reply.content)["acks"])

    def page_reply(self, **query: Any) -> httpx.Response:
        """One page; the answer whatever it is."""
        asked: dict[str, Any] = {"cursor": self.cursor, "limit": 1000, "node": self.node} | query
        return self.client.get(
            f"{self.server.url}/v1/sync/pull", headers=self.headers, params=asked
        )

    def page(self, **query: Any) -> PullReply:
        """One page, not taken in."""
        reply = self.page_reply(**query)
        assert reply.status_code == 200, reply.text
        return pull_from(unpack(reply.content))

    def pull(self, **query: Any) -> list[Operation]:
        """Pull to the end, keep what a device keeps; the operations that came."""
        came: list[Operation] = []
        while True:
            page = self.page(**query)
            came += page.operations
            self.held |= {o.key: o for o in page.operations}
            self.left |= set(page.leave)
            gone = set(page.leave)
            self.held = {k: o for k, o in self.held.items() if (o.entity, o.id) not in gone}
            self.cursor = page.cursor
            if not page.more:
                return came

    def hear(self, heard: list[str], most: int) -> None:
        """Listen for hints on a connection of its own, adding each to `heard` until `most`."""
        with (
            httpx.Client(timeout=30, trust_env=False) as own,
            own.stream("GET", f"{self.server.url}/v1/live", headers=self.headers) as stream,
        ):
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    heard.append(line)
                if len(heard) == most:
                    return

    def records(self) -> set[str]:
        """Ids of the records this device holds anything of."""
        return {o.id for o in self.held.values()}


def wait_for(truth: Callable[[], bool], what: str, *, seconds: float = 20) -> None:
    """Wait until `truth()`; fails, naming `what`, when that takes too long."""
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.02)
