"""Who is there and what they hold, read for routing; on a laptop as far as it is sent."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, select

from crm_core.clock import CHINA, iso_moment
from crm_core.model.values import Record
from crm_core.rules.pools import Lead, Office, Person, Pool, members_of
from crm_core.rules.routing import lead_of
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.store.engines import kept
from crm_core.store.reading import records
from crm_core.store.reading.rows import as_list, ask, listed
from crm_core.store.schema.expressions import living
from crm_core.store.schema.tables import Tables


def office(
    connection: Connection, tables: Tables, rules: RuleSet, now: datetime, *, known: bool = True
) -> Office:
    """The people, who of them is away today, and what the members of pools hold.

    `known`: every lead is here, so that what is counted is all there is.
    """
    day = now.astimezone(CHINA).date()
    once = partial(kept.once, connection, tables)
    found = Office(
        people=once("people of the office", lambda: _people(connection, tables)),
        absent=once(("absent", day), lambda: _absent(connection, tables, day.isoformat())),
        workday=once(("workday", day), lambda: _calendar(connection, tables).works_on(day)),
        known=known,
    )
    pools = (one.body for one in rules.of(Pool))
    members = {member.user for pool in pools for member in members_of(pool, found)}
    morning = iso_moment(datetime.combine(day, time(), tzinfo=CHINA))
    found.load, found.taken = _held(connection, tables, members, morning)
    return found


def leads_of(connection: Connection, tables: Tables, leads: Iterable[Record]) -> dict[str, Lead]:
    """Leads by id with what is known of their customers, at the cost of a few statements."""
    leads = list(leads)
    ids = {str(one["customer"]) for one in leads if one.get("customer")}
    customers = records.by_ids(connection, tables, "customer", ids)
    deals = _deals(connection, tables, customers)
    made = {}
    for one in leads:
        customer = str(one.get("customer") or "")
        made[str(one["id"])] = lead_of(one, customers.get(customer), deals.get(customer, {}))
    return made


def _people(connection: Connection, tables: Tables) -> dict[str, Person]:
    user = tables.of("user").c
    asked = select(user.id, user.name, user.team, user.role, user.territory)
    active = user.active.is_distinct_from(False)
    rows = connection.execute(asked.where(living(tables.of("user")), active)).all()
    regions = _regions(connection, tables) if any(row.territory for row in rows) else {}
    return {
        row.id: Person(
            row.id, str(row.name or row.id), row.team or "", row.role or "rep",
            regions.get(row.territory or "", frozenset()),
        )
        for row in rows
    }  # fmt: skip


def _regions(connection: Connection, tables: Tables) -> dict[str, frozenset[str]]:
    """Territory → its name and those of all below it; a circle is followed once."""
    table = tables.of("territory")
    rows = connection.execute(
        select(table.c.id, table.c.name, table.c.parent).where(living(table))
    ).all()
    names = {row.id: str(row.name) for row in rows}
    below: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        below[row.parent or ""].add(row.id)
    found = {}
    for top in names:
        reached, fresh = {top}, {top}
        while fresh := {child for one in fresh for child in below[one]} - reached:
            reached |= fresh
        found[top] = frozenset(names[one] for one in reached)
    return found


def _absent(connection: Connection, tables: Tables, day: str) -> frozenset[str]:
    table = tables.of("absence")
    held = and_(living(table), table.c.from_on <= day, table.c.until_on >= day)
    return frozenset(connection.scalars(select(table.c.user).where(held)))


def _calendar(connection: Connection, tables: Tables) -> Calendar:
    """Public holidays, and the company's own days off and on."""
    table = tables.of("special_day")
    asked = select(table.c.day, table.c.kind).where(living(table), table.c.day.is_not(None))
    days: dict[str, set[date]] = defaultdict(set)
    for day, kind in connection.execute(asked):
        days[str(kind)].add(date.fromisoformat(day))
    return Calendar(closed=frozenset(days["off"]), opened=frozenset(days["on"]))


def _held(
    connection: Connection, tables: Tables, users: Collection[str], morning: str
) -> tuple[dict[str, int], dict[str, int]]:
    """By person: leads captured and not yet answered, and leads given to them since `morning`."""
    table = tables.of("lead")
    lead = table.c
    waiting = and_(lead.stage == "captured", lead.first_response_at.is_(None))
    load: dict[str, int] = {}
    taken: dict[str, int] = {}

    def make() -> Select[Any]:
        asked = select(
            lead.owner,
            func.sum(case((waiting, 1), else_=0)),
            func.sum(case((lead.assigned_at >= bindparam("morning"), 1), else_=0)),
        )
        theirs = listed(connection, lead.owner, "users")
        return asked.where(living(table), theirs).group_by(lead.owner)

    for part in records.chunks(sorted(users)):
        given = {"users": as_list(connection, part), "morning": morning}
        for owner, open_, today in ask(connection, tables, ("leads held",), make, **given):
            load[owner], taken[owner] = int(open_), int(today)
    return load, taken


def _deals(
    connection: Connection, tables: Tables, customers: Mapping[str, Record]
) -> dict[str, dict[str, int]]:
    """Customer → owner → deals won; whose the customer is counts as one more."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for customer, record in customers.items():
        if record.get("owner"):
            found[customer][str(record["owner"])] += 1
    table = tables.of("opportunity")
    deal = table.c
    for part in records.chunks(sorted(customers)):
        won = and_(living(table), deal.stage == "won", deal.customer.in_(part))
        asked = select(deal.customer, deal.owner, func.count()).where(won)
        rows = connection.execute(asked.group_by(deal.customer, deal.owner))
        for customer, owner, number in rows:
            if owner:
                found[customer][owner] += number
    return found
