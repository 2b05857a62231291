"""Doubles of the whole organisation, found at the server without changing anything."""

import csv
from pathlib import Path

from typer.testing import CliRunner

from sync_server.cli import app
from sync_server.services.duplicates import find_all
from tests.builders import a_customer, an_actor, create
from tests.sync_server.inside import Inside


def two_alike(inside: Inside) -> set[str]:
    replica, me = inside.world.replica, an_actor()
    ruijin = a_customer(name="上海瑞金医院", phone="13912345678", city="上海")
    pair = {create(replica, "customer", ruijin | {"name": name}, by=me)
            for name in ("上海瑞金医院", "=瑞金医院")}  # fmt: skip
    create(replica, "customer", a_customer(name="南京鼓楼医院", phone="13800001111"), by=me)
    return pair


def test_groups_of_everything_the_surest_first(inside: Inside) -> None:
    pair, heard = two_alike(inside), list[float]()
    found = find_all(inside.world.server, "customer", heard.append)
    assert {one.id for one in found} == pair
    assert {one.group for one in found} == {1}
    assert heard == sorted(heard)
    assert find_all(inside.world.server, "lead") == []


def test_the_command_writes_a_table_a_spreadsheet_does_not_run(
    inside: Inside, tmp_path: Path
) -> None:
    pair, out = two_alike(inside), tmp_path / "clusters.csv"
    folder = str(inside.world.folder / "server")
    inside.world.server.replica.close()
    done = CliRunner().invoke(app, ["duplicates", "scan", "--data", folder, "--out", str(out)])
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"] for row in rows} == pair
    assert {row["title"] for row in rows} == {"上海瑞金医院", "'=瑞金医院"}
    wrong = CliRunner().invoke(app, ["duplicates", "scan", "--data", folder, "--entity", "user"])
    assert wrong.exit_code != 0
