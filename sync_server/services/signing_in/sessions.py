"""Sessions: sign-in, short access tokens, rotating refresh tokens bound to one device, sign-out."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.permissions import Actor
from crm_core.store.reading.rows import ask
from sync_server.auth import fingerprint, new_token
from sync_server.services import audit, people
from sync_server.services.schema.tables import ServerTables
from sync_server.services.server import Server
from sync_server.services.signing_in import accounts, devices, tokens
from sync_server.services.signing_in.credentials import checked_user
from sync_server.services.signing_in.devices import Device, Laptop, find_device
from sync_server.services.single_sign_on import Proof, Provider

_ACCESS, _REFRESH = "access", "refresh"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request comes from."""

    actor: Actor
    device: Device
    left: bool = False
    """The person may have left: what they did before is judged as if they had not."""
    must_change: bool = False
    """The password was given by somebody else, and opens nothing but changing it."""
    guest: bool = False
    """An administrator who looks at what the person is sent: reads, and writes nothing."""


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
    must_change: bool = False
    """Nothing but changing the password is open to this session."""


def sign_in(server: Server, *, login: str, password: str, laptop: Laptop) -> Session:
    """Check the password, lease a node id and begin a session; earlier ones of the device end."""
    return begin(server, checked_user(server, login, password), laptop)


def sign_in_by_provider(server: Server, proof: Proof, laptop: Laptop) -> Session:
    """Begin a session of the person the company's provider vouches for.

    SyncError: OIDC_OFF, OIDC_UNREACHABLE, OIDC_REFUSED, OIDC_NO_ACCOUNT.
    """
    login = provider_of(server).login(proof)
    with server.writing() as connection:
        try:
            account = accounts.account_named(connection, server.tables, login)
        except KnownError:
            raise SyncError(SyncCode.OIDC_NO_ACCOUNT) from None
        known = people.actor_of(connection, server.replica.tables, account.user_id)
        if not account.active or known is None:
            raise SyncError(SyncCode.OIDC_NO_ACCOUNT)
        # A password that somebody else gave must not outlive the day it was not needed.
        if accounts.must_change(connection, server.tables, account.user_id):
            unusable = server.passwords.hashed(new_token())
            accounts.change_password(connection, server.tables, account, unusable)
    return begin(server, account.user_id, laptop)


def provider_of(server: Server) -> Provider:
    """The company's sign-in service. SyncError: OIDC_OFF where none is set up."""
    if server.provider is None:
        raise SyncError(SyncCode.OIDC_OFF)
    return server.provider


def begin(server: Server, user_id: str, laptop: Laptop) -> Session:
    """A session of somebody who has shown who they are. SyncError: BAD_CREDENTIALS for a person
    who has left."""
    with server.writing() as connection:
        if people.actor_of(connection, server.replica.tables, user_id) is None:
            raise SyncError(SyncCode.BAD_CREDENTIALS)
        node = devices.lease(connection, server, user_id, asked=laptop.asked, name=laptop.name)
        devices.note_laptop(connection, server.tables, node, laptop)
        tokens.end_session(connection, server.tables, node)
        session = _issue(connection, server, node, user_id)
        if not session.must_change:
            now = server.clock.millis()
            accounts.note_state(connection, server.tables, user_id, last_sign_in=now)
    if not session.must_change:
        about = laptop.name
        audit.note(server, "signed_in", by=user_id, owner=user_id, device=node, about=about)
    return session


def issue_for_guest(connection: Connection, server: Server, node: str, user_id: str) -> Session:
    """Tokens for a look at what a person is sent (`guests`); whether their password must be
    changed does not matter to it."""
    return replace(_issue(connection, server, node, user_id), must_change=False)


def refresh(server: Server, *, token: str, node: str, laptop: Laptop | None = None) -> Session:
    """Trade a refresh token for the next pair.

    Until one of the pair is used, the old token brings another one, because the reply may have
    been lost; the pair it replaces is void. An old token after that ends the device's session.
    SyncError: TOKEN_EXPIRED (unknown, over, used before, another device's); DEVICE_REVOKED also for
    such a token where the device it comes from is revoked: it must hear of it, however late.
    """
    with server.writing() as connection:
        row = _token(connection, server, token, _REFRESH)
        if row is not None and row.node == node and _tradable(connection, server, row):
            device = _living_device(connection, server, node)
            if laptop is not None:
                devices.note_laptop(connection, server.tables, node, laptop)
            _void_unused_renewal(connection, server, row)
            session = _issue(connection, server, node, device.user_id)
            _note_renewal(connection, server.tables, row, session)
            return session
        if row is not None:
            tokens.end_session(connection, server.tables, row.node)
        asking = find_device(connection, server.tables, node) if devices.is_node(node) else None
    revoked = asking is not None and asking.revoked
    raise SyncError(SyncCode.DEVICE_REVOKED if revoked else SyncCode.TOKEN_EXPIRED)


