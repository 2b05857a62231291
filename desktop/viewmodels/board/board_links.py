"""What else tells of the same: from a measure to the brief and the reports, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm_core.insight.boards import Board, Shape, Tile
from crm_core.insight.declared import TIMES, Group, Measure
from crm_core.insight.value_report import TABLE


class Place(StrEnum):
    """Pages beside the boards on which a measure is spoken of."""

    BRIEF = "brief"
    SCORE = "score"
    VALUE = "value"


OF_CONCLUSION: Mapping[str, str] = {
    "overdue": "overdue_share",
    "response": "first_response",
    "breaks": "stage_loss",
    "diagnosis": "tasks_on_time",
}
"""Conclusion of the brief → the measure that says the same on a board."""
_TOLD_BY: Mapping[str, tuple[str, ...]] = {
    "overdue": ("overdue", "overdue_share", "backlog"),
    "response": ("first_response", "golden_hours", "follow_48"),
    "breaks": ("stage_loss", "rejection"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """Where a measure stands on the boards of a person."""

    board: Board
    tile: int
    """Its place among the tiles of the board."""


def places_of(measure: str) -> tuple[Place, ...]:
    """Where else a measure is spoken of."""
    found: list[Place] = []
    if any(measure in told for told in _TOLD_BY.values()):
        found.append(Place.BRIEF)
    if measure == "funnel_health":
        found.append(Place.SCORE)
    if measure in TABLE:
        found.append(Place.VALUE)
    return tuple(found)


def tile_of(measure: Measure, boards: tuple[Board, ...], shown: Board | None) -> Found:
    """The tile that shows a measure: on the board that is open, else on the first that has one;
    where none has, a board of its own, which nobody keeps."""
    for board in (*((shown,) if shown is not None else ()), *boards):
        for place, tile in enumerate(board.tiles):
            if tile.measure == measure.id:
                return Found(board, place)
    return Found(Board("", measure.label, _alone(measure)), 0)


def _alone(measure: Measure) -> tuple[Tile, ...]:
    tiles = [Tile(measure.id, Shape.FIGURE, wide=3, high=1)]
    if Group.WEEK in measure.groups:
        tiles.append(Tile(measure.id, Shape.TREND, Group.WEEK.value, wide=9, high=3))
    wanted = (Group.OWNER, Group.STAGE, Group.SOURCE)
    by = [group for group in wanted if group in measure.groups - TIMES]
    tiles += [Tile(measure.id, Shape.BARS, group.value, wide=6, high=3) for group in by[:2]]
    return tuple(tiles)
