"""The import wizard as a person meets it: by keyboard, corrected, checked, run, taken back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_core.intake.mapping import Clean, OnTwin
from crm_core.intake.source import Source
from crm_core.model.query import Query
from desktop.services.papers import imports
from desktop.viewmodels.folder_watch import FolderWatch
from desktop.viewmodels.import_flow import Stage
from desktop.views.pages.importing.import_page import ImportPage
from desktop.views.pages.importing.replace_sheet import ReplaceSheet
from desktop.views.pages.importing.watch_card import WatchCard
from desktop.views.pages.importing.words_sheet import WordsSheet
from desktop.views.pages.lists.list_page import ListPage
from tests.builders import a_customer
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")

TABLE = (
    "公司名称,级别,电话,联系人,手机,随便\n"
    "南京智趣科技有限公司,A,025-88886666,王敏女士,13800000001,x\n"
    "苏州鼓楼医院,重点,0512-66668888,李雷,13800000002,y\n"
    ",A,,没有公司,13800000003,z\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "客户.csv"
    path.write_text(TABLE, encoding="gb18030")
    return path


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> ImportPage:
    made = ImportPage(desk.session)
    put(qtbot, made)
    return made


def open_file(qtbot: QtBot, page: ImportPage, path: Path) -> None:
    with qtbot.waitSignal(page.flow.looked_at):
        page.open_file(path)


def check(qtbot: QtBot, page: ImportPage) -> None:
    with qtbot.waitSignal(page.flow.checked):
        QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_file_is_imported_by_keyboard_and_taken_back(
    qtbot: QtBot, page: ImportPage, desk: Desk, file: Path
) -> None:
    open_file(qtbot, page, file)
    assert page.flow.stage is Stage.MAPPING
    fields = {line.title: line.field.currentText() for line in page.mapping.lines}
    assert fields == {
        "公司名称": "名称", "级别": "级别", "电话": "电话", "联系人": "联系人 · 姓名",
        "手机": "联系人 · 手机", "随便": "",
    }  # fmt: skip
    check(qtbot, page)
    assert page.check.primary.text() == "导入 1 行"
    assert [page.check.table.words(v, 1) for v in page.check.shown()] == [
        "新增",
        "不导入",
        "不导入",
    ]
    assert "没有「重点」这个选项" in page.check.table.words(page.check.shown()[1], 3)
    with qtbot.waitSignal(page.flow.ran):
        QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    [customer] = desk.workspace.replica.find(Query("customer"))
    [contact] = desk.workspace.replica.find(Query("contact"))
    assert (contact["name"], contact["customer"]) == ("王敏", customer["id"])
    assert customer["owner"] == "wang"
    assert "新增 1 行" in desk.done[-1].sentence_zh
    with qtbot.waitSignal(page.flow.ran):
        page.run.undo.click()
    assert not desk.workspace.replica.find(Query("customer"))
    assert not page.run.undo.isVisible()


def test_words_are_matched_and_the_row_goes_through(
    qtbot: QtBot, page: ImportPage, file: Path
) -> None:
    open_file(qtbot, page, file)
    line = page.mapping.lines[1]
    assert line.words.isVisible()
    line.words.click()
    [sheet] = page.window().findChildren(WordsSheet)
    sheet.boxes["重点"].setValue("A")
    sheet.primary.click()
    assert [len(row.problems) for row in page.flow.prepared()] == [0, 0, 1]
    check(qtbot, page)
    assert page.flow.foretold is not None
    assert page.flow.foretold.tally.new == 2


def test_a_column_is_corrected_cleaned_and_left_out(
    qtbot: QtBot, page: ImportPage, file: Path
) -> None:
    open_file(qtbot, page, file)
    lines = {line.title: line for line in page.mapping.lines}
    lines["随便"].field.setValue("customer.remark")
    lines["随便"].field.changed.emit()
    assert page.flow.prepared()[0].values["remark"] == "x"
    lines["电话"].field.setValue(None)
    lines["电话"].field.changed.emit()
    assert "phone" not in page.flow.prepared()[0].values
    assert page.flow.prepared()[0].beside["name"] == "王敏"
    lines["联系人"].toggle(Clean.NO_TITLES, on=False)
    assert page.flow.prepared()[0].beside["name"] == "王敏女士"
    lines["联系人"].toggle(Clean.REPLACE, on=True)
    [sheet] = page.window().findChildren(ReplaceSheet)
    QTest.keyClicks(sheet.pattern, "(")
    assert not sheet.primary.isEnabled()
    sheet.pattern.setText("女士$")
    sheet.pattern.textEdited.emit("女士$")  # Qt's test keyboard knows no Chinese.
    assert "王敏女士 → 王敏" in sheet.trial.text()
    sheet.primary.click()
    assert page.flow.prepared()[0].beside["name"] == "王敏"


def test_duplicates_are_shown_beforehand_and_open(
    qtbot: QtBot, page: ImportPage, desk: Desk, file: Path
) -> None:
    known = desk.add("customer", a_customer(name="南京 智趣科技有限公司", phone=None, owner="wang"))
    open_file(qtbot, page, file)
    page.flow.set_on_twin(OnTwin.FILL)
    check(qtbot, page)
    first = page.check.shown()[0]
    assert page.check.table.words(first, 1) == "更新"
    assert first.twin == known
    page.check.table.row_opened.emit(0)
    assert desk.opened == [("customer", known)]


def test_what_is_shown_of_the_rows_can_be_narrowed_down(
    qtbot: QtBot, page: ImportPage, file: Path
) -> None:
    open_file(qtbot, page, file)
    check(qtbot, page)
    page.check.only.set_value("refused")
    page.check.only.chosen.emit("refused")
    assert [v.number for v in page.check.shown()] == [3, 4]


def test_refused_rows_are_saved_with_their_reasons(
    qtbot: QtBot, page: ImportPage, file: Path, tmp_path: Path
) -> None:
    open_file(qtbot, page, file)
    check(qtbot, page)
    with qtbot.waitSignal(page.flow.ran):
        page.check.primary.click()
    out = tmp_path / "未导入.xlsx"
    page.run.write_to(out)
    qtbot.waitUntil(lambda: "2 行" in page.run.message.text())
    with Source(out) as written:
        assert written.count(written.table()) == 2


def test_what_is_no_table_is_said_on_the_page(
    qtbot: QtBot, page: ImportPage, tmp_path: Path
) -> None:
    path = tmp_path / "程序.xlsx"
    path.write_bytes(b"MZ\x90\x00")
    page.open_file(path)
    qtbot.waitUntil(lambda: "程序" in page.message.text())
    assert page.flow.stage is Stage.FILE


def test_a_mapping_survives_closing_the_page(
    qtbot: QtBot, page: ImportPage, desk: Desk, file: Path
) -> None:
    open_file(qtbot, page, file)
    page.flow.set_field("随便", "customer", "remark")
    qtbot.waitUntil(lambda: imports.draft(desk.workspace) is not None)
    other = ImportPage(desk.session)
    put(qtbot, other)
    qtbot.waitUntil(lambda: other.flow.draft is not None)
    with qtbot.waitSignal(other.flow.looked_at):
        other.flow.take_up_draft()
    column = other.flow.column("随便")
    assert column is not None
    assert column.field == "remark"


def test_a_mapping_is_saved_for_everybody_and_used_again(
    qtbot: QtBot, page: ImportPage, desk: Desk, file: Path
) -> None:
    open_file(qtbot, page, file)
    page.flow.set_field("随便", "customer", "remark")
    with qtbot.waitSignal(page.flow.saved_listed):
        page.flow.save("老系统")
    [record] = desk.workspace.replica.find(Query("import_mapping"))
    assert (record["name"], record["author"]) == ("老系统", "wang")
    open_file(qtbot, page, file)
    assert page.flow.column("随便") is None
    [saved] = page.flow.saved
    with qtbot.waitSignal(page.flow.looked_at):
        page.flow.use(saved)
    assert page.flow.column("随便") is not None


def test_a_file_dropped_on_a_list_opens_the_wizard(qtbot: QtBot, desk: Desk, file: Path) -> None:
    listed = ListPage(desk.session, "customer")
    put(qtbot, listed)
    asked: list[tuple[str, str]] = []
    desk.session.import_requested.connect(lambda entity, path: asked.append((entity, path)))
    drop(listed, file)
    assert asked == [("customer", str(file))]
    drop(listed, file.with_suffix(".exe"))
    assert len(asked) == 1


def drop(target: ListPage | ImportPage, path: Path) -> None:
    """Let a file fall on a widget."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    here, copy = QPoint(50, 50), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(here, copy, data, left, none))
    QApplication.sendEvent(target, QDropEvent(here.toPointF(), copy, data, left, none))


