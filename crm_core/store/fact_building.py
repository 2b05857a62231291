"""Makes the facts of records from their rows and the log. How a journey reads is in `insight`.

`EventFacts` makes those of follow-ups, visits and tasks; journeys are made in `fact_journeys`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from crm_core.insight import journeys
from crm_core.store import aliases
from crm_core.store.fact_tables import KIND
from crm_core.store.fact_words import FactWords, millis_of
from crm_core.store.records import chunks
from crm_core.store.rows import among, fetch, insert
from crm_core.store.tables import Tables

_MANY = 5_000
_ACTION = {"follow_up": "action", "visit": "purpose", "task": "state"}
_MOMENT = {"follow_up": "happened_at", "visit": "started_at", "task": "due_at"}


@dataclass(frozen=True, slots=True)
class Lead:
    """What events take over from the lead they are about."""

    rec: int
    customer: str
    source: str
    grade: str
    city: str
    industry: str


class EventFacts:
    """Makes facts within one transaction that may write."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self.connection = connection
        self.tables = tables
        self.words = FactWords(connection, tables)

    # -- which records -------------------------------------------------------------------------

    def ids_of(self, entity: str, recs: Sequence[int]) -> set[str]:
        """Ids by row id."""
        table = self.tables.of(entity)
        return {row[0] for row in self.rows(table.c.rid, recs, table.c.id)}

    def customers_of(self, entity: str, recs: Sequence[int]) -> set[str]:
        """The customers that records name."""
        table = self.tables.of(entity)
        return {row[0] for row in self.rows(table.c.rid, recs, table.c.customer) if row[0]}

    def of_customers(self, entity: str, customers: Sequence[str]) -> set[int]:
        """Row ids of the records that name these customers."""
        table = self.tables.of(entity)
        return {row[0] for row in self.rows(table.c.customer, customers, table.c.rid)}

    def rows(self, column: Any, values: Sequence[Any], *wanted: Any) -> list[tuple[Any, ...]]:
        """`wanted` columns of the rows whose `column` has one of the values."""
        found: list[tuple[Any, ...]] = []
        for part in chunks(values, _MANY):
            found += fetch(
                self.connection, select(*wanted).where(among(self.connection, column, part))
            )
        return found

    # -- events --------------------------------------------------------------------------------

    def events(self, entity: str, recs: Sequence[int]) -> set[int]:
        """Make those of follow-ups, visits or tasks; the leads they are, or were, about."""
        table, fact = self.tables.of(entity), self.tables.facts.event
        before = select(fact.c.journey).where(
            fact.c.kind == KIND[entity], among(self.connection, fact.c.rec, recs)
        )
        about = {row[0] for row in fetch(self.connection, before) if row[0] is not None}
        self.drop(fact, entity, recs)
        columns = [table.c[n] for n in ("rid", "alive", "owner", "customer", "lead",
                                        _MOMENT[entity], _ACTION[entity])]  # fmt: skip
        if entity == "task":
            columns.append(table.c.done_at)
        rows = [row for row in self.rows(table.c.rid, recs, *columns) if row[1]]
        leads = self._leads({row[4] for row in rows if row[4]})
        customers = self.customers({row[3] for row in rows if row[3]})
        made = []
        for row in rows:
            at = millis_of(row[5])
            lead = leads.get(row[4])
            if at is not None:
                made.append(self._event(entity, row, at, lead, customers))
            if lead is not None:
                about.add(lead.rec)
        insert(self.connection, self.tables, fact, made)
        return about

    def _event(
        self, entity: str, row: tuple[Any, ...], at: int, lead: Lead | None,
        customers: Mapping[str, tuple[str, str]],
    ) -> tuple[Any, ...]:  # fmt: skip
        customer = row[3] or (lead.customer if lead else "")
        industry, city = customers.get(customer, ("", ""))
        source, grade = (lead.source, lead.grade) if lead else ("", "")
        if lead is not None:
            industry, city = lead.industry or industry, lead.city or city
        number = self.words.number
        done = millis_of(row[7]) if entity == "task" else None
        action = str(row[6] or "")
        reached = action in journeys.REACHED or (entity == "visit")
        took = done - at if done is not None and action == "done" else None
        return (
            KIND[entity], row[0], number(row[2]), number(source), number(industry), number(city),
            number(grade), at, number(action), took, int(reached),
            None if lead is None else lead.rec, 0,
        )  # fmt: skip

    def _leads(self, ids: Collection[str]) -> dict[str, Lead]:
        """Leads by the id something points at: where an alias leads to, what is there."""
        roots = aliases.roots(self.connection, self.tables, "lead", ids)
        table = self.tables.of("lead")
        wanted = sorted(set(roots.values()))
        names = ("id", "rid", "alive", "customer", "source", "grade", "city")
        rows = self.rows(table.c.id, wanted, *(table.c[name] for name in names))
        customers = self.customers({row[3] for row in rows if row[3]})
        there: dict[str, Lead] = {}
        for record_id, rec, _, customer, source, grade, own_city in rows:
            industry, city = customers.get(customer, ("", ""))
            there[record_id] = Lead(
                rec, customer or "", source or "", grade or "", own_city or city, industry
            )
        return {one: there[root] for one, root in roots.items() if root in there}

    def customers(self, ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """(industry, city) of customers, by the id something points at."""
        roots = aliases.roots(self.connection, self.tables, "customer", ids)
        table = self.tables.of("customer")
        rows = self.rows(
            table.c.id, sorted(set(roots.values())), table.c.id, table.c.industry, table.c.city
        )
        there = {row[0]: (row[1] or "", row[2] or "") for row in rows}
        return {one: there[root] for one, root in roots.items() if root in there}

    def drop(self, fact: Table, entity: str, recs: Sequence[int]) -> None:
        """Forget the facts of records."""
        for part in chunks(recs, _MANY):
            gone = among(self.connection, fact.c.rec, part)
            self.connection.execute(fact.delete().where(fact.c.kind == KIND[entity], gone))
