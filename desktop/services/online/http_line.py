"""The HTTP connections to one server: made late, so that a window opens without the library."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from desktop.postponed import Postponed

if TYPE_CHECKING:
    import ssl

    import httpx
else:
    httpx = Postponed("httpx")
    ssl = Postponed("ssl")

SECONDS, _CONNECT_SECONDS = 30.0, 4.0
LIVE_SECONDS = 40.0
"""The server says every 15 s that it is there. Shorter than the minute after which the strictest
routers forget a quiet connection, so that a dead one is never taken for a quiet one for long."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Never asked for through a proxy."""


def new_line(
    url: str, headers: dict[str, str], transport: httpx.BaseTransport | None
) -> httpx.Client:
    """Connections to `url`; `transport` replaces the network."""
    parsed = httpx.URL(url)
    here = parsed.host in _LOOPBACK
    return httpx.Client(
        base_url=url,
        headers=headers,
        timeout=patience(),
        transport=transport,
        trust_env=not here,
        verify=_nobody() if here and parsed.scheme == "http" else _trusted(),
    )


def patience(seconds: float = SECONDS) -> httpx.Timeout:
    """How long an answer may take."""
    return httpx.Timeout(seconds, connect=_CONNECT_SECONDS)


@functools.lru_cache(maxsize=1)
def _nobody() -> ssl.SSLContext:
    """Nobody is: what is asked without TLS, on this computer and past every proxy, shows no
    certificate."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@functools.lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Who is believed to be who; reading the list of authorities takes a sixteenth of a second."""
    return httpx.create_ssl_context()
