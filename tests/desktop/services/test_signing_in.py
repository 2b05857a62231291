"""Signing in: what it leaves in the profile, and that failing leaves nothing."""

from pathlib import Path

import pytest

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.model.query import Query
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.commands.verbs import do_create
from desktop.services.online.first_fill import Watch
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.workspace import open_workspace
from tests.desktop.services.office import Office, a_setup, credentials
from tests.sync_server.live import LiveServer

NEW = {"name": "北京协和医院", "kind": "organisation"}


def contents(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()} if folder.exists() else set()


def test_signing_in_fills_an_encrypted_replica_that_opens_without_the_network(
    office: Office,
) -> None:
    first = office.desk("one")
    customer = do_create(first, "customer", NEW).record_id
    again = office.reopen(first)
    assert again.replica.record("customer", customer) is not None
    assert again.account.login == "anna"
    assert again.replica.hybrid.node == again.account.node
    head = again.profile.replica_path.read_bytes()[:16]
    assert not head.startswith(b"SQLite format 3")
    assert "协和" not in (again.profile.account_path.read_text("utf-8"))
    assert contents(again.profile.folder) >= {"profile.json", "replica.db", "secrets.json"}


def test_the_actor_knows_the_colleagues_of_the_team(office: Office) -> None:
    anna, boss = office.desk("one"), office.desk("two", "boss")
    people = {u["login"]: u["id"] for u in boss.replica.find(_users())}
    assert anna.actor.role == "rep"
    assert people["ben"] in anna.actor.circles.team
    assert people["carl"] not in anna.actor.circles.team


def test_a_wrong_password_leaves_no_trace(shared_server: LiveServer, tmp_path: Path) -> None:
    setup = a_setup(tmp_path / "one")
    with pytest.raises(SyncError) as caught:
        sign_in(setup, credentials(shared_server, "nobody-here", "wrong"))
    assert caught.value.sync_code is SyncCode.BAD_CREDENTIALS
    assert contents(tmp_path / "one") == set()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "", "http://", "no such place/ü"])
def test_an_address_without_a_server_leaves_no_trace(tmp_path: Path, address: str) -> None:
    with pytest.raises(SyncError) as caught:
        sign_in(a_setup(tmp_path / "one"), Credentials(address, "anna", "x"))
    assert caught.value.sync_code is SyncCode.SERVER_UNREACHABLE
    assert contents(tmp_path / "one") == set()


def test_cancelling_the_first_fill_leaves_no_trace(
    shared_server: LiveServer, tmp_path: Path
) -> None:
    token = CancelToken()
    setup = a_setup(tmp_path / "one")

    watch = Watch(progress=lambda _far: token.cancel(), token=token)
    with pytest.raises(Cancelled):
        sign_in(setup, credentials(shared_server, "anna"), watch=watch)
    assert contents(tmp_path / "one") == set()


def test_another_person_cannot_take_over_a_profile(office: Office) -> None:
    anna = office.desk("one")
    before = anna.profile.account_path.read_bytes()
    with pytest.raises(KnownError) as caught:
        office.desk("one", "ben")
    assert caught.value.code == "other_user"
    assert anna.profile.account_path.read_bytes() == before
    do_create(anna, "customer", NEW)
    assert anna.client.sync_once().pushed == 1


def test_signing_in_again_keeps_the_node_and_what_was_not_sent(office: Office) -> None:
    anna = office.desk("one")
    anna.sign_out()
    assert anna.signed_out
    do_create(anna, "customer", NEW)
    anna.close()
    again = office.desk("one")
    assert again.account.node == anna.account.node
    assert sum(again.replica.waiting_counts().values()) == 1
    assert again.rescue is None


def test_an_unused_profile_says_that_nobody_signed_in(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        open_workspace(a_setup(tmp_path / "empty"))
    assert caught.value.code == "not_signed_in"
    assert contents(tmp_path / "empty") == set()


def test_a_lost_or_wrong_key_is_named_and_changes_nothing(office: Office) -> None:
    anna = office.desk("one")
    anna.close()
    path = anna.profile.replica_path
    before = path.read_bytes()
    anna.secrets.keep_database_key(b"x" * 32)
    with pytest.raises(KnownError) as wrong:
        open_workspace(a_setup(anna.profile.folder))
    anna.secrets.forget_database_key()
    with pytest.raises(KnownError) as missing:
        open_workspace(a_setup(anna.profile.folder))
    assert (wrong.value.code, missing.value.code) == ("wrong_key", "key_missing")
    assert path.read_bytes() == before


def test_a_damaged_account_file_is_mended_by_signing_in(office: Office) -> None:
    anna = office.desk("one")
    do_create(anna, "customer", NEW)
    anna.close()
    anna.profile.account_path.write_text("{ not json", "utf-8")
    again = office.desk("one")
    assert again.account.node == anna.account.node
    assert sum(again.replica.waiting_counts().values()) == 1
    assert list(again.profile.folder.glob("profile.damaged-*.json"))


def _users() -> Query:
    return Query("user")


def test_wiping_leaves_no_data_and_no_key(office: Office) -> None:
    anna = office.desk("one")
    do_create(anna, "customer", NEW)
    anna.wipe()
    assert contents(anna.profile.folder) == set()
    assert anna.secrets.database_key() is None
    assert office.desk("one").replica.waiting(limit=1) == []
