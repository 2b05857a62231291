"""Mails the texts that people approved on the page "Content to send" (rows 2.15, 3.13).

Through apprise, to the address the record has when it is sent; what may not go (no consent, no
address) is said on the record. A process takes one by turning its state, in the one write
transaction there is at a time, so each is sent once; one that a crash cut short stays "being sent"
until a person decides again, because a customer should not get it twice (decision 064).
"""

import json
import logging
from pathlib import Path
from urllib.parse import quote

from crm_core.clock import iso_moment
from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.model.values import Record
from crm_core.rules.firing import pushes
from crm_core.rules.firing.pushes import APPROVED, ENTITY, FAILED, SENDING, SENT
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.briefing.brief_sending import Message, Send, send_by_apprise, shown_url
from sync_server.services.server import Server

_REASON = "内容推送"
_NOT_TAKEN = "邮件服务器没有收下，请稍后再发"
log = logging.getLogger("log.server")


def mailbox_path(server: Server) -> Path | None:
    """Where it says from which mailbox; beside the file of webhooks."""
    return server.webhooks.with_name("content.json") if server.webhooks else None


def set_mailbox(server: Server, url: str) -> str:
    """Send from this mailbox (`mailtos://USER:PASSWORD@SERVER`); the address without its secrets.

    KnownError ("bad_channel"); nothing is kept then.
    """
    shown, path = shown_url(_addressed(url, "nobody@example.com")), mailbox_path(server)
    assert path is not None
    path.touch(mode=0o600)
    path.write_text(json.dumps({"url": url}), encoding="utf-8")
    return shown


def mailbox(server: Server) -> str:
    """The address with its secrets; empty where there is none, and then nothing is sent."""
    path = mailbox_path(server)
    if path is None or not path.exists():
        return ""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["url"])
    except (OSError, ValueError, KeyError, TypeError):
        log.warning("%s cannot be read: no content is sent", path.name)
        return ""


def send_due(server: Server, send: Send | None = None) -> int:
    """Send what was approved, one after the other; how many were delivered."""
    url, delivered = mailbox(server), 0
    if not url:
        return 0
    while (taken := _take(server)) is not None:
        delivered += _deliver(server, taken, url, send or send_by_apprise)
    return delivered


def _take(server: Server) -> Record | None:
    """The next that was approved, for this process alone."""
    asked = Query(ENTITY, Test("state", Op.EQ, APPROVED), (Sort("queued_at"),), 1)
    if not server.replica.find(asked):
        return None  # Asked without holding up whoever writes.
    with server.replica.write(SERVER_ACTOR, _REASON) as (unit, committed):
        found = next(iter(unit.find(asked)), None)
        if found is not None:
            unit.change(ENTITY, str(found["id"]), {"state": SENDING})
    if committed.changed:
        server.live.publish(max(unit.applied.log_rids.values()))
    return found


def _deliver(server: Server, push: Record, url: str, send: Send) -> bool:
    target = next(((e, str(push[e])) for e in ("lead", "customer") if push.get(e)), None)
    about = (server.replica.record(*target) if target else None) or {}
    text, email = str(push.get("body") or ""), about.get("email")
    refusal = pushes.why_not(email, about.get("consent"), text)
    problem = refusal.zh if refusal else ""
    if not problem:
        try:
            reason = send(_addressed(url, str(email)), Message(str(push.get("title")), text))
            problem = _NOT_TAKEN if reason else ""
        except KnownError as error:
            problem = error.chinese
    values: dict[str, object] = (
        {"state": FAILED, "problem": problem[:200]}
        if problem
        else {"state": SENT, "sent_at": iso_moment(server.clock.now()), "problem": None}
    )
    with server.replica.write(SERVER_ACTOR, _REASON) as (unit, committed):
        if unit.record(ENTITY, str(push["id"])) is not None:
            unit.change(ENTITY, str(push["id"]), values)
    if committed.changed:
        server.live.publish(max(unit.applied.log_rids.values()))
    if problem:
        log.warning("content %s was not sent", push["id"])
    return not problem


def _addressed(url: str, email: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}to={quote(email)}"
