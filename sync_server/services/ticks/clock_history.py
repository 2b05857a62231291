"""What became of leads that waited too long, for the words of a warning (row 2.18)."""

from datetime import datetime, timedelta

from crm_core.clock import iso_moment
from crm_core.model.query import All, Not, Op, Query, Sort, Test
from crm_core.rules.timekeeping.clock_state import moment_of
from crm_core.store.changes.unit_of_work import Unit

_YEAR = timedelta(days=365)
_MOST = 2000
_FEWEST = 20
"""Fewer say nothing."""


def conversion_words(unit: Unit, hours: float, now: datetime) -> str:
    """How many of last year's leads first answered after so many hours were won, as half a
    sentence; empty where there were too few."""
    where = All(
        (
            Test("received_at", Op.GE, iso_moment(now - _YEAR)),
            Not(Test("first_response_at", Op.EQ, None)),
            Test("stage", Op.IN, ("won", "lost")),
        )
    )
    query = Query("lead", where, (Sort("received_at", descending=True),), limit=_MOST)
    late = won = 0
    for lead in unit.find(query):
        received, first = moment_of(lead["received_at"]), moment_of(lead["first_response_at"])
        if received is None or first is None or first - received <= timedelta(hours=hours):
            continue
        late += 1
        won += lead["stage"] == "won"
    if late < _FEWEST:
        return ""
    return f"；过去一年超过 {hours:g} 小时才跟进的线索成交率 {won / late:.0%}"
