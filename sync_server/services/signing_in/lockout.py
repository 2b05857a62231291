"""The lock-out after wrong passwords, counted by login. Knows no accounts: an unknown login locks
exactly as a known one does."""

from sqlalchemy import Connection, select

from sync_server.auth import fingerprint, lock_seconds
from sync_server.services.schema.tables import ServerTables

_FORGET_ATTEMPTS_MS = 86_400_000


def seconds_left(connection: Connection, tables: ServerTables, login: str, now: int) -> int:
    """For how long a login stays locked; 0 where it is not. `now` in milliseconds."""
    table = tables.attempt
    until = connection.scalar(
        select(table.c.locked_until).where(table.c.login_print == fingerprint(login))
    )
    return max(0, -((now - until) // 1000)) if until else 0


def count_failure(connection: Connection, tables: ServerTables, login: str, now: int) -> int:
    """A wrong password more; the seconds it locks the login for."""
    table, key = tables.attempt, fingerprint(login)
    before = connection.scalar(select(table.c.failures).where(table.c.login_print == key)) or 0
    connection.execute(
        table.delete().where(
            (table.c.login_print == key) | (table.c.locked_until < now - _FORGET_ATTEMPTS_MS)
        )
    )
    failures, seconds = before + 1, lock_seconds(before + 1)
    connection.execute(
        table.insert().values(login_print=key, failures=failures, locked_until=now + 1000 * seconds)
    )
    return seconds


def clear(connection: Connection, tables: ServerTables, login: str) -> None:
    """Forget the wrong passwords of a login."""
    table = tables.attempt
    connection.execute(table.delete().where(table.c.login_print == fingerprint(login)))


def locks(connection: Connection, tables: ServerTables) -> dict[str, int]:
    """Fingerprint of a login → until when it is locked, or was, in milliseconds since 1970."""
    table = tables.attempt
    rows = connection.execute(select(table.c.login_print, table.c.locked_until))
    return {row.login_print: row.locked_until for row in rows}
