"""The shell: pages, shortcuts, memory, live switching of language and scheme, sync state."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.language import current_language, install_language
from desktop.views.shell import Shell
from desktop.views.theme.apply import apply_theme, chosen_scheme, effective_scheme
from desktop.views.theme.tokens import Scheme, Tone
from desktop.views.widgets.sync_pill import SyncState
from tests.desktop.views.gallery import Memory, words


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")
    yield
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def shell(qtbot: QtBot, memory: Memory) -> Shell:
    return _shell(qtbot, memory)


def _shell(qtbot: QtBot, memory: Memory) -> Shell:
    made = Shell(memory)
    qtbot.addWidget(made)
    made.add_page("today", "today", lambda: words("今天", "Today"), QLabel("today"))
    made.add_page("customers", "customers", lambda: words("客户", "Customers"), QLabel("customers"))
    made.add_hidden_page("record", QLabel("record"))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_a_page_that_is_being_loaded_comes_unless_somebody_went_elsewhere(shell: Shell) -> None:
    waiting: list[Callable[[], object]] = []
    loaded, made, went_on = list[bool](), list[QLabel](), list[str]()

    def load(then: Callable[[], object]) -> bool:
        waiting.append(then)
        return not loaded

    def make() -> QLabel:
        made.append(QLabel("board"))
        return made[-1]

    shell.add_page("board", "dashboard", lambda: words("看板", "Board"), make, load)
    shell.show_page("board", lambda: went_on.append("first"))
    assert (shell.current_page(), made) == ("board", []), "its place is there, it is not"
    shell.show_page("today")
    loaded.append(True)
    waiting.pop()()
    assert (shell.current_page(), made, went_on) == ("today", [], [])
    loaded.clear()
    shell.show_page("board", lambda: went_on.append("second"))
    loaded.append(True)
    waiting.pop()()
    assert (shell.stack.currentWidget(), went_on) == (made[0], ["second"])


def test_pages_are_shown_by_key_and_by_ctrl_number(qtbot: QtBot, shell: Shell) -> None:
    shell.show_page("today")
    with qtbot.waitSignal(shell.page_shown) as shown:
        QTest.keyClick(shell, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert (shown.args, shell.current_page()) == (["customers"], "customers")
    shell.show_page("record")
    assert shell.current_page() == "record"
    with pytest.raises(KeyError):
        shell.show_page("nowhere")
    assert shell.current_page() == "record"


def test_nothing_has_a_focus_ring_before_a_key_is_pressed(shell: Shell) -> None:
    focused = QApplication.focusWidget()
    assert focused is shell.centralWidget()


def test_size_and_page_are_remembered(qtbot: QtBot, shell: Shell, memory: Memory) -> None:
    shell.show_page("customers")
    # The offscreen screen is 800 by 800, and a window is never restored larger than its screen.
    shell.resize(900, 650)
    shell.close()
    again = _shell(qtbot, memory)
    again.show_last_page("today")
    assert (again.width(), again.height()) == (900, 650)
    assert again.current_page() == "customers"


def test_a_narrow_window_keeps_its_room_for_the_page(
    qtbot: QtBot, shell: Shell, memory: Memory
) -> None:
    shell.resize(1200, 700)
    qtbot.waitUntil(lambda: shell.stack.width() == 1200 - 224)
    assert not shell.side.narrow
    assert shell.launcher.text() == "查找或执行…"
    shell.resize(960, 540)
    qtbot.waitUntil(lambda: shell.stack.width() == 960 - 60)
    assert (shell.launcher.text(), shell.launcher.accessibleName()) == ("", "查找或执行…")
    item = shell.rail.item("customers")
    assert item.toolTip().startswith("客户")
    assert item.accessibleName() == "客户"
    shell.resize(1200, 700)
    qtbot.waitUntil(lambda: not shell.side.narrow)
    QTest.keyClick(shell, Qt.Key.Key_Backslash, Qt.KeyboardModifier.ControlModifier)
    assert shell.side.narrow
    shell.close()
    assert _shell(qtbot, memory).side.narrow


@pytest.mark.parametrize("kept", ["", "not base64 ☃", "AAAA"])
def test_a_spoilt_memory_is_ignored(qtbot: QtBot, kept: str) -> None:
    memory = Memory()
    memory.write("window/geometry", kept)
    memory.write("window/page", "gone")
    shell = _shell(qtbot, memory)
    shell.show_last_page("today")
    assert shell.current_page() == "today"
    assert shell.width() >= 960


def test_language_switches_live(qtbot: QtBot, shell: Shell) -> None:
    assert shell.windowTitle() == "随行"
    with qtbot.waitSignal(shell.language_chosen) as chosen:
        _action(shell, "English").trigger()
    assert chosen.args == ["en"]
    assert current_language().value == "en"
    qtbot.waitUntil(lambda: shell.windowTitle() == "Suixing")
    assert [item.text() for item in shell.rail._items.values()] == ["Today", "Customers"]
    _action(shell, "简体中文").trigger()
    qtbot.waitUntil(lambda: shell.windowTitle() == "随行")
    assert shell.rail._items["today"].text() == "今天"


def test_scheme_switches_live(qtbot: QtBot, shell: Shell) -> None:
    light = shell.grab().toImage().pixelColor(5, 5).name()
    with qtbot.waitSignal(shell.scheme_chosen) as chosen:
        _action(shell, "深色").trigger()
    assert chosen.args == ["dark"]
    assert effective_scheme() is Scheme.DARK
    assert shell.grab().toImage().pixelColor(5, 5).lightness() < 60
    assert light != shell.grab().toImage().pixelColor(5, 5).name()
    _action(shell, "跟随系统").trigger()
    assert chosen_scheme() is Scheme.SYSTEM


def test_the_sync_pill_says_the_state_and_asks_for_details(qtbot: QtBot, shell: Shell) -> None:
    said = []
    for state in SyncState:
        shell.set_sync_state(state, waiting=3, detail="服务器 10:02")
        said.append(shell.pill.text())
    assert len(set(said)) == len(SyncState)
    assert all("3" in text for text in said)
    with qtbot.waitSignal(shell.sync_clicked):
        shell.pill.click()


def test_counts_user_and_sign_out(qtbot: QtBot, shell: Shell) -> None:
    shell.set_count("today", 7, Tone.WARN)
    assert shell.rail._items["today"].accessibleName() == "今天 7"
    shell.set_user("林晓", "华东")
    assert shell.user.accessibleName() == "林晓 华东"
    action = shell.add_user_action(lambda: words("我的设备", "My devices"))
    with qtbot.waitSignal(shell.sign_out_requested):
        shell.user.menu.actions()[-1].trigger()
    assert shell.user.menu.actions()[0] is action


def test_ctrl_k_opens_the_palette(shell: Shell) -> None:
    QTest.keyClick(shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert shell.palette_host.isVisible()
    QTest.keyClick(shell.palette_host.line, Qt.Key.Key_Escape)
    assert not shell.palette_host.isVisible()


def test_a_toast_lies_over_the_page_and_offers_undo(qtbot: QtBot, shell: Shell) -> None:
    toast = shell.show_toast("已删除 1 位客户", action="撤销")
    assert toast.parent() is shell.stack
    assert toast.geometry().bottom() <= shell.stack.height()
    toast.dismiss()
    assert shell.toasts.toasts() == []


def _action(shell: Shell, text: str) -> QAction:
    return next(action for action in shell.findChildren(QAction) if action.text() == text)


def test_a_hidden_page_is_removed_and_deleted(qtbot: QtBot, shell: Shell) -> None:
    page = QLabel("drill")
    shell.add_hidden_page("drill", page)
    shell.show_page("drill")
    with qtbot.waitSignal(page.destroyed):
        shell.remove_page("drill")
    assert shell.current_page() in ("today", "customers", "record")
    with pytest.raises(KeyError):
        shell.show_page("drill")


def test_a_low_window_shows_all_its_places(qtbot: QtBot, memory: Memory) -> None:
    shell = _shell(qtbot, memory)
    for number in range(12):
        shell.add_hidden_page(f"p{number}", QLabel())
        shell.rail.add_item(f"p{number}", "star", lambda: "Place")
    shell.resize(960, 500)  # 1920 × 1080 at 200 %, less the bars of the system.
    last = shell.rail.item("p11")
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect().height() == last.height())


def test_keys_of_a_page_work_on_after_a_click_beside_them(qtbot: QtBot, shell: Shell) -> None:
    table, switch = QTableView(), QPushButton("quiet")
    switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    one, other = QWidget(), QWidget()
    QVBoxLayout(one).addWidget(table)
    QVBoxLayout(other).addWidget(switch)
    shell.add_page("one", "star", lambda: "One", one)
    shell.add_page("other", "star", lambda: "Other", other)
    shell.show_page("one")
    table.setFocus()
    QTest.mouseClick(shell.rail.item("one"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(table.hasFocus)
    shell.show_page("other")
    assert other.hasFocus(), "no switch gets it by chance"
    assert not switch.hasFocus()
