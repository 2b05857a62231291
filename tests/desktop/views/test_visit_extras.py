"""Beside the fields of a visit: one key on arrival and leaving, places, photos, "3 / 12"."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from desktop.services.commands.verbs import do_undo
from desktop.viewmodels.visits.unsaved_visits import unsaved_visits
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from desktop.views.pages.visits.visit_extras import VisitExtras
from desktop.views.pages.visits.visit_fields import VisitFields
from tests.builders import KEY, START, a_customer
from tests.desktop.services.test_places import a_photo
from tests.desktop.views.desk import Desk, a_desk

pytestmark = pytest.mark.usefixtures("chinese")


@dataclass(slots=True)
class Sheet:
    """The parts under test, as the dialog puts them together."""

    desk: Desk
    model: VisitDraftModel
    fields: VisitFields
    extras: VisitExtras
    window: QWidget


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    for made in a_desk(tmp_path / "desk"):
        made.workspace.secrets.keep_database_key(KEY)
        yield made


@pytest.fixture
def sheet(desk: Desk, qtbot: QtBot) -> Sheet:
    customer = desk.add("customer", a_customer(name="瑞金医院", owner="wang"))
    window = QWidget()
    qtbot.addWidget(window)
    model = VisitDraftModel(desk.session, customer_id=customer, parent=window)
    fields = VisitFields(desk.session, model, today=lambda: START.date(), parent=window)
    extras = VisitExtras(desk.session, model, fields, window)
    qtbot.waitUntil(lambda: model.header.purpose == "first")
    return Sheet(desk, model, fields, extras, window)


def paste(sheet: Sheet, text: str) -> None:
    sheet.fields.place.setText(text)
    sheet.fields.place.textEdited.emit(text)


def test_arriving_and_leaving_by_one_key_each(sheet: Sheet) -> None:
    sheet.desk.time.advance(minutes=3)
    sheet.extras.begin()
    assert sheet.model.header.started_at == "2026-03-02T01:33:00Z"
    sheet.desk.time.advance(minutes=37)
    sheet.extras.end()
    assert sheet.model.header.minutes == 37
    assert sheet.fields.minutes.value() == "37"
    sheet.desk.time.advance(days=2)
    sheet.extras.end()
    assert sheet.model.header.minutes == 37, "nobody stays for two days"
    assert not sheet.extras.said.isHidden()


def test_a_pasted_link_becomes_name_and_coordinates_and_can_go_again(sheet: Sheet) -> None:
    paste(sheet, "https://uri.amap.com/marker?position=121.4737,31.2304&name=瑞金医院")
    header = sheet.model.header
    assert (header.place, header.latitude, header.longitude) == (
        "瑞金医院", "31.230400", "121.473700",
    )  # fmt: skip
    assert header.datum == "gcj02"
    assert "GCJ-02" in sheet.extras.point.text()
    sheet.extras.drop_point.click()
    assert (sheet.model.header.latitude, sheet.model.header.place) == (None, "瑞金医院")


def test_a_short_link_is_explained_and_kept(sheet: Sheet) -> None:
    paste(sheet, "https://surl.amap.com/abc")
    assert sheet.model.header.latitude is None
    assert sheet.fields.place.value() == "https://surl.amap.com/abc"
    assert not sheet.extras.said.isHidden()


def test_a_photo_proposes_and_only_proposes_where_and_when(
    sheet: Sheet, tmp_path: Path, qtbot: QtBot
) -> None:
    before = sheet.model.header.started_at
    sheet.extras.add([a_photo(tmp_path / "a.jpg")])
    qtbot.waitUntil(lambda: not sheet.extras.said.isHidden())
    assert (sheet.model.header.started_at, sheet.model.header.latitude) == (before, None)
    sheet.extras.said.action_triggered.emit()
    assert sheet.model.header.started_at == "2026-03-02T06:05:00Z"
    assert sheet.model.header.datum == "wgs84"


def test_the_count_of_dimensions_grows_and_three_are_enough(sheet: Sheet, tmp_path: Path) -> None:
    assert sheet.extras.progress.text() == "1 / 12 项 · 再填 2 项就够"
    paste(sheet, "门诊三楼")
    sheet.extras.add([tmp_path / "x.jpg"])
    assert sheet.extras.progress.text() == "3 / 12 项 · 已够"
    assert "✓ 地点" in sheet.extras.progress.toolTip()


def test_everything_is_saved_in_one_act_with_its_photos(
    sheet: Sheet, tmp_path: Path, qtbot: QtBot
) -> None:
    replica = sheet.desk.workspace.replica
    sheet.extras.add([a_photo(tmp_path / "a.jpg")])
    paste(sheet, "31.2304, 121.4737")
    with qtbot.waitSignal(sheet.model.saved):
        sheet.model.save()
    visit = replica.find(Query("visit"))[0]
    assert (visit["latitude"], visit["longitude"], visit["datum"]) == (
        "31.230400",
        "121.473700",
        None,
    )
    attached = replica.find(Query("attachment"))
    assert [(one["name"], one["visit"]) for one in attached] == [("a.jpg", visit["id"])]
    do_undo(sheet.desk.workspace, sheet.desk.done[-1].group)
    assert replica.find(Query("visit")) == replica.find(Query("attachment")) == []


def test_a_photo_that_is_gone_refuses_the_visit_and_loses_nothing(
    sheet: Sheet, tmp_path: Path, qtbot: QtBot
) -> None:
    sheet.extras.add([tmp_path / "gone.jpg"])
    with qtbot.waitSignal(sheet.model.failed) as failed:
        sheet.model.save()
    assert failed.args[0].code == "file_unreadable"
    assert sheet.desk.workspace.replica.find(Query("visit")) == []
    assert sheet.model.header.photos


def test_a_draft_keeps_place_and_photos(sheet: Sheet, tmp_path: Path, qtbot: QtBot) -> None:
    sheet.extras.add([tmp_path / "a.jpg"])
    paste(sheet, "geo:31.2,121.4")
    sheet.model.keep_now()
    workspace = sheet.desk.workspace
    qtbot.waitUntil(lambda: len(unsaved_visits(workspace)) == 1)
    again = VisitDraftModel(sheet.desk.session, parent=sheet.extras)
    again.restore(unsaved_visits(workspace)[0])
    assert again.header.photos == (str(tmp_path / "a.jpg"),)
    assert again.header.latitude == "31.200000"
