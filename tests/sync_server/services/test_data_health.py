"""The organisation's check of data: kept once a month, exported at the command line."""

from pathlib import Path

from python_calamine import CalamineWorkbook

from crm_core.model.query import Query
from sync_server.services import data_health
from sync_server.services.audit import SERVER_ACTOR
from tests.sync_server.inside import Inside


def test_a_month_is_kept_once_and_the_file_names_the_records(
    inside: Inside, tmp_path: Path
) -> None:
    server = inside.world.server
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        for name in ("瑞康", "瑞康 "):
            unit.create("customer", {"name": name, "kind": "organisation", "phone": "1381380123"})
    found = data_health.monthly(server)
    assert found is not None
    assert data_health.monthly(server) is None
    data_health.keep(server, found)
    [kept] = server.replica.find(Query("health_snapshot"))
    assert (kept["month"], kept["score"]) == (found.month, found.points)
    assert '"duplicate-customer-name": [2, 2]' in str(kept["counts"])
    path = tmp_path / "health.xlsx"
    assert data_health.export(server, found, path, "zh") > 0
    book = CalamineWorkbook.from_path(path)
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    values = [cell for sheet in sheets for line in sheet for cell in line]
    assert "1381380123" in values
