"""What a signed-in person does with their own account: password and devices. No choice of words."""

from __future__ import annotations

import functools
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Protocol

from desktop.config import product_version
from desktop.postponed import Postponed
from desktop.services.replies import read_as

if TYPE_CHECKING:
    import httpx
else:
    httpx = Postponed("httpx")

SHORTEST = 10
"""Characters of a password somebody chooses; the server has the last word."""
_LONG, _VARIED = 16, 8


class Asks(Protocol):
    """A server, asked as the person signed in."""

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer of a route; SyncError for a refusal."""


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """One of the devices a person has signed in on. Moments in milliseconds since 1970."""

    node: str
    name: str
    platform: str
    last_contact: int
    revoked: bool


class Strength(Enum):
    """How hard a password is to guess, as far as can be told from here."""

    SHORT = auto()
    LOGIN = auto()
    """The account's name with little beside it."""
    PLAIN = auto()
    """Few different characters."""
    FAIR = auto()
    GOOD = auto()


def change_password(server: Asks, old: str, new: str) -> None:
    """Choose a new password. SyncError: BAD_CREDENTIALS, LOCKED_OUT, PASSWORD_WEAK."""
    server.ask("POST", "/v1/session/password", json={"old": old, "new": new})


def my_devices(server: Asks) -> list[OwnDevice]:
    """Every device the person signed in on, the one heard of last first."""
    reply = server.ask("GET", "/v1/session/devices")
    return read_as(lambda: [_device(one) for one in reply.json()])


def sign_out_device(server: Asks, node: str) -> None:
    """End the session of another device of the same person."""
    server.ask("DELETE", f"/v1/session/devices/{node}")


def strength(password: str, login: str) -> Strength:
    """A hint while typing."""
    plain, name = password.casefold(), login.strip().casefold()
    if len(password.strip()) < SHORTEST:
        return Strength.SHORT
    if name and name in plain and len(plain) - len(name) < SHORTEST - 2:
        return Strength.LOGIN
    different = len(set(plain))
    if different < _VARIED - 2 or plain.isdigit():
        return Strength.PLAIN
    return Strength.GOOD if len(password) >= _LONG and different >= _VARIED else Strength.FAIR


@functools.lru_cache(maxsize=1)
def about_this_machine() -> Mapping[str, str]:
    """What the server is told of program and system, for the list of devices."""
    system = f"{platform.system()} {platform.release()}".strip()
    return {"program": product_version()[:60], "platform": system[:60]}


def _device(told: Mapping[str, Any]) -> OwnDevice:
    return OwnDevice(
        str(told["node"]), str(told["name"]), str(told["platform"]), int(told["last_contact"]),
        bool(told["revoked"]),
    )  # fmt: skip
