"""What an administrator asks of the server: accounts, devices, work in quarantine. No Qt.

People, teams, territories, roles and policies are records like any others and work offline; these
few things are the server's own and need a connection.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from desktop.services.replies import read_as
from desktop.services.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """How one person signs in. Moments are milliseconds since 1970, 0 for never."""

    user_id: str
    login: str
    active: bool
    must_change: bool
    locked_until: int
    last_sign_in: int


@dataclass(frozen=True, slots=True)
class Given:
    """A one-time password, shown once."""

    user_id: str
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """One laptop. Moments are milliseconds since 1970, 0 for never."""

    node: str
    login: str
    user_name: str
    name: str
    program: str
    created: int
    last_contact: int
    revoked: bool
    wiped: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one wiped device left unsent."""

    node: str
    user_id: str
    received: int
    state: str
    """waiting accepted discarded"""
    counts: Mapping[str, int]
    """Entity → changes."""
    accepted: int
    refused: int
    files: int


@dataclass(frozen=True, slots=True)
class LeftChange:
    """One change of a parcel in words."""

    at: str
    verb: str
    entity: str
    title: str
    values: Mapping[str, str]
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person to be added."""

    login: str
    name: str
    role: str
    team: str = ""
    """By name."""
    territory: str = ""


def accounts(workspace: Workspace) -> list[AccountFacts]:
    """Every account. SyncError as any question to the server, here and below."""

    def read(one: Mapping[str, Any]) -> AccountFacts:
        return AccountFacts(
            user_id=str(one["user_id"]), login=str(one["login"]), active=bool(one["active"]),
            must_change=bool(one.get("must_change")),
            locked_until=int(one.get("locked_until") or 0),
            last_sign_in=int(one.get("last_sign_in") or 0),
        )  # fmt: skip

    return _listed(workspace, "/v1/admin/accounts", read)


def add_person(workspace: Workspace, new: Newcomer) -> Given:
    """Record, account and one-time password."""
    body = {
        "login": new.login, "name": new.name, "role": new.role, "team": new.team,
        "territory": new.territory,
    }  # fmt: skip
    return _given(_ask(workspace, "POST", "/v1/admin/accounts", body))


def reset_password(workspace: Workspace, user_id: str) -> Given:
    """A one-time password; every session of the person ends."""
    return _given(_ask(workspace, "POST", f"/v1/admin/accounts/{_part(user_id)}/password"))


def close_account(workspace: Workspace, user_id: str) -> None:
    """No sign-in any more, every device revoked; records stay."""
    _ask(workspace, "POST", f"/v1/admin/accounts/{_part(user_id)}/close")


def reopen_account(workspace: Workspace, user_id: str) -> None:
    """Let somebody in again; their devices stay revoked."""
    _ask(workspace, "POST", f"/v1/admin/accounts/{_part(user_id)}/reopen")


def unlock_account(workspace: Workspace, user_id: str) -> None:
    """Lift a lock-out after wrong passwords."""
    _ask(workspace, "POST", f"/v1/admin/accounts/{_part(user_id)}/unlock")


def devices(workspace: Workspace) -> list[DeviceFacts]:
    """Every device, the one heard of last first."""

    def read(one: Mapping[str, Any]) -> DeviceFacts:
        device = one["device"]
        return DeviceFacts(
            node=str(device["node"]), login=str(one["login"]), user_name=str(one["user_name"]),
            name=str(device["name"]), program=str(device.get("program") or ""),
            created=int(device["created"]), last_contact=int(device["last_contact"]),
            revoked=bool(device["revoked"]), wiped=int(one.get("wiped") or 0),
        )  # fmt: skip

    return _listed(workspace, "/v1/admin/devices", read)


def revoke_device(workspace: Workspace, node: str) -> None:
    """It is refused from now on, and wipes itself at its next contact."""
    _ask(workspace, "POST", f"/v1/admin/devices/{_part(node)}/revoke")


def rename_device(workspace: Workspace, node: str, name: str) -> None:
    """Call a device something else."""
    _ask(workspace, "PATCH", f"/v1/admin/devices/{_part(node)}", {"name": name})


def parcels(workspace: Workspace) -> list[Parcel]:
    """What wiped devices left unsent."""
    return _listed(workspace, "/v1/admin/quarantine", _parcel)


def parcel_changes(workspace: Workspace, node: str) -> list[LeftChange]:
    """What is in one of them."""

    def read(one: Mapping[str, Any]) -> LeftChange:
        return LeftChange(
            at=str(one["at"]), verb=str(one["verb"]), entity=str(one["entity"]),
            title=str(one["title"]), values=dict(one["values"]),
            state=str(one.get("state") or ""), detail=str(one.get("detail") or ""),
        )  # fmt: skip

    found = _ask(workspace, "GET", f"/v1/admin/quarantine/{_part(node)}")
    return read_as(lambda: [read(one) for one in found["changes"]])


def accept_parcel(workspace: Workspace, node: str) -> Parcel:
    """Apply it as its author; how it stands afterwards."""
    found = _ask(workspace, "POST", f"/v1/admin/quarantine/{_part(node)}/accept")
    return read_as(lambda: _parcel(found))


def discard_parcel(workspace: Workspace, node: str) -> Parcel:
    """Take nothing of it."""
    found = _ask(workspace, "POST", f"/v1/admin/quarantine/{_part(node)}/discard")
    return read_as(lambda: _parcel(found))


def _parcel(one: Mapping[str, Any]) -> Parcel:
    return Parcel(
        node=str(one["node"]), user_id=str(one["user_id"]), received=int(one["received"]),
        state=str(one["state"]), counts=dict(one["counts"]), accepted=int(one["accepted"]),
        refused=int(one["refused"]), files=int(one["files"]),
    )  # fmt: skip


def _ask(
    workspace: Workspace, method: str, path: str, body: Mapping[str, object] | None = None
) -> Any:
    client = workspace.client
    more = {} if body is None else {"json": dict(body)}
    reply = client.signed(lambda: client.server.ask(method, path, **more))
    return read_as(lambda: reply.json() if reply.content else None)


def _listed(workspace: Workspace, path: str, read: Callable[[Any], T]) -> list[T]:
    found = _ask(workspace, "GET", path)
    return read_as(lambda: [read(one) for one in found])


def _given(found: Any) -> Given:
    return read_as(
        lambda: Given(str(found["user_id"]), str(found["login"]), str(found["password"]))
    )


def _part(text: str) -> str:
    return quote(text, safe="")
