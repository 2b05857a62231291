"""The composed desktop under a passphrase: asked at the start, locked on demand, given up."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from crm_core.clock import system_clock
from crm_core.permissions import Actor
from desktop.app import Desktop
from desktop.config import Profile
from desktop.services.online.passphrase import Cost
from desktop.services.online.secrets import FileVault, Secrets
from desktop.viewmodels.records.unsaved_forms import UnsavedForm, forms_left, keep_form, take_form
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.pages.settings.passphrase_dialog import PassphraseDialog, Wish
from tests.desktop.services.office import FILE_KEYS
from tests.desktop.test_app import profile, window_of

__all__ = ["profile"]
WORDS = "马 电池 订书钉"


@pytest.fixture
def desktop(profile: Profile, qtbot: QtBot) -> Iterator[Desktop]:
    """The desktop on a profile with a passphrase, whose guesses cost little."""
    Secrets(FileVault(profile), protected=False, cost=Cost(1, 64, 1)).set_passphrase(WORDS)
    opened = Desktop(profile, environ=FILE_KEYS, clock=system_clock())
    opened.start()
    yield opened
    opened.close()
    opened.deleteLater()


def unlock(desktop: Desktop, qtbot: QtBot, words: str = WORDS) -> None:
    """Type the passphrase, and wait until the window is there."""
    locked = desktop.entrance.unlocking
    assert locked is not None
    qtbot.waitUntil(locked.passphrase.isEnabled)
    locked.passphrase.setText(words)
    locked.submit()


def test_it_is_asked_for_at_the_start_and_a_wrong_one_is_said(
    desktop: Desktop, qtbot: QtBot
) -> None:
    assert desktop.window is None
    locked = desktop.entrance.unlocking
    assert locked is not None
    unlock(desktop, qtbot, "not the right one")
    qtbot.waitUntil(lambda: "口令不对" in locked.message.text())
    unlock(desktop, qtbot)
    qtbot.waitUntil(lambda: desktop.window is not None)
    assert desktop.entrance.unlocking is None


def test_locking_keeps_the_draft_forgets_the_key_and_opens_again(
    desktop: Desktop, qtbot: QtBot
) -> None:
    unlock(desktop, qtbot)
    qtbot.waitUntil(lambda: desktop.window is not None)
    window = window_of(desktop)
    window.log_visit("rk").model.set_text("没有保存的拜访")
    window.session.lock_requested.emit()
    assert desktop.window is None
    locked = desktop.entrance.unlocking
    assert locked is not None
    qtbot.waitUntil(locked.passphrase.isEnabled)
    assert desktop.setup.secrets.has_passphrase
    unlock(desktop, qtbot)
    qtbot.waitUntil(lambda: desktop.window is not None)
    kept = window_of(desktop).session.workspace.replica.meta("draft_visit")
    assert "没有保存的拜访" in str(kept)


def test_a_form_that_was_open_is_offered_again_with_everything_typed(
    desktop: Desktop, qtbot: QtBot
) -> None:
    unlock(desktop, qtbot)
    qtbot.waitUntil(lambda: desktop.window is not None)
    window = window_of(desktop)
    record = window.session.workspace.replica.record("customer", "rk")
    sheet = RecordDialog(window.session, Subject("customer", record), window.shell)
    sheet.open()
    sheet.form.type_in("remark", "写到一半")
    sheet.form.type_in("phone", "不是号码")
    desktop._lock_now()
    unlock(desktop, qtbot)
    qtbot.waitUntil(lambda: desktop.window is not None)
    window = window_of(desktop)
    said = window.forms.tr("A form was open and not saved when Suixing was locked or closed.")
    qtbot.waitUntil(lambda: any(said in t.text() for t in window.shell.toasts.toasts()))
    toast = next(t for t in window.shell.toasts.toasts() if said in t.text())
    toast.action_triggered.emit()
    qtbot.waitUntil(lambda: bool(window.shell.findChildren(RecordDialog)))
    [again] = window.shell.findChildren(RecordDialog)
    assert again.form.value("remark") == "写到一半"
    assert again.form.value("phone") == "不是号码"
    assert again.form.dirty
    replica = window.session.workspace.replica
    assert "写到一半" in str(replica.meta("draft_forms")), "a crash now would lose nothing"
    assert forms_left(window.session.workspace) == 0, "it is open, and offered nowhere else"
    again.set_dirty(False)
    again.reject()
    qtbot.waitUntil(lambda: replica.meta("draft_forms") == [])
    qtbot.waitUntil(lambda: not window.shell.findChildren(RecordDialog))


def test_what_is_kept_of_forms_may_be_anything(desktop: Desktop, qtbot: QtBot) -> None:
    unlock(desktop, qtbot)
    qtbot.waitUntil(lambda: desktop.window is not None)
    workspace = window_of(desktop).session.workspace
    workspace.replica.remember(draft_forms=[1, ["x"], ["nothing", "", {}], ["customer", "", []]])
    assert take_form(workspace) is None
    for number in range(12):
        keep_form(workspace, UnsavedForm("customer", "", {"name": str(number)}, f"key{number}"))
    keep_form(workspace, UnsavedForm("customer", "", {"name": "11"}, "key11"))
    assert len(str(workspace.replica.meta("draft_forms")).split("key")) == 11, "ten, each once"
    assert forms_left(workspace) == 0, "all of them are open"
    workspace.run = "the next one"
    assert forms_left(workspace) == 10
    newest = take_form(workspace)
    assert newest is not None
    assert newest.typed == {"name": "11"}


def test_idle_minutes_are_remembered_and_lock(desktop: Desktop, qtbot: QtBot) -> None:
    unlock(desktop, qtbot)
    qtbot.waitUntil(lambda: desktop.window is not None)
    window_of(desktop).settings.passphrase.auto_lock_chosen.emit(5)
    assert desktop.settings.auto_lock_minutes == 5
    desktop._lock_idle()
    assert desktop.window is None
    assert desktop.entrance.unlocking is not None


def test_giving_up_asks_first_and_leads_to_signing_in(
    desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = desktop.entrance.unlocking
    assert locked is not None
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Ok]
    monkeypatch.setattr(QMessageBox, "warning", lambda *_: answers.pop(0))
    locked.forgotten_button.click()
    assert desktop.entrance.unlocking is locked
    locked.forgotten_button.click()
    assert desktop.signing_in is not None
    assert desktop.profile.replica_path.exists()


def test_a_passphrase_the_policy_demands_is_asked_for_and_cannot_be_removed(
    desktop: Desktop, qtbot: QtBot
) -> None:
    unlock(desktop, qtbot)
    qtbot.waitUntil(lambda: desktop.window is not None)
    window = window_of(desktop)
    session, card = window.session, window.settings.passphrase
    with session.workspace.replica.write(Actor("server", "admin")) as (unit, _):
        unit.create("policy", {"name": "策略", "passphrase": True}, record_id="policy")
    removing = card.ask(Wish.REMOVE)
    removing.old.setText(WORDS)
    removing.submitted.emit()
    qtbot.waitUntil(lambda: "公司要求" in removing.message.text())
    removing.done(0)
    session.workspace.secrets.remove_passphrase()
    window.ask_for_passphrase()
    asked = card.dialog
    assert isinstance(asked, PassphraseDialog)
    asked.new.setText("另外一句口令吧")
    asked.again.setText("打错了")
    asked.submitted.emit()
    assert asked.message.text()
    asked.new.setText("另外一句口令啊啊")
    asked.again.setText("另外一句口令啊啊")
    asked.submitted.emit()
    qtbot.waitUntil(lambda: session.workspace.secrets.has_passphrase)
