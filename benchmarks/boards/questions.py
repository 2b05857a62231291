"""What is measured: a battle map of eight tiles, what is done with it, and the boards that ship."""

from dataclasses import replace
from datetime import timedelta

from benchmarks.desktop.clockwork import NOW
from crm_core.insight.boards import Shape
from crm_core.insight.boards_shipped import SHIPPED_BOARDS
from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import Filters, Group, Period, Question
from desktop.viewmodels.board.board_asking import groups_of

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


BOARDS = {
    board.id: [
        Question(tile.measure, MONTH, group_by=groups_of(tile, MEASURES[tile.measure]),
                 compare=tile.shape in (Shape.FIGURE, Shape.BARS))
        for tile in board.tiles
    ]
    for board in SHIPPED_BOARDS
}  # fmt: skip
"""The boards that ship, by id: what all of their tiles ask."""


def filtered(filters: Filters) -> list[Question]:
    """The board with its filters changed."""
    return [replace(one, filters=filters) for one in TILES]
