"""Sessions: sign-in, short access tokens, rotating refresh tokens bound to one device, sign-out."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from crm_core.errors import SyncCode, SyncError
from crm_core.permissions import Actor
from sync_server.auth import fingerprint, new_token
from sync_server.services import devices, people
from sync_server.services.accounts import checked_user
from sync_server.services.devices import Device, find_device
from sync_server.services.server import Server
from sync_server.services.tables import ServerTables

_ACCESS, _REFRESH = "access", "refresh"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request comes from."""

    actor: Actor
    device: Device


@dataclass(frozen=True, slots=True)
class Session:
    """What a device gets at sign-in; the tokens are nowhere else in clear."""

    access: str
    access_expires_in: int
    """Seconds."""
    refresh: str
    node: str
    user: dict[str, str]
    lineage: str
    server_ms: int


def sign_in(server: Server, *, login: str, password: str, device_name: str, device: str) -> Session:
    """Check the password, lease a node id and begin a session; earlier ones of the device end."""
    user_id = checked_user(server, login, password)
    with server.writing() as connection:
        if people.actor_of(connection, server.replica.tables, user_id) is None:
            raise SyncError(SyncCode.BAD_CREDENTIALS)
        node = devices.lease(connection, server, user_id, asked=device, name=device_name)
        end_session(connection, server.tables, node)
        return _issue(connection, server, node, user_id)


def refresh(server: Server, *, token: str, node: str) -> Session:
    """Trade a refresh token for the next pair; using one twice ends the device's session.

    SyncError: TOKEN_EXPIRED (unknown, over, used before, another device's), DEVICE_REVOKED.
    """
    with server.writing() as connection:
        row = _token(connection, server, token, _REFRESH)
        if row is not None and not row.spent and row.node == node:
            device = _living_device(connection, server, node)
            table = server.tables.token
            connection.execute(table.update().where(table.c.print == row.print).values(spent=True))
            return _issue(connection, server, node, device.user_id)
        if row is not None:
            end_session(connection, server.tables, row.node)
    raise SyncError(SyncCode.TOKEN_EXPIRED)


def authenticate(server: Server, token: str) -> Principal:
    """Whose access token this is. SyncError: TOKEN_EXPIRED, DEVICE_REVOKED."""
    with server.reading() as connection:
        row = _token(connection, server, token, _ACCESS)
        if row is None:
            raise SyncError(SyncCode.TOKEN_EXPIRED)
        device = _living_device(connection, server, row.node)
        actor = people.actor_of(connection, server.replica.tables, device.user_id)
    if actor is None:
        raise SyncError(SyncCode.DEVICE_REVOKED)
    return Principal(actor, device)


def end_session(connection: Connection, tables: ServerTables, node: str) -> None:
    """Forget every token of a device."""
    connection.execute(tables.token.delete().where(tables.token.c.node == node))


def end_sessions_of(connection: Connection, tables: ServerTables, user_id: str) -> None:
    """Sign a user out everywhere."""
    nodes = select(tables.device.c.node).where(tables.device.c.user_id == user_id)
    connection.execute(tables.token.delete().where(tables.token.c.node.in_(nodes)))


def _token(connection: Connection, server: Server, token: str, kind: str) -> Row[Any] | None:
    table = server.tables.token
    row = connection.execute(
        select(table).where(table.c.print == fingerprint(token), table.c.kind == kind)
    ).one_or_none()
    return None if row is None or row.expires <= server.clock.millis() else row


def _living_device(connection: Connection, server: Server, node: str) -> Device:
    device = find_device(connection, server.tables, node)
    if device is None:
        raise SyncError(SyncCode.TOKEN_EXPIRED)
    if device.revoked:
        raise SyncError(SyncCode.DEVICE_REVOKED)
    return device


def _issue(connection: Connection, server: Server, node: str, user_id: str) -> Session:
    now, limits, table = server.clock.millis(), server.limits, server.tables.token
    access, next_refresh = new_token(), new_token()
    lives = (
        (access, _ACCESS, limits.access_seconds),
        (next_refresh, _REFRESH, limits.refresh_seconds),
    )
    connection.execute(table.delete().where(table.c.node == node, table.c.expires <= now))
    connection.execute(
        table.insert(),
        [
            {
                "print": fingerprint(token), "node": node, "kind": kind,
                "expires": now + 1000 * seconds, "spent": False,
            }
            for token, kind, seconds in lives
        ],
    )  # fmt: skip
    return Session(
        access=access, access_expires_in=limits.access_seconds, refresh=next_refresh, node=node,
        user=people.described(connection, server.replica.tables, user_id),
        lineage=server.lineage, server_ms=now,
    )  # fmt: skip
