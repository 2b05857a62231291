"""`suixing-server health`: check the organisation's data now, and write what is wrong to a file."""

from pathlib import Path
from typing import Annotated

import typer

from crm_core.insight.data_health import FAMILIES, Family, of_family
from sync_server.console import Data, Database, language, opened, row, say, told
from sync_server.services import data_health

Out = Annotated[
    Path | None, typer.Option(help="异常记录写到这个文件 / Write the records to this file (xlsx).")
]


def health(*, out: Out = None, data: Data = None, database: Database = "") -> None:
    """数据体检，可在运行时做 / Check the data, also while serving; a month is kept once."""
    with told(), opened(data, database) as server:
        found = data_health.check(server)
        data_health.keep(server, found)
        say(f"{found.month} 数据体检得分 {found.points}", f"{found.month} score {found.points}")
        for family in Family:
            for one in of_family(found.results, family):
                mark = "!" if one.red else ""
                name, what = FAMILIES[family].text(language()), one.check.label.text(language())
                row(mark, name, what, one.bad or "0", one.total or "0", f"{one.share:.1%}")
        if out is not None:
            number = data_health.export(server, found, out, language())
            say(f"已把 {number} 条记录写到 {out}", f"{number} records are in {out}")
