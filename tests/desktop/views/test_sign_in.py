"""The sign-in window: a real server, every way it can go wrong, and nothing typed is lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from crm_core.errors import SYNC_CODES, KnownError, SyncCode, SyncError
from desktop.services.online.account import load_account
from desktop.services.online.signing_in import FILLING
from desktop.services.workspace import Workspace
from desktop.tasks import Tasks
from desktop.views.sign_in import SignInWindow
from tests.desktop.services.office import a_setup, served
from tests.sync_server.live import PASSWORD, LiveServer

pytestmark = pytest.mark.usefixtures("chinese")
NOBODY_THERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, founded: Path) -> Iterator[LiveServer]:
    started = served(founded, tmp_path_factory.mktemp("sign-in") / "data")
    yield started
    started.stop()


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    made = Tasks(qapp)
    yield made
    assert made.shutdown(20)


class Door(QObject):
    """Takes over whoever came in."""

    def __init__(self) -> None:
        super().__init__()
        self.entered: list[Workspace] = []

    @Slot(object)
    def enter(self, workspace: Workspace) -> None:
        self.entered.append(workspace)


@dataclass(slots=True)
class Entrance:
    """Opens sign-in windows on one profile, and closes what was opened."""

    folder: Path
    tasks: Tasks
    qtbot: QtBot
    door: Door = field(default_factory=Door)

    def window(
        self, address: str = "", login: str = "", reason: KnownError | None = None
    ) -> SignInWindow:
        made = SignInWindow(
            a_setup(self.folder),
            self.tasks,
            server=address,
            login=login,
            device_name="晓雨的笔记本",
            language="zh_CN",
            reason=reason,
        )
        made.signed_in.connect(self.door.enter)
        self.qtbot.addWidget(made)
        with self.qtbot.waitActive(made):
            made.show()
            made.activateWindow()
        return made

    def wait_until_idle(self, window: SignInWindow) -> None:
        self.qtbot.waitUntil(lambda: not window.busy)


@pytest.fixture
def entrance(tmp_path: Path, tasks: Tasks, qtbot: QtBot) -> Iterator[Entrance]:
    made = Entrance(tmp_path / "profile", tasks, qtbot)
    yield made
    for workspace in made.door.entered:
        workspace.close()


def test_enter_signs_in_fills_the_replica_and_forgets_the_password(
    entrance: Entrance, server: LiveServer, qtbot: QtBot
) -> None:
    window = entrance.window(server.url, "anna")
    assert window.password.hasFocus()
    QTest.keyClicks(window.password, PASSWORD)
    with qtbot.waitSignal(window.signed_in, timeout=30_000):
        QTest.keyClick(window.password, Qt.Key.Key_Return)
        assert window.busy
        assert window.progress.isVisible()
    assert entrance.door.entered[0].account.login == "anna"
    assert window.password.text() == ""
    account = load_account(entrance.door.entered[0].profile, entrance.door.entered[0].clock)
    assert account is not None
    kept = [p for p in entrance.folder.iterdir() if PASSWORD.encode() in p.read_bytes()]
    assert kept == []


def test_a_given_password_must_be_replaced_before_anybody_is_in(
    entrance: Entrance, server: LiveServer, qtbot: QtBot
) -> None:
    added = ("user", "add", "--login", "dora", "--name", "朵拉", "--password-stdin")
    server.cli(*added, typed="given by the boss\n")
    window = entrance.window(server.url, "dora")
    window.password.setText("given by the boss")
    window.submit()
    entrance.wait_until_idle(window)
    assert window.new_password.isVisible()
    assert window.message.text() == SYNC_CODES[SyncCode.PASSWORD_CHANGE].chinese
    assert window.submit_button.text() == "设置密码"
    form = window.new_password
    qtbot.waitUntil(lambda: form.height() >= form.sizeHint().height())
    for line in (window.new_password.first, window.new_password.second):
        line.setText("password1234")
    window.submit()
    entrance.wait_until_idle(window)
    assert window.new_password.problem.text() == SYNC_CODES[SyncCode.PASSWORD_WEAK].chinese
    assert (window.password.text(), window.login.text()) == ("given by the boss", "dora")
    for line in (window.new_password.first, window.new_password.second):
        line.setText("kettle moon driver")
    with qtbot.waitSignal(window.signed_in, timeout=30_000):
        window.submit()
    assert not window.new_password.isVisible()
    listed = server.cli("device", "list")
    assert listed.count("dora") == 1, "one machine is one device, however often it tries"


def test_a_company_account_needs_the_address_only_and_a_server_that_offers_it(
    entrance: Entrance, server: LiveServer
) -> None:
    window = entrance.window()
    opened: list[str] = []
    window.open_page = opened.append
    window.company_button.click()
    assert window.problems()[0]
    assert not window.busy
    window.server.setText(server.url)
    window.company_button.click()
    assert window.busy
    said = [one.text() for one in window.progress.findChildren(QLabel)]
    assert any("浏览器" in text for text in said)
    entrance.wait_until_idle(window)
    assert window.message.text() == SYNC_CODES[SyncCode.OIDC_OFF].chinese
    assert opened == []


def test_a_wrong_password_is_said_beside_it_and_selected(
    entrance: Entrance, server: LiveServer
) -> None:
    window = entrance.window(server.url, "ben")
    QTest.keyClicks(window.password, "wrong password")
    window.submit_button.click()
    entrance.wait_until_idle(window)
    assert window.problems() == ("", "", SYNC_CODES[SyncCode.BAD_CREDENTIALS].chinese)
    assert window.password.selectedText() == "wrong password"
    assert window.password.hasFocus()
    assert (window.server.text(), window.login.text()) == (server.url, "ben")
    QTest.keyClicks(window.password, "x")
    assert window.problems() == ("", "", "")


def test_an_address_without_a_server_says_what_to_check(entrance: Entrance) -> None:
    window = entrance.window(NOBODY_THERE, "anna")
    QTest.keyClicks(window.password, PASSWORD)
    QTest.keyClick(window.password, Qt.Key.Key_Return)
    entrance.wait_until_idle(window)
    assert "VPN" in window.message.text()
    assert window.password.hasFocus(), "a password typed again must not be seen in the address"
    assert window.password.text() == PASSWORD


@pytest.mark.parametrize("address", ["https://", "no such place/ü", "::::"])
def test_what_is_no_address_is_no_crash(entrance: Entrance, address: str) -> None:
    window = entrance.window(address, "anna")
    QTest.keyClicks(window.password, PASSWORD)
    window.submit()
    entrance.wait_until_idle(window)
    assert window.problems()[0] or window.message.text()
    assert window.server.text() == address


def test_what_is_missing_is_said_beside_its_field(entrance: Entrance) -> None:
    window = entrance.window()
    assert window.server.hasFocus()
    window.submit()
    assert all(window.problems())
    assert not window.busy
    window.server.setText(NOBODY_THERE)
    window.submit()
    assert window.problems()[0] == ""
    assert window.login.hasFocus()


@pytest.mark.parametrize("code", [SyncCode.LOCKED_OUT, SyncCode.STORAGE_FULL])
def test_other_refusals_stand_above_the_fields(
    entrance: Entrance, server: LiveServer, code: SyncCode
) -> None:
    window = entrance.window(server.url, "carl")
    window.password.setText("kept")
    window.say_failure(SyncError(code))
    assert window.message.text() == SYNC_CODES[code].chinese
    assert window.message.isVisible()
    assert window.password.text() == "kept"


def test_too_many_wrong_passwords_lock_the_account_and_say_so(
    entrance: Entrance, server: LiveServer
) -> None:
    window = entrance.window(server.url, "carl")
    for _ in range(12):
        window.password.setText("wrong")
        window.submit()
        entrance.wait_until_idle(window)
        if window.message.text():
            break
    assert window.message.text() == SYNC_CODES[SyncCode.LOCKED_OUT].chinese


def test_an_unwritable_profile_is_said_and_the_typed_text_kept(
    entrance: Entrance, server: LiveServer
) -> None:
    (entrance.folder / FILLING).mkdir(parents=True)
    window = entrance.window(server.url, "anna")
    window.password.setText(PASSWORD)
    window.submit()
    entrance.wait_until_idle(window)
    assert "无法写入" in window.message.text()
    assert window.password.text() == PASSWORD


def test_escape_stops_and_leaves_no_trace(
    entrance: Entrance, server: LiveServer, qtbot: QtBot
) -> None:
    window = entrance.window(server.url, "anna")
    window.password.setText(PASSWORD)
    window.submit()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    entrance.wait_until_idle(window)
    assert entrance.door.entered == []
    assert not (entrance.folder / "replica.db").exists()
    assert window.password.text() == PASSWORD
    with qtbot.waitSignal(window.signed_in, timeout=30_000):
        window.submit()


def test_closing_the_window_stops_too(entrance: Entrance, server: LiveServer) -> None:
    window = entrance.window(server.url, "anna")
    window.password.setText(PASSWORD)
    window.submit()
    window.close()
    entrance.wait_until_idle(window)
    assert entrance.door.entered == []


def test_why_signing_in_is_needed_stands_on_top_in_both_languages(
    entrance: Entrance, qtbot: QtBot
) -> None:
    reason = KnownError("数据库损坏，原文件保留着。", "The file is kept.", code="damaged")
    window = entrance.window(reason=reason)
    assert window.reason.text() == reason.chinese
    with qtbot.waitSignal(window.language_chosen) as chosen:
        window.switch_button.click()
    assert chosen.args == ["en"]
    qtbot.waitUntil(lambda: window.reason.text() == reason.english)
    assert window.submit_button.text() == "Sign in"
    window.switch_button.click()
    qtbot.waitUntil(lambda: window.submit_button.text() == "登录")


def test_a_missing_keyring_is_said_quietly(entrance: Entrance) -> None:
    window = entrance.window()
    warning = a_setup(entrance.folder).secrets.warning
    assert warning is not None
    assert window.warning_text() == warning.chinese


def test_the_password_can_be_shown_and_caps_lock_is_noticed(entrance: Entrance) -> None:
    window = entrance.window(NOBODY_THERE, "anna")
    assert window.password.echoMode() is QLineEdit.EchoMode.Password
    window.password.show_action.trigger()
    assert window.password.echoMode() is QLineEdit.EchoMode.Normal
    QTest.keyClicks(window.password, "A")
    assert window.caps_hint.isVisible()
    QTest.keyClicks(window.password, "a")
    assert not window.caps_hint.isVisible()
    QTest.keyClicks(window.password, "A", Qt.KeyboardModifier.ShiftModifier)
    assert not window.caps_hint.isVisible()
