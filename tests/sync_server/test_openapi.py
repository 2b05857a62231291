"""Whatever is asked of the server, no answer is a 5xx, and each refusal is one of the table.

schemathesis makes the questions from the server's own OpenAPI document; batches it knows nothing of
are made here. The application runs in this process on a real store. How much is asked is
`SUIXING_TEST_HOSTILE` (see docs/proof.md).
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import zstandard
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from crm_core.clock import ZERO_STAMP, make_stamp
from crm_core.errors import SYNC_CODES, SyncCode, SyncError
from crm_core.sync import protocol, wire
from crm_core.sync.protocol import PushMessage
from sync_server.config import DataFolder
from tests.builders import FakeClock, a_replica, log_of
from tests.sync_proof.world import PASSWORD, World, found_organisation, user_of

GIVEN = os.environ.get("SUIXING_TEST_HOSTILE")
EXAMPLES = int(GIVEN or 4)
ASKED = settings(
    # The normal tests ask the same every time; a longer run asks what nobody has asked before.
    derandomize=GIVEN is None, database=None, deadline=None, print_blob=False,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
)  # fmt: skip
URL = "http://server"
Asked = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Any]
NODES = ("00000000000000a1", "00000000000000b2", "00000000000000c3")


@dataclass(slots=True)
class Asker:
    """Somebody signed in who asks the application in this process."""

    world: World
    login: str = "anna"
    token: str = ""
    node: str = ""
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    """Of the operations sent."""

    def ask(self, request: httpx.Request) -> httpx.Response:
        """The answer; a stream of hints ends by itself after the first."""
        self.world.server.live.close()
        reply = self.world.gate.ask(request)
        reply.request = request
        return reply

    def signed(self) -> dict[str, str]:
        """What a device says with each request; a session that has ended is begun anew."""
        if not self.token:
            given = {"login": self.login, "password": PASSWORD, "device": self.node or None}
            about = {"X-Suixing-Protocol": "2"}
            asked = httpx.Request("POST", f"{URL}/v1/session", json=given, headers=about)
            session = self.ask(asked).json()
            self.token, self.node = session["access"], session["node"]
        return {"Authorization": f"Bearer {self.token}", "X-Suixing-Protocol": "2"}

    def page(self, cursor: int, form: str) -> httpx.Response:
        """A page of everything, in one protocol."""
        about = self.signed() | {"X-Suixing-Protocol": form}
        query = {"cursor": cursor, "all": True}
        return self.ask(httpx.Request("GET", f"{URL}/v1/sync/pull", params=query, headers=about))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"] if GIVEN else ["sqlite"])
def asker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asker]:
    """Anna, of an organisation of this module's own; a longer run asks both engines."""
    folder, time, database = tmp_path_factory.mktemp("hostile"), FakeClock(), ""
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres").database()
    found_organisation(DataFolder(folder / "server", database), time)
    world = World(folder, time, database=database)
    yield Asker(world)
    world.close()


def judged(reply: httpx.Response, about: object) -> None:
    """No failure of the server's own; a refusal is one of the table, said in both languages."""
    assert reply.status_code < 500, (about, reply.text)
    if reply.status_code < 400:
        return
    code = SyncCode(reply.headers["X-Suixing-Code"])
    if reply.request.method != "HEAD":
        said, text = reply.json(), SYNC_CODES[code]
        assert (said["code"], said["message_zh"]) == (code.value, text.chinese), about
        assert said["message_en"] == text.english


# -- questions made from the document -----------------------------------------------------------

KNOWN = {"entity": "customer", "record": "rec-1", "address": "0" * 64, "snapshot": "0" * 32}
"""What a path may name that gets further than its form."""


def can_be_wrong(operation: Asked) -> bool:
    """Whether anything sent by the wire can break the document's rules: a bare text cannot."""
    rules = [parameter.definition["schema"] for parameter in operation.iter_parameters()]
    return bool(operation.body) or any(
        set(rule) & {"maxLength", "pattern", "maximum"} for rule in rules
    )


def request_of(case: AnyCase, headers: Mapping[str, str]) -> httpx.Request | None:
    """The question as it travels; None for what no client could put on the wire."""
    parts = case.as_transport_kwargs(base_url=URL, headers=dict(headers))
    pairs = [(name, str(value)) for name, value in parts["headers"].items()]
    try:
        return httpx.Request(
            parts["method"], parts["url"], params=parts["params"], json=parts.get("json"),
            content=parts.get("data"),
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        )  # fmt: skip
    except (UnicodeEncodeError, httpx.InvalidURL, ValueError, TypeError):
        return None


def test_nothing_the_document_allows_or_forbids_is_a_5xx(asker: Asker) -> None:
    schema = schemathesis.openapi.from_dict(asker.world.gate.app.openapi())  # type: ignore[union-attr]
    asked = 0

    def try_out(operation: Asked, mode: GenerationMode) -> None:
        @settings(ASKED, max_examples=EXAMPLES)
        @given(
            case=operation.as_strategy(mode),
            known=st.sets(st.sampled_from(sorted(KNOWN))),
            signed=st.sampled_from((True, True, True, False)),
        )
        def once(case: AnyCase, known: set[str], signed: bool) -> None:
            nonlocal asked
            for name in known & set(case.path_parameters or ()):
                case.path_parameters[name] = KNOWN[name]
            request = request_of(case, asker.signed() if signed else {})
            if request is not None:
                asked += 1
                judged(asker.ask(request), case)
            if operation.label == "DELETE /v1/session":
                asker.token = ""

        once()

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        try_out(operation, GenerationMode.POSITIVE)
        if can_be_wrong(operation):
            try_out(operation, GenerationMode.NEGATIVE)
    assert asked > 15 * EXAMPLES


