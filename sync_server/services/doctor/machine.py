"""Checks of the machine: user, files, free space, clock, versions, systemd unit, backups."""

import os
import platform
import shutil
import sqlite3
import ssl
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sync_server.config import DataFolder
from sync_server.services.doctor.findings import Finding, advice, bad, good

_LOW, _VERY_LOW = 5 * 2**30, 2**30
"""Bytes free."""
_AHEAD_SECONDS = 120.0
_BACKUP_DAYS = 2.0
_HARDENED = ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes")
UNITS = tuple(
    Path(folder) / "suixing-server.service"
    for folder in ("/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
)


def running_as(user_id: int | None) -> Finding:
    """Whether this is root; None on systems that know none."""
    if user_id == 0:
        return advice(
            "user",
            "正以 root 身份运行。服务器请用专门的账号运行，例如 sudo -u suixing。",
            "This runs as root. Run the server under an account of its own, such as "
            "sudo -u suixing.",
        )
    return good("user", "没有以 root 身份运行。", "This does not run as root.")


def folder(where: DataFolder, *, posix: bool = os.name == "posix") -> Iterator[Finding]:
    """Whether others can read the data, and whether it belongs to one account."""
    if not where.root.is_dir():
        yield bad("folder", f"没有数据文件夹 {where.root}。", f"No data folder {where.root}.")
        return
    if not posix:
        yield good("folder", "数据文件夹存在。", "The data folder is there.")
        return
    mode = stat.S_IMODE(where.root.stat().st_mode)
    # A closed folder closes what is in it.
    open_files = [] if not mode & 0o077 else [p for p in _files(where) if p.stat().st_mode & 0o077]
    if open_files or mode & 0o022:
        yield bad(
            "folder",
            f"其他账号可以读写数据：{where.root}（{mode:o}）。请执行 chmod -R go= {where.root}",
            f"Other accounts can get at the data: {where.root} ({mode:o}). Run: chmod -R go= "
            f"{where.root}",
        )
    else:
        yield good("folder", "只有本账号能读写数据。", "Only its own account can get at the data.")
    owners = {path.stat().st_uid for path in (where.root, *_files(where))}
    if len(owners) > 1:
        yield bad(
            "owner",
            f"{where.root} 里的文件属于不同账号。请执行 chown -R，让它们属于运行服务器的账号。",
            f"The files in {where.root} belong to different accounts. Run chown -R so that they "
            "belong to the one that runs the server.",
        )


def _files(where: DataFolder) -> list[Path]:
    return [p for p in where.root.iterdir() if p.is_file() or p.is_dir()]


def free_space(where: DataFolder) -> Finding:
    """Whether there is room to write."""
    there = next(p for p in (where.root, *where.root.absolute().parents) if p.exists())
    left = shutil.disk_usage(there).free
    told = f"{left / 2**30:.1f} GB"
    if left < _VERY_LOW:
        return bad(
            "disk",
            f"磁盘只剩 {told}，请马上清理。",
            f"Only {told} of disk are free; make room now.",
        )
    if left < _LOW:
        return advice("disk", f"磁盘只剩 {told}。", f"Only {told} of disk are free.")
    return good("disk", f"磁盘还有 {told}。", f"{told} of disk are free.")


def clock(where: DataFolder, now: float) -> Finding:
    """Whether files were written after now: then the clock is or was wrong. In seconds."""
    newest = max((p.stat().st_mtime for p in _files(where)), default=0.0)
    if newest > now + _AHEAD_SECONDS:
        ahead = round(newest - now)
        return bad(
            "clock",
            f"数据文件的时间比系统时钟晚 {ahead} 秒：时钟不对，请启用时间同步（NTP）。",
            f"Files of the data are {ahead} s younger than now: the clock is wrong. Turn time "
            "synchronisation (NTP) on.",
        )
    return good("clock", "系统时钟与数据一致。", "The clock agrees with the data.")


def versions() -> Iterator[Finding]:
    """What the server stands on."""
    told = (
        f"Python {platform.python_version()}, {ssl.OPENSSL_VERSION}, "
        f"SQLite {sqlite3.sqlite_version}, SQLCipher {_sqlcipher()}"
    )
    if ssl.OPENSSL_VERSION_INFO < (3, 0):
        yield advice("versions", f"OpenSSL 太旧：{told}", f"OpenSSL is old: {told}")
    else:
        yield good("versions", told, told)


def _sqlcipher() -> str:
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        return "-"
    connection = dbapi2.connect(":memory:")
    try:
        return str(connection.execute("PRAGMA cipher_version").fetchone()[0])
    finally:
        connection.close()


def unit(places: Sequence[Path] = UNITS) -> Finding:
    """Whether the systemd unit that is installed shuts the server in."""
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        return good("unit", "没有安装 systemd 单元。", "No systemd unit is installed.")
    lines = {line.strip() for line in found.read_text(encoding="utf-8").splitlines()}
    lacking = [line for line in _HARDENED if line not in lines]
    users = [line for line in lines if line.startswith(("User=", "DynamicUser=yes"))]
    if not users or "User=root" in users:
        lacking.append("User=suixing")
    if lacking:
        told = "、".join(lacking)
        return bad(
            "unit",
            f"{found} 缺少保护：{told}。",
            f"{found} lacks protection: {', '.join(lacking)}.",
        )
    return good("unit", f"{found} 有保护。", f"{found} is hardened.")


def backups(place: Path | None, now: datetime) -> Finding:
    """Whether there is a recent backup with its checksum, where it is known where they are."""
    if place is None:
        return advice(
            "backup",
            "不知道备份在哪里：请用 --backups 指明文件夹。",
            "Where backups are is not known: name their folder with --backups.",
        )
    found = [p for p in place.glob("*.sha256")] if place.is_dir() else []
    whole = [p.with_suffix("") for p in found if p.with_suffix("").is_file()]
    if not whole:
        return bad("backup", f"{place} 里没有备份。", f"There is no backup in {place}.")
    newest = max(path.stat().st_mtime for path in whole)
    days = (now.timestamp() - newest) / 86_400
    if days > _BACKUP_DAYS:
        return bad(
            "backup",
            f"最近的备份是 {days:.0f} 天前的。",
            f"The last backup is {days:.0f} days old.",
        )
    return good("backup", "最近有备份。", "There is a recent backup.")
