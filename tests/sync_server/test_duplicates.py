"""Doubles of the whole organisation, found at the server without changing anything."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from sync_server.cli import app
from sync_server.services.duplicates import find_all
from sync_server.services.merging_certain import merge_certain
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


def test_what_is_beyond_doubt_is_merged_where_the_policy_says_so(inside: Inside) -> None:
    server, me = inside.world.server, an_actor()
    replica = server.replica
    one = a_customer(name="杭州恒通贸易有限公司", phone="13912345678", city="杭州")
    shop = {"name": "宁波江海水产店", "phone": "0574-87654321", "city": "宁波"}
    first = create(replica, "customer", one, by=me)
    visited = {"customer": first, "started_at": "2026-03-02T01:00:00Z"}
    visit = create(replica, "visit", visited, by=me)
    second, third, fourth = (
        create(replica, "customer", one | more, by=me)
        for more in ({"address": "西湖区文三路90号"}, shop, shop)
    )
    with pytest.raises(KnownError, match="组织策略"):
        merge_certain(server, "customer")
    with replica.write(me) as (unit, _):
        policy = {"name": "组织策略", "merge_certain": True}
        unit.create("policy", policy, record_id="policy")
    apart = {"entity": "customer", "first": third, "second": fourth, "author": me.user_id}
    create(replica, "distinction", apart, by=me)
    sure = [one for one in find_all(server, "customer") if one.band == "merge"]
    done = merge_certain(server, "customer")
    assert {one.id for one in sure} >= {first, second}
    assert done.merged == 1
    assert done.left == len({one.group for one in sure}) - 1
    kept = replica.record("customer", first)
    assert kept is not None
    assert kept["address"] == "西湖区文三路90号"
    assert replica.record("customer", second) is None
    assert {third, fourth} <= {r["id"] for r in replica.find(Query("customer"))}
    moved = replica.record("visit", visit)
    assert moved is not None
    assert moved["customer"] == first
    with replica.write(me, "取消合并") as (unit, _):
        unit.edit([Edit("customer", second, Verb.SET, "merged_into", None)])
    assert merge_certain(server, "customer").merged == 0, "what was taken apart stays apart"


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
