"""Export: real cells, no formula, masked stays masked, whole file or none, noted for the audit."""

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.permissions import Actor
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.papers.export import Extract, FileKind, do_export
from desktop.views.pages.lists.list_page import ListPage
from tests.builders import a_customer, an_actor
from tests.desktop.views.desk import Desk, a_desk, put

pytestmark = pytest.mark.usefixtures("chinese")

FIELDS = ("name", "level", "phone", "annual_purchase", "next_contact_on", "tags", "owner")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def fill(desk: Desk, number: int = 3) -> None:
    rows = [
        a_customer(
            name='=HYPERLINK("http://x")' if n == 0 else f"医院{n}",
            phone="+86 138 0000 0001", annual_purchase=123_456, owner="wang",
            next_contact_on="2026-03-05", tags=["@所有人", "重点"],
        )
        for n in range(number)
    ]  # fmt: skip
    with desk.workspace.replica.write(an_actor()) as (unit, _):
        unit.create_many("customer", rows)


def ignore(_share: float) -> None:
    """Nobody looks at the progress."""


def export(desk: Desk, path: Path, kind: FileKind, *, token: CancelToken | None = None) -> None:
    extract = Extract("customer", FIELDS, query=Query("customer"))
    do_export(desk.workspace, extract, path, kind, token or CancelToken(), ignore)


def test_csv_has_headings_real_values_and_nothing_that_runs(desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    target = tmp_path / "客户.csv"
    export(desk, target, FileKind.CSV)
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["名称", "级别", "电话", "年采购额", "下次联系", "标签", "负责人"]
    assert rows[1] == [
        "'=HYPERLINK(\"http://x\")", "A 重点", "'+86 138 0000 0001", "1234.56", "2026-03-05",
        "'@所有人、重点", "王敏",
    ]  # fmt: skip
    assert len(rows) == 4


def test_xlsx_has_numbers_dates_and_no_formula(desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    target = tmp_path / "客户.xlsx"
    export(desk, target, FileKind.XLSX)
    with zipfile.ZipFile(target) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "客户" in book.read("xl/workbook.xml").decode()
    assert "<f>" not in sheet
    assert "名称" in sheet
    second = re.search(r'<row r="2".*?</row>', sheet, re.DOTALL)
    assert second is not None
    assert "=HYPERLINK" in second.group()
    assert re.search(r'<c r="D2" s="\d+"><v>1234.56</v>', second.group())
    assert re.search(r'<c r="E2" s="\d+"><v>46086</v>', second.group())
    assert not list(tmp_path.glob(".suixing-*"))


def test_it_is_noted_and_waits_to_be_sent(desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    export(desk, tmp_path / "a.csv", FileKind.CSV)
    replica = desk.workspace.replica
    (note,) = replica.find(Query("audit_entry"))
    assert (note["kind"], note["about"], note["owner"]) == ("exported", "customer", "wang")
    assert note["detail"] == "csv · records: 3 · fields: 7"
    assert replica.waiting(limit=100)[-1].entity == "audit_entry"


def test_masked_stays_masked_and_hidden_is_not_there(desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    replica = desk.workspace.replica
    with replica.write(an_actor()) as (unit, _):
        unit.create(
            "grant",
            {
                "role": "rep", "entity": "customer", "rights": ["see", "export"], "scope": "all",
                "masked": ["phone"], "hidden": ["annual_purchase"],
            },
            record_id="grant-rep-customer",
        )  # fmt: skip
    desk.workspace.refresh_actor()
    export(desk, tmp_path / "a.csv", FileKind.CSV)
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "0001" in text
    assert "138 0000" not in text
    assert "1234" not in text
    assert "年采购额" not in text


def test_without_the_right_there_is_no_export(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    fill(desk)
    desk.workspace._actor = Actor("wang", "rep")
    with pytest.raises(KnownError) as refused:
        export(desk, tmp_path / "a.csv", FileKind.CSV)
    assert refused.value.code == "forbidden"
    assert not (tmp_path / "a.csv").exists()
    page = ListPage(desk.session, "customer")
    put(qtbot, page)
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    said: list[KnownError] = []
    desk.session.failed.connect(said.append)
    assert page.doing.more.export() is None
    assert [one.code for one in said] == ["forbidden"]


def test_cancelled_or_failed_the_old_file_stays(desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    target = tmp_path / "a.csv"
    target.write_text("früher")
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        export(desk, target, FileKind.CSV, token=token)
    assert target.read_text() == "früher"
    with pytest.raises(KnownError) as failed:
        export(desk, tmp_path / "gone" / "a.csv", FileKind.CSV)
    assert failed.value.code == "file_unwritable"
    assert not desk.workspace.replica.find(Query("audit_entry"))
    assert not list(tmp_path.glob(".suixing-*"))


def test_from_the_list(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    fill(desk, 30)
    desk.workspace._actor = Actor("wang", "manager")
    page = ListPage(desk.session, "customer")
    put(qtbot, page)
    qtbot.waitUntil(lambda: page.model.rowCount() == 30)
    sheet = page.doing.more.export()
    assert sheet is not None
    assert sheet.primary.text() == "导出 30 条…"
    sheet.columns.set_value("every")
    with qtbot.waitSignal(desk.session.finished):
        sheet.export_to(tmp_path / "客户.xlsx")
    assert zipfile.is_zipfile(tmp_path / "客户.xlsx")
    assert "已导出 30 条客户" in desk.done[-1].sentence_zh
    assert not desk.done[-1].group
