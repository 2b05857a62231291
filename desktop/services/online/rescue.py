"""A damaged replica: set aside whole, never deleted, and its unsent work carried into a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from crm_core.clock import make_stamp, stamp_millis, stamp_node
from crm_core.store.forgetting.salvage import Salvaged, salvage
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation

_COMPANIONS = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Rescue:
    """What became of a replica that had to be replaced."""

    kept_as: Path
    """Where the old file lies now."""
    saved: int
    """Unsent operations carried over."""
    lost: int
    """Unsent operations known to be unreadable."""

    @property
    def chinese(self) -> str:
        """What to tell the user."""
        lost = f"，{self.lost} 项无法读出" if self.lost else ""
        return f"本机数据已从服务器恢复，救回未发送的修改 {self.saved} 项{lost}。原文件保留着。"

    @property
    def english(self) -> str:
        """What to tell the user."""
        lost = f" ({self.lost} could not be read)" if self.lost else ""
        return (
            f"Your data was restored from the server with {self.saved} unsent changes "
            f"saved{lost}. The old file is kept."
        )


def put_in_place(new: Path, path: Path, stamp: str) -> Path | None:
    """Move the whole replica `new` to `path`; where what lay there is kept, None for nothing.

    OSError with everything where it was. Stopped in the middle, the old file lies set aside and
    nothing lies at `path`: `last_known` finds it again.
    """
    kept = set_aside(path, stamp)
    try:
        new.replace(path)
    except OSError:
        _move(kept, path)
        raise
    return kept if kept.exists() else None


def set_aside(path: Path, stamp: str) -> Path:
    """Rename the database and its companions to `replica.damaged-<stamp>.db`; the new path.

    OSError with everything where it was.
    """
    kept = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    try:
        _move(path, kept)
    except OSError:
        _move(kept, path)
        raise
    return kept


def last_known(path: Path) -> Path:
    """The file that holds this device's own work: the replica, or else the last one set aside.

    There is no replica where a rescue was stopped between its two renames. The journal then may
    not have followed its database yet; it does now, because unsent work may be in it alone.
    """
    found = path.parent.glob(f"{path.stem}.damaged-*{path.suffix}")
    kept = max(found, default=None, key=lambda one: one.name)
    if path.exists() or kept is None:
        return path
    if not _journal(kept).exists():
        _move(path, kept)
    return kept


def unsent_work(path: Path, key: bytes | None, node: str) -> Salvaged:
    """What can still be read of the work node `node` had not sent; nothing where nothing can."""
    if key is None or not path.exists():
        return Salvaged((), 0, 0)
    return salvage(path, key, node)


def carry_over(replica: Replica, work: Salvaged, old_node: str) -> int:
    """Apply unsent work to a freshly filled replica and queue it; how many operations.

    Under the same node the operations keep their identity, so that the server knows again what
    it already has; under another they are issued anew, because it takes none of a foreign node.
    """
    if not work.operations:
        return 0
    if replica.hybrid.node == old_node:
        operations: Sequence[Operation] = work.operations
        last = work.sequence
    else:
        operations = reissued(work.operations, old_node, replica.hybrid.node, _sequence(replica))
        last = operations[-1].replica_seq
    replica.receive(operations, remember={"replica_seq": max(last, _sequence(replica))})
    replica.requeue({o.key for o in operations})
    return len(operations)


def reissued(
    operations: Sequence[Operation], old_node: str, new_node: str, last: int
) -> list[Operation]:
    """The same edits at the same times under another node, numbered from `last` + 1."""
    renamed = {o.hlc: _moved(o.hlc, new_node) for o in operations if stamp_node(o.hlc) == old_node}
    return [
        replace(
            operation,
            replica=new_node,
            replica_seq=number,
            hlc=_moved(operation.hlc, new_node),
            base=renamed.get(operation.base, operation.base),
        )
        for number, operation in enumerate(operations, start=last + 1)
    ]


def _move(path: Path, to: Path) -> None:
    """Rename a database and what lies beside it, the database first."""
    for ending in _COMPANIONS:
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(to.with_name(to.name + ending))


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _moved(stamp: str, node: str) -> str:
    return make_stamp(stamp_millis(stamp), int(stamp[13:17], 16), node)


def _sequence(replica: Replica) -> int:
    sequence = replica.meta("replica_seq", 0)
    return sequence if isinstance(sequence, int) else 0
