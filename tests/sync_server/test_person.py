"""What there is about a person, its export, who is due; the application runs in this process."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from crm_core.errors import SyncCode, SyncError
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Actor
from crm_core.store.engines.faults import Point, plant
from crm_core.sync.change import Verb
from sync_server.cli import app
from sync_server.services.erasure import erasing, person, retention
from sync_server.services.erasure.compaction import Policy, compact
from sync_server.services.erasure.erasing import Asked
from sync_server.services.erasure.retention import months_before
from tests.sync_proof.network import Line
from tests.sync_proof.world import World, found_organisation, user_of
from tests.sync_server.live import LiveDevice, LiveServer
from tests.sync_server.test_quarantine import Told, ask, code

ANNA = Actor(user_of("anna"), "admin")
PHOTO = b"a photo of the contract"
ADDRESS = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, served=False)
    found_organisation(made.data, made.time)
    made.start()
    yield made
    made.close()


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    with httpx.Client(transport=Line(world.gate)) as opened:
        yield opened


def a_device(world: World, client: httpx.Client, login: str) -> LiveDevice:
    device = Told(LiveServer(Path(), url="http://server"), login, client)
    device.world = world
    device.sign_in()
    return device


def put(world: World, entity: str, record: str, **values: object) -> str:
    """A record of anna's, written at the server."""
    owned = {"owner": ANNA.user_id} if world.replica.registry.entity(entity).owner else {}
    with world.replica.write(ANNA, "新建") as (unit, _):
        return unit.create(entity, owned | values, record_id=record)


def change(world: World, entity: str, record: str, **values: object) -> None:
    with world.replica.write(ANNA, "修改") as (unit, _):
        unit.change(entity, record, values)


def a_family(world: World) -> None:
    """A school, a father there with a visit and a photo; the same man as a lead; a namesake."""
    put(world, "customer", "cus-school", name="第一小学", kind="organisation")
    put(world, "contact", "con-li", name="李雷", customer="cus-school", phone="13812345678",
        email="li@example.com", consent="given", consent_on="2026-01-05")  # fmt: skip
    put(world, "visit", "vis-1", customer="cus-school", contact="con-li",
        started_at="2026-02-01T08:00:00Z", summary="=很满意")  # fmt: skip
    put(world, "attachment", "att-1", name="合影.jpg", sha256=ADDRESS, size=23, visit="vis-1")
    put(world, "lead", "lea-li", name="李先生", stage="captured", phone="13812345678")
    put(world, "contact", "con-other", name="李雷", phone="13900000000")
    put(world, "task", "tas-1", title="给李雷回电 138 1234 5678", kind="todo", state="open",
        customer="cus-school")  # fmt: skip
    change(world, "customer", "cus-school", remark="李雷的孩子在三年级")
    change(world, "customer", "cus-school", remark="三年级")
    change(world, "contact", "con-li", consent="withdrawn", consent_on="2026-02-20")
    world.server.shelf.put(ADDRESS, io.BytesIO(PHOTO))


def test_a_look_says_what_hangs_under_who_may_be_the_same_and_where_texts_name_them(
    world: World, client: httpx.Client
) -> None:
    a_family(world)
    boss, anna = a_device(world, client, "boss"), a_device(world, client, "anna")
    anna.pull()
    found = ask(boss, "GET", "/v1/admin/person/contact/con-li").json()
    assert (found["title"], found["files"]) == ("李雷", 1)
    assert found["records"] == {"attachment": 1, "contact": 1, "visit": 1}
    assert [(c["entity"], c["id"], c["why"]) for c in found["candidates"]] == [
        ("lead", "lea-li", ["phone"])
    ]
    assert {(m["entity"], m["id"], m["field"], m["past"]) for m in found["mentions"]} == {
        ("task", "tas-1", "title", False), ("customer", "cus-school", "remark", True),
        ("contact", "con-other", "name", False),
    }  # fmt: skip
    assert [(h["user"], h["records"]) for h in found["holders"]] == [("anna", 3)]
    both = ask(boss, "GET", "/v1/admin/person/contact/con-li", params={"also": "lead:lea-li"})
    assert both.json()["records"]["lead"] == 1
    assert both.json()["candidates"] == []
    for path, wanted in (
        ("contact/con-li", SyncCode.FORBIDDEN), ("due", SyncCode.FORBIDDEN),
        ("contact/con-li/export", SyncCode.FORBIDDEN), ("erasures", SyncCode.FORBIDDEN),
    ):  # fmt: skip
        assert code(ask(anna, "GET", f"/v1/admin/person/{path}")) == wanted
    for path in ("customer/cus-school", "contact/nobody", "user/user-anna"):
        assert code(ask(boss, "GET", f"/v1/admin/person/{path}")) == SyncCode.PERSON_UNKNOWN


