"""Founding an organisation and adding its people: what the command line does to the data."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crm_core.clock import Clock, new_id
from crm_core.errors import KnownError
from crm_core.model import choices
from crm_core.model.query import Op, Query, Test
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.replica import Replica, open_replica
from sync_server.auth import Passwords
from sync_server.config import DataFolder
from sync_server.services import audit
from sync_server.services.schema.tables import ServerTables
from sync_server.services.server import Server
from sync_server.services.signing_in import accounts, devices, tokens
from sync_server.services.storing.storage import Storage, storage_of

SERVER_ACTOR = audit.SERVER_ACTOR
"""Writes made at the server's own command line, in history."""
COMMAND_LINE = "command line"
"""`detail` of what the audit log tells of it."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody to be let in."""

    login: str
    name: str
    role: str
    team: str
    """Name of the team; empty for none."""
    password: str
    must_change: bool = False
    """Whether the first sign-in must choose another password."""
    territory: str = ""
    """Name of the territory; empty for none."""


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

    KnownError: "login_taken", "no_team", "no_role"; ValueProblem for a bad name.
    """
    user_id = user_id or new_id(unit.clock)
    values = {"name": new.name, "login": new.login, "role": _role(unit, new.role), "active": True}
    if new.team:
        values["team"] = _team(unit, new.team, create=create_team)
    if new.territory:
        values["territory"] = _territory(unit, new.territory)
    accounts.add_account(
        unit.connection, tables, user_id=user_id, login=new.login,
        password_hash=passwords.hashed(new.password), must_change=new.must_change,
    )  # fmt: skip
    return unit.create("user", values, record_id=user_id)


def add_user(
    server: Server, new: NewUser, *, create_team: bool = False, by: str = audit.AT_THE_SERVER
) -> str:
    """Add a person to a running organisation; the user id. Errors as `write_user`."""
    with server.replica.write(SERVER_ACTOR, by) as (unit, _):
        user_id = write_user(unit, server.tables, server.passwords, new, create_team=create_team)
        # Theirs who did it: a newcomer who owns records already makes colleagues read anew.
        _audit(unit, "account_added", by=by, user_id=by, login=new.login)
        return user_id


def set_password(
    server: Server, login: str, password: str, *,
    must_change: bool = False, by: str = audit.AT_THE_SERVER,
) -> None:  # fmt: skip
    """Give a new password: every session of the user ends, a lock-out is lifted."""
    hashed = server.passwords.hashed(password)
    with server.replica.write(SERVER_ACTOR, by) as (unit, _):
        account = accounts.account_named(unit.connection, server.tables, login)
        accounts.change_password(
            unit.connection, server.tables, account, hashed, must_change=must_change
        )
        tokens.end_sessions_of(unit.connection, server.tables, account.user_id)
        _audit(unit, "password_changed", by=by, user_id=account.user_id, login=account.login)


def deactivate_user(server: Server, login: str, *, by: str = audit.AT_THE_SERVER) -> None:
    """Let somebody go: no sign-in, all devices revoked (they wipe on contact), records stay."""
    with server.replica.write(SERVER_ACTOR, by) as (unit, _):
        account = accounts.account_named(unit.connection, server.tables, login)
        accounts.set_active(unit.connection, server.tables, account, active=False)
        devices.revoke_all_of(unit.connection, server.tables, account.user_id)
        unit.change("user", account.user_id, {"active": False})
        _audit(unit, "account_closed", by=by, user_id=account.user_id, login=account.login)


def reactivate_user(server: Server, login: str, *, by: str = audit.AT_THE_SERVER) -> None:
    """Let somebody in again, with the password they had. Their devices stay revoked: what they
    held is wiped, and signing in leases a new number."""
    with server.replica.write(SERVER_ACTOR, by) as (unit, _):
        account = accounts.account_named(unit.connection, server.tables, login)
        accounts.set_active(unit.connection, server.tables, account, active=True)
        unit.change("user", account.user_id, {"active": True})
        _audit(unit, "account_opened", by=by, user_id=account.user_id, login=account.login)


def revoke_device(server: Server, node: str, *, by: str = audit.AT_THE_SERVER) -> None:
    """Never talk to a device again; KnownError ("no_device") for an unknown one."""
    with server.replica.write(SERVER_ACTOR, by) as (unit, _):
        devices.revoke(unit.connection, server.tables, node)
        device = devices.find_device(unit.connection, server.tables, node)
        if device is not None:
            about = audit.Event("device_revoked", by, device.user_id, node, device.name, _way(by))
            audit.enter(unit, about)


def _audit(unit: Unit, kind: str, *, by: str, user_id: str, login: str) -> None:
    """About somebody's account; `user_id` is whose the entry is."""
    audit.enter(unit, audit.Event(kind, by, user_id, about=login, detail=_way(by)))


def _way(by: str) -> str:
    """Through what somebody administered, and who."""
    return COMMAND_LINE if by == audit.AT_THE_SERVER else f"by {by}"


def _role(unit: Unit, code: str) -> str:
    known = {choice.code for choice in choices.ROLE}
    if code in known or unit.find(Query("role", Test("code", Op.EQ, code))):
        return code
    raise KnownError(
        f"没有代码为 {code} 的角色，没有做任何改动。",
        f"There is no role with the code {code}; nothing was changed.",
        code="no_role",
    )


def _territory(unit: Unit, name: str) -> str:
    known = unit.find(Query("territory", Test("name", Op.EQ, name)))
    if known:
        return str(known[0]["id"])
    raise KnownError(
        f"没有名为 {name} 的区域，没有做任何改动。",
        f"There is no territory called {name}; nothing was changed.",
        code="no_territory",
    )


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
