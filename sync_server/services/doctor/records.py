"""Checks of the data: there, sound, of this format; accounts and devices; PostgreSQL's settings."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib import resources
from json import loads

from sqlalchemy import select, text

from crm_core.errors import KnownError
from crm_core.store.engines.meta import FORMAT_MAJOR
from sync_server.auth import plain_login
from sync_server.config import DataFolder
from sync_server.services.doctor.findings import Finding, advice, bad, good
from sync_server.services.server import Server
from sync_server.services.signing_in import accounts, devices
from sync_server.services.storing.storage import storage_of

_DAY_MS = 86_400_000
_UNUSED_DAYS, _SILENT_DAYS = 90, 30
_SHOWN = 10
_OLDEST_POSTGRES = 14


def database(where: DataFolder) -> Finding:
    """Whether the file is whole; of PostgreSQL, whether it answers."""
    try:
        if not storage_of(where).founded():
            return bad(
                "database",
                "还没有组织数据。请先运行 suixing-server init。",
                "There is no organisation yet. Run first: suixing-server init",
            )
        if where.url:
            return good("database", "PostgreSQL 可以连接。", "PostgreSQL can be reached.")
        return _whole_file(where)
    except KnownError as error:
        return bad("database", error.chinese, error.english)


def older_format(where: DataFolder) -> Finding | None:
    """Where the file is of an older format: opening it would convert it, which is not for us."""
    if where.url:
        return None
    asked = "SELECT value FROM sync_meta WHERE key = 'format_major'"
    found = str(_read_only(where, asked))
    if not found.isdigit() or int(found) >= FORMAT_MAJOR:
        return None
    return advice(
        "format",
        "数据还是旧格式，服务器下次启动时会转换。请先备份；账号和设备没有检查。",
        "The data is of an older format; the server converts it at its next start. Back up first. "
        "Accounts and devices were not looked at.",
    )


def _read_only(where: DataFolder, question: str) -> object:
    """The first value of an answer; the kind of failure where there is none."""
    address = f"{where.database.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            found = connection.execute(question).fetchone()
    except sqlite3.Error as error:
        return type(error).__name__
    return found[0] if found else ""


def _whole_file(where: DataFolder) -> Finding:
    said = _read_only(where, "PRAGMA quick_check(1)")
    if said == "ok":
        return good("database", "数据库文件完好。", "The database file is whole.")
    return bad(
        "database",
        "数据库文件已损坏。请停止服务器，从备份恢复（suixing-server restore）。",
        "The database file is damaged. Stop the server and restore a backup (suixing-server "
        "restore).",
    )


def inside(where: DataFolder, opened: Callable[[], Server]) -> Iterator[Finding]:
    """What can only be asked of open data; `opened` opens it, and raises KnownError for a newer
    format or another reason, which is then the finding."""
    try:
        server = opened()
    except KnownError as error:
        yield bad("format", error.chinese, error.english)
        return
    try:
        yield good("format", "数据格式与程序一致。", "The data is of this program's format.")
        if where.url:
            yield from postgres(server)
        yield sample_passwords(server)
        yield unused_accounts(server)
        yield silent_devices(server)
    finally:
        server.replica.close()


def postgres(server: Server) -> Iterator[Finding]:
    """Version, and whether a process that hangs in a transaction loses it."""
    with server.reading() as connection:
        version = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
        idle = connection.scalar(text("SHOW idle_in_transaction_session_timeout"))
    if version < _OLDEST_POSTGRES:
        yield bad(
            "postgres",
            f"PostgreSQL {version} 太旧，需要 {_OLDEST_POSTGRES} 或更新。",
            f"PostgreSQL {version} is too old; {_OLDEST_POSTGRES} or later is needed.",
        )
    if idle in ("0", 0, None):
        yield bad(
            "postgres",
            "idle_in_transaction_session_timeout 没有生效：挂起的进程会挡住其他写入。",
            "idle_in_transaction_session_timeout is not in force: a process that hangs holds up "
            "every writer.",
        )
    else:
        told = f"PostgreSQL {version}, idle_in_transaction_session_timeout {idle}"
        yield good("postgres", told, told)


def sample_passwords(server: Server) -> Finding:
    """Whether somebody can sign in with a password of the sample, which everybody knows."""
    known = {plain_login(login): password for login, password in _sample_accounts()}
    table = server.tables.account
    with server.reading() as connection:
        rows = connection.execute(
            select(table).where(table.c.login.in_(list(known)), table.c.active.is_(True))
        ).all()
    weak = [r.login for r in rows if server.passwords.matches(r.password_hash, known[str(r.login)])]
    if weak:
        told = ", ".join(weak)
        return bad(
            "sample",
            f"这些账号还在用示例密码：{told}。",
            f"These accounts still have the passwords of the sample: {told}.",
        )
    return good("sample", "没有账号在用示例密码。", "No account has a password of the sample.")


def unused_accounts(server: Server) -> Finding:
    """Who could sign in and has not for a long time, by contact of their devices."""
    now = server.clock.millis()
    with server.reading() as connection:
        seen: dict[str, int] = {}
        for device in devices.all_devices(connection, server.tables):
            seen[device.user_id] = max(seen.get(device.user_id, 0), device.last_contact)
        known = accounts.all_accounts(connection, server.tables)
    unused = [
        a.login
        for a in known
        if a.active and now - max(seen.get(a.user_id, 0), a.last_sign_in) > _UNUSED_DAYS * _DAY_MS
    ]
    if unused:
        return advice(
            "accounts",
            f"{len(unused)} 个账号超过 {_UNUSED_DAYS} 天没有使用：{_some(unused)}。不用的请停用。",
            f"{len(unused)} accounts were not used for {_UNUSED_DAYS} days: {_some(unused)}. "
            "Deactivate those nobody needs.",
        )
    return good("accounts", "账号都在使用。", "Every account is in use.")


def silent_devices(server: Server) -> Finding:
    """Laptops that may be lost, and whose work may not have been sent."""
    now = server.clock.millis()
    with server.reading() as connection:
        known = devices.all_devices(connection, server.tables)
    silent = [
        f"{d.node} {d.name} ({datetime.fromtimestamp(d.last_contact / 1000, UTC):%Y-%m-%d})"
        for d in known
        if not d.revoked and now - d.last_contact > _SILENT_DAYS * _DAY_MS
    ]
    if silent:
        return advice(
            "devices",
            f"{len(silent)} 台设备超过 {_SILENT_DAYS} 天没有联系：{_some(silent)}。丢失的请停用。",
            f"{len(silent)} devices were not heard of for {_SILENT_DAYS} days: {_some(silent)}. "
            "Revoke those that are lost.",
        )
    return good("devices", "设备最近都有联系。", "Every device was heard of lately.")


def _some(names: list[str]) -> str:
    more = f" … (+{len(names) - _SHOWN})" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _sample_accounts() -> Iterator[tuple[str, str]]:
    for file in (resources.files("resources") / "sample").iterdir():
        if file.name.endswith(".json"):
            yield from _pairs(loads(file.read_text(encoding="utf-8")))


def _pairs(found: object) -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        if {"login", "password"} <= set(found):
            yield str(found["login"]), str(found["password"])
        for part in found.values():
            yield from _pairs(part)
    elif isinstance(found, list):
        for part in found:
            yield from _pairs(part)
