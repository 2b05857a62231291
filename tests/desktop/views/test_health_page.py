"""The check of data on screen: numbers that open their records, tasks for owners, a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from crm_core.errors import KnownError
from crm_core.insight.data_health import Family
from crm_core.model.query import Query
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.commands.verbs import do_undo
from desktop.services.data_health import check_up, do_export_check_up, trend
from desktop.views.pages.health_page import HealthPage
from tests.builders import a_customer
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def troubles(desk: Desk) -> list[str]:
    """Two customers of one number, one of a wrong number."""
    return [
        desk.add("customer", a_customer(name=name, phone=phone, owner=owner))
        for name, phone, owner in (
            ("瑞康", "025-83331234", "wang"),
            ("瑞康分院", "02583331234", "zhao"),
            ("慈安", "1381380123", "zhao"),
        )
    ]


@pytest.fixture
def page(desk: Desk, troubles: list[str], qtbot: QtBot) -> HealthPage:
    del troubles
    made = HealthPage(desk.session)
    put(qtbot, made, width=1100, height=900)
    with qtbot.waitSignal(made.shown):
        QTest.keyClick(made, Qt.Key.Key_F5)
    return made


def test_a_number_opens_exactly_its_records(
    page: HealthPage, desk: Desk, troubles: list[str], qtbot: QtBot
) -> None:
    assert page.found is not None
    assert page.points.text() == str(page.found.points)
    section = page.sections[Family.DUPLICATE]
    with qtbot.waitSignal(desk.session.drill_requested) as asked:
        section.bars.opened.emit(0)
    query, title, _definition = asked.args
    assert title == "客户电话"
    assert {r["id"] for r in desk.workspace.replica.find(query)} == set(troubles[:2])


def test_every_owner_gets_one_task_and_all_are_taken_back_together(
    page: HealthPage, desk: Desk, qtbot: QtBot
) -> None:
    page.tasks.click()
    qtbot.waitUntil(lambda: len(desk.done) == 1)
    tasks = desk.workspace.replica.find(Query("task"))
    assert {one["owner"] for one in tasks} == {"wang", "zhao"}
    [hers] = [one for one in tasks if one["owner"] == "zhao"]
    assert "客户电话" in str(hers["remark"])
    do_undo(desk.workspace, desk.done[0].group)
    assert desk.workspace.replica.find(Query("task")) == []


def test_the_workbook_lists_the_records_and_is_noted(
    page: HealthPage, desk: Desk, tmp_path: Path
) -> None:
    assert page.found is not None
    path = tmp_path / "out.xlsx"
    do_export_check_up(desk.workspace, page.found, path, "zh", CancelToken())
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names[0] == "总览"
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names[1:]]
    cells = [cell for sheet in sheets for line in sheet for cell in line]
    assert {"瑞康", "瑞康分院", "慈安"} <= set(cells)
    assert [one["kind"] for one in desk.workspace.replica.find(Query("audit_entry"))] == [
        "exported"
    ]
    missing = tmp_path / "none" / "out.xlsx"
    with pytest.raises(KnownError):
        do_export_check_up(desk.workspace, page.found, missing, "zh", CancelToken())


def test_a_check_can_be_stopped_and_the_trend_comes_from_the_organisation(
    desk: Desk, troubles: list[str]
) -> None:
    del troubles
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        check_up(desk.workspace, token, lambda _share: None)
    for month, points in (("2026-02", 80), ("2026-01", 70)):
        taken = {"month": month, "taken_at": "2026-02-01T00:00:00Z", "score": points}
        desk.add("health_snapshot", taken)
    assert [(one.month, one.points) for one in trend(desk.workspace)] == [
        ("2026-01", 70), ("2026-02", 80),
    ]  # fmt: skip
