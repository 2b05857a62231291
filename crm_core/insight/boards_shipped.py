"""The boards the product ships with (rows 6.14–6.16): for whom, and what is on them."""

from collections.abc import Mapping

from crm_core.insight.boards import Board, Narrowed, Shape, Tile
from crm_core.model.schema import Label


def _figures(*measures: str) -> tuple[Tile, ...]:
    return tuple(Tile(measure, Shape.FIGURE, wide=3, high=1) for measure in measures)


CEO = Board(
    id="ceo",
    name=Label("线索健康度", "Lead health"),
    tiles=(
        *_figures("survival", "immunity", "high_intent", "funnel_health"),
        Tile("stage_loss", Shape.FUNNEL, "stage", wide=7, high=3),
        Tile("overdue_share", Shape.BARS, "stage", wide=5, high=3),
        Tile("survival", Shape.TREND, "week", wide=7, high=2),
        Tile("survival", Shape.BARS, "team", wide=5, high=2),
        Tile("survival", Shape.BARS, "source", wide=6, high=3),
        Tile("high_intent", Shape.BARS, "source", wide=6, high=3),
        Tile("nps", Shape.TREND, "month", wide=6, high=2),
        Tile("cycle", Shape.TREND, "month", wide=6, high=2),
    ),
    roles=frozenset({"manager", "admin"}),
)

DIRECTOR = Board(
    id="director",
    name=Label("作战地图", "Battle map"),
    tiles=(
        *_figures("visits", "follow_48", "trial_rate", "overdue_share"),
        Tile("backlog", Shape.BARS, "owner", wide=6, high=3),
        Tile("first_response", Shape.SPREAD, "owner", wide=6, high=3),
        Tile("overdue", Shape.HEAT, "owner,stage", wide=12, high=3),
        Tile("node_hours", Shape.HEAT, "owner,stage", wide=12, high=3),
        Tile("follow_48", Shape.RANKING, "owner", wide=6, high=3),
        Tile("visits", Shape.BARS, "owner", wide=6, high=3),
        Tile("high_risk", Shape.BARS, "owner", wide=6, high=2),
        Tile("golden_hours", Shape.TREND, "week", wide=6, high=2),
        Tile("golden_visit", Shape.BARS, "city", wide=6, high=3),
        Tile("cross_team_time", Shape.SPREAD, "owner", wide=6, high=3),
    ),
    roles=frozenset({"manager", "admin"}),
)

MARKETING = Board(
    id="marketing",
    name=Label("渠道 ROI", "Channel return"),
    tiles=(
        *_figures("channel_spend", "channel_leads", "channel_deals", "channel_revenue"),
        Tile("channel_return", Shape.BARS, "source", wide=6, high=3),
        Tile("cost_per_lead", Shape.BARS, "source", wide=6, high=3),
        Tile("survival", Shape.BARS, "source", wide=6, high=3),
        Tile("cycle", Shape.SPREAD, "source", wide=6, high=3),
        Tile("channel_leads", Shape.TREND, "week", wide=12, high=2),
    ),
    roles=frozenset({"manager", "admin"}),
)

OPERATIONS = Board(
    id="operations",
    name=Label("流程热力图", "Process heat map"),
    tiles=(
        *_figures("stage_delay", "rejection", "journey_health", "cross_team"),
        *_figures("compression", "letters_signed", "fake_progress", "cross_team_time"),
        Tile("node_hours", Shape.HEAT, "team,stage", wide=12, high=3),
        Tile("node_hours", Shape.SPREAD, "stage", wide=6, high=3),
        Tile("stage_delay", Shape.BARS, "stage", wide=6, high=3),
        Tile("rejection", Shape.BARS, "stage", wide=6, high=3),
        Tile("node_hours", Shape.HEAT, "source,stage", wide=6, high=3),
    ),
    roles=frozenset({"manager", "admin"}),
)

REP = Board(
    id="rep",
    name=Label("我的一天", "My day in numbers"),
    tiles=(
        *_figures("today_target", "due_week", "backlog", "follow_48"),
        *_figures("tasks_on_time", "week_high_intent", "touches_week", "open_leads"),
        Tile("overdue", Shape.BARS, "stage", wide=6, high=3),
        Tile("follow_48", Shape.RANKING, "owner", wide=6, high=3),
        Tile("conversion", Shape.TREND, "week", wide=6, high=2),
        Tile("visits", Shape.TREND, "week", wide=6, high=2),
    ),
    filters=Narrowed(mine=True),
    roles=frozenset({"rep", "admin"}),
)

SHIPPED_BOARDS: tuple[Board, ...] = (CEO, DIRECTOR, MARKETING, OPERATIONS, REP)

FIRST: Mapping[str, str] = {"admin": CEO.id, "manager": DIRECTOR.id, "rep": REP.id}
"""Role → the board it begins with."""
