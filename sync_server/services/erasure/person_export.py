"""Everything about one person in one zip, for that person to read: JSON, CSV, the files.

Records as they are, deleted ones included, the whole history, consent, who has it.
"""

import csv
import io
import json
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from sqlalchemy import Connection, select

from crm_core.model.query import HIDDEN
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Value, display
from crm_core.store.attachments.blobs import is_address
from crm_core.store.log import oplog
from crm_core.store.reading.records import chunks
from crm_core.store.schema.sort_keys import shown
from crm_core.sync.change import Operation, Payload, Verb, moment_of
from sync_server.services import audit
from sync_server.services.erasure import person
from sync_server.services.export import cell, write_file
from sync_server.services.server import Server
from sync_server.services.shelves.erasure_journal import Target

_CONSENT = ("consent", "consent_on")


@dataclass(frozen=True, slots=True)
class Exported:
    """What went into the zip."""

    records: int
    changes: int
    files: int


@dataclass(frozen=True, slots=True)
class _Line:
    """One change of one field, for reading."""

    at: str
    who: str
    device: str
    entity: str
    record: str
    field: str
    before: str
    after: str
    reason: str


_HEADS = {
    "history": (
        ("时间", "操作人", "设备", "对象", "记录", "字段", "修改前", "修改后", "原因"),
        ("When", "Who", "Device", "Object", "Record", "Field", "Before", "After", "Reason"),
    ),
    "devices": (
        ("设备", "使用人", "最近联系", "已停用", "已清除", "记录数"),
        ("Device", "Person", "Last contact", "Revoked", "Wiped", "Records"),
    ),
}


def export_person(
    server: Server, roots: Sequence[Target], out: BinaryIO, *, by: str, language: str
) -> Exported:
    """Write the zip to `out`; it is in the audit log. SyncError: PERSON_UNKNOWN."""
    with server.reading() as connection:
        person.checked(connection, server, roots)
        done = _Export(connection, server, roots, language).write(out, by=by)
    about = ", ".join(f"{entity} {record}" for entity, record in roots)
    audit.note(
        server, "person_exported", by=by, owner=by, about=about,
        detail=f"{done.records} records, {done.changes} changes, {done.files} files",
    )  # fmt: skip
    return done


