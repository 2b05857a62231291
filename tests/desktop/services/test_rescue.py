"""Damaged replicas: set aside whole, refilled, and the unsent work carried over."""

from pathlib import Path

import pytest

from crm_core.errors import KnownError
from desktop.services.commands.verbs import do_change, do_create
from desktop.services.online.rescue import last_known, put_in_place, unsent_work
from desktop.services.online.signing_in import FILLING
from desktop.services.workspace import Workspace, open_workspace
from tests.desktop.services.office import Office, a_setup

PAGE = 4096


def break_pages(path: Path, pages: range) -> None:
    """Overwrite some pages of a database file, as a dying disk does."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek(page * PAGE)
            file.write(b"\x5a" * PAGE)


def with_unsent_work(office: Office, number: int = 5) -> tuple[Workspace, list[str]]:
    anna = office.desk("one")
    ids = []
    for n in range(number):
        values = {"name": f"未发送{n}", "kind": "organisation"}
        ids.append(do_create(anna, "customer", values).record_id)
        do_change(anna, "customer", ids[-1], {"city": f"城市{n}"})
    anna.close()
    return anna, ids


def test_a_replica_broken_at_its_head_is_set_aside_and_filled_again(office: Office) -> None:
    anna, _ = with_unsent_work(office)
    broken = anna.profile.replica_path
    break_pages(broken, range(2))
    damaged = broken.read_bytes()
    with pytest.raises(KnownError) as caught:
        open_workspace(a_setup(anna.profile.folder))
    assert caught.value.code in ("wrong_key", "damaged")
    assert broken.read_bytes() == damaged
    again = office.desk("one")
    assert again.rescue is not None
    assert again.rescue.kept_as.read_bytes() == damaged
    assert again.rescue.kept_as.name.startswith("replica.damaged-")
    assert again.replica.record("user", again.account.user_id) is not None


def test_what_can_be_read_of_a_partly_broken_file_is_sent_after_the_refill(
    office: Office,
) -> None:
    anna, _ = with_unsent_work(office, 40)
    path, key = anna.profile.replica_path, anna.secrets.database_key()
    break_pages(path, breaking_page(path, key, anna.account.node))
    readable = len(unsent_work(path, key, anna.account.node).operations)
    again = office.desk("one")
    assert again.rescue is not None
    assert again.rescue.saved == readable
    assert 0 < readable < 80
    assert str(readable) in again.rescue.chinese
    again.client.sync_once()
    assert again.replica.waiting(limit=1) == []


def breaking_page(path: Path, key: bytes | None, node: str) -> range:
    """A page whose loss costs some unsent operations and not all."""
    whole = path.read_bytes()
    for page in range(path.stat().st_size // PAGE - 1, 1, -1):
        break_pages(path, range(page, page + 1))
        left = len(unsent_work(path, key, node).operations)
        path.write_bytes(whole)
        if 0 < left < 80:
            return range(page, page + 1)
    raise AssertionError("no page holds only part of the log")


def test_work_whose_own_pages_are_whole_is_all_saved(office: Office) -> None:
    anna, ids = with_unsent_work(office)
    path, key = anna.profile.replica_path, anna.secrets.database_key()
    whole = path.read_bytes()
    for page in range(path.stat().st_size // PAGE - 1, 1, -1):
        path.write_bytes(whole)
        break_pages(path, range(page, page + 1))
        if len(unsent_work(path, key, anna.account.node).operations) == 10:
            break
    again = office.desk("one")
    assert again.rescue is not None
    assert (again.rescue.saved, again.rescue.lost) == (10, 0)
    report = again.client.sync_once()
    assert (report.pushed, report.refused) == (10, 0)
    for n, record_id in enumerate(ids):
        record = again.replica.record("customer", record_id)
        assert record is not None
        assert record["city"] == f"城市{n}"
    do_create(again, "customer", {"name": "之后", "kind": "person"})
    assert again.client.sync_once().pushed == 1


def test_a_device_given_another_node_issues_its_unsent_work_anew(own_office: Office) -> None:
    anna, ids = with_unsent_work(own_office)
    listed = own_office.server.cli("device", "list")
    assert anna.account.node in listed
    own_office.server.cli("device", "revoke", anna.account.node)
    again = own_office.desk("one")
    assert again.account.node != anna.account.node
    assert again.rescue is not None
    assert again.rescue.saved == 10
    report = again.client.sync_once()
    assert (report.pushed, report.refused) == (10, 0)
    record = again.replica.record("customer", ids[0])
    assert record is not None
    assert record["city"] == "城市0"


def test_a_rescue_stopped_between_its_two_renames_loses_nothing(office: Office) -> None:
    anna, ids = with_unsent_work(office)
    path = anna.profile.replica_path
    aside = path.with_name("replica.damaged-20260101T000000000000Z.db")
    path.replace(aside)
    path.with_name("replica.damaged-20250101T000000000000Z.db").write_bytes(b"older")
    path.with_name(FILLING).write_bytes(b"whole, but never put in its place")
    again = office.desk("one")
    assert again.rescue is not None
    assert (again.rescue.kept_as, again.rescue.saved) == (aside, 10)
    assert sum(again.replica.waiting_counts().values()) == 10
    record = again.replica.record("customer", ids[0])
    assert record is not None
    assert record["city"] == "城市0"
    assert not path.with_name(FILLING).exists()
    report = again.client.sync_once()
    assert (report.pushed, report.refused) == (10, 0)
    again.close()
    assert office.desk("one").rescue is None


def test_a_journal_left_behind_follows_the_database_it_belongs_to(tmp_path: Path) -> None:
    path, kept = tmp_path / "replica.db", tmp_path / "replica.damaged-1.db"
    kept.write_bytes(b"database")
    (tmp_path / "replica.db-wal").write_bytes(b"journal")
    assert last_known(path) == kept
    assert (tmp_path / "replica.damaged-1.db-wal").read_bytes() == b"journal"
    assert not (tmp_path / "replica.db-wal").exists()


@pytest.mark.parametrize("stuck", ["replica.db-wal", "replica.filling.db"])
def test_a_rename_that_fails_puts_everything_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stuck: str
) -> None:
    names = ("replica.db", "replica.db-wal", "replica.filling.db")
    for name in names:
        (tmp_path / name).write_text(name)
    rename = Path.replace

    def refusing(one: Path, to: Path) -> Path:
        if one.name == stuck:
            raise PermissionError(13, "held by another program")
        return rename(one, to)

    monkeypatch.setattr(Path, "replace", refusing)
    with pytest.raises(PermissionError):
        put_in_place(tmp_path / "replica.filling.db", tmp_path / "replica.db", "1")
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {n: n for n in names}
