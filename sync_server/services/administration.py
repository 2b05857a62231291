"""What an administrator sees and does over the API: accounts and devices; acts are audited.

The acts themselves are those of `founding`, which the command line uses as well.
"""

from dataclasses import dataclass

from crm_core.errors import SyncCode, SyncError
from crm_core.model.query import Query
from sync_server.auth import new_password, plain_login
from sync_server.services.quarantining import quarantine
from sync_server.services.server import Server
from sync_server.services.signing_in import accounts, devices, lockout
from sync_server.services.signing_in.accounts import Account
from sync_server.services.signing_in.devices import Device
from sync_server.services.signing_in.sessions import Principal
from sync_server.services.storing import founding
from sync_server.services.storing.founding import NewUser


@dataclass(frozen=True, slots=True)
class Given:
    """A password made for somebody, which is shown once and kept nowhere in clear."""

    user_id: str
    login: str
    password: str
    """Opens nothing but choosing another."""


@dataclass(frozen=True, slots=True)
class Laptop:
    """A device and whose it is."""

    login: str
    user_name: str
    device: Device
    wiped: int = 0
    """When it said that it wipes itself, in ms since 1970; 0 where it has not."""


def all_accounts(server: Server) -> list[Account]:
    """Every account by login."""
    with server.reading() as connection:
        return accounts.all_accounts(connection, server.tables)


def all_laptops(server: Server) -> list[Laptop]:
    """Every device, the one heard of last first."""
    names = {str(user["id"]): str(user.get("name") or "") for user in _people(server)}
    with server.reading() as connection:
        logins = {a.user_id: a.login for a in accounts.all_accounts(connection, server.tables)}
        found = devices.all_devices(connection, server.tables)
        wiped = quarantine.wiped(connection, server)
    return [
        Laptop(logins.get(d.user_id, ""), names.get(d.user_id, ""), d, wiped.get(d.node, 0))
        for d in found
    ]


def add(server: Server, principal: Principal, new: NewUser) -> Given:
    """A person's record, account and one-time password. Errors as `founding.add_user`."""
    user_id = founding.add_user(server, new, by=principal.actor.user_id)
    return Given(user_id, plain_login(new.login), new.password)


def reset_password(server: Server, principal: Principal, user_id: str) -> Given:
    """A one-time password in place of the one they had; every session of theirs ends."""
    login, password = _login(server, user_id), new_password()
    founding.set_password(server, login, password, must_change=True, by=principal.actor.user_id)
    return Given(user_id, login, password)


def close(server: Server, principal: Principal, user_id: str) -> None:
    """Let somebody go. SyncError: FORBIDDEN for one's own account."""
    if user_id == principal.actor.user_id:
        raise SyncError(SyncCode.FORBIDDEN, "your own account")
    founding.deactivate_user(server, _login(server, user_id), by=principal.actor.user_id)


def reopen(server: Server, principal: Principal, user_id: str) -> None:
    """Let somebody in again."""
    founding.reactivate_user(server, _login(server, user_id), by=principal.actor.user_id)


def unlock(server: Server, user_id: str) -> None:
    """Lift a lock-out after wrong passwords."""
    login = _login(server, user_id)
    with server.writing() as connection:
        lockout.clear(connection, server.tables, login)


def revoke(server: Server, principal: Principal, node: str) -> None:
    """Never talk to a device again; it wipes itself on its next contact."""
    founding.revoke_device(server, node, by=principal.actor.user_id)


def rename(server: Server, node: str, name: str) -> None:
    """Call a device something else."""
    with server.writing() as connection:
        devices.rename(connection, server.tables, node, name)


def _login(server: Server, user_id: str) -> str:
    with server.reading() as connection:
        return accounts.login_of(connection, server.tables, user_id)


def _people(server: Server) -> list[dict[str, object]]:
    return [dict(user) for user in server.replica.find(Query("user"))]
