"""What is known here of one record's history: the local log, and what was fetched beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model.values import Value
from crm_core.store.changes import changelog, refusals
from crm_core.sync.change import Operation
from crm_core.sync.moments import merged_history, reaches_back
from desktop.services.workspace import Workspace


class Reach(StrEnum):
    """How far back the known history goes."""

    WHOLE = "whole"
    """This device holds everything since the record was created."""
    LOCAL = "local"
    """It holds the newest part; what is older is at the server."""
    FETCHED = "fetched"
    """The older part was fetched from the server in this run."""


@dataclass(frozen=True, slots=True)
class RecordHistory:
    """One record, what it holds now, and what is known to have happened to it."""

    operations: tuple[Operation, ...]
    """In stamp order."""
    fetched: frozenset[tuple[str, int]]
    """Identities of the operations only the server holds."""
    fetched_at: str
    """ISO moment of the fetch; empty for none."""
    reach: Reach
    present: Mapping[str, Value]
    alive: bool
    refused: tuple[Operation, ...] = ()
    """What this device did and the server would not take; counts for nothing."""


def record_history(workspace: Workspace, entity: str, record_id: str) -> RecordHistory | None:
    """The known history; None where the record is not on this device (any more)."""
    replica = workspace.replica
    states = replica.read(lambda c: changelog.states_of(c, replica.tables, entity, [record_id]))
    state = states.get(record_id)
    if state is None or not state.exists:
        workspace.shelf.drop(entity, record_id)
        return None
    history = replica.history(entity, record_id)
    void = replica.read(lambda c: refusals.refused_keys(c, replica.tables, entity, record_id))
    local = [o for o in history if o.key not in void]
    shelved = workspace.shelf.of(entity, record_id)
    operations, added = merged_history(local, shelved.operations if shelved else ())
    reach = Reach.FETCHED if shelved else Reach.WHOLE if reaches_back(local) else Reach.LOCAL
    return RecordHistory(
        operations=tuple(operations),
        fetched=added,
        fetched_at=shelved.at if shelved else "",
        reach=reach,
        present=state.values,
        alive=state.alive,
        refused=tuple(o for o in history if o.key in void),
    )
