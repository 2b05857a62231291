"""What the commands of the server have in common: options, opening the data, telling what
happened."""

import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from crm_core.clock import system_clock
from crm_core.errors import KnownError
from sync_server.app import open_server
from sync_server.auth import passwords
from sync_server.config import DataFolder, Limits, data_folder
from sync_server.services.server import Server
from sync_server.services.storing.storage import storage_of

Data = Annotated[
    Path | None, typer.Option("--data", help="数据文件夹 / Data folder.", show_default=False)
]
Database = Annotated[
    str,
    typer.Option("--database", help="PostgreSQL 地址 / PostgreSQL address.", show_default=False),
]
DeletedDays = Annotated[
    int,
    typer.Option(min=0, max=36_500, help="删除后保留的天数 / Days a deleted record stays."),
]
SilentDays = Annotated[
    int,
    typer.Option(min=0, max=36_500, help="多少天不联系即过期 / Silent days before expiry."),
]
SnapshotAfter = Annotated[
    int,
    typer.Option(
        min=0,
        help="修改多于此数，新设备用快照下载 / More changes: new devices get a snapshot.",
    ),
]
BehindProxy = Annotated[
    bool, typer.Option("--behind-proxy", help="前面有 HTTPS 代理 / An HTTPS proxy is in front.")
]
TrustedProxy = Annotated[
    str,
    typer.Option(help="代理的地址，逗号分隔 / Addresses of the proxy, between commas."),
]
ApiDocs = Annotated[
    bool, typer.Option("--api-docs", help="显示 /docs 接口文档 / Show the pages of the API.")
]
RateLimit = Annotated[bool, typer.Option(help="限制请求频率 / Limit how fast one may ask.")]
Processes = Annotated[
    int,
    typer.Option(min=1, max=64, help="进程数，需要 PostgreSQL / Processes; needs PostgreSQL."),
]
UntilStdinCloses = Annotated[
    bool,
    typer.Option(
        "--until-stdin-closes", help="启动者退出时停止 / Stop when whoever started it is gone."
    ),
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="从标准输入读密码 / Read the password from stdin.")
]
KeepPassword = Annotated[
    bool,
    typer.Option(
        "--keep-password", help="首次登录不必修改 / It need not be changed at the first sign-in."
    ),
]
FromFile = Annotated[
    Path | None, typer.Option(help="从文件读密码 / Read the password from a file.")
]


def folder_of(data: Path | None, database: str) -> DataFolder:
    """The data a command works on, after options and environment."""
    return data_folder(data, os.environ, database=database)


@contextmanager
def opened(
    data: Path | None, database: str, *, serving: bool = False, limits: Limits | None = None
) -> Iterator[Server]:
    """The organisation's data, open. KnownError: those of `open_server` and of the storage."""
    folder = folder_of(data, database)
    if serving and (folder.url or folder.root.exists()):
        with storage_of(folder).serving(), opened(data, database, limits=limits) as server:
            yield server
        return
    chosen = limits or Limits()
    server = open_server(folder, clock=system_clock(), passwords=passwords(), limits=chosen)
    try:
        yield server
    finally:
        server.replica.close()


@contextmanager
def told() -> Iterator[None]:
    """A known failure, or a file that cannot be used, is one sentence on stderr and exit code 1."""
    try:
        yield
    except KnownError as error:
        typer.echo(error.sentence(language()), err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        unreadable = KnownError(
            f"无法读写 {error.filename}：{error.strerror}。请检查路径和权限。",
            f"Cannot read or write {error.filename}: {error.strerror}. Check path and permissions.",
        )
        typer.echo(unreadable.sentence(language()), err=True)
        raise typer.Exit(1) from None


def given_password(from_stdin: bool, file: Path | None) -> str:
    """The password piped in or in a file; empty for none."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise KnownError(
            f"读不了密码文件 {file}，没有做任何改动。",
            f"The password file {file} cannot be read; nothing was changed.",
            code="password_file",
        ) from error


def language() -> str:
    """The language of whoever types: "zh" or "en"."""
    named = next((os.environ[v] for v in ("LC_ALL", "LANG") if os.environ.get(v)), "")
    language = (named or locale.getlocale()[0] or "en").lower()
    return "zh" if language.startswith(("zh", "chinese")) else "en"


def say(chinese: str, english: str) -> None:
    """A sentence in their language."""
    typer.echo(chinese if language() == "zh" else english)


def row(*cells: Any) -> None:
    """One line of a table, between tabs."""
    typer.echo("\t".join(str(cell or "") for cell in cells))


def active(is_active: bool) -> str:
    """A mark for what is not."""
    return "" if is_active else "×"
