"""What a server's address must look like, and what its replies mean: objects, refusals, failures.

No connection here; see `server`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from crm_core.errors import SyncCode, SyncError
from desktop.postponed import Postponed

if TYPE_CHECKING:
    import httpx
else:
    httpx = Postponed("httpx")

T = TypeVar("T")
_PLAIN = re.compile(
    r"https?://(localhost|127\.0\.0\.1|([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,12})(:[1-5]?\d{1,4})?(/[\w-]+)*",
    re.ASCII,
)
"""Addresses that are right beyond doubt; whoever judges the others takes long to be loaded."""
_THIS_COMPUTER = re.compile(r"(localhost|127\.0\.0\.1)(:|/|$)", re.IGNORECASE)


def clean_url(typed: str) -> str:
    """What a person typed as the server's address, completed; SyncError where it cannot be one."""
    text = typed.strip().rstrip("/")
    if "://" not in text:
        # What does not leave this computer needs no certificate, and hardly ever has one.
        here = _THIS_COMPUTER.match(text) is not None
        text = f"http://{text}" if here else f"https://{text}"
    if _PLAIN.fullmatch(text):
        return text
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise SyncError(SyncCode.SERVER_UNREACHABLE, "not an address") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SyncError(SyncCode.SERVER_UNREACHABLE, "not an address")
    return text


@contextlib.contextmanager
def known_failures() -> Iterator[None]:
    """What the HTTP library raises, as SyncError(SERVER_UNREACHABLE)."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
        raise SyncError(SyncCode.SERVER_UNREACHABLE, type(error).__name__) from error


def refusal_of(reply: httpx.Response) -> SyncError:
    """What a reply that is no success says, as one code of the table."""
    try:
        # An answer to HEAD has no body, and says its code in a header.
        wire = reply.json() if reply.content else {"code": reply.headers["X-Suixing-Code"]}
        code = SyncCode(wire["code"])
        if code is SyncCode.TOO_MANY:  # For whoever waits and tries again, the same.
            code = SyncCode.SERVER_BUSY
        return SyncError(code, str(wire.get("detail", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        # A proxy, a gateway or another program answered in the server's place.
        busy = reply.status_code in (429, 502, 503, 504)
        code = SyncCode.SERVER_BUSY if busy else SyncCode.SERVER_UNREACHABLE
        return SyncError(code, f"HTTP {reply.status_code}")


def object_in(reply: httpx.Response) -> dict[str, Any]:
    """The JSON object of a reply; SyncError where it is none."""
    try:
        wire = reply.json()
    except ValueError as error:
        raise SyncError(SyncCode.SERVER_UNREACHABLE, "not a Suixing server") from error
    if not isinstance(wire, dict):
        raise SyncError(SyncCode.SERVER_UNREACHABLE, "not a Suixing server")
    return wire


def read_as(make: Callable[[], T]) -> T:
    """What `make` reads out of an object; SyncError where it is not there."""
    try:
        return make()
    except (KeyError, TypeError, ValueError) as error:
        raise SyncError(SyncCode.SERVER_UNREACHABLE, "not a Suixing server") from error
