"""Quick replies, articles and comments: found, filled in, counted once, safely shown, heard of."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from crm_core.permissions import Actor, Right, can
from desktop.services.commands.desk import do_comment, do_note_use, mentioned
from desktop.services.commands.verbs import do_undo
from desktop.viewmodels.library import filled, placeholders, read_library
from desktop.viewmodels.records.dossier import EventKind
from desktop.views.pages.library_page import LibraryPage
from desktop.views.pages.records.customer_page import CustomerPage
from desktop.views.pages.visits.follow_up_sheet import FollowUpSheet
from tests.builders import a_customer
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def reply(desk: Desk) -> str:
    body = "[姓名]您好，我是[公司]的[我]。"
    return desk.add("quick_reply", {"title": "开场白", "scene": "opening", "body": body})


@pytest.fixture
def article(desk: Desk) -> str:
    body = "# 报价流程\n\n1. 先问预算\n\n![图](http://example.org/x.png)\n\n<b>粗</b>"
    return desk.add("article", {"title": "报价流程", "category": "销售", "body": body})


def test_uses_are_counted_once_for_a_person_and_a_record(desk: Desk, article: str) -> None:
    lead = desk.add("lead", {"name": "王女士", "stage": "captured"})
    for _ in range(2):
        do_note_use(desk.workspace, "article", article)
        do_note_use(desk.workspace, "article", article, ("lead", lead))
    (piece,) = read_library(desk.workspace, "article", "bjlc", language="zh")
    assert (piece.title, piece.group, piece.uses) == ("报价流程", "销售", 2)
    desk.time.advance(days=1)
    done = do_note_use(desk.workspace, "article", article)
    assert len(desk.workspace.replica.find(Query("usage"))) == 3
    do_undo(desk.workspace, done.group)
    assert len(desk.workspace.replica.find(Query("usage"))) == 2
    assert read_library(desk.workspace, "article", "没有的词", language="zh") == ()


def test_placeholders_are_filled_and_unknown_ones_stay() -> None:
    values = placeholders(
        name="王女士", me="林晓", organisation="", now=datetime(2026, 3, 2, 20, tzinfo=UTC)
    )
    assert filled("[姓名]您好，我是[公司]的【我】，[日期]见", values) == (
        "王女士您好，我是[公司]的林晓，3月3日见"
    )


def test_the_library_reads_copies_and_loads_nothing(
    desk: Desk, reply: str, article: str, qtbot: QtBot, chinese: QApplication
) -> None:
    page = LibraryPage(desk.session)
    put(qtbot, page)
    qtbot.waitUntil(lambda: page.list.count() == 1)
    with qtbot.waitSignal(desk.session.finished):
        page.copy.click()
    assert QGuiApplication.clipboard().text() == "[姓名]您好，我是随行的wang。"
    qtbot.waitUntil(lambda: page.pieces[0].uses == 1)
    page._choose_kind("article")
    qtbot.waitUntil(lambda: bool(page.pieces) and page.pieces[0].title == "报价流程")
    assert "先问预算" in page.reader.toPlainText()
    assert "粗" in page.reader.toPlainText()
    image = QTextDocument.ResourceType.ImageResource.value
    assert page.reader.loadResource(image, QUrl("http://example.org/x.png")) is None
    assert page.used.isVisible()
    with qtbot.waitSignal(desk.session.finished):
        page.used.click()
    page.search.setText("不存在")
    qtbot.waitUntil(lambda: page.list.count() == 0)
    assert not page.edit.isVisible()


def test_a_rep_reads_the_library_and_does_not_write_it(desk: Desk) -> None:
    rep = Actor("u", "rep")
    registry = desk.workspace.replica.registry
    for name in ("article", "quick_reply"):
        assert can(rep, Right.SEE, registry.entity(name)).allowed
        assert not can(rep, Right.EDIT, registry.entity(name)).allowed
    assert can(rep, Right.CREATE, registry.entity("usage")).allowed


def test_a_quick_reply_goes_into_the_conclusion_with_the_name(
    desk: Desk, reply: str, qtbot: QtBot, chinese: QApplication
) -> None:
    lead = desk.add("lead", {"name": "王女士", "stage": "captured"})
    sheet = FollowUpSheet(desk.session, subject=("lead", lead))
    put(qtbot, sheet, width=720)
    qtbot.waitUntil(lambda: sheet.fields.about.text() == "王女士")
    (piece,) = read_library(desk.workspace, "quick_reply", "", language="zh")
    sheet.put_in(piece)
    assert sheet.fields.conclusion.toPlainText().startswith("王女士您好")
    qtbot.waitUntil(lambda: len(desk.workspace.replica.find(Query("usage"))) == 1)
    sheet.put_away()


def test_a_comment_stands_in_the_timeline_and_tells_who_is_named(
    desk: Desk, qtbot: QtBot, chinese: QApplication
) -> None:
    hospital = desk.add("customer", a_customer(name="瑞金医院", owner="wang"))
    page = CustomerPage(desk.session)
    put(qtbot, page)
    with qtbot.waitSignal(page.shown):
        page.show_record(hospital)
    page.comment.line.setText("@赵磊 明天一起去")
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(page.comment.line, Qt.Key.Key_Return)
    assert page.comment.line.text() == ""
    kinds = (EventKind.COMMENT,)
    qtbot.waitUntil(lambda: any(e.kind in kinds for e in page.timeline.events()))
    (task,) = desk.workspace.replica.find(Query("task"))
    assert (task["owner"], task["customer"]) == ("zhao", hospital)
    assert "明天一起去" in str(task["title"])
    do_undo(desk.workspace, desk.done[-1].group)
    assert desk.workspace.replica.find(Query("comment")) == []
    assert desk.workspace.replica.find(Query("task")) == []


def test_only_colleagues_are_named_and_nobody_tells_themselves(desk: Desk) -> None:
    lead = desk.add("lead", {"name": "王女士", "stage": "captured"})
    assert mentioned(desk.workspace, "a@b.cn 和 @赵磊，@王敏你好") == {
        "zhao": "赵磊", "wang": "王敏",
    }  # fmt: skip
    do_comment(desk.workspace, "lead", lead, "@王敏 记得回电")
    assert desk.workspace.replica.find(Query("task")) == []
    (comment,) = desk.workspace.replica.find(Query("comment"))
    assert comment["lead"] == lead
