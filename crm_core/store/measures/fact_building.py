"""Makes the facts of records from their rows and the log. How a journey reads is in `insight`.

`EventFacts` makes those of follow-ups, visits and tasks; journeys are made in `fact_journeys`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select

from crm_core.insight import journeys
from crm_core.insight.content import fits
from crm_core.insight.value_report import recommends
from crm_core.store.measures.fact_rows import MANY, FactRows
from crm_core.store.measures.fact_words import FactWords, millis_of, moment_of
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, fetch
from crm_core.store.schema.fact_tables import EVENTS, JOURNEYS, KIND
from crm_core.store.schema.tables import SetText, Tables


@dataclass(frozen=True, slots=True)
class _Source:
    """Where an event is found in the fields of a kind of record."""

    at: str
    owner: str = "owner"
    action: str = ""
    customer: str = "customer"
    """"" where it names none."""
    lead: str = "lead"
    beside: tuple[str, ...] = ()
    """What else is needed of the record."""


_SOURCES: Mapping[str, _Source] = {
    "follow_up": _Source("happened_at", action="action", beside=("begun_by",)),
    "visit": _Source("started_at", action="purpose"),
    "task": _Source("due_at", action="state", beside=("done_at", "kind")),
    "usage": _Source("used_at", owner="user", action="article", customer="", lead=""),
    "channel_cost": _Source(
        "starts_on", owner="", customer="", lead="", beside=("source", "amount")
    ),
    "customer": _Source("next_contact_on", action="state", customer="id", lead=""),
    "approval": _Source("asked_at", owner="asked_by", action="state", beside=("decided_at",)),
    "rating": _Source("scored_on", lead="", beside=("score",)),
    "content_push": _Source("sent_at", action="state", beside=("title",)),
}


_ABOUT_LEADS = tuple(name for name, source in _SOURCES.items() if source.lead)
_OF_CUSTOMERS = tuple(name for name, one in _SOURCES.items() if one.customer == "customer")


_BROWSED = ("visited_pages", "downloads")
_PLACE = slice(4, 6)
"""Where a fact of an event says industry and city."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What events take over from the lead they are about."""

    rec: int
    customer: str
    source: str
    grade: str
    city: str
    industry: str
    browsed: tuple[str, ...]
    """Pages and papers as they are written, lists as text."""


