"""Seeing what somebody else is sent: a device of theirs in an administrator's hands, read only.

It is filled like any other device of the person, so that what is seen is what would be sent, not
what another piece of code believes would be. It pushes nothing, counts for nothing, and is revoked
when its session ends or the administrator looks again.
"""

from sqlalchemy import Connection, select

from crm_core.clock import new_node_id
from crm_core.errors import SyncCode, SyncError
from sync_server.services import audit, people
from sync_server.services.schema.tables import ServerTables
from sync_server.services.server import Server
from sync_server.services.signing_in import devices, sessions
from sync_server.services.signing_in.sessions import Principal, Session


def look(server: Server, principal: Principal, user_id: str) -> Session:
    """A session of the person for the administrator, audited. SyncError: NOT_FOUND."""
    by, table = principal.actor.user_id, server.tables.guest
    with server.writing() as connection:
        if people.actor_of(connection, server.replica.tables, user_id) is None:
            raise SyncError(SyncCode.NOT_FOUND, "nobody to look at")
        for node in connection.scalars(select(table.c.node).where(table.c.by == by)).all():
            _end(connection, server.tables, node)
        node = devices.lease(
            connection, server, user_id, asked=new_node_id(), name="管理员查看 / Administrator"
        )
        connection.execute(table.insert().values(node=node, by=by))
        session = sessions.issue_for_guest(connection, server, node, user_id)
    audit.note(server, "seen_as", by=by, owner=by, device=node, about=session.user["name"])
    return session


def leave(connection: Connection, tables: ServerTables, node: str) -> None:
    """Its session ends: where it is a guest, it is revoked for good."""
    if devices.is_guest(connection, tables, node):
        _end(connection, tables, node)


def _end(connection: Connection, tables: ServerTables, node: str) -> None:
    devices.revoke(connection, tables, node)
    connection.execute(tables.guest.delete().where(tables.guest.c.node == node))
