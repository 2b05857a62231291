"""`suixing-server doctor`: asks every check, says what it found, fails where something is bad."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crm_core.clock import system_clock
from sync_server.app import open_server
from sync_server.auth import passwords
from sync_server.config import DataFolder, Limits
from sync_server.console import Data, Database, folder_of, language
from sync_server.services.doctor import machine, network, records
from sync_server.services.doctor.findings import Finding, Level

_DEFAULT = Path("/etc/default/suixing-server")
_MARKS = {Level.GOOD: "✓", Level.ADVICE: "!", Level.BAD: "✗"}


def doctor(
    *,
    data: Data = None,
    database: Database = "",
    options: Annotated[
        str, typer.Option(help="serve 的参数，默认读 /etc/default / The options of `serve`.")
    ] = "",
    name: Annotated[str, typer.Option(help="设备用的主机名 / The host name devices use.")] = "",
    backups: Annotated[
        Path | None, typer.Option(help="备份所在的文件夹 / The folder of the backups.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / As JSON.")] = False,
) -> None:
    """检查部署，指出问题 / Check this deployment; exit code 1 where something is wrong."""
    where = folder_of(data, database)
    listening = options or network.options_in(_DEFAULT)
    found = list(_examine(where, listening, name=name, backups=backups))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    else:
        for one in found:
            said = one.chinese if language() == "zh" else one.english
            typer.echo(f"{_MARKS[one.level]} {one.check}: {said}")
    if any(one.level is Level.BAD for one in found):
        raise typer.Exit(1)


def _examine(
    where: DataFolder, options: str, *, name: str, backups: Path | None
) -> Iterator[Finding]:
    now = datetime.now(UTC)
    yield machine.running_as(os.geteuid() if hasattr(os, "geteuid") else None)
    yield from machine.folder(where)
    if not where.root.is_dir():
        return
    yield machine.free_space(where)
    yield machine.clock(where, time.time())
    yield from machine.versions()
    yield machine.unit()
    yield machine.backups(backups, now)
    yield from network.reached(network.listen_of(options), name=name, now=now)
    sound = records.database(where)
    yield sound
    older = records.older_format(where) if sound.level is Level.GOOD else None
    if older is not None:
        yield older
    elif sound.level is Level.GOOD:
        yield from records.inside(
            where,
            lambda: open_server(
                where, clock=system_clock(), passwords=passwords(), limits=Limits()
            ),
        )