class _Export:
    """One zip being written, from one state of the data."""

    def __init__(
        self, connection: Connection, server: Server, roots: Sequence[Target], language: str
    ) -> None:
        self._connection = connection
        self._server = server
        self._registry = server.replica.registry
        self._language = language
        self._roots = roots
        self._its = person.belongings(connection, server, roots)
        user = server.replica.tables.of("user")
        rows = connection.execute(select(user.c.id, user.c.name))
        self._people = {str(row.id): str(row.name) for row in rows}

    def write(self, out: BinaryIO, *, by: str) -> Exported:
        records = {e: list(self._records(e)) for e in person.counted(self._its)}
        lines = [line for entity in records for line in self._history(entity)]
        lines.sort(key=lambda line: (line.at, line.entity, line.record))
        consent = [line for line in lines if line.field in self._consent_names()]
        devices = person.holders(self._connection, self._server, self._its)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, rows in records.items():
                self._csv(archive, name, *self._table(self._registry.entity(name), rows))
            for name, part in (("history", lines), ("consent", consent)):
                self._csv(archive, name, self._head("history"), (asdict(o).values() for o in part))
            self._csv(
                archive, "devices", self._head("devices"),
                ((d.name, d.user, d.last_contact, d.revoked, d.wiped, d.records) for d in devices),
            )  # fmt: skip
            files = self._files(archive, records.get("attachment", ()))
            told = {
                "person": [list(root) for root in self._roots],
                "exported_at": self._server.clock.iso(),
                "exported_by": self._people.get(by, by),
                "records": records,
                "history": [asdict(line) for line in lines],
                "consent": [asdict(line) for line in consent],
                "devices": [asdict(device) for device in devices],
                "files": files,
            }
            archive.writestr("person.json", json.dumps(told, ensure_ascii=False, indent=2))
        total = sum(len(rows) for rows in records.values())
        return Exported(total, len(lines), len(files))

    def _head(self, name: str) -> Sequence[str]:
        chinese, english = _HEADS[name]
        return chinese if self._language.startswith("zh") else english

    def _records(self, entity: str) -> Iterator[dict[str, Any]]:
        table = self._server.replica.tables.of(entity)
        ids = sorted(record for name, record in self._its if name == entity)
        columns = [*shown(table), table.c.alive]
        for part in chunks(ids):
            rows = select(*dict.fromkeys(columns)).where(table.c.id.in_(part))
            for row in self._connection.execute(rows.order_by(table.c.rid)):
                values = {k: v for k, v in row._mapping.items() if k not in HIDDEN | {"rid"}}
                yield values | {"deleted": not row.alive}

    def _table(
        self, entity: EntitySpec, rows: Iterable[dict[str, Any]]
    ) -> tuple[Sequence[str], Iterable[Iterable[Value]]]:
        deleted = "已删除" if self._language.startswith("zh") else "Deleted"
        labels = [spec.label.text(self._language) for spec in entity.fields]
        values = (
            [row["id"], row["deleted"], *(self._said(entity, s.name, row.get(s.name))
                                          for s in entity.fields)]
            for row in rows
        )  # fmt: skip
        return ["id", deleted, *labels], values

    def _history(self, entity: str) -> Iterator[_Line]:
        ids = {record for name, record in self._its if name == entity}
        tables = self._server.replica.tables
        for _, operation in oplog.of_records(self._connection, tables, entity, ids):
            yield from self._lines(self._registry.entity(entity), operation)

    def _lines(self, entity: EntitySpec, o: Operation) -> Iterator[_Line]:
        changes: Iterable[tuple[str, Value, Payload]] = [(o.field, o.before, o.value)]
        if o.verb is Verb.CREATE:
            changes = [(name, None, value) for name, value in o.created_values.items()]
        for name, before, after in changes:
            spec = entity.find(name)
            yield _Line(
                at=moment_of(o), who=self._people.get(o.actor, o.actor), device=o.replica,
                entity=entity.label.text(self._language), record=o.id,
                field=spec.label.text(self._language) if spec else o.verb.value,
                before=self._said(entity, name, before), after=self._said(entity, name, after),
                reason=o.reason,
            )  # fmt: skip

    def _said(self, entity: EntitySpec, name: str, value: Payload) -> str:
        if isinstance(value, dict):
            return "; ".join(f"{step} {part}" for step, part in value.items())
        spec = entity.find(name)
        if spec is None:
            return "" if value is None else str(value)
        if spec.kind is Kind.REF and spec.target == "user":
            return self._people.get(str(value), str(value or ""))
        return display(spec, value, self._language)

    def _consent_names(self) -> set[str]:
        named = (self._registry.find(e, f) for e in person.ROOTS for f in _CONSENT)
        return {spec.label.text(self._language) for spec in named if spec is not None}

    def _csv(
        self, archive: zipfile.ZipFile, name: str, head: Sequence[str],
        rows: Iterable[Iterable[Value]],
    ) -> None:  # fmt: skip
        with archive.open(f"{name}.csv", "w", force_zip64=True) as raw:
            file = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
            writer = csv.writer(file)
            writer.writerow(head)
            writer.writerows([cell(value) for value in row] for row in rows)
            file.flush()

    def _files(self, archive: zipfile.ZipFile, rows: Collection[dict[str, Any]]) -> list[str]:
        named = {str(r["sha256"]): str(r["name"] or "") for r in rows if r["sha256"]}
        here = {
            address: name for address, name in named.items()
            if is_address(address) and self._server.shelf.size(address) is not None
        }  # fmt: skip
        for address, name in here.items():
            write_file(archive, self._server, address, name)
        return sorted(here)
