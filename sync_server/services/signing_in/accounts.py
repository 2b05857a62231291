"""Accounts: logins, password hashes, what is known of each. Knows no devices, and no sign-in."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from crm_core.errors import KnownError
from sync_server.auth import fingerprint, plain_login
from sync_server.services.schema.tables import ServerTables
from sync_server.services.signing_in import lockout


@dataclass(frozen=True, slots=True)
class Account:
    """One way to sign in. Moments in milliseconds since 1970; 0 for never."""

    user_id: str
    login: str
    active: bool
    must_change: bool = False
    """The password was given by somebody else and opens nothing but changing it."""
    last_sign_in: int = 0
    locked_until: int = 0


def add_account(
    connection: Connection, tables: ServerTables, *,
    user_id: str, login: str, password_hash: str, must_change: bool = False,
) -> None:  # fmt: skip
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
    note_state(connection, tables, user_id, must_change=must_change)


def all_accounts(connection: Connection, tables: ServerTables) -> list[Account]:
    """Every account by login."""
    table, state = tables.account, tables.account_state
    joined = table.outerjoin(state, state.c.user_id == table.c.user_id)
    columns = (table.c.user_id, table.c.login, table.c.active, state.c.must_change)
    rows = connection.execute(
        select(*columns, state.c.last_sign_in).select_from(joined).order_by(table.c.login)
    )
    locks = lockout.locks(connection, tables)
    return [
        Account(
            row.user_id, row.login, row.active, must_change=bool(row.must_change),
            last_sign_in=row.last_sign_in or 0, locked_until=locks.get(fingerprint(row.login), 0),
        )
        for row in rows
    ]  # fmt: skip


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


def login_of(connection: Connection, tables: ServerTables, user_id: str) -> str:
    """How a person signs in; KnownError ("no_account") for somebody who does not."""
    table = tables.account
    login = connection.scalar(select(table.c.login).where(table.c.user_id == user_id))
    if login is None:
        raise KnownError(
            "这个人没有账号，没有做任何改动。",
            "This person has no account; nothing was changed.",
            code="no_account",
        )
    return str(login)


def must_change(connection: Connection, tables: ServerTables, user_id: str) -> bool:
    """Whether the password opens nothing but changing it."""
    state = tables.account_state
    return bool(connection.scalar(select(state.c.must_change).where(state.c.user_id == user_id)))


def note_state(
    connection: Connection, tables: ServerTables, user_id: str, **known: bool | int
) -> None:
    """Keep `must_change` or `last_sign_in`."""
    table = tables.account_state
    changed = connection.execute(table.update().where(table.c.user_id == user_id).values(**known))
    if not changed.rowcount:
        fresh = {"must_change": False, "last_sign_in": 0} | known
        connection.execute(table.insert().values(user_id=user_id, **fresh))


def change_password(
    connection: Connection, tables: ServerTables, account: Account, password_hash: str, *,
    must_change: bool = False,
) -> None:  # fmt: skip
    """Set a password and lift a lock-out."""
    table = tables.account
    connection.execute(
        table.update().where(table.c.user_id == account.user_id).values(password_hash=password_hash)
    )
    note_state(connection, tables, account.user_id, must_change=must_change)
    lockout.clear(connection, tables, account.login)


def set_active(
    connection: Connection, tables: ServerTables, account: Account, *, active: bool
) -> None:
    """Whether this account may sign in."""
    table = tables.account
    connection.execute(
        table.update().where(table.c.user_id == account.user_id).values(active=active)
    )