def test_the_export_holds_records_history_consent_files_and_who_has_it(
    world: World, client: httpx.Client
) -> None:
    a_family(world)
    boss = a_device(world, client, "boss")
    boss.pull()
    path = "/v1/admin/person/contact/con-li/export"
    english = {"Accept-Language": "en"}
    reply = ask(boss, "GET", path, params={"also": ["lead:lea-li"]}, headers=english)
    assert int(reply.headers["Content-Length"]) == len(reply.content)
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        assert archive.read(f"files/{ADDRESS}.jpg") == PHOTO
        assert archive.read("contact.csv").startswith(b"\xef\xbb\xbf")
        told = json.loads(archive.read("person.json"))
        visits = rows_of(archive, "visit.csv")
        consent = rows_of(archive, "consent.csv")
        history = rows_of(archive, "history.csv")
        assert rows_of(archive, "devices.csv")[0]["Person"] == "boss"
    assert told["records"]["contact"][0]["phone"] == "13812345678"
    assert set(told["records"]) == {"attachment", "contact", "lead", "visit"}
    assert visits[0]["Summary"] == "'=很满意", "no spreadsheet runs it"
    assert [(r["Before"], r["After"]) for r in consent if r["Field"] == "Consent"] == [
        ("", "Given"), ("Given", "Withdrawn"),
    ]  # fmt: skip
    assert {r["Who"] for r in history} == {"anna"}
    assert all(r["Reason"] in ("新建", "修改") for r in history)
    [entry] = world.replica.find(Query("audit_entry", Test("kind", Op.EQ, "person_exported")))
    assert (entry["owner"], entry["about"]) == (user_of("boss"), "contact con-li, lead lea-li")
    assert "李" not in repr(entry)


