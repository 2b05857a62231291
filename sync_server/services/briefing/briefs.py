"""The daily brief on the server's schedule: once a person and a day, over what they may see.

Which days, at what time: the organisation's policy (`brief_days`, `brief_at`), in China time.
Whoever leads gets one: everybody active whose role sees more than their own team. A row of the
server's tables, written in the transaction of the record, makes it exactly once with any number of
processes.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import Connection, select

from crm_core.clock import CHINA
from crm_core.insight.brief import Brief, brief_of
from crm_core.insight.brief_json import brief_text
from crm_core.model.entities_brief import brief_id
from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.permissions import Actor, Scope
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.store.reports.brief_facts import read_facts
from crm_core.store.ruling.clock_reads import company_days
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.briefing import brief_sending
from sync_server.services.people import organisation
from sync_server.services.server import Server

BRIEF = "brief"
POLICY = "policy"
AT = time(10, 0)
REASON = "每日简报"
_AT_ONCE = 3
"""Briefs made in one go; the next look makes more."""
_LEADING = frozenset({Scope.SUBTREE, Scope.TERRITORY, Scope.ALL})
log = logging.getLogger("log.server")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When briefs are made."""

    at: time = AT
    days: str = "working"
    """working, daily or off."""

    def due(self, now: datetime, calendar: Calendar) -> bool:
        """Whether today's time has come."""
        here = now.astimezone(CHINA)
        if self.days == "off" or here.time() < self.at:
            return False
        return self.days == "daily" or calendar.works_on(here.date())


def schedule_of(policy: Record | None) -> Schedule:
    """What the policy says; what cannot be read is as shipped."""
    found = policy or {}
    at, days = AT, str(found.get("brief_days") or "working")
    written = found.get("brief_at")
    if isinstance(written, str):
        hours, _, minutes = written.replace("：", ":").partition(":")
        if hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60:
            at = time(int(hours), int(minutes))
    return Schedule(at, days)


def make_due(server: Server) -> int:
    """Make some of today's briefs, where it is time; how many. Called again and again."""
    now = server.clock.now()
    schedule = schedule_of(server.replica.record(POLICY, POLICY))
    if not schedule.due(now, _calendar(server)):
        return 0
    have, made = _made(server, _day(now)), 0
    for actor in readers(server):
        if made == _AT_ONCE:
            break
        if actor.user_id not in have:
            made += make(server, actor) is not None
    return made


def make(server: Server, actor: Actor, *, again: bool = False) -> Brief | None:
    """Make a person's brief of now and queue it for its channels; None where it is made already.

    `again`: in place of the one of today, and sent once more.
    """
    replica, now = server.replica, server.clock.now()
    name = replica.titles("user", [actor.user_id]).get(actor.user_id, "")
    brief = brief_of(read_facts(replica, actor, now, viewer_name=name))
    with replica.write(SERVER_ACTOR, REASON) as (unit, committed):
        connection = unit.connection
        if not _claimed(connection, server, brief, again=again):
            return None
        queued = brief_sending.queue(connection, server, brief.day, actor.user_id)
        values = {
            "day": brief.day, "made_at": brief.as_of, "origin": "server",
            "body": brief_text(brief), "owner": actor.user_id, "sent": 0, "channels": queued,
        }  # fmt: skip
        record_id = brief_id(brief.day, actor.user_id)
        if unit.record(BRIEF, record_id) is None:
            unit.create(BRIEF, values, record_id=record_id)
        else:
            unit.change(BRIEF, record_id, values)
    if committed.changed:
        server.live.publish(max(unit.applied.log_rids.values()))
        log.info("brief of %s made, %d channels", brief.day, queued)
    return brief


def readers(server: Server) -> list[Actor]:
    """Everybody who gets a brief by themselves."""
    people = server.replica.find(Query("user"))
    with server.reading() as connection:
        around = organisation(connection, server.replica.tables)
    actors = [
        around.actor(str(one["id"]), str(one.get("role")))
        for one in people
        if one.get("active") is not False
    ]
    return [one for one in actors if one.policy is not None and one.policy.scope in _LEADING]


def _day(now: datetime) -> str:
    return now.astimezone(CHINA).date().isoformat()


def _made(server: Server, day: str) -> set[str]:
    """Who has the brief of a day."""
    table = server.tables.briefs.made
    with server.reading() as connection:
        return set(connection.scalars(select(table.c.person).where(table.c.day == day)))


def _claimed(connection: Connection, server: Server, brief: Brief, *, again: bool) -> bool:
    """Take the day for this process; writers take turns, so nobody else does meanwhile."""
    table = server.tables.briefs.made
    mine = (table.c.day == brief.day) & (table.c.person == brief.viewer)
    if connection.scalar(select(table.c.at).where(mine)) is not None:
        return again
    row = {"day": brief.day, "person": brief.viewer, "at": server.clock.millis()}
    connection.execute(table.insert().values(**row))
    return True


def _calendar(server: Server) -> Calendar:
    """Public holidays, and the company's own days."""
    days = company_days(server.replica.find)
    return Calendar(closed=days.closed, opened=days.opened)
