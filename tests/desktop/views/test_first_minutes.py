"""What somebody new stumbled over in their first minutes, and does no longer."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from desktop.services.commands.verbs import do_change
from desktop.services.replies import clean_url
from desktop.views.everyday_verbs import EverydayVerbs
from desktop.views.pages.lists.list_scope import Chosen, ScopeChoice
from desktop.views.pages.records.field_editors import contract_of
from desktop.views.pages.records.record_dialog import RecordDialog
from desktop.views.palette import Palette
from desktop.views.shell import Shell
from desktop.views.tour import Stop, Tour
from desktop.views.undoing import Undoing
from desktop.views.widgets.command_palette import CommandPalette, Result, ResultSection
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.contract import tab_through
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.segments import Segments
from desktop.views.widgets.sheet import Sheet
from desktop.views.widgets.toast import ToastHost
from tests.desktop.views.desk import Desk, a_desk
from tests.desktop.views.test_every_page import Moments
from tests.desktop.views.test_help import Kept

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def typing(qtbot: QtBot) -> Iterator[QLineEdit]:
    """A line that has the keyboard, in a window of its own."""
    window = QWidget()
    qtbot.addWidget(window)
    line = QLineEdit(window)
    window.show()
    window.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    yield line
    window.close()


def test_news_with_a_way_back_leaves_the_keyboard_where_it_is(
    qapp: QApplication, typing: QLineEdit, qtbot: QtBot
) -> None:
    with Moments(qapp) as moments:
        ToastHost(typing.window()).show_toast("已保存", action="撤销")
        qtbot.wait(20)
    assert moments.seen == [], "no button is a window for a moment"
    assert typing.hasFocus()


def test_the_tour_gives_the_keyboard_back(typing: QLineEdit) -> None:
    tour = Tour(typing.window(), [Stop(None, str, str)] * 2)
    tour.start()
    assert not typing.hasFocus()
    for _ in range(4):
        QTest.keyClick(typing.window().windowHandle(), Qt.Key.Key_Tab)
        held = QApplication.focusWidget()
        assert held is not None
        assert tour.isAncestorOf(held), "Tab does not go below it"
    QTest.keyClick(typing.window().windowHandle(), Qt.Key.Key_Escape)
    assert typing.hasFocus()


def test_enter_waits_for_the_answer_to_what_was_typed(typing: QLineEdit) -> None:
    palette = CommandPalette(typing.window())
    chosen: list[str] = []
    palette.chosen.connect(chosen.append)
    old, new = (ResultSection("", (Result(key, key),)) for key in ("old", "new"))
    palette.open_palette()
    palette.set_results([old])
    QTest.keyClicks(palette.line, "x")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert chosen == [], "what is still shown answers fewer letters"
    palette.set_results([new])
    assert chosen == ["new"]
    palette.open_palette()
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    QTest.keyClicks(palette.line, "y")
    palette.set_results([old])
    assert chosen == ["new"], "typing on takes Enter back"


def test_a_search_waits_for_no_write(desk: Desk, qtbot: QtBot) -> None:
    done, found = threading.Event(), list[object]()
    try:
        desk.session.tasks.db(done.wait, 20)
        desk.session.look_up(lambda: desk.workspace.search("王"), found.append)
        qtbot.waitUntil(lambda: bool(found))
    finally:
        done.set()


def test_doing_again_is_called_so(desk: Desk, qtbot: QtBot) -> None:
    customer = desk.add("customer", {"name": "苏州协和", "kind": "organisation"})
    said: list[str] = []
    window = QWidget()
    qtbot.addWidget(window)
    host = ToastHost(window)

    def say(words: str, action: str) -> object:
        said.append(words)
        return host.show_toast(words, action=action)

    undoing = Undoing(desk.session, say)  # type: ignore[arg-type]
    with qtbot.waitSignal(desk.session.finished):
        desk.session.run(do_change, "customer", customer, {"city": "苏州"})
    for step in (undoing.undo, undoing.redo):
        with qtbot.waitSignal(desk.session.finished):
            step()
    with qtbot.waitSignal(desk.session.finished):
        undoing.undo()
    assert said[1:] == ["已撤销：修改城市", "已重做：修改城市", "已撤销：修改城市"]


def test_new_records_and_working_offline_are_found_by_name(desk: Desk, qtbot: QtBot) -> None:
    shell = Shell(Kept())
    qtbot.addWidget(shell)
    palette = Palette(desk.session, shell.palette_host, {}, shell)
    EverydayVerbs(desk.session, shell, palette, shell).offer()
    shell.show()
    wished: list[bool] = []
    desk.session.offline_chosen.connect(wished.append)
    host = shell.palette_host
    found = (
        ("dayin", "打印当前页…"),
        ("PDF", "打印当前页…"),
        ("zd", "管理：字段"),
        ("xjkh", "新建客户"),
        ("lxgz", "离线工作"),
    )
    for typed, title in found:
        host.open_palette()
        QTest.keyClicks(host.line, typed)
        qtbot.waitUntil(lambda t=title: _marked(host) == t)  # type: ignore[misc]
    QTest.keyClick(host.line, Qt.Key.Key_Return)
    assert wished == [True]


def test_what_is_found_nowhere_can_be_written_down(desk: Desk, qtbot: QtBot) -> None:
    shell = Shell(Kept())
    qtbot.addWidget(shell)
    palette = Palette(desk.session, shell.palette_host, {}, shell)
    EverydayVerbs(desk.session, shell, palette, shell).offer()
    shell.show()
    host = shell.palette_host
    for typed, name in (("溧水新院", "name"), ("139 1234 5678", "phone")):
        host.open_palette()
        host.line.setText(typed)
        qtbot.waitUntil(lambda t=typed: _marked(host) == f"新建客户「{t}」")  # type: ignore[misc]
        QTest.keyClick(host.line, Qt.Key.Key_Return)
        [sheet] = shell.findChildren(RecordDialog)
        assert contract_of(sheet.row(name).editor).value() == typed
        sheet.set_dirty(False)
        sheet.done(0)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_an_answer_that_is_long_in_coming_says_so(typing: QLineEdit, qtbot: QtBot) -> None:
    palette = CommandPalette(typing.window())
    palette.open_palette()
    palette.set_results([ResultSection("", (Result("old", "old"),))])
    QTest.keyClicks(palette.line, "x")
    assert palette.list.isEnabled(), "a quick answer makes nothing flicker"
    qtbot.waitUntil(lambda: not palette.list.isEnabled())
    palette.set_results([])
    assert palette.list.isEnabled()


def _marked(host: CommandPalette) -> str:
    found = host.current()
    return "" if found is None else found.title


def test_alt_with_an_arrow_moves_no_choice(qtbot: QtBot) -> None:
    choices = Segments(("a", "b"))
    qtbot.addWidget(choices)
    choices.set_value("a")
    QTest.keyClick(choices, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert choices.value() == "a"
    QTest.keyClick(choices, Qt.Key.Key_Right)
    assert choices.value() == "b"


def test_a_server_on_this_computer_needs_no_scheme() -> None:
    assert clean_url("127.0.0.1:8443") == "http://127.0.0.1:8443"
    assert clean_url("localhost") == "http://localhost"
    assert clean_url("localhost.example.com") == "https://localhost.example.com"
    assert clean_url("crm.example.com") == "https://crm.example.com"


def test_a_part_of_an_option_stands_for_it_where_nothing_else_can(qtbot: QtBot) -> None:
    options = [Option("a", "A 重点"), Option("b", "B 普通"), Option("c", "C 普通")]
    for closed, typed, value in (
        (True, "重点", "a"), (True, "普通", "普通"), (True, "x", "x"), (False, "重点", "重点"),
    ):  # fmt: skip
        box = ChoiceBox(options, closed=closed)
        qtbot.addWidget(box)
        line = box.lineEdit()
        assert line is not None
        line.setText(typed)
        assert box.value() == value, "what is previewed while typing is what is taken"
        QTest.keyClick(box, Qt.Key.Key_Return)
        assert box.value() == value


def test_tab_goes_through_what_was_put_in_later(typing: QLineEdit) -> None:
    window = typing.window()
    before, after, value = QLineEdit(window), QLineEdit(window), TagsEditor(parent=window)
    for part in (before, after, value):
        part.show()
    tab_through((before, value, after))
    before.setFocus()
    met = []
    for _ in range(3):
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Tab)
        met.append(QApplication.focusWidget())
    assert met == [value.line, after, typing]


def test_a_sheet_begins_in_its_first_field_and_shows_no_window_before(
    qapp: QApplication, qtbot: QtBot
) -> None:
    sheet = Sheet("新字段", "添加")
    qtbot.addWidget(sheet)
    field = QLineEdit()
    sheet.body.addWidget(ScopeChoice(Chosen([1, 2], Query("customer"), 9)))
    sheet.body.addWidget(field)
    with Moments(qapp, sheet) as moments:
        sheet.show()
    assert moments.seen == []
    assert sheet.focusWidget() is field
    sheet.set_dirty(True)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.asking()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.focusWidget() is field, "whoever stays goes on writing where they were"


def test_what_was_chosen_leaves_the_keyboard_where_it_was(typing: QLineEdit) -> None:
    palette = CommandPalette(typing.window())
    palette.open_palette()
    palette.set_results([ResultSection("", (Result("a", "a"),))])
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert typing.hasFocus()
