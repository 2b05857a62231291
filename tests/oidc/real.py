"""The certified provider `oidc-provider` in a process of its own, and a browser for its pages.

It is installed once into a cache outside the checkout; tests are skipped, saying so, where node or
the registry is not there.
"""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

import httpx
import platformdirs
import pytest

from tests.sync_server.live import wait_for

VERSION = "9.13.3"
CLIENT = "suixing-desktop"
_SCRIPT = Path(__file__).with_name("provider.mjs")
_ACTION = re.compile(r'action="([^"]+)"')
_HIDDEN = re.compile(r'name="prompt" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Browser:
    """Follows an address until it leaves for the laptop, signing in and consenting on the way."""

    login: str
    password: str = "anything"
    seen: list[str] = field(default_factory=list)
    """Addresses that were opened."""
    shown: list[str] = field(default_factory=list)
    """The laptop's own pages, as they were shown at the end."""
    threads: list[threading.Thread] = field(default_factory=list)

    def __call__(self, address: str) -> None:
        """Open it beside the program, as a browser does; the last step is the laptop's page."""
        self.seen.append(address)
        self.threads.append(threading.Thread(target=self._follow, args=(address,)))
        self.threads[-1].start()

    def close(self) -> None:
        """Wait until every page has been followed to its end."""
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive()

    def _follow(self, address: str) -> None:
        with httpx.Client(timeout=20, trust_env=False) as http:
            self.shown.append(http.get(self.final_address(http, address)).text)

    def final_address(self, http: httpx.Client, address: str) -> str:
        """Where the provider sends the person back to."""
        reply = http.get(address)
        for _ in range(12):
            if reply.is_redirect:
                address = urljoin(str(reply.request.url), reply.headers["location"])
                if "/callback" in address:
                    return address
                reply = http.get(address)
                continue
            action = _ACTION.search(reply.text)
            prompt = _HIDDEN.search(reply.text)
            assert action is not None, reply.text[:500]
            assert prompt is not None, reply.text[:500]
            form = {"prompt": prompt[1]}
            if prompt[1] == "login":
                form |= {"login": self.login, "password": self.password}
            reply = http.post(urljoin(str(reply.request.url), action[1]), data=form)
        raise AssertionError("the provider never sends the person back")


def installed() -> Path:
    """The folder of node's modules, with the provider in it; skips where it cannot be had."""
    npm, folder = shutil.which("npm"), platformdirs.user_cache_path("suixing-tests") / "oidc"
    modules = folder / VERSION / "node_modules"
    if shutil.which("node") is None or npm is None:
        pytest.skip("node is not here, so no real OpenID provider can run")
    if not (modules / "oidc-provider").exists():
        part = folder / f"{VERSION}.part"
        part.mkdir(parents=True, exist_ok=True)
        wanted = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(
            [*wanted, f"oidc-provider@{VERSION}"], cwd=part, capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip("oidc-provider cannot be installed here")
        if not modules.exists():
            part.replace(modules.parent)
    return modules


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The provider's address, while it runs."""
    modules, port_file = installed(), folder / "port"
    with (folder / "provider.log").open("wb") as log:
        process = subprocess.Popen(
            ["node", str(_SCRIPT), str(modules), str(port_file)],
            stdin=subprocess.PIPE, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_for(port_file.exists, "the provider listens", seconds=60)
            yield f"http://127.0.0.1:{port_file.read_text()}"
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.kill()
            process.wait()
