"""What a board shows and how it is arranged: packing, undo, words, scenes; without a window."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crm_core.insight.boards import Shape, Tile
from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import (
    Answer,
    Better,
    Evidence,
    Explanation,
    Filters,
    Group,
    Measure,
    Period,
    Question,
    Threshold,
    Value,
)
from crm_core.insight.declared import Shape as Kind
from crm_core.model.schema import Label
from desktop.viewmodels.board.board_editing import BoardEditing
from desktop.viewmodels.board.board_explaining import Explained
from desktop.viewmodels.board.board_layout import Place, columns_for, packed, tops
from desktop.viewmodels.board.board_scene import Setting, scene_of, table_of
from desktop.viewmodels.board.board_words import change_words, figure, got_better, limit_words

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SHARE = Measure(
    id="share", label=Label("达成率", "Share"), definition=Label("", ""), formula=Label("", ""),
    unit=Label("%", "%"), shape=Kind.SHARE, rows=(), threshold=Threshold(below=80.0),
)  # fmt: skip
COUNT = Measure(
    id="count", label=Label("积压", "Backlog"), definition=Label("", ""), formula=Label("", ""),
    unit=Label("条", "leads"), shape=Kind.COUNT, rows=(), digits=0, better=Better.LOW,
    threshold=Threshold(above=5.0, strict=False), groups=frozenset({Group.OWNER, Group.STAGE}),
)  # fmt: skip
SETTING = Setting(
    "zh", {(Group.OWNER, "a"): "陈晓雨", (Group.OWNER, "b"): "李维", (Group.STAGE, "new"): "新"},
    me="b", order={Group.STAGE: ["new", "old"]},
)  # fmt: skip


def an_answer(*values: Value, groups: tuple[Group, ...] = ()) -> Answer:
    question = Question("count", Period(NOW - timedelta(days=7), NOW), group_by=groups)
    return Answer(question, values, NOW)


def a_count(*groups: str, value: float, red: bool = False) -> Value:
    return Value(groups, value, value, count=int(value), red=red)


def test_tiles_fill_the_grid_in_their_order() -> None:
    tiles = [Tile("x", Shape.FIGURE, wide=3)] * 4 + [Tile("x", Shape.BARS, wide=6, high=3)] * 2
    places = packed(tiles, 12)
    assert [(p.column, p.line) for p in places] == [
        (0, 0), (3, 0), (6, 0), (9, 0), (0, 1), (6, 1),
    ]  # fmt: skip
    assert tops(places, step=10, figures=13) == [0, 13, 23, 33, 43]
    narrow = packed(tiles, columns_for(400))
    assert [p.column for p in narrow] == [0] * 6, "one below the other where there is no room"
    assert packed([Tile("x", Shape.HEAT, wide=12, high=2)], 6) == [Place(0, 0, 6, 2)]


def test_arranging_is_taken_back_step_by_step() -> None:
    first = tuple(Tile(name, Shape.BARS) for name in "abc")
    editing = BoardEditing(first)
    editing.move(0, 2)
    editing.resize(0, 2, -9)
    editing.remove(1)
    editing.add(Tile("d", Shape.FIGURE))
    assert [tile.measure for tile in editing.tiles] == ["b", "a", "d"]
    assert (editing.tiles[0].wide, editing.tiles[0].high) == (6, 2)
    for _ in range(4):
        editing.undo()
    assert editing.tiles == first
    assert not editing.dirty
    assert not editing.can_undo
    editing.redo()
    assert [tile.measure for tile in editing.tiles] == ["b", "c", "a"]


def test_values_say_what_became_of_them() -> None:
    better = Value((), 54.2, 13, 24, previous=48.4)
    assert change_words(SHARE, better, "zh") == "▲ 5.8 个百分点 · 上期 48.4"
    assert got_better(SHARE, better) is True
    worse = Value((), 9.0, previous=6.0)
    assert change_words(COUNT, worse, "zh") == "▲ 50 % · 上期 6"
    assert got_better(COUNT, worse) is False
    assert change_words(COUNT, Value((), 9.0, previous=9.0), "zh") == "与上期持平（9）"
    assert change_words(COUNT, Value((), None, previous=9.0), "zh") == ""
    assert figure(SHARE, None) == "—"
    assert figure(SHARE, -0.01) == "0.0"
    assert limit_words(COUNT, "zh") == "红线 ≥ 5 条"


def test_red_comes_with_a_next_step_and_spending_more_is_neither_good_nor_bad() -> None:
    red = replace(COUNT, suggestion=Label("改派", "Hand over"))
    scene = scene_of(
        Tile("count", Shape.BARS), red,
        an_answer(a_count("a", value=7, red=True), a_count("b", value=2), groups=(Group.OWNER,)),
        SETTING,
    )  # fmt: skip
    assert [mark.advised.split("\n")[-1] for mark in scene.marks] == ["建议：改派", "2 条"]
    spent = replace(COUNT, better=Better.NEITHER)
    assert got_better(spent, Value((), 9.0, previous=6.0)) is None


def test_a_trend_says_how_sure_it_is_and_that_its_last_week_is_not_over() -> None:
    weeks = ("2026-11-09", "2026-11-16", "2026-11-23")
    values = [
        Value((week,), 100 * hits / n, hits, n)
        for week, hits, n in zip(weeks, (2, 6, 50), (4, 8, 100), strict=True)
    ]
    answer = an_answer(*values, groups=(Group.WEEK,))
    scene = scene_of(Tile("share", Shape.TREND), SHARE, answer, SETTING)
    widths = [band[1] - band[0] for band in scene.bands if band is not None]
    assert len(widths) == 3
    assert widths[0] > widths[1] > widths[2], "the fewer, the less sure"
    few, many = scene.bands[0], scene.bands[2]
    assert few == pytest.approx((15.0, 85.0), abs=0.05), "Wilson's interval of 2 in 4"
    assert many == pytest.approx((40.38, 59.62), abs=0.01), "and of 50 in 100"
    assert [mark.unfinished for mark in scene.marks] == [False, False, True]
    assert "还没过完" in scene.marks[-1].told


def test_a_ranking_begins_with_the_best_and_knows_who_looks() -> None:
    answer = an_answer(
        a_count("a", value=7, red=True), a_count("b", value=2), groups=(Group.OWNER,)
    )
    scene = scene_of(Tile("count", Shape.RANKING), COUNT, answer, SETTING)
    assert [mark.label for mark in scene.marks] == ["李维", "陈晓雨"]
    assert [mark.mine for mark in scene.marks] == [True, False]
    assert scene.reds == 1


def test_a_funnel_names_its_worst_loss() -> None:
    answer = an_answer(
        a_count("old", value=30), a_count("new", value=100), a_count("gone", value=29),
        groups=(Group.STAGE,),
    )  # fmt: skip
    scene = scene_of(Tile("count", Shape.FUNNEL), COUNT, answer, SETTING)
    assert [mark.label for mark in scene.marks] == ["新", "old", "gone"]
    assert [(way.lost, way.kept, way.worst) for way in scene.ways] == [
        ("流失 70", "通过 30%", True), ("流失 1", "通过 97%", False),
    ]  # fmt: skip


def test_a_heat_map_has_a_cell_for_each_pair() -> None:
    answer = an_answer(
        a_count("a", "old", value=3), a_count("b", "new", value=9, red=True),
        groups=(Group.OWNER, Group.STAGE),
    )  # fmt: skip
    scene = scene_of(Tile("count", Shape.HEAT), COUNT, answer, SETTING)
    assert scene.rows == ("李维", "陈晓雨")
    assert scene.columns == ("新", "old")
    assert [mark.shown for mark in scene.marks] == ["9", "—", "—", "3"]
    assert scene.groups[0] == ("b", "new")
    lines = [["积压", "新", "old"], ["李维", "9", "—"], ["陈晓雨", "—", "3"]]
    assert table_of(scene, "zh") == lines


def test_a_cell_says_how_much_slower_somebody_is_than_the_others() -> None:
    """Row 6.7: 张敏 2.3 days slower."""
    stays = MEASURES["node_hours"]
    people = {"a": 24.0, "b": 24.0 + 2.3 * 24, "c": 20.0, "d": None}
    values = [Value((who, "new"), hours) for who, hours in people.items()]
    answer = an_answer(*values, groups=(Group.OWNER, Group.STAGE))
    scene = scene_of(Tile("node_hours", Shape.HEAT), stays, answer, SETTING)
    said = {mark.label: mark.told.split("\n")[-1] for mark in scene.marks}
    assert said["李维 · 新"] == "比同列中位慢 2.3 天"
    assert said["c · 新"] == "比同列中位快 4.0 小时"
    assert "同列" not in said["d · 新"]


@pytest.mark.parametrize("shape", list(Shape))
def test_no_data_makes_an_empty_picture_of_every_shape(shape: Shape) -> None:
    groups = {Shape.FIGURE: (), Shape.HEAT: (Group.OWNER, Group.STAGE)}.get(shape, (Group.STAGE,))
    scene = scene_of(Tile("count", shape), COUNT, an_answer(groups=groups), SETTING)
    assert scene.empty


def test_what_a_fact_added_is_said_in_the_unit_of_the_measure() -> None:
    """Milliseconds are nobody's hours."""
    half = Evidence("lead", "1", 5_400_000, 1, 0)
    for measure, said in (
        ("first_response", "1.5 小时"), ("flow_in_time", "1.5 小时"), ("cycle", "0.1 天"),
        ("stage_delay", "1.5 ÷ 0.5 小时"), ("won_amount", "54,000 元"), ("backlog", "计入"),
    ):  # fmt: skip
        question = Question(measure, Period(NOW - timedelta(days=7), NOW))
        told = Explanation(MEASURES[measure], question, (), Value((), 1.0), (half,))
        one = replace(half, denominator=1_800_000) if measure == "stage_delay" else half
        assert Explained(told, {}, agrees=True).counted(one, "zh") == said


def test_an_explanation_says_by_what_its_value_is_narrowed() -> None:
    filters = Filters(teams=("t1", "t2", "t3", "t4"), industries=("hospital",), sources=("展会",))
    question = Question("backlog", Period(NOW - timedelta(days=7), NOW), filters)
    told = Explanation(MEASURES["backlog"], question, (), Value((), 1.0), ())
    names = {(Group.TEAM, "t1"): "销售一部", (Group.INDUSTRY, "hospital"): "医院"}
    explained = Explained(told, {}, agrees=True, names=names)
    assert explained.narrowed("zh") == "团队 销售一部、t2、t3 等 4 个 · 行业 医院 · 来源 展会"
    assert explained.narrowed("en").startswith("team 销售一部, t2, t3 and 1 more · industry")
