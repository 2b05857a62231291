"""The roster as the records have it (row 4.16); kept in memory while it is true.

On a laptop absences count as far as they are sent to it.
"""

from functools import partial

from sqlalchemy import Connection

from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.rules.duty import ENTITY, Roster, roster_of
from crm_core.rules.working_time import Calendar
from crm_core.store import kept
from crm_core.store.clock_reads import Find, company_days
from crm_core.store.tables import Tables


def roster_in(connection: Connection, tables: Tables, find: Find) -> Roster:
    """The roster of the state a connection reads."""
    return kept.once(connection, tables, "duty roster", partial(_read, find))


def _read(find: Find) -> Roster:
    lines: list[Record] = list(find(Query(ENTITY)))
    if not lines:
        return Roster((), {})
    days = company_days(find)
    calendar = Calendar(closed=days.closed, opened=days.opened)
    return roster_of(lines, find(Query("user")), find(Query("absence")), calendar)
