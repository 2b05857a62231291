"""Accounts: logins, password hashes and the lock-out after wrong ones. Knows no devices."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from crm_core.errors import KnownError, SyncCode, SyncError
from sync_server.auth import fingerprint, lock_seconds, plain_login
from sync_server.services.server import Server
from sync_server.services.tables import ServerTables

_FORGET_ATTEMPTS_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Account:
    """One way to sign in."""

    user_id: str
    login: str
    active: bool


def add_account(
    connection: Connection, tables: ServerTables, *, user_id: str, login: str, password_hash: str
) -> None:
    """Let a user sign in; KnownError ("login_taken") for a login somebody has."""
    table, plain = tables.account, plain_login(login)
    if not plain:
        raise KnownError("账号不能为空。", "A login cannot be empty.", code="login")
    if connection.scalar(select(table.c.user_id).where(table.c.login == plain)) is not None:
        raise KnownError(
            f"账号 {login} 已经有人使用，没有做任何改动。请换一个。",
            f"The login {login} is taken; nothing was changed. Choose another.",
            code="login_taken",
        )
    connection.execute(
        table.insert().values(
            user_id=user_id, login=plain, password_hash=password_hash, active=True
        )
    )


def all_accounts(connection: Connection, tables: ServerTables) -> list[Account]:
    """Every account by login."""
    rows = connection.execute(select(tables.account).order_by(tables.account.c.login))
    return [Account(row.user_id, row.login, row.active) for row in rows]


def account_named(connection: Connection, tables: ServerTables, login: str) -> Account:
    """The account of a login; KnownError ("no_account") where there is none."""
    table = tables.account
    row = connection.execute(select(table).where(table.c.login == plain_login(login))).one_or_none()
    if row is None:
        raise KnownError(
            f"没有账号 {login}。用 user list 查看所有账号。",
            f"There is no login {login}. See all with: user list",
            code="no_account",
        )
    return Account(row.user_id, row.login, row.active)


def change_password(
    connection: Connection, tables: ServerTables, account: Account, password_hash: str
) -> None:
    """Set a password and lift a lock-out."""
    table = tables.account
    connection.execute(
        table.update().where(table.c.user_id == account.user_id).values(password_hash=password_hash)
    )
    _clear(connection, tables, account.login)


def deactivate(connection: Connection, tables: ServerTables, account: Account) -> None:
    """No more sign-ins for this account."""
    table = tables.account
    connection.execute(
        table.update().where(table.c.user_id == account.user_id).values(active=False)
    )


def checked_user(server: Server, login: str, password: str) -> str:
    """The user id behind a login and its password.

    SyncError: BAD_CREDENTIALS, the same and as slow for a login that does not exist; LOCKED_OUT
    with the seconds left in `detail`.
    """
    plain, tables = plain_login(login), server.tables
    with server.reading() as connection:
        _check_lock(connection, tables, plain, server.clock.millis())
        table = tables.account
        row = connection.execute(select(table).where(table.c.login == plain)).one_or_none()
    stored = row.password_hash if row is not None and row.active else None
    right = server.passwords.matches(stored, password)
    with server.writing() as connection:
        # Again: guesses sent at the same moment must not all get past one open door.
        locked = _seconds_left(connection, tables, plain, server.clock.millis())
        if right and not locked:
            _clear(connection, tables, plain)
        elif not right:
            _count_failure(connection, tables, plain, server.clock.millis())
    if locked:
        raise SyncError(SyncCode.LOCKED_OUT, str(locked))
    if not right or row is None:
        raise SyncError(SyncCode.BAD_CREDENTIALS)
    return str(row.user_id)


def _check_lock(connection: Connection, tables: ServerTables, plain: str, now: int) -> None:
    seconds = _seconds_left(connection, tables, plain, now)
    if seconds:
        raise SyncError(SyncCode.LOCKED_OUT, str(seconds))


def _seconds_left(connection: Connection, tables: ServerTables, plain: str, now: int) -> int:
    table = tables.attempt
    until = connection.scalar(
        select(table.c.locked_until).where(table.c.login_print == fingerprint(plain))
    )
    return max(0, -((now - until) // 1000)) if until else 0


def _count_failure(connection: Connection, tables: ServerTables, plain: str, now: int) -> None:
    table, key = tables.attempt, fingerprint(plain)
    before = connection.scalar(select(table.c.failures).where(table.c.login_print == key)) or 0
    connection.execute(
        table.delete().where(
            (table.c.login_print == key) | (table.c.locked_until < now - _FORGET_ATTEMPTS_MS)
        )
    )
    failures = before + 1
    connection.execute(
        table.insert().values(
            login_print=key, failures=failures, locked_until=now + 1000 * lock_seconds(failures)
        )
    )


def _clear(connection: Connection, tables: ServerTables, plain: str) -> None:
    table = tables.attempt
    connection.execute(table.delete().where(table.c.login_print == fingerprint(plain)))