# -- batches -----------------------------------------------------------------------------------

EVIL = ("'; DROP TABLE customer; --", "../../etc/passwd", "NaN", "\x7f", "＇ OR 1=1", "长" * 400)
TEXTS = st.sampled_from(EVIL) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
PLAIN = st.none() | st.booleans() | st.integers(-(2**61), 2**61) | TEXTS
STORABLE = PLAIN | st.lists(PLAIN, max_size=3)
"""What the wire may carry, whatever field it is for."""
JUNK = st.recursive(
    PLAIN | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
STEPS = st.dictionaries(st.sampled_from(("add", "remove", "put")), STORABLE, max_size=2)
NAMES = st.sampled_from(
    ("name", "kind", "tags", "owner", "city", "team", "level", "id", "rid", "x_beds", "alive")
)
ROWS = st.dictionaries(NAMES | TEXTS, STORABLE, max_size=3).map(
    lambda more: more | {"name": "某某", "kind": "organisation"}
)
MILLIS = st.sampled_from((1, 1_700_000_000_000, 2**46, 0x7FFEFFFFFFFF))
STAMPS = st.builds(make_stamp, MILLIS, st.sampled_from((1, 0xFFFF)), st.sampled_from(NODES))
EARLIER = st.sampled_from((ZERO_STAMP, ZERO_STAMP, make_stamp(1, 0, NODES[0])))


@st.composite
def a_change(draw: st.DrawFn) -> dict[str, object]:
    """One operation of protocol 1, well formed for the most part; one in ten is not."""
    verb = draw(st.sampled_from(("create", "set", "set", "delete")))
    values = {"create": ROWS, "set": STORABLE | STEPS, "delete": st.just(True)}
    good: dict[str, object] = {
        "entity": draw(st.sampled_from(("customer", "customer", "task", "user", "custom_field"))),
        "id": draw(st.sampled_from(("rec-1", "rec-2", *EVIL))),
        "verb": verb, "field": draw(NAMES | st.sampled_from(EVIL)) if verb == "set" else "",
        "value": draw(values[verb]), "before": draw(STORABLE), "hlc": draw(STAMPS),
        "base": draw(EARLIER), "group": draw(TEXTS), "actor": user_of("anna"),
        "reason": draw(TEXTS),
    }  # fmt: skip
    broken = draw(st.sampled_from((*sorted(good), *[None] * (9 * len(good)))))
    return good if broken is None else good | {broken: draw(JUNK)}


def in_protocol_2(body: Mapping[str, Any]) -> bytes | None:
    """The same batch as arrays, where it can be said in them."""
    try:
        operations = protocol.operations_from(json.loads(json.dumps(body["operations"])))
        return wire.push_bytes(PushMessage(operations, body["device_ms"]))
    except (SyncError, ValueError):
        return None


def test_no_batch_is_a_5xx_and_none_keeps_others_from_reading(asker: Asker, tmp_path: Path) -> None:
    taken = 0

    @settings(ASKED, max_examples=10 * EXAMPLES)
    @given(
        changes=st.lists(a_change(), min_size=1, max_size=3),
        device_ms=MILLIS,
        second=st.booleans(),
    )
    def once(changes: list[dict[str, object]], device_ms: int, second: bool) -> None:
        nonlocal taken
        about = asker.signed() | {"X-Suixing-Protocol": "2" if second else "1"}
        operations = [
            {"replica": asker.node, "replica_seq": next(asker.numbers)} | change
            | ({"hlc": change["hlc"][:18] + asker.node} if isinstance(change["hlc"], str) else {})
            for change in changes
        ]  # fmt: skip
        body = {"operations": operations, "device_ms": device_ms}
        text = json.dumps(body).encode("utf-8", "surrogatepass")
        packed = in_protocol_2(body) if second else zstandard.compress(text)
        if packed is None:
            return
        asked = httpx.Request("POST", f"{URL}/v1/sync/push", headers=about, content=packed)
        reply = asker.ask(asked)
        judged(reply, body)
        taken += reply.status_code == 200

    once()
    assert taken > 3 * EXAMPLES
    read_by_all(asker, tmp_path)


def read_by_all(asker: Asker, folder: Path) -> None:
    """Everything that was let in is sent out in both protocols, and a laptop takes it."""
    laptop = a_replica(folder / "laptop.db", time=asker.world.time)
    for form, reader in (("1", protocol), ("2", wire)):
        cursor, more = 0, True
        while more:
            reply = asker.page(cursor, form)
            judged(reply, cursor)
            page = (
                wire.page_from(reply.content) if reader is wire
                else protocol.pull_from(protocol.unpack(reply.content))
            )  # fmt: skip
            laptop.receive(page.operations)
            cursor, more = page.cursor, page.more
    assert len(log_of(laptop)) > 5
    laptop.close()
