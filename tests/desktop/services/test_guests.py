"""Seeing the app as somebody else: what the server sends them, and nothing can be written."""

import pytest

from crm_core.errors import KnownError, SyncError
from crm_core.model.query import Query
from desktop.services.commands.verbs import do_create
from desktop.services.online.guests import look_as
from tests.desktop.services.office import Office


def user_id(office: Office, login: str) -> str:
    """Of a person of the office."""
    boss = office.opened[0]
    return next(str(u["id"]) for u in boss.replica.find(Query("user")) if u["login"] == login)


def test_an_administrator_sees_what_a_rep_is_sent_and_writes_nothing(own_office: Office) -> None:
    boss = own_office.desk("boss", "boss")
    carl = own_office.desk("carl", "carl")
    anna = own_office.desk("anna", "anna")
    for one, name in ((carl, "南队的"), (anna, "北队的")):
        do_create(one, "customer", {"name": name, "kind": "organisation"})
        one.client.sync_once()
    look = look_as(boss, user_id(own_office, "anna"))
    seen = look.workspace
    names = {c["name"] for c in seen.replica.find(Query("customer"))}
    assert "北队的" in names
    assert "南队的" not in names
    assert seen.actor.user_id == anna.account.user_id
    with pytest.raises(KnownError) as told:
        do_create(seen, "customer", {"name": "不该有", "kind": "organisation"})
    assert told.value.code == "read_only"
    # Past the program's own check, the server refuses as well.
    with seen.replica.write(seen.actor) as (unit, _):
        unit.create("customer", {"name": "不该有", "kind": "organisation"})
    with pytest.raises(SyncError):
        seen.client.push_once()
    for path in ("/v1/admin/accounts", "/v1/session/devices"):
        with pytest.raises(SyncError):
            seen.client.server.ask("GET", path)
    folder = look.folder
    assert any(folder.iterdir())
    look.close()
    assert not folder.exists()
    boss.client.sync_once()
    kinds = [e["kind"] for e in boss.replica.find(Query("audit_entry"))]
    assert "seen_as" in kinds
    assert "不该有" not in {c["name"] for c in boss.replica.find(Query("customer"))}


def test_only_administrators_look(own_office: Office) -> None:
    anna = own_office.desk("anna", "anna")
    boss = own_office.desk("boss", "boss")
    with pytest.raises(SyncError):
        look_as(anna, boss.account.user_id)