class EventFacts(FactRows):
    """Makes facts within one transaction that may write."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        super().__init__(connection, tables)
        self.words = FactWords(connection, tables)
        self.settled = set[str]()
        """Customers that are known to be in the industry and city that their events say."""

    # -- which records -------------------------------------------------------------------------

    def taken_over(self, leads: Sequence[int]) -> set[int]:
        """Leads whose events came from, or went to, some of these by a merge or the end of one:
        those events are made anew."""
        table, fact = self.tables.of("lead"), self.tables.facts.journey
        rows = self.rows(table.c.rid, leads, table.c.rid, table.c.id, table.c.alive)
        here = {row[0] for row in self.facts_of("lead", fact, leads, fact.c.rec)}
        # One that stays an alias may lead to another lead now.
        back = {record for rec, record, alive in rows if not alive or rec not in here}
        about = sorted(self.with_aliases("lead", back))
        found = self.events_of([rec for rec, _, alive in rows if not alive])
        for entity in _ABOUT_LEADS:
            source = self.tables.of(entity)
            recs = [row[0] for row in self.rows(source.c.lead, about, source.c.rid)]
            found |= self.events(entity, recs) if recs else set()
        return found

    def events_of(self, leads: Sequence[int]) -> set[int]:
        """Make the events anew that are about these leads; the leads they are, or were, about."""
        fact = self.tables.facts.event
        events: dict[str, list[int]] = {}
        for kind, rec in self.rows(fact.c.journey, leads, fact.c.kind, fact.c.rec):
            events.setdefault(EVENTS[kind - len(JOURNEYS)], []).append(rec)
        found = set[int]()
        for entity, recs in events.items():
            found |= self.events(entity, recs)
        return found

    def events_around(self, customers: Sequence[str]) -> set[int]:
        """Make the events of these customers anew that say another industry or city; the leads
        they are about."""
        number, found = self.words.number, set[int]()
        around = {one: (number(industry), number(city))
                  for one, (industry, city) in self.customers(customers).items()}  # fmt: skip
        for entity in _OF_CUSTOMERS:
            recs = [rec for rec, customer, *its in self._placed(entity, customers)
                    if tuple(its) != around.get(customer)]  # fmt: skip
            found |= self.events(entity, recs) if recs else set()
        return found

    def _placed(self, entity: str, customers: Sequence[str]) -> list[tuple[Any, ...]]:
        """(row id, customer, industry, city) of the events of these customers."""
        table, fact = self.tables.of(entity), self.tables.facts.event
        columns = select(table.c.rid, table.c.customer, fact.c.industry, fact.c.city)
        mine = and_(fact.c.kind == KIND[entity], fact.c.rec == table.c.rid)
        found: list[tuple[Any, ...]] = []
        for part in chunks(customers, MANY) if customers else ():
            named = among(self.connection, table.c.customer, part)
            found += fetch(self.connection, columns.join_from(table, fact, mine).where(named))
        return found

    def pushed(self, leads: Sequence[int]) -> None:
        """Make the facts of content that was sent to these leads anew: it is held against what
        they looked at."""
        push = self.tables.of("content_push")
        if leads and self.connection.scalar(select(push.c.rid).limit(1)) is not None:
            about = sorted(self.with_aliases("lead", self.ids_of("lead", leads)))
            recs = [row[0] for row in self.rows(push.c.lead, about, push.c.rid)]
            if recs:
                self.events("content_push", recs)

    def customers_between(self, entity: str, recs: Sequence[int]) -> set[str]:
        """The customers that records were taken from and given to since their facts were made."""
        fact, table = self.tables.facts.journey, self.tables.of(entity)
        customer = self.tables.of("customer")
        stood = self.facts_of(entity, fact, recs, fact.c.rec, fact.c.customer)
        ids = dict(self.rows(customer.c.rid, sorted({row[1] for row in stood if row[1]}),
                             customer.c.rid, customer.c.id))  # fmt: skip
        then = {rec: ids[one] for rec, one in stood if one in ids}
        rows = self.rows(table.c.rid, recs, table.c.rid, table.c.customer, table.c.alive)
        now = {rec: one for rec, one, alive in rows if alive}
        moved = [(then.get(rec), now.get(rec)) for rec in recs if then.get(rec) != now.get(rec)]
        return {one for pair in moved for one in pair if one}

    def of_customers(self, entity: str, customers: Sequence[str]) -> set[int]:
        """Row ids of the records that name these customers."""
        table = self.tables.of(entity)
        return {row[0] for row in self.rows(table.c.customer, customers, table.c.rid)}

    # -- events --------------------------------------------------------------------------------

    def events(self, entity: str, recs: Sequence[int]) -> set[int]:
        """Make those of follow-ups, visits or tasks; the leads they are, or were, about."""
        table, fact = self.tables.of(entity), self.tables.facts.event
        before = self.facts_of(entity, fact, recs, fact.c.journey)
        about = {row[0] for row in before if row[0] is not None}
        source = _SOURCES[entity]
        named = (source.at, source.owner, source.action, source.customer, source.lead)
        names = list(dict.fromkeys(("rid", "alive", *filter(None, named), *source.beside)))
        found = self.rows(table.c.rid, recs, *(table.c[name] for name in names))
        rows = [one for row in found if (one := dict(zip(names, row, strict=True)))["alive"]]
        leads = self._leads({row[source.lead] for row in rows if row.get(source.lead)})
        customers = self.customers(
            {row[source.customer] for row in rows if row.get(source.customer)}
        )
        made: list[tuple[Any, ...]] = []
        for row in rows:
            at = moment_of(row[source.at])
            lead = leads.get(row.get(source.lead) or "")
            if at is not None:
                around = customers.get(row.get(source.customer) or "", ("", ""))
                made.append(self._event(entity, row, at, lead, around))
            if lead is not None:
                about.add(lead.rec)
        old = self.keep(fact, entity, recs, made)
        if entity == "customer":
            stood = {(one[1], *one[_PLACE]) for one in old}
            ids = {row["rid"]: row["id"] for row in rows}
            self.settled |= {ids[one[1]] for one in made if (one[1], *one[_PLACE]) in stood}
        return about

    def _event(
        self, entity: str, row: Mapping[str, Any], at: int, lead: Lead | None,
        around: tuple[str, str],
    ) -> tuple[Any, ...]:  # fmt: skip
        industry, city = around
        channel, grade = row.get("source"), ""
        if lead is not None:
            channel, grade = lead.source, lead.grade
            industry, city = lead.industry or industry, lead.city or city
        number = self.words.number
        action, took = _done(entity, row, at, lead)
        reached = entity == "visit" or action in journeys.REACHED
        return (
            KIND[entity], row["rid"], number(row.get(_SOURCES[entity].owner)), number(channel),
            number(industry), number(city), number(grade), at, number(action), took, int(reached),
            None if lead is None else lead.rec, 0,
        )  # fmt: skip

    def _leads(self, ids: Collection[str]) -> dict[str, Lead]:
        """Leads by the id something points at: where an alias leads to, what is there."""
        roots = self._roots("lead", ids)
        table = self.tables.of("lead")
        wanted = sorted(set(roots.values()))
        names = ("id", "rid", "alive", "customer", "source", "grade", "city", *_BROWSED)
        rows = self.rows(table.c.id, wanted, *(table.c[name] for name in names))
        customers = self.customers({row[3] for row in rows if row[3]})
        there: dict[str, Lead] = {}
        for record_id, rec, _, customer, source, grade, own_city, *seen in rows:
            industry, city = customers.get(customer, ("", ""))
            there[record_id] = Lead(
                rec,
                customer or "",
                source or "",
                grade or "",
                own_city or city,
                industry,
                tuple(one for one in seen if one),
            )
        return {one: there[root] for one, root in roots.items() if root in there}


def _done(
    entity: str, row: Mapping[str, Any], at: int, lead: Lead | None
) -> tuple[str, int | None]:
    """What was done, and the number that belongs to it."""
    action = str(row.get(_SOURCES[entity].action) or "")
    if entity == "task":
        done = millis_of(row["done_at"]) if action == "done" else None
        # Reminders are notices of rules and clocks, not work somebody promised.
        kept = "reminder" if row["kind"] == "reminder" else action
        return kept, None if done is None else done - at
    if entity == "follow_up":
        return action, {"us": 0, "customer": 1}.get(row["begun_by"] or "")
    if entity == "content_push":
        seen = [one for said in (lead.browsed if lead else ()) for one in SetText.read(said) or ()]
        fitting = fits(str(row["title"] or ""), map(str, seen))
        return action, None if fitting is None else int(fitting)
    if entity == "usage":
        return "article" if action else "quick_reply", None
    if entity == "approval":
        decided = millis_of(row["decided_at"])
        return action, None if decided is None else max(0, decided - at)
    if entity == "rating":
        return "", recommends(row["score"])
    return action, int(row["amount"] or 0) if entity == "channel_cost" else None
