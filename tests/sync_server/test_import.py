"""`suixing-server import`: as somebody, with their rights, once."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_core.clock import system_clock
from crm_core.intake.mapping import ColumnMapping, Mapping
from crm_core.intake.source import Source
from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.permissions import Actor
from sync_server.app import open_server
from sync_server.cli import app
from sync_server.config import DataFolder, Limits
from sync_server.services.server import Server
from tests.passwords import cheap_passwords
from tests.sync_proof.world import user_of


class Office:
    """An organisation on disk, and its command line."""

    def __init__(self, folder: Path) -> None:
        self.data = DataFolder(folder / "inside" / "server")
        self.file = folder / "客户.csv"
        self.file.write_text(
            "公司名称,手机,级别\n甲公司,13800000001,A\n乙公司,13800000002,很高\n",
            encoding="gb18030",
        )

    def run(self, *words: str, login: str = "anna") -> Result:
        """Import the file as somebody."""
        asked = ["import", str(self.file), "--as", login, "--data", str(self.data.root), *words]
        return CliRunner().invoke(app, asked, env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})

    def open(self) -> Server:
        """The data, between commands."""
        return open_server(
            self.data, clock=system_clock(), passwords=cheap_passwords(), limits=Limits()
        )

    def customers(self) -> list[Record]:
        """What is there."""
        server = self.open()
        try:
            return list(server.replica.find(Query("customer")))
        finally:
            server.replica.close()


@pytest.fixture
def office(tmp_path: Path, founded_inside: Path) -> Office:
    shutil.copytree(founded_inside, tmp_path / "inside")
    return Office(tmp_path)


def test_a_file_is_looked_at_then_imported_once(office: Office, tmp_path: Path) -> None:
    looked = office.run("--dry-run")
    assert (looked.exit_code, office.customers()) == (0, [])
    assert "会新增 1 行" in looked.output
    assert "没有「很高」这个选项" in looked.output
    out = tmp_path / "未导入.xlsx"
    done = office.run("--rejected", str(out))
    assert done.exit_code == 0
    assert "已新增 1 行" in done.output
    [made] = office.customers()
    assert (made["name"], made["phone"], made["owner"]) == (
        "甲公司",
        "13800000001",
        user_of("anna"),
    )
    with Source(out) as refused:
        assert refused.count(refused.table()) == 1
    again = office.run()
    assert again.exit_code == 1
    assert "导入过" in again.output
    assert "已有且相同 1 行" in office.run("--again").output
    assert len(office.customers()) == 1


def test_a_saved_mapping_is_taken_by_its_name(office: Office, tmp_path: Path) -> None:
    columns = (
        ColumnMapping("公司名称", "lead", "name"),
        ColumnMapping("没有这列", "lead", "city"),
    )
    mapping = Mapping("lead", columns, constants=(("lead", "stage", "captured"),))
    server = office.open()
    with server.replica.write(Actor(user_of("anna"), "admin")) as (unit, _):
        body = {"name": "老表", "entity": "lead", "body": mapping.as_json()}
        unit.create("import_mapping", body)
    server.replica.close()
    done = office.run("--mapping", "老表")
    assert done.exit_code == 0
    assert "没有这列" in done.output
    assert "已新增 2 行" in done.output
    file = tmp_path / "m.json"
    file.write_text(mapping.as_json(), encoding="utf-8")
    for said in (mapping.as_json(), str(file)):
        assert office.run("--mapping", said, "--dry-run").exit_code == 0
    assert "没有叫「别的」的映射" in office.run("--mapping", "别的").output


def test_what_is_wrong_is_a_sentence(office: Office) -> None:
    assert "没有账号 nobody" in office.run(login="nobody").output
    assert "没有工作表" in office.run("--sheet", "二").output
    assert "没有对象" in office.run("--entity", "spaceship").output
    office.file.write_bytes(b"MZ\x90\x00")
    refused = office.run()
    assert (refused.exit_code, refused.exception) == (1, refused.exception)
    assert "程序" in refused.output