def rows_of(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def test_an_erasure_is_counted_first_and_then_told_until_everybody_has_heard(
    world: World, client: httpx.Client
) -> None:
    a_family(world)
    boss, anna = a_device(world, client, "boss"), a_device(world, client, "anna")
    anna.pull()
    path = "/v1/admin/person/contact/con-li/erase"
    body = {"dry_run": True, "also": [{"entity": "lead", "id": "lea-li"}],
            "texts": [{"entity": "task", "id": "tas-1", "field": "title"}]}  # fmt: skip
    counted = ask(boss, "POST", path, json=body).json()
    wanted = {"attachment": 1, "contact": 1, "lead": 1, "visit": 1}
    assert (counted["records"], counted["files"], counted["texts"]) == (wanted, 1, 1)
    assert world.replica.record("contact", "con-li") is not None
    assert ask(boss, "GET", "/v1/admin/person/erasures").json() == []
    done = ask(boss, "POST", path, json=body | {"dry_run": False}).json()
    assert (done["records"], done["files"], done["texts"]) == (wanted, 1, 1)
    assert world.replica.record("task", "tas-1")["title"] == "给某人回电 某人"  # type: ignore[index]
    [told] = ask(boss, "GET", "/v1/admin/person/erasures").json()
    assert [d["node"] for d in told["waiting"]] == [anna.node]
    anna.pull()
    assert {("contact", "con-li"), ("lead", "lea-li")} <= anna.left
    assert "con-li" not in anna.records()
    assert "tas-1" in anna.records(), "it came anew"
    world.time.advance(minutes=11)
    anna.pull()
    [told] = ask(boss, "GET", "/v1/admin/person/erasures").json()
    assert told["waiting"] == []
    assert code(ask(boss, "POST", path, json=body)) == SyncCode.PERSON_UNKNOWN
    late = anna.operation("contact", "con-li", Verb.SET, "晚了", field="remark")
    assert [a.refused for a in anna.push(late)] == [SyncCode.FORBIDDEN], "what protocol 1 knows"


def test_nothing_is_proposed_without_a_policy_but_those_who_withdrew(world: World) -> None:
    a_family(world)
    world.time.advance(days=4000)
    [one] = retention.due(world.server).people
    assert (one.entity, one.id, one.reasons, one.contract) == (
        "contact", "con-li", ("withdrawn",), False,
    )  # fmt: skip


def test_people_silent_for_the_policys_months_are_proposed_unless_they_bought(
    world: World,
) -> None:
    put(world, "policy", "policy", name="策略", retention_months=24)
    put(world, "customer", "cus-old", name="王大妈", kind="person")
    put(world, "lead", "lea-old", name="问过价的", stage="captured", customer="cus-old")
    put(world, "customer", "cus-won", name="买过的", kind="person")
    put(world, "opportunity", "opp-1", name="成交", customer="cus-won", stage="won")
    put(world, "contact", "con-won", name="买家", customer="cus-won")
    put(world, "contact", "con-busy", name="常联系")
    put(world, "customer", "cus-firm", name="公司", kind="organisation")
    world.time.advance(days=700)
    assert retention.due(world.server).people == ()
    put(world, "follow_up", "fol-1", action="called", contact="con-busy",
        happened_at="2028-01-30T01:00:00Z")  # fmt: skip
    world.time.advance(days=60)
    found = retention.due(world.server)
    assert found.months == 24
    assert {(d.entity, d.id, d.reasons) for d in found.people} == {
        ("customer", "cus-old", ("retention",)), ("lead", "lea-old", ("retention",)),
    }  # fmt: skip
    assert all(d.last_activity.startswith("2026-03-02") for d in found.people)
    assert [d.id for d in retention.due(world.server, most=1).people] == ["lea-old"]


@pytest.mark.parametrize(("at", "months", "wanted"), [
    (datetime(2026, 3, 31, 9, tzinfo=UTC), 1, datetime(2026, 2, 28, 9, tzinfo=UTC)),
    (datetime(2026, 3, 31, tzinfo=UTC), 15, datetime(2024, 12, 31, tzinfo=UTC)),
    (datetime(2024, 3, 30, tzinfo=UTC), 1, datetime(2024, 2, 29, tzinfo=UTC)),
    (datetime(2026, 1, 1, tzinfo=UTC), 30_000, datetime(1, 1, 1, tzinfo=UTC)),
])  # fmt: skip
def test_months_are_those_of_the_calendar(at: datetime, months: int, wanted: datetime) -> None:
    assert months_before(at, months) == wanted


def test_old_audit_entries_go_with_compaction(world: World, client: httpx.Client) -> None:
    boss = a_device(world, client, "boss")
    boss.pull()
    put(world, "policy", "policy", name="策略", audit_months=6)
    old = {str(r["id"]) for r in world.replica.find(Query("audit_entry"))}
    assert old
    world.time.advance(days=200)
    boss.sign_in()
    policy = Policy(90, 180)
    assert compact(world.server, policy, dry_run=True).purged == {"audit_entry": len(old)}
    assert compact(world.server, policy).purged == {"audit_entry": len(old)}
    left = {str(r["id"]) for r in world.replica.find(Query("audit_entry"))}
    assert left
    assert not left & old
    boss.pull()
    assert {("audit_entry", record) for record in old} <= boss.left
    assert compact(world.server, policy).purged == {}


def test_the_command_line_shows_exports_erases_and_lists(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_family(world)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    data, out = ["--data", str(world.data.root)], tmp_path / "li.zip"

    def run(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["person", *arguments, *data])
        assert done.exit_code == code, done.output
        return done.output

    assert "lea-li" in run("show", "--id", "con-li")
    assert "3 records" in run("export", "--id", "con-li", "--out", str(out))
    assert zipfile.is_zipfile(out)
    assert "exists already" in run("export", "--id", "con-li", "--out", str(out), code=1)
    assert "withdrawn" in run("due")
    assert "no such person" in run("erase", "--id", "cus-school", code=1)
    (world.data.root / "suixing-before-restore-20260101-000000.db").write_bytes(b"")
    asked = ("erase", "--id", "con-li", "--also", "lea-li", "--rewrite-texts", "--word", "家长")
    assert "4 records and 1 files would go" in run(*asked, "--dry-run")
    done = run(*asked)
    assert "Erased 4 records and 1 files, rewrote 3 texts" in done
    assert "suixing-before-restore-20260101-000000.db" in done
    assert world.replica.record("task", "tas-1")["title"] == "给家长回电 家长"  # type: ignore[index]
    assert world.replica.record("contact", "con-other")["name"] == "家长"  # type: ignore[index]
    assert "no such person" in run("show", "--id", "con-li", code=1)
    assert "0 people" in run("due")


def test_what_cannot_be_committed_is_not_carried_out_later(world: World) -> None:
    a_family(world)

    def full(point: Point) -> None:
        if point is Point.BEFORE_COMMIT:
            raise OSError("no room")

    plant(world.replica.engine, full)
    with pytest.raises(OSError, match="no room"):
        erasing.erase(world.server, Asked((("contact", "con-li"),)), by=user_of("boss"))
    world.spare()
    world.restart()
    assert world.replica.record("contact", "con-li") is not None
    with pytest.raises(SyncError):
        person.find(world.server, "con-nobody")
