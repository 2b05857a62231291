"""Sending briefs: e-mail and the robots of WeCom, DingTalk and Feishu, through apprise.

What cannot be delivered is tried again after 1, 5, 15 and 60 minutes and then shown as failed. A
delivery that a crash cut short is not repeated by itself: a robot would say it twice. The log says
the name of a channel, never its address, nor anything of the brief.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from crm_core.errors import KnownError
from crm_core.insight.brief import Brief
from crm_core.insight.brief_json import brief_from
from crm_core.model.entities_brief import brief_id
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.briefing.brief_services import attached, service_of
from sync_server.services.server import Server

WAITS_MINUTES = (1, 5, 15, 60)
_LOST_MINUTES = 15
"""A delivery under way for so long was cut short."""
_MARKS = "①②③④"
log = logging.getLogger("log.server")


@dataclass(frozen=True, slots=True)
class Channel:
    """Somewhere a brief is sent; `url` is a secret."""

    name: str
    url: str
    person: str
    language: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """How sending one brief to one channel stands."""

    day: str
    channel: str
    state: str
    tries: int
    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: words, and the page for channels that take files."""

    title: str
    body: str
    file_name: str = ""
    page: Callable[[], bytes] = bytes
    """The page as PDF, made where a channel takes files. KnownError: "no_font"."""


Send = Callable[[str, Message], str]
"""Sends to an address; empty where it was taken, else a reason in words of ours."""


# -- channels ----------------------------------------------------------------------------------


def channels(connection: Connection, server: Server, *, person: str = "") -> list[Channel]:
    """All channels, or those of one person's brief."""
    table = server.tables.briefs.channel
    asked = select(table).order_by(table.c.name)
    if person:
        asked = asked.where(table.c.person == person)
    rows = connection.execute(asked)
    return [Channel(row.name, row.url, row.person, row.language) for row in rows]


def add_channel(server: Server, channel: Channel) -> None:
    """Keep a channel. KnownError: "bad_channel", "channel_exists"; nothing is kept then."""
    shown_url(channel.url)
    with server.writing() as connection:
        if any(one.name == channel.name for one in channels(connection, server)):
            raise KnownError(
                f"已经有叫 {channel.name} 的渠道，没有添加。",
                f"There is a channel {channel.name} already; nothing was added.",
                code="channel_exists",
            )
        connection.execute(
            server.tables.briefs.channel.insert().values(
                name=channel.name, url=channel.url, person=channel.person,
                language=channel.language, created=server.clock.millis(),
            )
        )  # fmt: skip


def remove_channel(server: Server, name: str) -> None:
    """Forget a channel and what waits for it. KnownError("no_channel")."""
    tables = server.tables.briefs
    with server.writing() as connection:
        gone = connection.execute(tables.channel.delete().where(tables.channel.c.name == name))
        if not gone.rowcount:
            raise _no_channel(name)
        waiting = (tables.delivery.c.channel == name) & (tables.delivery.c.state == "waiting")
        connection.execute(tables.delivery.delete().where(waiting))


def channel_named(server: Server, name: str) -> Channel:
    """KnownError("no_channel")."""
    with server.reading() as connection:
        found = next((one for one in channels(connection, server) if one.name == name), None)
    if found is None:
        raise _no_channel(name)
    return found


def shown_url(url: str) -> str:
    """The address without its secrets. KnownError("bad_channel") where nobody knows such a one."""
    with _quietly():
        return str(service_of(url).url(privacy=True))


# -- the queue ---------------------------------------------------------------------------------


def queue(connection: Connection, server: Server, day: str, person: str) -> int:
    """Put a brief into the queue of each of its channels, in the transaction that makes it."""
    table, every = server.tables.briefs.delivery, channels(connection, server, person=person)
    for one in every:
        mine = (table.c.day == day) & (table.c.channel == one.name)
        connection.execute(table.delete().where(mine))
        connection.execute(
            table.insert().values(
                day=day, channel=one.name, person=person, state="waiting", tries=0,
                next_at=server.clock.millis(), reason="",
            )
        )  # fmt: skip
    return len(every)


def deliveries(server: Server, *, limit: int = 50) -> list[Delivery]:
    """The newest first."""
    table = server.tables.briefs.delivery
    asked = select(table).order_by(table.c.day.desc(), table.c.channel).limit(limit)
    with server.reading() as connection:
        return [
            Delivery(row.day, row.channel, row.state, row.tries, row.reason)
            for row in connection.execute(asked)
        ]


def send_due(server: Server, send: Send | None = None) -> int:
    """Send what is due, one after the other; how many were delivered."""
    delivered = 0
    while (taken := _take(server)) is not None:
        delivered += _deliver(server, *taken, send or send_by_apprise)
    return delivered