def test_a_watched_folder_is_chosen_in_the_settings_and_told_of(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "auto"
    folder.mkdir()
    card = WatchCard(desk.session)
    put(qtbot, card)
    card.watch(folder)
    qtbot.waitUntil(lambda: card.stop.isVisible())
    (path := folder / "线索.csv").write_text(
        "姓名,手机号,线索来源\n张三,13800000001,抖音\n", encoding="utf-8"
    )
    os.utime(path, (1, 1))
    watch = FolderWatch(desk.session)
    for _ in range(2):
        with qtbot.waitSignal(watch.looked):
            watch.look()
    assert [one["name"] for one in desk.workspace.replica.find(Query("lead"))] == ["张三"]
    assert "新增 1 行" in desk.done[-1].sentence_zh
    card.stop.click()
    qtbot.waitUntil(lambda: not card.stop.isVisible())


def test_a_customer_under_another_name_is_met_beforehand_and_left_out(
    qtbot: QtBot, page: ImportPage, desk: Desk, file: Path
) -> None:
    other = a_customer(name="智趣科技（南京）公司", phone="025-88886666", city="南京", owner="wang")
    known = desk.add("customer", other)
    open_file(qtbot, page, file)
    page.flow.set_keys(["uscc", "name"])
    check(qtbot, page)
    page.check.only.set_value("alike")
    page.check.only.chosen.emit("alike")
    [row] = page.check.shown()
    assert (row.number, row.alike) == (2, known)
    assert "可能就是已有的「智趣科技（南京）公司」" in page.check.table.words(row, 3)
    assert page.check.primary.text() == "导入 1 行"
    page.check.leave.click()
    assert page.check.primary.text() == "导入 0 行"
    page.check.table.row_opened.emit(0)
    assert desk.opened == [("customer", known)]
