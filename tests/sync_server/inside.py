"""The application in this very process, asked as a device does: cheap, and its clock can move."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from crm_core.model.query import Op, Query, Test
from tests.sync_proof.world import PASSWORD, World, user_of

__all__ = ["PASSWORD", "Inside", "Visitor", "user_of"]
URL = "http://server"


@dataclass(slots=True)
class Visitor:
    """Somebody who asks, signed in or not."""

    world: World
    login: str = ""
    session: dict[str, Any] = field(default_factory=dict)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """The answer, whatever it is; `more` as for httpx.Request."""
        self.world.server.live.close()
        said = {"X-Suixing-Protocol": "2"}
        if self.session:
            said["Authorization"] = f"Bearer {self.session['access']}"
        headers = said | more.pop("headers", {})
        request = httpx.Request(method, f"{URL}{path}", headers=headers, **more)
        reply = self.world.gate.ask(request)
        reply.request = request
        return reply

    def try_in(self, password: str = PASSWORD, **more: Any) -> httpx.Response:
        """One try to sign in."""
        body = {"login": self.login, "password": password, "device_name": "测试机"} | more
        return self.ask("POST", "/v1/session", json=body)

    def renew(self, token: str = "", node: str = "") -> httpx.Response:
        """Trade a refresh token."""
        body = {
            "refresh": token or self.session["refresh"], "node": node or self.session["node"]
        }  # fmt: skip
        return self.ask("POST", "/v1/session/refresh", json=body)

    @property
    def node(self) -> str:
        """This device's number."""
        return str(self.session["node"])

    @property
    def works(self) -> str:
        """The code of what a page is answered with; "ok" where it comes."""
        return code_of(self.ask("GET", "/v1/sync/pull"))


@dataclass(slots=True)
class Inside:
    """One organisation in this process: boss (admin), anna, ben, carl."""

    world: World

    def enter(self, login: str, password: str = PASSWORD, **more: Any) -> Visitor:
        """Sign somebody in on a new device."""
        visitor = Visitor(self.world, login)
        reply = visitor.try_in(password, **more)
        assert reply.status_code == 200, reply.text
        visitor.session = reply.json()
        return visitor

    def stranger(self, login: str = "") -> Visitor:
        """Somebody who has not signed in."""
        return Visitor(self.world, login)

    def routes(self) -> list[tuple[str, str]]:
        """(method, path) of everything the application answers, as its document has it."""
        app = self.world.gate.app
        assert isinstance(app, FastAPI)
        paths = app.openapi()["paths"].items()
        return [(method.upper(), path) for path, told in paths for method in told]

    def audit(self, kind: str = "") -> list[dict[str, Any]]:
        """What the audit log holds, the newest last."""
        asked = Query("audit_entry", Test("kind", Op.EQ, kind)) if kind else Query("audit_entry")
        found = self.world.replica.find(asked)
        return sorted((dict(one) for one in found), key=lambda one: str(one["rid"]))


def code_of(reply: httpx.Response) -> str:
    """The code of a refusal; "ok" for what is none."""
    return "ok" if reply.is_success else str(reply.json()["code"])
