"""What the audit log keeps of sign-ins, and that it hinders nobody."""

import logging

import pytest

from crm_core.errors import KnownError
from sync_server.services import audit
from tests.sync_server.inside import Inside, user_of


def test_a_sign_in_is_one_entry_and_a_renewal_none(inside: Inside) -> None:
    anna = inside.enter("anna")
    anna.session = anna.renew().json()
    assert anna.works == "ok"
    [entry] = inside.audit()
    assert (entry["kind"], entry["owner"]) == ("signed_in", user_of("anna"))
    assert (entry["device"], entry["about"]) == (anna.node, "测试机")


def test_a_sign_in_works_where_the_log_cannot_be_written(
    inside: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> str:
        raise KnownError("磁盘已满", "The disk is full", code="disk_full")

    monkeypatch.setattr(audit, "enter", full)
    with caplog.at_level(logging.WARNING, "log.server"):
        anna = inside.enter("anna")
    assert anna.works == "ok"
    assert "disk_full" in caplog.text
    assert "anna" not in caplog.text
    monkeypatch.undo()
    assert inside.audit() == []


def test_wrong_passwords_leave_no_row_but_the_lock(inside: Inside) -> None:
    for _ in range(4):
        inside.stranger("anna").try_in("wrong")
    inside.stranger("nobody").try_in("wrong")
    assert inside.audit() == []
