"""The whole history of one record, for a device that holds only the newest part of it."""

from dataclasses import dataclass

from crm_core.errors import SyncCode, SyncError
from crm_core.store.log import oplog
from crm_core.sync.protocol import PullReply
from sync_server.services import people
from sync_server.services.exchange import scope
from sync_server.services.server import Server
from sync_server.services.signing_in.sessions import Principal


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """One page of one record's operations."""

    entity: str
    record: str
    after: int
    """How many of them, in stamp order, the device has been sent."""
    limit: int


def history(server: Server, principal: Principal, request: HistoryRequest) -> PullReply:
    """The operations after the first `after`, in stamp order.

    SyncError: FORBIDDEN for a record this person does not see now, whether there is one or not;
    DEVICE_REVOKED for a person who left.
    """
    replica, target = server.replica, (request.entity, request.record)
    with server.reading() as connection:
        actor = people.actor_now(connection, replica.tables, principal.actor.user_id)
        if target not in scope.visible_now(connection, server, actor, [target]):
            raise SyncError(SyncCode.FORBIDDEN, "this record is not yours to see")
        operations = oplog.of_record(connection, replica.tables, *target)
    page = operations[request.after : request.after + request.limit]
    reached = request.after + len(page)
    read = scope.for_the_eyes_of(actor, replica.registry, page)
    return PullReply(
        operations=tuple(read), leave=(), cursor=reached, lineage=server.lineage,
        more=reached < len(operations),
    )  # fmt: skip
