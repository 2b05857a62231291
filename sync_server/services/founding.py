"""Founding an organisation and adding its people: what the command line does to the data."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crm_core.clock import Clock, new_id
from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Actor
from crm_core.store.replica import Replica, open_replica
from crm_core.store.unit_of_work import Unit
from sync_server.auth import Passwords
from sync_server.config import DataFolder
from sync_server.services import accounts, devices, sessions
from sync_server.services.server import Server
from sync_server.services.storage import Storage, storage_of
from sync_server.services.tables import ServerTables

SERVER_ACTOR = Actor("server", "admin")
"""Writes made at the server's own command line, in history."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody to be let in."""

    login: str
    name: str
    role: str
    team: str
    """Name of the team; empty for none."""
    password: str


def found(
    folder: DataFolder, *, clock: Clock, organisation: str,
    fill: Callable[[Replica, ServerTables], None],
) -> None:  # fmt: skip
    """Make the database of a new organisation; `fill` writes its first people.

    It appears under its name only when complete. KnownError: "exists" where there is one,
    "server_running" where somebody else is founding one here at this moment.
    """
    storage = storage_of(folder)
    _refuse_second(storage)
    folder.root.mkdir(parents=True, exist_ok=True)
    with storage.alone():
        # Again, now that nobody else can: it may have come to be since.
        _refuse_second(storage)
        part = fresh_part(folder)
        _make(part, clock=clock, organisation=organisation, fill=fill)
        storage.adopt(part, clock.now())


def _refuse_second(storage: Storage) -> None:
    if storage.founded():
        raise KnownError(
            f"{storage.name} 里已经有一个组织，没有做任何改动。请换一个 --data 文件夹或数据库。",
            f"{storage.name} already holds an organisation; nothing was changed. Choose another "
            "folder with --data, or another database.",
            code="exists",
        )


def fresh_part(folder: DataFolder) -> Path:
    """Where to build a database, cleared of what an interruption left."""
    for leftover in folder.root.glob(f"{folder.part.name}*"):
        leftover.unlink()
    return folder.part


def _make(
    part: Path, *, clock: Clock, organisation: str,
    fill: Callable[[Replica, ServerTables], None],
) -> None:  # fmt: skip
    replica = open_replica(part, clock=clock, lean=True)
    try:
        tables = ServerTables()
        tables.metadata.create_all(replica.engine)
        replica.remember(organisation=organisation, lineage=new_lineage())
        fill(replica, tables)
    finally:
        replica.close()


def new_lineage() -> str:
    """A random id for one unbroken history of a database."""
    return secrets.token_hex(16)


def write_user(
    unit: Unit,
    tables: ServerTables,
    passwords: Passwords,
    new: NewUser,
    *,
    create_team: bool = False,
    user_id: str = "",
) -> str:
    """The user's record and account in one transaction; the user id.

    KnownError: "login_taken", "no_team"; ValueProblem for a bad name or role.
    """
    user_id = user_id or new_id(unit.clock)
    values = {"name": new.name, "login": new.login, "role": new.role, "active": True}
    if new.team:
        values["team"] = _team(unit, new.team, create=create_team)
    accounts.add_account(
        unit.connection, tables, user_id=user_id, login=new.login,
        password_hash=passwords.hashed(new.password),
    )  # fmt: skip
    return unit.create("user", values, record_id=user_id)


def add_user(server: Server, new: NewUser, *, create_team: bool = False) -> str:
    """Add a person to a running organisation; the user id. Errors as `write_user`."""
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        return write_user(unit, server.tables, server.passwords, new, create_team=create_team)


def set_password(server: Server, login: str, password: str) -> None:
    """Give a new password: every session of the user ends, a lock-out is lifted."""
    with server.writing() as connection:
        account = accounts.account_named(connection, server.tables, login)
        hashed = server.passwords.hashed(password)
        accounts.change_password(connection, server.tables, account, hashed)
        sessions.end_sessions_of(connection, server.tables, account.user_id)


def deactivate_user(server: Server, login: str) -> None:
    """Let somebody go: no sign-in, all devices revoked (they wipe on contact), records stay."""
    with server.replica.write(SERVER_ACTOR) as (unit, _):
        account = accounts.account_named(unit.connection, server.tables, login)
        accounts.deactivate(unit.connection, server.tables, account)
        devices.revoke_all_of(unit.connection, server.tables, account.user_id)
        unit.change("user", account.user_id, {"active": False})


def _team(unit: Unit, name: str, *, create: bool) -> str:
    known = unit.find(Query("team", Test("name", Op.EQ, name)))
    if known:
        return str(known[0]["id"])
    if create:
        return unit.create("team", {"name": name})
    raise KnownError(
        f"没有名为 {name} 的团队，没有做任何改动。要新建请加 --create-team。",
        f"There is no team called {name}; nothing was changed. To make it, add --create-team.",
        code="no_team",
    )
