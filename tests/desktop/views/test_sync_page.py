"""The sync centre: states in words, conflicts decided by keyboard, refusals kept, diagnostics."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from crm_core.errors import SyncCode, SyncError
from crm_core.sync.protocol import Ack
from desktop.services.commands.verbs import do_change, do_delete
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.services.online.verification import Check
from desktop.viewmodels.inbox import diagnostics
from desktop.views.language import install_language
from desktop.views.pages.syncing.conflict_entry import ConflictEntry
from desktop.views.pages.syncing.refusal_entry import RefusalEntry
from desktop.views.pages.syncing.sync_page import SyncPage
from desktop.views.widgets.editors.text import GrowingText, TextLine
from tests.builders import a_customer, an_actor, change, exchange, records_of
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def other(tmp_path: Path, desk: Desk) -> Iterator[Desk]:
    """Zhao's laptop, which knows what Wang's knows."""
    yield from a_desk(tmp_path / "other", node="b" * 16, time=desk.time, user="zhao")


@pytest.fixture
def customer(desk: Desk, other: Desk) -> str:
    record_id = desk.add(
        "customer",
        a_customer(name="瑞金医院", phone="021-64370045", city="上海", remark="", owner="wang"),
    )
    exchange(desk.workspace.replica, other.workspace.replica)
    return record_id


def clash(desk: Desk, other: Desk, record_id: str, **fields: tuple[str, str]) -> None:
    """For each field: (mine, theirs) written at once, mine later."""
    for name, (mine, theirs) in fields.items():
        change(
            other.workspace.replica, "customer", record_id, by=an_actor("zhao"), **{name: theirs}
        )
        desk.time.advance(seconds=1)
        change(desk.workspace.replica, "customer", record_id, by=an_actor("wang"), **{name: mine})
    exchange(other.workspace.replica, desk.workspace.replica)


def a_page(desk: Desk, qtbot: QtBot) -> SyncPage:
    made = SyncPage(desk.session)
    put(qtbot, made)
    qtbot.waitUntil(lambda: made.inbox is not None)
    return made


def conflict_of(page: SyncPage, place: int = 0) -> ConflictEntry:
    entry = page.entries[place]
    assert isinstance(entry, ConflictEntry)
    return entry


def press(key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def words(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget))


def test_a_conflict_shows_mine_theirs_before_who_and_when(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    clash(desk, other, customer, city=("苏州", "无锡"))
    page = a_page(desk, qtbot)
    entry = conflict_of(page)
    said = words(entry)
    for expected in ("城市", "苏州", "无锡", "上海", "王敏", "赵磊", "03-02 09:30"):
        assert expected in said
    assert entry.view.record == "瑞金医院"
    assert entry.view.mine_wins


@pytest.mark.parametrize(
    ("key", "stands"),
    [(Qt.Key.Key_1, "苏州"), (Qt.Key.Key_2, "无锡"), (Qt.Key.Key_D, "苏州")],
)
def test_one_key_decides(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot, key: Qt.Key, stands: str
) -> None:
    clash(desk, other, customer, city=("苏州", "无锡"))
    page = a_page(desk, qtbot)
    conflict_of(page).take_focus()
    with qtbot.waitSignal(desk.session.finished):
        press(key)
    assert desk.record("customer", customer)["city"] == stands
    qtbot.waitUntil(lambda: page.entries == [])
    assert page.empty.isVisible()
    assert desk.workspace.replica.conflicts() == []


def test_who_agrees_has_nothing_to_decide_and_who_does_not_begins_with_it(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    clash(desk, other, customer, city=("苏州", "苏州"), district=("姑苏区", "吴中区"))
    page = a_page(desk, qtbot)
    [entry] = page.entries
    assert isinstance(entry, ConflictEntry)
    assert entry.view.field == "区县"
    page.setFocus()
    page.refresh()
    qtbot.waitUntil(entry.has_keyboard)


def test_before_is_put_back_by_its_button(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    clash(desk, other, customer, city=("苏州", "无锡"))
    page = a_page(desk, qtbot)
    with qtbot.waitSignal(desk.session.finished):
        conflict_of(page).card.value_chosen.emit("before")
    assert desk.record("customer", customer)["city"] == "上海"


def test_a_long_text_is_edited_from_both(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    clash(desk, other, customer, remark=("先试用两周", "预算明年一月"))
    page = a_page(desk, qtbot)
    conflict_of(page).take_focus()
    press(Qt.Key.Key_E)
    editor = page.findChild(GrowingText)
    assert editor is not None
    assert editor.toPlainText() == "预算明年一月\n先试用两周"
    assert editor.hasFocus()
    editor.setPlainText("先试用两周；预算明年一月")
    with qtbot.waitSignal(desk.session.finished):
        conflict_of(page).save_edited()
    assert desk.record("customer", customer)["remark"] == "先试用两周；预算明年一月"
    qtbot.waitUntil(lambda: page.entries == [])


def test_a_text_that_cannot_be_saved_stays_with_the_reason(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    clash(desk, other, customer, email=("a@rj.cn", "b@rj.cn"))
    page = a_page(desk, qtbot)
    entry = conflict_of(page)
    entry.edit()
    editor = entry.findChild(TextLine)
    assert editor is not None
    editor.setText("没有邮箱")
    entry.save_edited()
    qtbot.waitUntil(lambda: bool(editor.property("error")))
    assert editor.text() == "没有邮箱"
    assert len(desk.workspace.replica.conflicts()) == 1


def test_what_somebody_writes_survives_news(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    clash(desk, other, customer, remark=("一", "二"))
    page = a_page(desk, qtbot)
    conflict_of(page).edit()
    editor = page.findChild(GrowingText)
    assert editor is not None
    editor.setPlainText("写到一半")
    clash(desk, other, customer, city=("苏州", "无锡"))
    desk.session.bus.changed({"customer": [customer]})
    qtbot.waitUntil(lambda: len(page.entries) == 2)
    assert page.findChild(GrowingText) is editor
    assert editor.toPlainText() == "写到一半"


def test_arrows_walk_the_inbox_and_enter_opens_the_record(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    clash(desk, other, customer, city=("苏州", "无锡"), phone=("021-11112222", "021-33334444"))
    page = a_page(desk, qtbot)
    first, second = conflict_of(page, 0), conflict_of(page, 1)
    first.take_focus()
    press(Qt.Key.Key_Down)
    assert second.has_keyboard()
    press(Qt.Key.Key_Down)
    assert second.has_keyboard()
    press(Qt.Key.Key_Up)
    assert first.has_keyboard()
    press(Qt.Key.Key_Return)
    assert desk.opened == [("customer", customer)]
    with qtbot.waitSignal(desk.session.finished):
        press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: page.entries == [second])
    assert second.has_keyboard()


def test_h_shows_the_history_of_the_field(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    clash(desk, other, customer, city=("苏州", "无锡"))
    page = a_page(desk, qtbot)
    conflict_of(page).take_focus()
    with qtbot.waitSignal(page.history.shown_versions):
        press(Qt.Key.Key_H)
    assert page.history.is_open
    assert len(page.history.cards) == 3


def test_an_edit_that_met_a_deletion_is_decided_too(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    do_delete(other.workspace, "customer", customer)
    desk.time.advance(seconds=1)
    do_change(desk.workspace, "customer", customer, {"city": "苏州"})
    exchange(other.workspace.replica, desk.workspace.replica)
    page = a_page(desk, qtbot)
    entry = conflict_of(page)
    assert "（已删除）" in words(entry)
    entry.take_focus()
    with qtbot.waitSignal(desk.session.finished):
        press(Qt.Key.Key_2)
    assert desk.workspace.replica.record("customer", customer) is None


def refuse(desk: Desk, customer: str, text: str) -> None:
    do_change(desk.workspace, "customer", customer, {"remark": text})
    last = desk.workspace.replica.waiting(limit=1000)[-1]
    desk.workspace.replica.acknowledge([Ack(last.replica_seq, refused=SyncCode.FORBIDDEN)])


def test_a_refused_change_keeps_the_text_to_copy(desk: Desk, customer: str, qtbot: QtBot) -> None:
    refuse(desk, customer, "院长同意试用")
    page = a_page(desk, qtbot)
    entry = page.entries[0]
    assert isinstance(entry, RefusalEntry)
    assert "没有权限" in words(entry)
    assert entry.text.toPlainText() == "院长同意试用"
    entry.take_focus()
    QTest.keyClick(entry, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text() == "院长同意试用"
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(entry, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: page.entries == [])
    assert desk.workspace.replica.refusals() == []


def test_a_refused_change_gives_back_the_servers_value_and_can_be_put_in_again(
    desk: Desk, customer: str, qtbot: QtBot
) -> None:
    refuse(desk, customer, "院长同意试用")
    assert desk.record("customer", customer)["remark"] is None
    page = a_page(desk, qtbot)
    entry = page.entries[0]
    assert "记录已显示服务器上的内容" in words(entry)
    entry.take_focus()
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(entry, Qt.Key.Key_R)
    assert desk.record("customer", customer)["remark"] == "院长同意试用"
    qtbot.waitUntil(lambda: page.entries == [])
    assert desk.workspace.replica.waiting(limit=1000)[-1].value == "院长同意试用"


def test_a_long_text_marks_what_only_one_side_has(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    change(desk.workspace.replica, "customer", customer, by=an_actor("wang"), remark="先试用。")
    exchange(desk.workspace.replica, other.workspace.replica)
    clash(desk, other, customer, remark=("先试用两周。", "<b>请</b>先试用。"))
    page = a_page(desk, qtbot)
    view = conflict_of(page).view
    assert [p.text for p in view.mine.pieces if p.new] == ["两周"]
    shown = words(conflict_of(page))
    assert "&lt;b&gt;请&lt;/b&gt;" in shown, "what people write is never read as markup"
    conflict_of(page).edit()
    editor = page.findChild(GrowingText)
    assert editor is not None
    assert editor.toPlainText() == "<b>请</b>先试用两周。"


def test_two_devices_of_one_person_are_told_apart(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    replica, phone = desk.workspace.replica, other.workspace.replica
    change(phone, "customer", customer, by=an_actor("wang"), city="无锡")
    desk.time.advance(seconds=1)
    change(replica, "customer", customer, by=an_actor("wang"), city="苏州")
    exchange(phone, replica)
    exchange(replica, phone)
    page = a_page(desk, qtbot)
    entry = conflict_of(page)
    assert (entry.view.mine.text, entry.view.theirs.text) == ("苏州", "无锡")
    assert "本机" in words(entry)
    assert "设备 BBBB" in words(entry)
    assert len(phone.conflicts()) == 1, "the other device shows it as well"


def test_what_waits_lists_its_records_on_demand(desk: Desk, customer: str, qtbot: QtBot) -> None:
    do_change(desk.workspace, "customer", customer, {"city": "苏州", "level": "B"})
    page = a_page(desk, qtbot)
    qtbot.waitUntil(lambda: "customer" in page.waiting.kinds)
    page.waiting.kinds["customer"].click()
    qtbot.waitUntil(lambda: bool(page.waiting.lines))
    (line,) = page.waiting.lines
    assert (line.title, line.what) == ("瑞金医院", "新建")
    page.waiting.kinds["customer"].click()
    assert page.waiting.lines == ()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (SyncStatus(SyncState.OFFLINE, failures=3, next_try="2026-03-02T01:31:30Z"), "1 分 30 秒"),
        (SyncStatus(SyncState.OFFLINE, failures=3, next_try="2026-03-02T01:31:30Z"), "失败 3 次"),
        (SyncStatus(SyncState.IDLE, live=True, next_try="2026-03-02T01:30:40Z"), "立即通知"),
        (SyncStatus(SyncState.IDLE, next_try="2026-03-02T01:30:20Z"), "定时查看"),
        (SyncStatus(SyncState.IDLE, metered=True, next_try="2026-03-02T01:34:00Z"), "节省流量"),
        (SyncStatus(SyncState.OFFLINE, paused=True), "先保存在本机"),
        (SyncStatus(SyncState.SYNCING), ""),
    ],
)
def test_when_the_next_try_is_and_why_is_said(
    desk: Desk, qtbot: QtBot, status: SyncStatus, said: str
) -> None:
    page = a_page(desk, qtbot)
    desk.session.set_status(status)
    assert said in page.state.plan_text()
    assert bool(page.state.plan_text()) is bool(said)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (None, "还没有与服务器核对过。"),
        (Check("2026-03-02T01:30:00Z"), "完全一致"),
        (Check("2026-03-02T01:30:00Z", mended={"customer": 2, "task": 1}), "3 条记录不一致，已"),
        (Check("2026-03-02T01:30:00Z", {"customer": 2}, {"task": 1}), "仍有 1 条记录不一致"),
    ],
)
def test_what_a_comparison_with_the_server_found_is_said(
    desk: Desk, qtbot: QtBot, check: Check | None, said: str
) -> None:
    page = a_page(desk, qtbot)
    status = SyncStatus(SyncState.IDLE, check=check)
    desk.session.set_status(status)
    assert said in page.state.check_text()
    text = diagnostics(desk.workspace, status)
    assert ("Compared with the server: not yet" in text) is (check is None)
    assert ("fetched again: customer 2" in text) is bool(check and check.mended)


def test_a_comparison_can_be_asked_for(desk: Desk, qtbot: QtBot) -> None:
    page = a_page(desk, qtbot)
    desk.session.set_status(SyncStatus(SyncState.IDLE))
    with qtbot.waitSignal(desk.session.send_now_requested):
        page.state.verify.click()
    assert desk.workspace.client.check_wanted
    desk.session.set_status(SyncStatus(SyncState.OFFLINE, paused=True))
    assert not page.state.verify.isEnabled()


def test_a_costly_line_is_asked_for_and_facts_are_shown(desk: Desk, qtbot: QtBot) -> None:
    page = a_page(desk, qtbot)
    with qtbot.waitSignal(desk.session.metered_chosen) as chosen:
        QTest.keyClick(page.metered, Qt.Key.Key_Space)
    assert chosen.args == [True]
    qtbot.waitUntil(lambda: page.facts.facts is not None)
    facts = page.facts.facts
    assert facts is not None
    assert facts.database_bytes > 0
    assert facts.attachments == 0


def test_what_waits_is_counted_by_kind(desk: Desk, customer: str, qtbot: QtBot) -> None:
    page = a_page(desk, qtbot)
    assert page.inbox is not None
    counts = dict(page.inbox.waiting)
    assert counts["customer"] == 1
    do_change(desk.workspace, "customer", customer, {"city": "苏州"})
    desk.session.bus.changed({"customer": [customer]})
    qtbot.waitUntil(lambda: page.inbox is not None and dict(page.inbox.waiting)["customer"] == 2)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (SyncStatus(SyncState.IDLE, last_success="2026-03-02T01:29:00Z"), "已是最新"),
        (SyncStatus(SyncState.SYNCING), "正在与服务器同步…"),
        (SyncStatus(SyncState.OFFLINE, paused=True), "您选择了离线工作，暂不发送"),
        (SyncStatus(SyncState.ERROR, error=SyncError(SyncCode.STORAGE_FULL)), "上次同步失败"),
        (SyncStatus(SyncState.SIGNED_OUT), "需要重新登录才能继续同步"),
    ],
)
def test_every_state_is_said_in_words(
    desk: Desk, qtbot: QtBot, status: SyncStatus, said: str
) -> None:
    page = a_page(desk, qtbot)
    desk.session.set_status(status)
    assert page.state_text() == said
    if status.error is not None:
        assert status.error.chinese in words(page)
    if status.last_success:
        assert "上次同步 2026-03-02 09:29" in words(page)


def test_send_now_and_working_offline_are_asked_for(desk: Desk, qtbot: QtBot) -> None:
    page = a_page(desk, qtbot)
    desk.session.set_status(SyncStatus(SyncState.WAITING, waiting=3))
    with qtbot.waitSignal(desk.session.send_now_requested):
        QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(desk.session.offline_chosen) as chosen:
        QTest.keyClick(page.offline, Qt.Key.Key_Space)
    assert chosen.args == [True]


def test_diagnostics_hold_no_personal_data(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot
) -> None:
    clash(desk, other, customer, city=("苏州", "无锡"))
    refuse(desk, customer, "院长同意试用")
    page = a_page(desk, qtbot)
    QGuiApplication.clipboard().clear()
    page.copy_diagnostics()
    qtbot.waitUntil(lambda: bool(QGuiApplication.clipboard().text()))
    text = QGuiApplication.clipboard().text()
    assert "Conflicts / refused: 1 / 1" in text
    assert "a" * 16 in text
    workspace = desk.workspace
    workspace.client.server.access = "secret-token"
    page.copy_diagnostics()
    held = [
        str(value) for record in records_of(workspace.replica).values() for value in record.values()
        if value is not None and len(str(value)) > 2
    ]  # fmt: skip
    folder = str(workspace.profile.folder)
    account = workspace.account
    for private in (
        "瑞金", "苏州", "院长", "021", "王敏", customer, folder, account.login, account.user_name,
        account.organisation, account.server, "secret-token", Path.home().name + "/", *held,
    ):  # fmt: skip
        assert private not in text, private


def test_the_page_speaks_english(
    desk: Desk, other: Desk, customer: str, qtbot: QtBot, chinese: QApplication
) -> None:
    clash(desk, other, customer, city=("苏州", "无锡"))
    page = a_page(desk, qtbot)
    install_language(chinese, "en")
    desk.session.set_language("en")
    qtbot.waitUntil(lambda: "City" in words(page))
    assert page.title() == "Sync centre"