def _take(server: Server) -> tuple[str, str, int] | None:
    """(day, channel, tries): the next that is due, for this process alone."""
    table, now = server.tables.briefs.delivery, server.clock.millis()
    with server.writing() as connection:
        cut_short = (table.c.state == "sending") & (table.c.next_at < now - _LOST_MINUTES * 60_000)
        connection.execute(
            table.update().where(cut_short).values(state="failed", reason="interrupted")
        )
        due = (table.c.state == "waiting") & (table.c.next_at <= now)
        row = connection.execute(select(table).where(due).order_by(table.c.next_at)).first()
        if row is None:
            return None
        mine = (table.c.day == row.day) & (table.c.channel == row.channel)
        taken = {"state": "sending", "tries": row.tries + 1, "next_at": now}
        connection.execute(table.update().where(mine).values(**taken))
        return row.day, row.channel, row.tries + 1


def _deliver(server: Server, day: str, name: str, tries: int, send: Send) -> bool:
    reason = ""
    try:
        channel = channel_named(server, name)
        record = server.replica.record("brief", brief_id(day, channel.person))
        message = message_of(brief_from((record or {}).get("body")), channel.language)
        reason = send(channel.url, message)
    except KnownError as error:
        reason = error.code
    except ValueError:
        reason = "unreadable"
    again = bool(reason) and tries <= len(WAITS_MINUTES)
    wait = WAITS_MINUTES[tries - 1] * 60_000 if again else 0
    table = server.tables.briefs.delivery
    with server.writing() as connection:
        mine = (table.c.day == day) & (table.c.channel == name)
        state = "waiting" if again else "failed" if reason else "sent"
        changed = {"state": state, "reason": reason, "next_at": server.clock.millis() + wait}
        connection.execute(table.update().where(mine).values(**changed))
    if reason:
        log.warning("brief of %s not delivered to %s, try %d: %s", day, name, tries, reason)
        return False
    _count(server, day, channel.person)
    return True


def _count(server: Server, day: str, person: str) -> None:
    """Let the record say how many channels have it."""
    table, record_id = server.tables.briefs.delivery, brief_id(day, person)
    with server.replica.write(SERVER_ACTOR, "简报已发送") as (unit, committed):
        sent = unit.connection.execute(
            select(table.c.channel).where(
                table.c.day == day, table.c.person == person, table.c.state == "sent"
            )
        ).all()
        if unit.record("brief", record_id) is not None:
            unit.change("brief", record_id, {"sent": len(sent)})
    if committed.changed:
        server.live.publish(max(unit.applied.log_rids.values()))


# -- what is sent ------------------------------------------------------------------------------


def message_of(brief: Brief, language: str) -> Message:
    """The conclusions as words, and as a page."""
    zh = language.startswith("zh")
    title = f"每日简报 {brief.day}" if zh else f"Daily brief {brief.day}"
    step = "建议：" if zh else "Next step: "
    parts = [
        "\n".join(
            line for line in (
                f"{_MARKS[min(number, 3)]} {one.title.text(language)}",
                one.text.text(language), one.change.text(language),
                f"{step}{one.advice.text(language)}",
            ) if line
        )
        for number, one in enumerate(brief.conclusions)
    ]  # fmt: skip

    def page() -> bytes:
        from crm_core.store.reports.brief_paper import brief_pdf  # Typesetting, when it is wanted.

        return brief_pdf(brief, language)

    name = f"brief-{brief.day}.pdf"
    return Message(title, "\n\n".join(parts), name, page)


def trial_message(language: str) -> Message:
    """What `brief test` sends."""
    zh = language.startswith("zh")
    return Message(
        "随行：渠道测试" if zh else "Suixing: a test",
        "收到这条消息，说明每日简报能送到这里。"
        if zh
        else "If you read this, the daily brief can be sent here.",
    )


def send_by_apprise(url: str, message: Message) -> str:
    """Send for real. Secrets stay out of what is logged and of what is answered."""
    with _quietly(), tempfile.TemporaryDirectory() as folder:
        service, files = service_of(url), None
        if message.file_name and service.attachment_support:
            files = _page(message, Path(folder))
        done = service.notify(
            body=message.body, title=message.title, attach=files, body_format="text"
        )
    return "" if done else "not_taken"


def _page(message: Message, folder: Path) -> Any:
    """The page as apprise sends it; without a font the words go alone."""
    path = folder / message.file_name
    try:
        path.write_bytes(message.page())
    except KnownError as error:
        log.warning("a brief is sent without its page: %s", error.code)
        return None
    return attached(path)


@contextmanager
def _quietly() -> Iterator[None]:
    """Apprise tells its log what the other side answered; ours does not hear of it."""
    theirs = logging.getLogger("apprise")
    before, theirs.disabled = theirs.disabled, True
    try:
        yield
    finally:
        theirs.disabled = before


def _no_channel(name: str) -> KnownError:
    return KnownError(
        f"没有叫 {name} 的渠道。用 brief channels 查看。",
        f"There is no channel {name}. See all with: brief channels",
        code="no_channel",
    )
