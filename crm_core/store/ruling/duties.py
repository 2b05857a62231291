"""The roster as the records have it (row 4.16); kept in memory while it is true.

On a laptop absences count as far as they are sent to it; of whom they are not it is said.
"""

from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from crm_core.model.query import Query
from crm_core.model.schema import Registry
from crm_core.model.values import Record
from crm_core.permissions import Actor, owners_seen
from crm_core.rules.duty import ENTITY, Roster, roster_of
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.store.engines import kept
from crm_core.store.ruling.clock_reads import Find, company_days
from crm_core.store.schema.tables import Tables


def roster_in(
    connection: Connection, tables: Tables, find: Find, *, actor: Actor, registry: Registry
) -> Roster:
    """The roster of the state a connection reads, as a device of this person knows it."""
    roster = kept.once(connection, tables, "duty roster", partial(_read, find))
    seen = owners_seen(actor, registry.entity("absence"))
    return roster if seen is None else replace(roster, unseen=roster.people.keys() - seen)


def _read(find: Find) -> Roster:
    lines: list[Record] = list(find(Query(ENTITY)))
    if not lines:
        return Roster((), {})
    days = company_days(find)
    calendar = Calendar(closed=days.closed, opened=days.opened)
    return roster_of(lines, find(Query("user")), find(Query("absence")), calendar)
