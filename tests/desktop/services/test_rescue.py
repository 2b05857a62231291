"""Damaged replicas: set aside whole, refilled, and the unsent work carried over."""

from pathlib import Path

import pytest

from crm_core.errors import KnownError
from desktop.services.commands import do_change, do_create
from desktop.services.rescue import unsent_work
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
