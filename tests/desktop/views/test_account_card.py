"""The account card: a real server in this process, and nothing typed is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from crm_core.errors import SYNC_CODES, SyncCode
from desktop.bus import Bus
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.workspace import Workspace
from desktop.tasks import Tasks
from desktop.viewmodels.session import Session
from desktop.views.pages.settings.account_card import AccountCard
from tests.desktop.services.office import a_setup
from tests.desktop.views.desk import put
from tests.sync_proof.network import Line
from tests.sync_proof.template import Office, template
from tests.sync_proof.world import PASSWORD

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def office() -> Iterator[Office]:
    made = template().copy()
    yield made
    made.close()


def machine(office: Office, folder: Path, name: str) -> Workspace:
    setup = replace(a_setup(folder / name, office.world.time.clock))
    setup = replace(setup, transport=Line(office.world.gate))
    return sign_in(setup, Credentials("http://server", "anna", PASSWORD, name))


@pytest.fixture
def card(office: Office, tmp_path: Path, qtbot: QtBot) -> Iterator[AccountCard]:
    other, mine = machine(office, tmp_path, "台式机"), machine(office, tmp_path, "笔记本")
    other.close()
    bus = Bus()
    tasks = Tasks(bus=bus)
    session = Session(workspace=mine, tasks=tasks, bus=bus, language="zh_CN")
    made = AccountCard(session)
    put(qtbot, made)
    made.look()
    qtbot.waitUntil(lambda: bool(made.devices))
    yield made
    session.close()
    assert tasks.shutdown(30)
    mine.close()


def words(card: AccountCard) -> str:
    return "\n".join(one.text() for one in card.findChildren(QLabel) if one.isVisibleTo(card))


def test_devices_are_listed_and_another_one_is_signed_out(card: AccountCard, qtbot: QtBot) -> None:
    assert "台式机" in words(card)
    assert "本机" in words(card)
    named = {d.name: d.node for d in card.devices}
    assert named["笔记本"] not in card.sign_out_buttons
    card.sign_out_buttons[named["台式机"]].click()
    qtbot.waitUntil(lambda: not card.busy)
    assert "要重新登录" in card.message.text()


def test_a_password_is_changed_only_with_the_present_one(card: AccountCard, qtbot: QtBot) -> None:
    card.change_button.click()
    card.old.setText("wrong")
    card.new.first.setText("kettle moon driver")
    card.new.second.setText("kettle moon drive")
    card.save_button.click()
    assert card.new.problem.text() == "两次输入的不一样。"
    card.new.second.setText("kettle moon driver")
    card.save_button.click()
    qtbot.waitUntil(lambda: not card.busy)
    assert card.message.text() == SYNC_CODES[SyncCode.BAD_CREDENTIALS].chinese
    assert card.new.first.text() == "kettle moon driver"
    card.old.setText(PASSWORD)
    card.save_button.click()
    qtbot.waitUntil(lambda: not card.busy)
    assert "密码已修改" in card.message.text()
    assert card.old.text() == ""


def test_a_common_password_is_refused_beside_its_field(card: AccountCard, qtbot: QtBot) -> None:
    card.change_button.click()
    card.old.setText(PASSWORD)
    for line in (card.new.first, card.new.second):
        line.setText("password1234")
    card.save_button.click()
    qtbot.waitUntil(lambda: not card.busy)
    assert card.new.problem.text() == SYNC_CODES[SyncCode.PASSWORD_WEAK].chinese
    assert card.new.first.text() == "password1234"
