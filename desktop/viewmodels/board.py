"""The manager's board as values ready to draw; each keeps the query that opens its records."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.insight.measures import (
    OPEN_STAGES,
    Board,
    Cell,
    Measure,
    first_response_per_rep,
    overdue_by_stage,
    team_board,
    total_measures,
    visits_per_rep,
)
from crm_core.model.query import Query
from crm_core.permissions import owners_seen
from desktop.services.workspace import Workspace

PERIODS = (7, 30, 90)
"""Days a board may look back."""


@dataclass(frozen=True, slots=True)
class BoardView:
    """A computed board and the names it needs."""

    board: Board
    names: Mapping[str, str]
    """User id → name."""


def read_board(workspace: Workspace, days: int) -> BoardView:
    """Compute the board over what this person may see. Runs off the Qt thread."""
    replica = workspace.replica
    people = [u for u in replica.find(Query("user")) if u.get("role") == "rep"]
    seen = owners_seen(workspace.actor, replica.registry.entity("lead"))
    reps = [
        str(u["id"])
        for u in people
        if (seen is None or u["id"] in seen) and u.get("active") is not False
    ]
    board = team_board(replica.find, now=workspace.clock.now(), people=reps, days=days)
    ids = {c.group for c in (*board.visits, *board.first_response) if c.group}
    return BoardView(board, replica.titles("user", ids))


def measure_of(cell: Cell, days: int) -> Measure:
    """The declaration behind a cell."""
    measures = [*total_measures(days), visits_per_rep(days), first_response_per_rep(days)]
    measures += [overdue_by_stage(stage) for stage in OPEN_STAGES]
    return next(m for m in measures if m.name == cell.measure)


def figure(cell: Cell, days: int) -> str:
    """The value for reading, without its unit; a dash where there is no data."""
    if cell.value is None:
        return "—"
    unit = measure_of(cell, days).unit.en
    return f"{cell.value:.1f}" if unit in ("h", "%") else f"{cell.value:,.0f}"
