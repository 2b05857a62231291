"""Approved content goes out by mail, once, to whom it may; what may not says why (2.15, 3.13)."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_string

import pytest

from crm_core.errors import KnownError
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.briefing.content_sending import (
    mailbox,
    mailbox_path,
    send_due,
    set_mailbox,
)
from tests.sync_proof.world import World
from tests.sync_server.inside import Inside


class _Mailer(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs."""

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()
            if verb.startswith("DATA"):
                self._say("354 go on")
                lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                self.server.took.append("".join(lines))  # type: ignore[attr-defined]
            elif verb.startswith("RCPT"):
                self.server.whom.append(line)  # type: ignore[attr-defined]
            self._say("221 bye" if verb.startswith("QUIT") else "250 ok")
            if verb.startswith("QUIT"):
                return

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def a_mail_server() -> Iterator[socketserver.TCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mailer) as server:
        server.took, server.whom = [], []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def a_push(world: World, lead: Mapping[str, object], **values: object) -> str:
    with world.replica.write(SERVER_ACTOR) as (unit, _):
        about = unit.create("lead", {"name": "林女士", "stage": "captured", **lead})
        return unit.create(
            "content_push", {"title": "白皮书", "lead": about, "body": "正文一段", **values}
        )


def state(world: World, push: str) -> tuple[object, object]:
    found = world.replica.record("content_push", push)
    assert found is not None
    return found["state"], found.get("problem")


def test_what_was_approved_is_mailed_once_and_everything_else_stays(inside: Inside) -> None:
    world = inside.world
    server = world.server
    lin = {"email": "lin@example.com"}
    ready = a_push(world, lin, state="approved")
    waiting = a_push(world, lin, state="waiting")
    cut_short = a_push(world, lin, state="sending")
    refused = a_push(world, {**lin, "consent": "withdrawn"}, state="approved")
    nobody = a_push(world, {}, state="approved")
    assert send_due(server) == 0, "without a mailbox nothing is touched"
    assert state(world, ready)[0] == "approved"
    with pytest.raises(KnownError):
        set_mailbox(server, "nonsense")
    assert mailbox(server) == ""
    with a_mail_server() as post:
        port = post.server_address[1]
        assert "geheim" not in set_mailbox(server, "mailtos://me:geheim@example.com")
        set_mailbox(server, f"mailto://127.0.0.1:{port}?from=s@example.com")
        assert send_due(server) == 1
        assert send_due(server) == 0
        [said] = post.took  # type: ignore[attr-defined]
        [whom] = post.whom  # type: ignore[attr-defined]
    assert "lin@example.com" in whom
    [part] = [p for p in message_from_string(said).walk() if p.get_content_type() == "text/plain"]
    assert "正文一段" in part.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert state(world, ready) == ("sent", None)
    assert state(world, waiting)[0] == "waiting", "nobody approved it"
    assert state(world, cut_short)[0] == "sending", "whether it arrived nobody knows"
    assert state(world, refused) == ("failed", "对方不同意接收，不能推送")
    assert state(world, nobody) == ("failed", "没有邮箱：可复制正文后手动发送")
    path = mailbox_path(server)
    assert path is not None
    assert path.stat().st_mode & 0o077 == 0


def test_a_mailbox_that_takes_nothing_leaves_it_to_be_decided_again(inside: Inside) -> None:
    world = inside.world
    push = a_push(world, {"email": "lin@example.com"}, state="approved")
    set_mailbox(world.server, "mailto://127.0.0.1:9?from=s@example.com")
    assert send_due(world.server, lambda _url, _message: "not_taken") == 0
    assert state(world, push) == ("failed", "邮件服务器没有收下，请稍后再发")
