"""Printing: Chinese on paper, page numbers, masked stays masked, only with the right, noted."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from crm_core.permissions import Actor
from desktop.services.cancelling import CancelToken
from desktop.services.papers.export import Extract
from desktop.services.papers.printouts import MOST_PRINTED, list_to_print
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.pages.records.record_page import RecordPage
from tests.builders import a_customer, an_actor
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def fill(desk: Desk, number: int) -> list[str]:
    rows = [
        a_customer(name=f"测试医院{n:03d}", owner="wang", phone="13800000001", city="南京")
        for n in range(number)
    ]
    with desk.workspace.replica.write(an_actor()) as (unit, _):
        return unit.create_many("customer", rows)


def texts(path: Path) -> list[str]:
    """The text of every page of a PDF, without the spaces that extracting guesses."""
    document = pypdfium2.PdfDocument(path)
    try:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def test_a_list_as_pdf(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    fill(desk, 70)
    page = ListPage(desk.session, "customer")
    put(qtbot, page)
    qtbot.waitUntil(lambda: page.model.rowCount() == 70)
    sheet = page.doing.more.print_list()
    assert sheet is not None
    assert "70" in sheet.primary.text()
    with qtbot.waitSignal(desk.session.finished) as told:
        sheet.write_pdf(tmp_path / "客户.pdf")
    assert told.args is not None
    assert told.args[0].sentence("zh") == "已导出 70 条客户到“客户.pdf”"
    assert Path(told.args[0].path) == tmp_path / "客户.pdf"
    pages = texts(tmp_path / "客户.pdf")
    assert len(pages) == 3
    assert all("13800000001" in text for text in pages)
    assert "测试医院000" in pages[0]
    assert "测试医院069" in pages[2]
    assert "第3/3" in pages[2]
    (note,) = desk.workspace.replica.find(Query("audit_entry"))
    assert note["detail"] == "pdf · records: 70 · fields: 7"
    assert not list(tmp_path.glob(".suixing-*"))


def test_a_record_as_pdf(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    (record_id,) = fill(desk, 1)
    page = RecordPage(desk.session, "customer")
    put(qtbot, page)
    page.show_record(record_id)
    qtbot.waitUntil(lambda: page.dossier is not None)
    sheet = page.printing.print_record()
    assert sheet is not None
    with qtbot.waitSignal(desk.session.finished):
        sheet.write_pdf(tmp_path / "a.pdf")
    (text,) = texts(tmp_path / "a.pdf")
    for said in ("测试医院000", "13800000001", "南京", "王敏", "第1/1"):
        assert said in text


def test_without_the_right_nothing_is_printed(desk: Desk, qtbot: QtBot) -> None:
    (record_id,) = fill(desk, 1)
    desk.workspace._actor = Actor("wang", "rep")
    page = RecordPage(desk.session, "customer")
    put(qtbot, page)
    page.show_record(record_id)
    assert page.printing.print_record() is None
    assert desk.failed[-1].code == "forbidden"
    assert "不能导出或打印「客户」" in desk.failed[-1].chinese


def test_a_long_list_says_what_is_left_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.services.papers.printouts.MOST_PRINTED", 3)
    fill(desk, 5)
    extract = Extract("customer", ("name",), query=Query("customer"))
    printed = list_to_print(desk.workspace, extract, "客户", CancelToken(), lambda _share: None)
    assert (len(printed.rows), printed.left_out) == (3, 2)
    assert MOST_PRINTED == 5_000
