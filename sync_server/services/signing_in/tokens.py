"""Ending sessions: forgetting the tokens of devices. How they come to be is in `sessions`."""

from sqlalchemy import Connection, select

from sync_server.services.schema.tables import ServerTables


def end_session(connection: Connection, tables: ServerTables, node: str) -> None:
    """Forget every token of a device."""
    for table in (tables.token, tables.renewal):
        connection.execute(table.delete().where(table.c.node == node))


def end_sessions_of(
    connection: Connection, tables: ServerTables, user_id: str, *, but: str = ""
) -> None:
    """Sign a user out everywhere, except on the device `but`.

    A revoked device keeps its tokens: by them it is told so, and wipes itself.
    """
    device = tables.device
    nodes = select(device.c.node).where(
        device.c.user_id == user_id, device.c.node != but, device.c.revoked.is_(False)
    )
    for table in (tables.token, tables.renewal):
        connection.execute(table.delete().where(table.c.node.in_(nodes)))
