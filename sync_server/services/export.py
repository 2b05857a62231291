"""Everything out, as any program reads it: a CSV for each entity, the history, the files."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Value
from crm_core.store.log import oplog
from sync_server.services.blobs import files_to_export
from sync_server.services.server import Server

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_all(server: Server, out: Path) -> int:
    """Write the zip at `out`; how many living records it holds. KnownError ("exists").

    Text that a spreadsheet would run as a formula is preceded by an apostrophe (OWASP, CSV
    injection).
    """
    if out.exists():
        raise KnownError(
            f"{out} 已经存在，没有导出。请换一个文件名。",
            f"{out} exists already; nothing was exported. Choose another name.",
            code="exists",
        )
    part, total = out.with_name(f"{out.name}.part"), 0
    with (
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive,
        server.reading() as connection,
    ):
        for entity in server.replica.registry:
            with archive.open(f"{entity.name}.csv", "w", force_zip64=True) as raw:
                file = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
                total += _write_csv(file, entity, _records(connection, server, entity))
                file.flush()
        with archive.open("history.jsonl", "w", force_zip64=True) as raw:
            raw.writelines(_history(connection, server))
        for address, name in files_to_export(connection, server):
            write_file(archive, server, address, name)
    part.replace(out)
    return total


def _write_csv(file: io.TextIOWrapper, entity: EntitySpec, rows: Iterable[dict[str, Value]]) -> int:
    names, written = ["id", *(spec.name for spec in entity.fields)], 0
    writer = csv.writer(file)
    writer.writerow(names)
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in names])
        written += 1
    return written


def cell(value: Value) -> str:
    """A value in a CSV file, harmless for a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, list):
        return cell(";".join(value))
    if isinstance(value, int):
        return str(value)
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def _records(
    connection: Connection, server: Server, entity: EntitySpec
) -> Iterator[dict[str, Value]]:
    table = server.replica.tables.of(entity.name)
    statement = select(table).where(table.c.alive.is_(True)).order_by(table.c.rid)
    for row in connection.execute(statement.execution_options(yield_per=1000)):
        yield dict(row._mapping)


def write_file(archive: zipfile.ZipFile, server: Server, address: str, name: str) -> None:
    """An attachment's file under its checksum, which `attachment.csv` names."""
    ending = "".join(c for c in Path(name).suffix if c.isalnum() or c == ".")[:10]
    with archive.open(f"files/{address}{ending}", "w", force_zip64=True) as raw:
        for piece in server.shelf.read(address, 0, server.shelf.size(address) or 0):
            raw.write(piece)


def _history(connection: Connection, server: Server) -> Iterator[bytes]:
    tables, reached = server.replica.tables, 0
    while part := oplog.read(connection, tables, oplog.after(tables, reached, limit=1000)):
        reached = part[-1][0]
        for _, operation in part:
            line = json.dumps(operation.as_json(), ensure_ascii=False)
            yield f"{line}\n".encode()
