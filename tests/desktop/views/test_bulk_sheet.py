"""Bulk edit: previewed, run as one act, cancelled without a trace, taken back in one step."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Actor
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.commands.bulk_edit import BulkEdit, Step, Way, do_bulk_edit, preview
from desktop.services.commands.verbs import do_undo
from desktop.services.workspace import Workspace
from desktop.views.pages.lists.bulk_sheet import BulkSheet
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.pages.lists.list_scope import Chosen
from tests.builders import a_customer, an_actor
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def fill(desk: Desk, number: int) -> list[str]:
    """So many customers; every third is archived as lost, and frozen for all but managers."""
    rows = [
        a_customer(
            name=f"医院{n:04d}", level="B", owner="wang", tags=["旧"],
            state="lost" if n % 3 == 0 else "active",
        )
        for n in range(number)
    ]  # fmt: skip
    with desk.workspace.replica.write(an_actor()) as (unit, _):
        return unit.create_many("customer", rows)


def as_rep(workspace: Workspace, *, role: str = "rep") -> None:
    workspace._actor = Actor("wang", role)


def everything(*steps: Step) -> BulkEdit:
    return BulkEdit("customer", query=Query("customer"), steps=steps)


def levels(desk: Desk) -> list[object]:
    return [r["level"] for r in desk.workspace.replica.find(Query("customer"))]


def ignore(_share: float) -> None:
    """Nobody looks at the progress."""


def test_the_preview_counts_what_changes_what_cannot_and_why(desk: Desk) -> None:
    fill(desk, 30)
    as_rep(desk.workspace)
    seen = preview(desk.workspace, everything(Step("level", Way.SET, "A")), CancelToken(), ignore)
    assert (seen.records, seen.changing, seen.refused, seen.unchanged) == (30, 20, 10, 0)
    assert len(seen.examples) == 10
    part = seen.examples[0].parts[0]
    assert (part.spec.name, part.before, part.after) == ("level", "B", "A")
    assert "流失" in seen.reasons[0].error.chinese
    assert seen.reasons[0].titles[0] == "医院0000"
    assert levels(desk) == ["B"] * 30


def test_the_preview_is_what_happens(desk: Desk) -> None:
    fill(desk, 30)
    as_rep(desk.workspace)
    edit = everything(Step("level", Way.SET, "A"), Step("tags", Way.ADD, ["新", "旧"]))
    seen = preview(desk.workspace, edit, CancelToken(), ignore)
    done = do_bulk_edit(desk.workspace, edit, CancelToken(), ignore)
    assert len(done.changed["customer"]) == seen.changing == 20
    assert "10 条不能修改" in done.sentence_zh
    assert levels(desk).count("A") == 20
    again = preview(desk.workspace, edit, CancelToken(), ignore)
    assert (again.changing, again.unchanged) == (0, 20)


def test_history_outbox_and_undo_know_one_act(desk: Desk) -> None:
    ids = fill(desk, 24)
    replica = desk.workspace.replica
    sent = len(replica.waiting(limit=1_000))
    done = do_bulk_edit(
        desk.workspace, everything(Step("tags", Way.REMOVE, ["旧"])), CancelToken(), ignore
    )
    news = replica.waiting(limit=1_000, skip=sent)
    assert len(news) == 24
    assert {o.group for o in news} == {done.group}
    assert {o.reason for o in news} == {"批量修改"}
    (_, version) = replica.field_history("customer", ids[5], "tags")
    assert (version.before, version.after) == (["旧"], None)
    do_undo(desk.workspace, done.group)
    assert all(r["tags"] == ["旧"] for r in replica.find(Query("customer")))


def test_cancelled_it_leaves_no_trace(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.services.commands.bulk_edit.AT_A_TIME", 10)
    fill(desk, 40)
    replica, token, heard = desk.workspace.replica, CancelToken(), list[float]()
    sent, last = len(replica.waiting(limit=1_000)), replica.meta("replica_seq")

    def report(share: float) -> None:
        heard.append(share)
        if len(heard) == 3:
            token.cancel()

    with pytest.raises(Cancelled):
        do_bulk_edit(desk.workspace, everything(Step("level", Way.SET, "A")), token, report)
    assert len(heard) == 3
    assert levels(desk) == ["B"] * 40
    assert len(replica.waiting(limit=1_000)) == sent
    assert replica.meta("replica_seq") == last


def test_more_than_a_role_may_touch_at_once_is_refused_before_anything(desk: Desk) -> None:
    fill(desk, 36)
    replica = desk.workspace.replica
    with replica.write(an_actor()) as (unit, _):
        unit.create(
            "grant",
            {"role": "rep", "entity": "customer", "rights": ["see", "edit"], "scope": "all"},
            record_id="grant-rep-customer",
        )
    desk.workspace.refresh_actor()
    edit = everything(Step("level", Way.SET, "A"))
    for run in (preview, do_bulk_edit):
        with pytest.raises(KnownError) as refused:
            run(desk.workspace, edit, CancelToken(), ignore)
        assert refused.value.code == "forbidden"
    assert levels(desk) == ["B"] * 36


def test_invalid_values_are_counted_not_written(desk: Desk) -> None:
    fill(desk, 6)
    edit = everything(Step("email", Way.SET, "不是邮箱"))
    seen = preview(desk.workspace, edit, CancelToken(), ignore)
    assert (seen.changing, seen.refused) == (0, 6)
    assert not do_bulk_edit(desk.workspace, edit, CancelToken(), ignore).changed


def test_from_the_list_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    fill(desk, 25)
    page = ListPage(desk.session, "customer")
    put(qtbot, page)
    qtbot.waitUntil(lambda: page.model.rowCount() == 25)
    QTest.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(page.doing.more.chosen()) == 25
    sheet = page.doing.more.edit_many()
    assert sheet is not None
    assert not sheet.primary.isEnabled()
    qtbot.waitUntil(lambda: sheet.steps[0].field.x() == 0)  # Nothing floats in the middle.
    sheet.steps[0].choose("level", Way.SET, "A")
    qtbot.waitUntil(lambda: sheet.shown is not None)
    assert sheet.primary.text() == "修改 25 条"
    assert "25 条中有 25 条" in sheet.preview.summary.text()
    with qtbot.waitSignal(desk.session.finished):
        QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert levels(desk) == ["A"] * 25


def test_all_of_the_list_is_what_the_filter_matches(desk: Desk, qtbot: QtBot) -> None:
    fill(desk, 30)
    lost = Query("customer", Test("state", Op.EQ, "lost"))
    sheet = BulkSheet(desk.session, desk.workspace.entity("customer"), Chosen((1, 2), lost, 10))
    put(qtbot, sheet, width=720)
    assert "选中的 2 条" in sheet.scope.findChildren(type(sheet.add))[0].text()
    sheet.scope.choose_all()
    sheet.steps[0].choose("city", Way.SET, "苏州")
    qtbot.waitUntil(lambda: sheet.shown is not None)
    assert sheet.shown is not None
    assert (sheet.shown.records, sheet.shown.changing) == (10, 10)
    sheet.set_dirty(False)


def test_deleting_many_is_previewed_and_comes_back_in_one_step(desk: Desk, qtbot: QtBot) -> None:
    fill(desk, 25)
    page = ListPage(desk.session, "customer")
    put(qtbot, page)
    qtbot.waitUntil(lambda: page.model.rowCount() == 25)
    page.table.selectAll()
    page.doing.delete_selected()
    (sheet,) = page.window().findChildren(BulkSheet)
    qtbot.waitUntil(lambda: sheet.shown is not None)
    with qtbot.waitSignal(desk.session.finished):
        sheet.primary.click()
    assert levels(desk) == []
    do_undo(desk.workspace, desk.done[-1].group)
    assert len(levels(desk)) == 25
