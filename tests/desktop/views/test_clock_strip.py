"""The running clocks on the page of a lead: fresh each minute without the disk, and in words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.clock import iso_moment
from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.rules.approvals import exemption_of
from desktop.services.commands.approvals import do_decide_approval
from desktop.services.commands.exemption import do_ask_exemption, do_exempt
from desktop.services.commands.verbs import do_create, do_undo
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.services.rules.exempting import Exempting, may_exempt
from desktop.views.pages.approval_sheet import DecideSheet
from desktop.views.pages.approvals_page import ApprovalsPage
from desktop.views.pages.records.clock_strip import ClockStrip
from desktop.views.pages.records.exemption_sheet import ExemptionSheet
from desktop.views.pages.records.record_page import RecordPage
from tests.builders import START
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def at(**ahead: float) -> str:
    return iso_moment(START + timedelta(**ahead))


def shown(strip: ClockStrip) -> dict[str, str]:
    faces = [tile.face for tile in strip.tiles if tile.face is not None]
    return {face.name: tile.left.text() for face, tile in zip(faces, strip.tiles, strict=True)}


def test_the_clocks_of_a_lead_run_on_its_page_without_the_disk(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = {"received_at": at(hours=-37), "assigned_at": at(hours=-3)}
    lead = desk.add("lead", {"name": "王女士", "stage": "captured", "owner": "wang", **came})
    desk.session.set_status(SyncStatus(SyncState.IDLE))
    page = RecordPage(desk.session, "lead")
    put(qtbot, page, width=1056)
    page.show_record(lead)
    strip = page.clocks
    assert strip is not None
    qtbot.waitUntil(lambda: len(strip.tiles) == 2)
    assert shown(strip) == {"黄金 4 小时": "还剩 1 小时", "首次跟进时限": "还剩 11 小时"}
    first = next(t for t in strip.tiles if t.face is not None and t.face.name == "首次跟进时限")
    assert first.words() == ["等首次响应、跟进或拜访 · 到 20:30 止 · 第 1/2 级：提醒负责人"]
    assert strip.note.text() == "本机的改动还没有上传，服务器暂时按旧内容计时"
    assert "从 2026-02-28 20:30 起算，时限 48 小时" in first.toolTip()

    def never(*_: object) -> None:
        raise AssertionError("the disk was asked on the Qt thread")

    monkeypatch.setattr(desk.workspace.replica, "read", never)
    desk.time.advance(minutes=75)
    strip.draw()
    assert shown(strip) == {"黄金 4 小时": "超时 15 分钟", "首次跟进时限": "还剩 9 小时 45 分"}
    desk.session.set_status(SyncStatus(SyncState.OFFLINE))
    assert strip.note.text().endswith(" · 连不上服务器，同事刚做的跟进可能还没计入")
    assert first.provisional.isVisible()
    monkeypatch.undo()
    called = {"action": "called", "happened_at": desk.time.clock.iso(), "lead": lead}
    desk.session.run(do_create, "follow_up", called)
    qtbot.waitUntil(lambda: strip.tiles == [] and not strip.isVisible())


def test_an_exemption_is_granted_shown_ended_and_taken_back(desk: Desk, qtbot: QtBot) -> None:
    came = {"received_at": at(hours=-37), "assigned_at": at(hours=-37)}
    lead = desk.add("lead", {"name": "王女士", "stage": "captured", "owner": "zhao", **came})
    strip = ClockStrip(desk.session, "lead")
    put(qtbot, strip, width=1056)
    strip.show_for(lead)
    qtbot.waitUntil(lambda: len(strip.tiles) == 2)
    strip.exempt.click()
    sheet = strip.findChild(ExemptionSheet) or strip.window().findChild(ExemptionSheet)
    assert sheet is not None
    assert not sheet.asks
    sheet.submitted.emit()
    qtbot.waitUntil(sheet.primary.isEnabled)
    assert desk.workspace.replica.count(Query("exemption")) == 0, "not without a reason"
    sheet.reason.setValue("出国，两周后回来")
    with qtbot.waitSignal(desk.session.finished):
        sheet.submitted.emit()
    [held] = desk.workspace.replica.find(Query("exemption"))
    assert (held["lead"], held["owner"], held["until"]) == (lead, "zhao", at(days=14))
    [task] = desk.workspace.replica.find(Query("task"))
    assert (task["due_at"], task["lead"], task["owner"]) == (at(days=14), lead, "zhao")
    qtbot.waitUntil(lambda: set(shown(strip).values()) == {"已暂停"})
    assert strip.exempt_words.text() == "豁免至 03-16 09:30：客户临时失联，出国，两周后回来"
    desk.session.run(do_undo, desk.done[-1].group)
    qtbot.waitUntil(lambda: strip.exempt.isVisible() and not strip.exempt_words.text())
    assert desk.workspace.replica.count(Query("task")) == 0
    desk.session.run(do_undo, desk.done[-1].group)
    qtbot.waitUntil(strip.end.isVisible)
    desk.time.advance(hours=5)
    strip.end.click()
    qtbot.waitUntil(lambda: "还剩 11 小时" in shown(strip).values())
    assert desk.record("task", str(task["id"]))["state"] == "done"


def test_who_may_not_grant_one_asks_whoever_leads(desk: Desk) -> None:
    desk.add("user", {"name": "周岚", "login": "zhou", "role": "admin"})
    lead = desk.add("lead", {"name": "王女士", "stage": "captured", "owner": "wang"})
    desk.add("grant", {"role": "rep", "entity": "exemption", "rights": ["see"]})
    desk.workspace.refresh_actor()
    record = desk.record("lead", lead)
    asked = Exempting("lead", record, "asked", "客户要等预算", at(days=20))
    assert not may_exempt(desk.workspace, "lead", record).allowed
    with pytest.raises(KnownError) as refused:
        do_exempt(desk.workspace, asked)
    assert refused.value.code == "forbidden"
    do_ask_exemption(desk.workspace, asked)
    [request] = desk.workspace.replica.find(Query("approval"))
    assert request["title"] == "豁免申请：王女士（客户要求延后，到 2026-03-22 09:30 止）"
    assert (request["request"], request["exempt_until"]) == ("客户要等预算", asked.until)
    for wrong in (at(days=-1), at(days=400), "soon"):
        with pytest.raises(KnownError) as caught:
            do_ask_exemption(desk.workspace, replace(asked, until=wrong))
        assert caught.value.code == "until"


def test_granting_it_on_the_page_answers_the_request_that_waits(desk: Desk) -> None:
    customer = desk.add("customer", {"name": "仁济医院", "kind": "organisation"})
    lead = desk.add(
        "lead", {"name": "王女士", "stage": "captured", "owner": "zhao", "customer": customer}
    )
    wanted = {
        "title": "豁免申请", "state": "pending", "asked_by": "zhao", "owner": "wang",
        "asked_at": at(), "lead": lead, "customer": customer, "request": "出国",
        "exempt_kind": "unreachable", "exempt_until": at(days=20),
    }  # fmt: skip
    narrow = desk.add("approval", wanted)
    whole = desk.add("approval", wanted | {"exempt_all": True})
    do_exempt(
        desk.workspace, Exempting("lead", desk.record("lead", lead), "asked", "出国", at(days=9))
    )
    [made] = desk.workspace.replica.find(Query("exemption"))
    assert (made["id"], made["until"]) == (exemption_of(narrow), at(days=9))
    assert desk.record("approval", narrow)["state"] == "approved"
    assert desk.record("approval", whole)["state"] == "pending"


def test_a_requested_exemption_is_granted_on_the_page_of_approvals(
    desk: Desk, qtbot: QtBot
) -> None:
    """Row 6.10: one key grants it for the owner, another end by a comment; one step takes it
    back; an end that has gone by is not granted."""
    lead = desk.add("lead", {"name": "王女士", "stage": "captured", "owner": "zhao"})
    wanted = {
        "title": "豁免申请：王女士", "state": "pending", "asked_by": "zhao", "owner": "wang",
        "asked_at": at(), "lead": lead, "request": "出国", "exempt_kind": "unreachable",
        "exempt_until": at(days=20),
    }  # fmt: skip
    first = desk.add("approval", wanted)
    strip = ClockStrip(desk.session, "lead")
    put(qtbot, strip)
    places: list[str] = []
    desk.session.place_requested.connect(places.append)
    strip.show_for(lead)
    qtbot.waitUntil(lambda: strip.request.waiting is not None)
    said = "赵磊 03-02 09:30 申请豁免到 03-22 09:30：客户临时失联，出国；等 王敏 决定"
    assert strip.request.words.text() == said
    assert (strip.request.decide.isVisible(), strip.request.withdraw.isVisible()) == (True, False)
    strip.request.decide.click()
    assert places == ["approvals"]
    page = ApprovalsPage(desk.session)
    put(qtbot, page)
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    row = page.rows[0]
    assert row.asked.exemption == "客户临时失联 · 到 2026-03-22 09:30 止"
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(row, Qt.Key.Key_Y)
    [made] = desk.workspace.replica.find(Query("exemption"))
    assert (made["lead"], made["owner"], made["reason"]) == (lead, "zhao", "出国")
    assert made["until"] == at(days=20)
    assert made["id"] == exemption_of(first)
    qtbot.waitUntil(lambda: strip.request.waiting is None)
    [task] = desk.workspace.replica.find(Query("task"))
    assert (task["owner"], task["due_at"]) == ("zhao", at(days=14))
    do_undo(desk.workspace, desk.done[-1].group)
    assert desk.workspace.replica.count(Query("exemption")) == 0
    assert desk.record("approval", first)["state"] == "pending"
    desk.time.advance(hours=24 * 21)
    with pytest.raises(KnownError) as late:
        do_decide_approval(desk.workspace, first, "approved")
    assert (late.value.code, desk.record("approval", first)["state"]) == ("until", "pending")
    page.refresh()
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    page.rows[0].buttons["worded"].click()
    [sheet] = page.window().findChildren(DecideSheet)
    assert sheet.until is not None
    sheet.until.setValue(at(days=30))
    sheet.submitted.emit()
    qtbot.waitUntil(lambda: desk.record("approval", first)["state"] == "approved")
    [made] = desk.workspace.replica.find(Query("exemption"))
    assert made["until"] == at(days=30)
    assert desk.failed == []
