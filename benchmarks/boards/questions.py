"""The board that is measured: a director's battle map of eight tiles, and what is done with it."""

from dataclasses import replace
from datetime import timedelta

from benchmarks.desktop.clockwork import NOW
from crm_core.insight.declared import Filters, Group, Period, Question

MONTH = Period(NOW - timedelta(days=30), NOW)
QUARTER = Period(NOW - timedelta(days=90), NOW)

TILES = (
    Question("follow_48", MONTH, group_by=(Group.OWNER,), compare=True),
    Question("backlog", MONTH, group_by=(Group.OWNER,)),
    Question("overdue_share", MONTH, group_by=(Group.STAGE,), compare=True),
    Question("stage_delay", MONTH, group_by=(Group.STAGE,), compare=True),
    Question("node_hours", QUARTER, group_by=(Group.STAGE, Group.OWNER)),
    Question("first_response", QUARTER, group_by=(Group.WEEK,)),
    Question("funnel_health", MONTH, group_by=(Group.OWNER,)),
    Question("stage_loss", MONTH, group_by=(Group.STAGE,), compare=True),
)


def filtered(filters: Filters) -> list[Question]:
    """The board with its filters changed."""
    return [replace(one, filters=filters) for one in TILES]
