"""Facts about this device and its server, and what exactly waits to be sent, ready to draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from crm_core.clock import CHINA, stamp_moment
from crm_core.model.query import Query
from crm_core.model.schema import Registry
from crm_core.store.attachments import blob_ledger
from crm_core.sync.change import Operation, Verb
from desktop.services.online.sync_status import SyncStatus
from desktop.services.workspace import Workspace

MOST_WAITING = 200
"""Records listed at once of what waits."""
_MOST_READ = 5_000


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One record with something that waits."""

    entity: str
    id: str
    title: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """What the page shows about device and server."""

    server: str
    organisation: str
    device: str
    database_bytes: int
    other_bytes: int
    """Everything else of this profile: attachments, recordings, set-aside files."""
    records: int
    attachments: int
    """Attachments that wait to be sent."""
    attachment_bytes: int
    """What of them the server has not."""


def read_facts(workspace: Workspace) -> SyncFacts:
    """Sizes and counts of this profile. Meant for the database thread."""
    replica, account = workspace.replica, workspace.account
    folder = workspace.profile.folder
    database = [workspace.profile.replica_path.name + end for end in ("", "-wal", "-shm")]
    sizes = {path: _size(path) for path in folder.rglob("*") if path.is_file()}
    uploads = replica.read(lambda c: blob_ledger.uploads(c, replica.tables))
    held = sum(size for path, size in sizes.items() if path.name in database)
    return SyncFacts(
        server=account.server,
        organisation=account.organisation,
        device=account.node,
        database_bytes=held,
        other_bytes=sum(sizes.values()) - held,
        records=sum(counts(workspace).values()),
        attachments=len(uploads),
        attachment_bytes=sum(max(0, one.size - one.sent) for one in uploads),
    )


def counts(workspace: Workspace) -> dict[str, int]:
    """Entity → living records here, without the empty ones."""
    replica = workspace.replica
    found = {entity.name: replica.count(Query(entity.name)) for entity in replica.registry}
    return {name: number for name, number in found.items() if number}


def read_waiting(workspace: Workspace, entity: str, language: str) -> tuple[WaitingLine, ...]:
    """The records of one entity with changes not sent yet, oldest first."""
    replica = workspace.replica
    operations = [o for o in replica.waiting(limit=_MOST_READ) if o.entity == entity]
    by_record: dict[str, list[Operation]] = {}
    for operation in operations:
        by_record.setdefault(operation.id, []).append(operation)
    shown = dict(list(by_record.items())[:MOST_WAITING])
    known = entity in replica.registry
    titles = replica.titles(entity, shown) if known else {}
    return tuple(
        WaitingLine(
            entity=entity,
            id=record_id,
            title=titles.get(record_id, ""),
            what=_what(replica.registry, entity, together, language),
            when=_when(together[-1]),
        )
        for record_id, together in shown.items()
    )


def size_words(number: int) -> str:
    """Bytes as people read them."""
    size = float(number)
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.2f} GB"


def plan_of(status: SyncStatus) -> str:
    """Why the next exchange is when it is: "paused", "now", "retry", "metered", "live", "poll"."""
    if status.paused:
        return "paused"
    if not status.next_try:
        return "now"
    if status.failures:
        return "retry"
    if status.metered:
        return "metered"
    return "live" if status.live else "poll"


def _what(
    registry: Registry, entity_name: str, operations: Sequence[Operation], language: str
) -> str:
    chinese = language.startswith("zh")
    verbs = {o.verb for o in operations}
    if Verb.CREATE in verbs:
        return "新建" if chinese else "created"
    if Verb.DELETE in verbs:
        return "删除" if chinese else "deleted"
    names = []
    for field, _ in groupby(sorted(o.field for o in operations)):
        spec = registry.find(entity_name, field) if entity_name in registry else None
        names.append(spec.label.text(language) if spec is not None else field)
    return _joined(names, "、" if chinese else ", ")


def _joined(names: Iterable[str], comma: str) -> str:
    listed = list(names)
    return comma.join(listed[:4]) + (" …" if len(listed) > 4 else "")


def _when(operation: Operation) -> str:
    moment = stamp_moment(operation.authored or operation.hlc)
    return moment.astimezone(CHINA).strftime("%m-%d %H:%M")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # Gone between being listed and being looked at.
        return 0
