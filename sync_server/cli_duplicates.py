"""`suixing-server duplicates`: doubles among everything the organisation has."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crm_core.model.query import Query
from crm_core.store.indexes.match_index import FILED
from sync_server.console import Data, Database, opened, row, say, told
from sync_server.services.export import cell

if TYPE_CHECKING:
    from sync_server.services.duplicates import Double

app = typer.Typer(help="重复的记录 / Duplicate records.", no_args_is_help=True)

COLUMNS = ("id", "cid", "likely", "band", "title", "owner")


@app.command("scan")
def scan(
    entity: Annotated[
        str, typer.Option(help="客户、联系人还是线索 / customer, contact or lead.")
    ] = "customer",
    out: Annotated[
        Path | None, typer.Option(help="写入 CSV / Write a table here.", dir_okay=False)
    ] = None,
    *,
    data: Data = None,
    database: Database = "",
) -> None:
    """查重：列出可能是同一个的记录，不做任何改动 / Groups of records that may be one."""
    if entity not in FILED:
        raise typer.BadParameter(" / ".join(FILED), param_hint="--entity")
    from sync_server.services.duplicates import find_all  # Numpy: for this command alone.

    with told(), opened(data, database) as server:
        found = find_all(server, entity)
        names = {str(u["id"]): str(u.get("name") or "") for u in server.replica.find(Query("user"))}
        if out is not None:
            _write(out, found, names)
        else:
            for one in found:
                row(*_cells(one, names))
        groups = len({one.group for one in found})
        say(
            f"{groups} 组，共 {len(found)} 条记录可能重复。没有改动。",
            f"{groups} groups, {len(found)} records in all. Nothing was changed.",
        )


@app.command("merge")
def merge(
    entity: Annotated[
        str, typer.Option(help="客户、联系人还是线索 / customer, contact or lead.")
    ] = "customer",
    *,
    data: Data = None,
    database: Database = "",
) -> None:
    """合并确定的重复（须组织策略允许），可在运行时做 / Merge the groups beyond doubt, if the policy
    says so; also while serving."""
    if entity not in FILED:
        raise typer.BadParameter(" / ".join(FILED), param_hint="--entity")
    from sync_server.services.merging_certain import merge_certain  # Numpy, as above.

    with told(), opened(data, database) as server:
        done = merge_certain(server, entity)
        say(
            f"已合并 {done.merged} 组，{done.left} 组留待人工查看。每组都可以取消合并。",
            f"{done.merged} groups merged, {done.left} left for people to look at. Each merge can "
            "be taken back.",
        )


def _write(out: Path, found: "list[Double]", names: dict[str, str]) -> None:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for one in found:
            table.writerow([cell(value) for value in _cells(one, names)])


def _cells(one: "Double", names: dict[str, str]) -> tuple[str, ...]:
    likely, owner = f"{one.likely:.3f}", names.get(one.owner, one.owner)
    return one.id, str(one.group), likely, one.band, one.title, owner
