"""An administrator's desktop looks at a person, exports and erases them, on a real server."""

import zipfile
from pathlib import Path

import pytest

from crm_core.errors import KnownError, SyncCode, SyncError
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.online import person_client
from desktop.services.online.person_client import Wanted
from desktop.services.workspace import Workspace
from tests.desktop.services.office import Office


def a_person(desk: Workspace, name: str, phone: str) -> tuple[str, str, str]:
    """A customer, a contact there with a visit, and a lead of the same number; synced."""
    actor, replica = desk.actor, desk.replica
    own = {"owner": actor.user_id}
    with replica.write(actor) as (unit, _):
        customer = unit.create("customer", own | {
            "name": "第二小学", "kind": "organisation", "remark": f"{name}的班主任介绍",
        })  # fmt: skip
        contact = unit.create("contact", own | {
            "name": name, "customer": customer, "phone": phone,
            "consent": "withdrawn",
        })  # fmt: skip
        unit.create("visit", own | {
            "customer": customer, "contact": contact, "started_at": "2026-02-01T08:00:00Z",
        })  # fmt: skip
        lead = unit.create("lead", own | {
            "name": "韩女士", "stage": "captured", "phone": phone,
        })  # fmt: skip
    desk.client.sync_once()
    return customer, contact, lead


def test_a_person_is_looked_at_exported_and_erased(office: Office, tmp_path: Path) -> None:
    boss, anna = office.desk("boss", "boss"), office.desk("anna")
    customer, contact, lead = a_person(anna, "韩梅梅", "13712345678")
    boss.client.sync_once()
    root, other = ("contact", contact), ("lead", lead)
    found = person_client.look(boss, [root])
    assert (found.target, found.title, found.alive) == (root, "韩梅梅", True)
    assert found.records == {"contact": 1, "visit": 1}
    assert [(c.target, c.why) for c in found.candidates] == [(other, ("phone",))]
    [mention] = found.mentions
    assert mention.place == ("customer", customer, "remark")
    assert {h.user for h in found.holders} >= {"anna", "boss"}
    assert root in {d.target for d in person_client.due(boss).people}

    told: list[tuple[int, int]] = []
    out = tmp_path / "韩梅梅.zip"
    written = person_client.export_person(
        boss, [root, other], out, progress=lambda done, total: told.append((done, total))
    )
    assert out.stat().st_size == written == told[-1][0] == told[-1][1]
    with zipfile.ZipFile(out) as archive:
        assert {"person.json", "contact.csv", "lead.csv", "history.csv"} <= set(archive.namelist())

    wanted = Wanted([root, other], [mention.place], "家长")
    counted = person_client.count(boss, wanted)
    assert (counted.id, counted.records) == ("", {"contact": 1, "lead": 1, "visit": 1})
    done = person_client.erase(boss, wanted)
    assert (done.records, done.texts) == (counted.records, 1)
    one = next(e for e in person_client.erasures(boss) if e.id == done.id)
    assert one.roots == (root, other)
    assert {node for node, _ in one.waiting} >= {anna.account.node}
    for desk in (anna, boss):
        desk.client.sync_once()
        assert desk.replica.record("contact", contact) is None
        assert desk.replica.record("lead", lead) is None
        school = desk.replica.record("customer", customer)
        assert school is not None
        assert school["remark"] == "家长的班主任介绍"
    with pytest.raises(SyncError) as gone:
        person_client.look(boss, [root])
    assert gone.value.sync_code is SyncCode.PERSON_UNKNOWN


def test_what_is_stopped_or_not_allowed_leaves_no_file(office: Office, tmp_path: Path) -> None:
    boss, anna = office.desk("boss", "boss"), office.desk("anna")
    _, contact, _ = a_person(anna, "林涛涛", "13687654321")
    out, token = tmp_path / "out.zip", CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        person_client.export_person(boss, [("contact", contact)], out, cancel=token)
    with pytest.raises(SyncError) as forbidden:
        person_client.export_person(anna, [("contact", contact)], out)
    assert forbidden.value.sync_code is SyncCode.FORBIDDEN
    with pytest.raises(SyncError):
        person_client.erase(anna, Wanted([("contact", contact)]))
    with pytest.raises(KnownError) as unwritable:
        person_client.export_person(boss, [("contact", contact)], tmp_path / "no" / "out.zip")
    assert unwritable.value.code == "unwritable"
    assert not list(tmp_path.glob("*.zip*"))
    assert boss.replica.record("contact", contact) is None, "it was not synced yet"