def authenticate(server: Server, token: str) -> Principal:
    """Whose access token this is, which is now in use. SyncError: TOKEN_EXPIRED, DEVICE_REVOKED."""
    with server.reading() as connection:
        use = _use_of(connection, server, token)
        if use is None:
            raise SyncError(SyncCode.TOKEN_EXPIRED)
        if use.device.revoked:
            raise SyncError(SyncCode.DEVICE_REVOKED)
        actor = people.actor_now(connection, server.replica.tables, use.device.user_id)
    if use.renews:
        _confirm_renewal(server, fingerprint(token))
    must_change = use.must_change and not use.guest
    return Principal(actor, use.device, must_change=must_change, guest=use.guest)


@dataclass(frozen=True, slots=True)
class _Use:
    """What there is to know of an access token that is shown."""

    device: Device
    renews: bool
    """It came with the last renewal, whose reply has therefore arrived."""
    guest: bool
    must_change: bool


def _use_of(connection: Connection, server: Server, token: str) -> _Use | None:
    """All of it in one statement, for every request begins with it; None for one that is unknown,
    over, or of no device."""
    tables, print_ = server.tables, fingerprint(token)
    own, device, guest = tables.token, tables.device, tables.guest
    renewal, account = tables.renewal, tables.account_state

    def make() -> Select[Any]:
        renews = (renewal.c.node == own.c.node) & (renewal.c.access_print == own.c.print)
        joined = (
            own.join(device, device.c.node == own.c.node)
            .outerjoin(renewal, renews)
            .outerjoin(guest, guest.c.node == own.c.node)
            .outerjoin(account, account.c.user_id == device.c.user_id)
        )
        beside = own.c.expires, renewal.c.node, guest.c.node, account.c.must_change
        asked = select(*device.c, *beside).select_from(joined)
        return asked.where(own.c.print == bindparam("print"), own.c.kind == _ACCESS)

    found = ask(connection, server.replica.tables, ("use of a token",), make, print=print_)
    if not found:
        return None
    *columns, expires, renewed, looking, must_change = found[0]
    known = dict(zip(device.c.keys(), columns, strict=True))
    known["revoked"] = bool(known["revoked"])
    if expires <= server.clock.millis():
        return None
    return _Use(Device(**known), renewed is not None, looking is not None, bool(must_change))


def departing(server: Server, token: str) -> Device:
    """The device that goes, by its access or refresh token: revoked, or of somebody who has left.

    For what such a device may still do: hand its unsent work over. SyncError: TOKEN_EXPIRED;
    FORBIDDEN for a device that may go on working.
    """
    with server.reading() as connection:
        row = _token(connection, server, token, _ACCESS)
        if row is None:
            row = _token(connection, server, token, _REFRESH)
            if row is not None and not _tradable(connection, server, row):
                row = None
        device = find_device(connection, server.tables, row.node) if row is not None else None
        if device is None:
            raise SyncError(SyncCode.TOKEN_EXPIRED)
        tables = server.replica.tables
        if not device.revoked and people.actor_of(connection, tables, device.user_id) is not None:
            raise SyncError(SyncCode.FORBIDDEN, "this device may go on working")
    return device


def _token(connection: Connection, server: Server, token: str, kind: str) -> Row[Any] | None:
    table = server.tables.token
    row = connection.execute(
        select(table).where(table.c.print == fingerprint(token), table.c.kind == kind)
    ).one_or_none()
    return None if row is None or row.expires <= server.clock.millis() else row


def _renewal(connection: Connection, tables: ServerTables, node: str) -> Row[Any] | None:
    """The last renewal of a device, while nothing of it has been used."""
    table = tables.renewal
    return connection.execute(select(table).where(table.c.node == node)).one_or_none()


def _tradable(connection: Connection, server: Server, row: Row[Any]) -> bool:
    if not row.spent:
        return True
    renewal = _renewal(connection, server.tables, row.node)
    return renewal is not None and renewal.spent_print == row.print


def _void_unused_renewal(connection: Connection, server: Server, row: Row[Any]) -> None:
    """Where `row` is traded again, end the pair it brought before.

    Its refresh token is only marked as spent: should it turn up after all, two hold the session.
    """
    renewal = _renewal(connection, server.tables, row.node)
    if renewal is None or renewal.spent_print != row.print:
        return
    table = server.tables.token
    connection.execute(table.delete().where(table.c.print == renewal.access_print))
    _spend(connection, server.tables, renewal.refresh_print)


def _note_renewal(
    connection: Connection, tables: ServerTables, row: Row[Any], session: Session
) -> None:
    _spend(connection, tables, row.print)
    connection.execute(tables.renewal.delete().where(tables.renewal.c.node == row.node))
    connection.execute(
        tables.renewal.insert().values(
            node=row.node, spent_print=row.print,
            access_print=fingerprint(session.access), refresh_print=fingerprint(session.refresh),
        )
    )  # fmt: skip


def _confirm_renewal(server: Server, access_print: str) -> None:
    """The reply arrived: from now on the token it replaced is worth nothing."""
    table = server.tables.renewal
    # A full disk or a busy database must not keep a device from reading; the next use tries again.
    with suppress(KnownError), server.writing() as connection:
        connection.execute(table.delete().where(table.c.access_print == access_print))


def _spend(connection: Connection, tables: ServerTables, token_print: str) -> None:
    table = tables.token
    connection.execute(table.update().where(table.c.print == token_print).values(spent=True))


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
        must_change=accounts.must_change(connection, server.tables, user_id),
    )  # fmt: skip
