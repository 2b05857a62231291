"""Leads that wait are given out when somebody can take them again: back from an absence, with room,
or come to a pool by a rule published since (rows 2.5, 2.10, 2.13).

First it is worked out without writing who would get what; only what moves is written, and there it
is decided again (`routing.give_all`). So nothing is held up by leads nobody can take.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, select

from crm_core.rules.pools import Pool
from crm_core.rules.routing import CLOSED, ROUTED, route
from crm_core.rules.ruleset import RuleSet
from crm_core.store.reading.records import by_ids, chunks
from crm_core.store.ruling.office import leads_of, office
from crm_core.store.schema.expressions import living
from sync_server.services.consequences.routing import AT_A_TIME, give_all, given_back
from sync_server.services.server import Server

EVERY = timedelta(seconds=30)
"""Between two looks; at once again as long as there is something to give out."""
MOST = 5_000
"""Waiting leads looked at in one go, those that wait longest first."""


@dataclass(slots=True)
class Waiting:
    """The leads that wait, seen from one process; kept by whoever looks again and again."""

    server: Server
    _looked: datetime | None = None

    def look(self) -> int:
        """Give out what can be given out now; how many leads."""
        now = self.server.clock.now()
        if self._looked is not None and timedelta() <= now - self._looked < EVERY:
            return 0
        found = sorted(self._takeable(now))
        given = give_all(self.server, found) if found else 0
        self._looked = None if len(found) == AT_A_TIME and given else now
        return given

    def _takeable(self, now: datetime) -> list[str]:
        """Of the leads that wait, at most `AT_A_TIME` that would move."""
        server, tables = self.server, self.server.replica.tables
        with server.reading() as connection:
            rules = server.rule_book.in_force(connection, tables, frozenset())
            ids = self._waiting(connection, rules)
            return list(self._moving(connection, rules, ids, now)) if ids else []

    def _waiting(self, connection: Connection, rules: RuleSet) -> list[str]:
        """Those nobody has, in a pool that gives out or in none at all."""
        table = self.server.replica.tables.of(ROUTED)
        lead = table.c
        giving = [one.id for one in rules.of(Pool) if one.body.assigns]
        mine = or_(lead.pool.is_(None), lead.pool.in_(giving))
        open_ = and_(or_(lead.stage.is_(None), lead.stage.not_in(CLOSED)), living(table))
        asked = select(lead.id).where(lead.owner.is_(None), lead.merged_into.is_(None), mine, open_)
        return list(connection.scalars(asked.order_by(lead.received_at, lead.id).limit(MOST)))

    def _moving(
        self, connection: Connection, rules: RuleSet, ids: list[str], now: datetime
    ) -> Iterator[str]:
        tables, moved = self.server.replica.tables, 0
        there = office(connection, tables, rules, now)
        for part in chunks(ids):
            records = by_ids(connection, tables, ROUTED, part)
            leads = leads_of(connection, tables, (records[one] for one in part if one in records))
            back = given_back(connection, tables, part)
            for record_id, lead in leads.items():
                lead = replace(lead, refused=back.get(record_id, frozenset()))
                found = route(rules, lead, there, now)
                if found.owner:
                    there.give(found.owner)
                if found.owner or (found.pool or None) != lead.record.get("pool"):
                    yield record_id
                    moved += 1
                if moved == AT_A_TIME:
                    return
