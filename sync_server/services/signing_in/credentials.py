"""Checking a login and its password, and changing one. Knows no devices and no tokens."""

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import Row, select

from crm_core.errors import SyncCode, SyncError
from sync_server.auth import plain_login
from sync_server.services import audit
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.server import Server
from sync_server.services.signing_in import accounts, lockout, tokens

SHORTEST = 10
"""Characters of a password somebody chooses."""
_PADDING = "0123456789!@#._- "
"""What people add to a login that is no password."""


def checked_user(server: Server, login: str, password: str) -> str:
    """The user id behind a login and its password.

    SyncError: BAD_CREDENTIALS, the same and as slow for a login that does not exist; LOCKED_OUT
    with the seconds left in `detail`.
    """
    plain, tables = plain_login(login), server.tables
    with server.reading() as connection:
        _refuse(lockout.seconds_left(connection, tables, plain, server.clock.millis()))
        table = tables.account
        row = connection.execute(select(table).where(table.c.login == plain)).one_or_none()
    stored = row.password_hash if row is not None and row.active else None
    right = server.passwords.matches(stored, password)
    _refuse(_accepted(server, plain) if right else _counted(server, plain, row))
    if not right or row is None:
        raise SyncError(SyncCode.BAD_CREDENTIALS)
    return str(row.user_id)


def check_chosen(password: str, *, login: str, old: str) -> None:
    """SyncError (PASSWORD_WEAK): `detail` is "short", "login", "common" or "same"."""
    plain, weak = plain_login(password), plain_login(login)
    reasons: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("same", lambda: password == old),
        ("short", lambda: len(password.strip()) < SHORTEST),
        ("login", lambda: bool(weak) and not plain.replace(weak, "", 1).strip(_PADDING)),
        ("common", lambda: plain in common_passwords() or len(set(plain)) < 4),
    )
    for reason, holds in reasons:
        if holds():
            raise SyncError(SyncCode.PASSWORD_WEAK, reason)


@cache
def common_passwords() -> frozenset[str]:
    """The passwords tried first by whoever guesses, in the one form of `plain_login`."""
    text = (resources.files("resources") / "passwords" / "common.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def change_own(server: Server, user_id: str, *, old: str, new: str, device: str) -> None:
    """Choose a new password, knowing the old one; every other device of the person signs in anew.

    SyncError: BAD_CREDENTIALS and LOCKED_OUT for a wrong old one, PASSWORD_WEAK for the new.
    """
    with server.reading() as connection:
        login = accounts.login_of(connection, server.tables, user_id)
    checked_user(server, login, old)
    check_chosen(new, login=login, old=old)
    hashed, tables = server.passwords.hashed(new), server.tables
    with server.writing() as connection:
        account = accounts.account_named(connection, tables, login)
        accounts.change_password(connection, tables, account, hashed)
        tokens.end_sessions_of(connection, tables, user_id, but=device)
    audit.note(
        server, "password_changed", by=user_id, owner=user_id, device=device, about=login
    )  # fmt: skip


def _refuse(seconds: int) -> None:
    if seconds:
        raise SyncError(SyncCode.LOCKED_OUT, str(seconds))


def _accepted(server: Server, plain: str) -> int:
    """Forget earlier wrong ones; the seconds the login is locked for, as it is in this moment."""
    with server.writing() as connection:
        # Again: guesses sent at the same moment must not all get past one open door.
        locked = lockout.seconds_left(connection, server.tables, plain, server.clock.millis())
        if not locked:
            lockout.clear(connection, server.tables, plain)
    return locked


def _counted(server: Server, plain: str, row: Row[Any] | None) -> int:
    """Count a wrong password; the seconds the login was locked for already.

    One transaction, so that a login that exists takes no write more than one that does not.
    """
    now = server.clock.millis()
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        locked = lockout.seconds_left(unit.connection, server.tables, plain, now)
        seconds = lockout.count_failure(unit.connection, server.tables, plain, now)
        if seconds and not locked and row is not None:
            told = {"detail": f"{seconds} s", "about": plain}
            audit.enter(unit, audit.Event("locked_out", "", str(row.user_id), **told))
    return locked
