"""Backup while serving, and restore. A backup is one SQLite file, whatever the server runs on."""

import hashlib
import os
import shutil
from pathlib import Path

from sqlalchemy import text

from crm_core.clock import Clock, new_node_id
from crm_core.errors import KnownError
from crm_core.store.engines.engine import guarded, open_sqlite, writing
from crm_core.store.replica import open_replica
from sync_server.config import DataFolder
from sync_server.services.schema.tables import ServerTables
from sync_server.services.shelves.erasure_journal import BESIDE_BACKUPS, ErasureJournal
from sync_server.services.storing.founding import fresh_part, new_lineage
from sync_server.services.storing.storage import storage_of


def back_up(folder: DataFolder, out: Path) -> str:
    """A consistent copy at `out`, and `out`.sha256 beside it; the digest.

    Works while a server writes. KnownError: "exists" where `out` is there already, "disk_full".
    """
    if out.exists():
        raise KnownError(
            f"{out} 已经存在，没有备份。请换一个文件名。",
            f"{out} exists already; nothing was backed up. Choose another name.",
            code="exists",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f"{out.name}.part")
    part.unlink(missing_ok=True)
    storage_of(folder).copy_to(part)
    digest = _durable_digest(part)
    _digest_file(out).write_text(f"{digest}  {out.name}\n", encoding="utf-8")
    part.replace(out)
    ErasureJournal(out.parent / BESIDE_BACKUPS).add_all(ErasureJournal(folder.erasures))
    return digest


def restore(folder: DataFolder, source: Path, *, clock: Clock) -> str | None:
    """Put a backup in place of the data; where the data that was there is kept.

    The restored server has a new lineage, so that devices notice and send again what it lacks; a
    new node id, because its old one may have written more since the backup; and no sessions.
    People erased since the backup are erased again when the data is opened next.
    KnownError, with nothing changed: "server_running", "damaged_backup", "not_a_backup".
    """
    _check(source)
    storage = storage_of(folder)
    folder.root.mkdir(parents=True, exist_ok=True)
    with storage.alone():
        part = fresh_part(folder)
        shutil.copyfile(source, part)
        _make_anew(part, clock=clock)
        ErasureJournal(folder.erasures).add_all(ErasureJournal(source.parent / BESIDE_BACKUPS))
        shutil.rmtree(folder.snapshots, ignore_errors=True)
        return storage.adopt(part, clock.now())


def _make_anew(path: Path, *, clock: Clock) -> None:
    _check_ours(path)
    node = new_node_id()
    replica = open_replica(path, clock=clock, lean=True)
    try:
        tables = ServerTables()
        tables.metadata.create_all(replica.engine)
        replica.remember(lineage=new_lineage(), node=node, replica_seq=0)
        with writing(replica.engine) as connection:
            connection.execute(tables.token.delete())
            connection.execute(tables.progress.delete())
    finally:
        replica.close()


def _check_ours(path: Path) -> None:
    engine = open_sqlite(path)
    try:
        with guarded(), engine.connect() as connection:
            sound = connection.scalar(text("PRAGMA quick_check"))
            ours = connection.scalar(
                text("SELECT count(*) FROM sqlite_master WHERE name = 'server_account'")
            )
    except KnownError as error:
        raise _not_a_backup() from error
    finally:
        engine.dispose()
    if sound != "ok" or not ours:
        raise _not_a_backup()


def _not_a_backup() -> KnownError:
    return KnownError(
        "这个文件不是随行服务器的备份，或已损坏，没有做任何改动。",
        "This file is not a backup of a Suixing server, or it is damaged; nothing was changed.",
        code="not_a_backup",
    )


def _check(source: Path) -> None:
    if not source.is_file():
        raise KnownError(
            f"找不到文件 {source}，没有做任何改动。",
            f"There is no file {source}; nothing was changed.",
            code="no_backup",
        )
    noted = _digest_file(source)
    if noted.exists() and noted.read_text(encoding="utf-8").split()[:1] != [_digest(source)]:
        raise KnownError(
            "备份的校验值不符，文件可能已损坏，没有做任何改动。",
            "The backup does not match its checksum and may be damaged; nothing was changed.",
            code="damaged_backup",
        )


def _digest_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _durable_digest(path: Path) -> str:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return _digest(path)
