"""The first dashboard's measures against the feature list's test vectors (row 2.8, 2.17)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crm_core.clock import iso_moment
from crm_core.insight.measures import (
    cells,
    first_response_per_rep,
    overdue_by_stage,
    overdue_condition,
    response_hours,
    team_board,
)
from crm_core.model.query import Query, matches

NOW = datetime(2026, 1, 14, 2, 0, tzinfo=UTC)


def lead(*, assigned: float, answered: float | None = None, **more: Any) -> dict[str, Any]:
    """A lead assigned `assigned` hours ago and answered `answered` hours ago."""
    return {
        "id": "l",
        "stage": "captured",
        "owner": "rep",
        "received_at": iso_moment(NOW - timedelta(hours=assigned)),
        "assigned_at": iso_moment(NOW - timedelta(hours=assigned)),
        "first_response_at": None
        if answered is None
        else iso_moment(NOW - timedelta(hours=answered)),
    } | more


def test_48_hours_exactly_is_not_yet_overdue_a_minute_more_is() -> None:
    assert not matches(overdue_condition(), lead(assigned=48), NOW)
    assert matches(overdue_condition(), lead(assigned=48 + 1 / 60), NOW)
    assert not matches(overdue_condition(), lead(assigned=60, answered=1), NOW)


def test_response_time_is_never_negative_and_absent_without_a_response() -> None:
    assert response_hours(lead(assigned=5, answered=2)) == 3
    assert response_hours(lead(assigned=2, answered=5)) == 0
    assert response_hours(lead(assigned=5)) is None


def test_the_median_is_red_above_four_hours_only() -> None:
    measure = first_response_per_rep(30)
    at_limit = cells(measure, [lead(assigned=10, answered=6)])[0]
    above = cells(measure, [lead(assigned=10, answered=5.9)])[0]
    assert (at_limit.value, at_limit.red) == (4.0, False)
    assert above.red


def test_groups_without_records_are_shown_and_show_no_value() -> None:
    shown = cells(first_response_per_rep(30), [], groups=["a", "b"])
    assert [(c.group, c.value, c.count) for c in shown] == [("a", None, 0), ("b", None, 0)]


def test_every_value_is_recomputed_from_the_records_its_query_opens() -> None:
    leads = [
        lead(assigned=60, id="1"),
        lead(assigned=10, answered=7, id="2", owner="other"),
        lead(
            assigned=200,
            answered=100,
            id="3",
            stage="touched",
            stage_since=iso_moment(NOW - timedelta(hours=73)),
        ),
    ]
    visits = [{"id": "v", "owner": "rep", "started_at": iso_moment(NOW - timedelta(hours=3))}]

    def find(query: Query) -> list[dict[str, Any]]:
        rows = leads if query.entity == "lead" else visits
        return [row for row in rows if matches(query.where, row, NOW)]

    board = team_board(find, now=NOW, people=["rep", "other"])
    for cell in (*board.totals, *board.visits, *board.first_response, *board.overdue):
        assert len(find(cell.query)) == cell.count
    assert [c.value for c in board.totals] == [1.0, 51.5, 100 / 3, 2.0]
    assert {c.group: c.value for c in board.visits} == {"rep": 1.0, "other": 0.0}
    assert {c.group: c.value for c in board.overdue}["captured"] == 1
    assert {c.group: c.value for c in board.overdue}["touched"] == 1
    assert overdue_by_stage("captured").label.en == "Overdue leads"
