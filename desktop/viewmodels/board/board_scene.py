"""From the answer to a tile's question to what its picture is given. Pure, and without Qt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from crm_core.insight.boards import Shape, Tile
from crm_core.insight.declared import TIMES, Answer, Better, Group, Measure, Value
from crm_core.insight.declared import Shape as Kind
from crm_core.model.schema import Label
from desktop.viewmodels.board.board_beside import beside_others
from desktop.viewmodels.board.board_trend import NO_WORDS, bands_of, unfinished
from desktop.viewmodels.board.board_words import (
    figure,
    first_words,
    limit_words,
    made_of,
    next_step,
    told,
    with_unit,
)
from desktop.viewmodels.pictured import Band, Mark, Passage, Strip

Names = Mapping[tuple[Group, str], str]
"""What groups are called."""
_BY: Mapping[Group, Label] = {
    Group.OWNER: Label("销售", "rep"),
    Group.TEAM: Label("团队", "team"),
    Group.STAGE: Label("阶段", "stage"),
    Group.SOURCE: Label("来源", "source"),
    Group.INDUSTRY: Label("行业", "industry"),
    Group.CITY: Label("城市", "city"),
    Group.GRADE: Label("等级", "grade"),
    Group.ACTION: Label("动作", "action"),
    Group.DAY: Label("日", "day"),
    Group.WEEK: Label("周", "week"),
    Group.MONTH: Label("月", "month"),
}


def group_words(group: Group, language: str) -> str:
    """What a group is called when something is divided or narrowed by it."""
    return _BY[group].text(language)


MOST_BARS = 12
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a picture shows, with the groups behind each mark."""

    tile: Tile
    measure: Measure
    answer: Answer
    marks: tuple[Mark, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    """Of each mark, as the answer has them."""
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    ways: tuple[Passage, ...] = ()
    strips: tuple[Strip | None, ...] = ()
    bands: tuple[Band, ...] = ()
    band_words: Label = NO_WORDS
    """What a band means; empty where there is none."""
    left_out: int = 0
    """Groups there was no room for."""
    values: tuple[Value | None, ...] = ()
    """Behind each mark."""

    def name_of(self, groups: tuple[str, ...]) -> str:
        """What the value of these groups is called; empty for the whole."""
        found = zip(self.marks, self.groups, strict=True)
        return next((mark.label for mark, keys in found if keys and keys == groups), "")

    @property
    def reds(self) -> int:
        """How many marks are past the limit."""
        return sum(mark.red for mark in self.marks)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return all(mark.value is None for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Setting:
    """What making a scene needs to know beside the answer."""

    language: str
    names: Names
    me: str = ""
    order: Mapping[Group, Sequence[str]] = field(default_factory=dict)
    """Groups that have an order of their own, such as stages; all of them, also without facts."""
    first: tuple[str, ...] = ()
    """Titles of the records that a figure names."""

    def name(self, group: Group, key: str) -> str:
        """What one group is called."""
        if group in TIMES and key:
            return key[2:7] if group is Group.MONTH else key[5:10]
        known = self.names.get((group, key))
        return known or key or Label("未填", "Not said").text(self.language)

    def joined(self, groups: Sequence[Group], keys: Sequence[str]) -> str:
        """What a value is about."""
        return " · ".join(self.name(group, key) for group, key in zip(groups, keys, strict=True))


def scene_of(tile: Tile, measure: Measure, answer: Answer, setting: Setting) -> Scene:
    """What the picture of a tile shows."""
    make = _MAKERS.get(tile.shape, _bars)
    return make(Scene(tile, measure, answer), setting)


def table_of(scene: Scene, language: str) -> list[list[str]]:
    """The scene as lines of cells, headings first: to be copied, printed or exported."""
    measure = scene.measure
    if scene.columns:
        lines = [[measure.label.text(language), *scene.columns]]
        wide = len(scene.columns)
        for number, name in enumerate(scene.rows):
            cells = scene.marks[number * wide : (number + 1) * wide]
            lines.append([name, *(mark.shown for mark in cells)])
        return lines
    if any(strip is not None for strip in scene.strips):
        return _spread_table(scene, language)
    heads = Label("分组|数值|构成|上期", "Group|Value|Made of|Before").text(language).split("|")
    heads[1] = f"{measure.label.text(language)} ({measure.unit.text(language)})"
    lines = [heads]
    for mark, value in zip(scene.marks, scene.values, strict=True):
        known = value or Value((), None)
        lines.append(
            [
                mark.label,
                figure(measure, known.value),
                made_of(measure, known, language),
                "" if known.previous is None else figure(measure, known.previous),
            ]
        )
    return lines


def _spread_table(scene: Scene, language: str) -> list[list[str]]:
    """A distribution with each of its figures in a column of its own."""
    measure, unit = scene.measure, scene.measure.unit.text(language)
    heads = Label("分组|中位数|P90|平均|条数", "Group|Median|p90|Mean|Records")
    lines = [[f"{h} ({unit})" if 0 < i < 4 else h
              for i, h in enumerate(heads.text(language).split("|"))]]  # fmt: skip
    for mark, value in zip(scene.marks, scene.values, strict=True):
        spread = value.spread if value is not None else None
        figures = (spread.median, spread.p90, spread.mean) if spread is not None else (None,) * 3
        lines.append([
            mark.label, *(figure(measure, one) for one in figures), f"{spread.n if spread else 0:,}"
        ])  # fmt: skip
    return lines


def subtitle_of(measure: Measure, groups: Sequence[Group], language: str) -> str:
    """By what it is divided, its unit and its limit in one short line."""
    unit = measure.unit.text(language)
    named = " × ".join(_BY[group].text(language) for group in groups)
    by = Label(f"按{named}", f"by {named}").text(language) if named else ""
    said = Label(f"单位：{unit}", f"in {unit}").text(language) if unit else ""
    return " · ".join(part for part in (by, said, limit_words(measure, language)) if part)


def _mark(scene: Scene, setting: Setting, value: Value, *, unit: bool = True) -> Mark:
    groups = scene.answer.question.group_by
    name = (
        setting.joined(groups, value.groups)
        if groups
        else scene.measure.label.text(setting.language)
    )
    shown = (
        with_unit(scene.measure, value.value, setting.language)
        if unit
        else figure(scene.measure, value.value)
    )
    return Mark(
        label=name,
        value=value.value,
        shown=shown,
        red=value.red,
        told=told(scene.measure, value, name if groups else "", setting.language),
        before=value.previous,
        mine=bool(setting.me) and groups == (Group.OWNER,) and value.group == setting.me,
        step=next_step(scene.measure, value, setting.language),
    )


def _with(scene: Scene, setting: Setting, values: Sequence[Value], *, unit: bool = True) -> Scene:
    return replace(
        scene,
        marks=tuple(_mark(scene, setting, value, unit=unit) for value in values),
        groups=tuple(value.groups for value in values),
        values=tuple(values),
    )


def _figure(scene: Scene, setting: Setting) -> Scene:
    found = _with(scene, setting, [scene.answer.whole], unit=False)
    named = first_words(setting.first, setting.language)
    marks = tuple(replace(mark, step=mark.step or named) for mark in found.marks)
    return replace(found, marks=marks)


def _ordered(scene: Scene, setting: Setting) -> list[Value]:
    """In the order of their group where it has one, else the largest first."""
    group = next(iter(scene.answer.question.group_by), None)
    if group is not None and group in setting.order:
        return _all_of(scene, setting.order[group])
    if group in TIMES:
        return sorted(scene.answer.values, key=lambda v: v.group)
    return sorted(scene.answer.values, key=lambda v: (v.value is None, -(v.value or 0.0), v.groups))


def _all_of(scene: Scene, keys: Sequence[str]) -> list[Value]:
    found = {value.group: value for value in scene.answer.values}
    further = [key for key in found if key not in keys]
    return [found.get(key) or Value((key,), None) for key in (*keys, *further)]


def _bars(scene: Scene, setting: Setting) -> Scene:
    values = _ordered(scene, setting)
    made = _with(scene, setting, values[:MOST_BARS])
    return replace(made, left_out=max(0, len(values) - MOST_BARS))


def _ranking(scene: Scene, setting: Setting) -> Scene:
    low = scene.measure.better is Better.LOW
    known = [value for value in scene.answer.values if value.value is not None]
    known.sort(key=lambda v: ((v.value or 0.0) if low else -(v.value or 0.0), v.groups))
    return _with(scene, setting, known)


def _funnel(scene: Scene, setting: Setting) -> Scene:
    """Of a share, how many were in each step and what part was lost there; of a count, how many
    fewer the next step has."""
    made = _with(scene, setting, _ordered(scene, setting))
    if scene.measure.shape is Kind.SHARE:
        return _losses(made, setting)
    counts = [value.value or 0.0 for value in made.values if value is not None]
    steps = [(before, max(before - after, 0.0)) for before, after in pairwise(counts)]
    return replace(made, ways=_ways(steps, setting))


def _losses(made: Scene, setting: Setting) -> Scene:
    steps = [
        (value.denominator or 0.0, value.numerator or 0.0) if value is not None else (0.0, 0.0)
        for value in made.values
    ]
    marks = tuple(
        replace(mark, value=came if mark.value is not None else None, shown=f"{came:,.0f}")
        for mark, (came, _) in zip(made.marks, steps, strict=True)
    )
    return replace(made, marks=marks, ways=_ways(steps, setting))


def _ways(steps: Sequence[tuple[float, float]], setting: Setting) -> tuple[Passage, ...]:
    """(how many came, how many of them were lost) of each step."""
    shares = [lost / came if came else 0.0 for came, lost in steps]
    worst = max(shares, default=0.0)
    ways: list[Passage] = []
    for (came, lost), share in zip(steps, shares, strict=True):
        if not came:
            ways.append(Passage("", ""))
            continue
        kept = Label(f"通过 {1 - share:.0%}", f"{1 - share:.0%} pass").text(setting.language)
        gone = Label(f"流失 {lost:,.0f}", f"{lost:,.0f} lost").text(setting.language)
        ways.append(Passage(kept, gone, worst=share == worst > 0))
    return tuple(ways)


def _spread(scene: Scene, setting: Setting) -> Scene:
    values = _ordered(scene, setting)
    made = _with(scene, setting, values[:MOST_BARS])
    marks = tuple(
        mark
        if value is None or value.spread is None
        else replace(mark, shown=f"{mark.shown}  P90 {figure(scene.measure, value.spread.p90)}")
        for mark, value in zip(made.marks, made.values, strict=True)
    )
    strips = tuple(
        Strip(v.spread.median, v.spread.p90, v.spread.mean) if v.spread is not None else None
        for v in values[:MOST_BARS]
    )
    return replace(made, marks=marks, strips=strips, left_out=max(0, len(values) - MOST_BARS))


def _trend(scene: Scene, setting: Setting) -> Scene:
    made = _with(scene, setting, _ordered(scene, setting), unit=False)
    bands, words = bands_of(scene.measure, made.values)
    marks = list(made.marks)
    if marks and unfinished(scene.answer.question, made.groups[-1], scene.answer.as_of):
        still = Label("还没过完", "not over yet").text(setting.language)
        marks[-1] = replace(marks[-1], unfinished=True, told=f"{marks[-1].told}\n{still}")
    return replace(made, marks=tuple(marks), bands=bands, band_words=words)


def _heat(scene: Scene, setting: Setting) -> Scene:
    groups = scene.answer.question.group_by
    if len(groups) != 2:
        return _bars(scene, setting)
    found = {value.groups: value for value in scene.answer.values}
    rows = _keys(scene, setting, groups[0], 0)
    columns = _keys(scene, setting, groups[1], 1)
    left_out = max(0, len(rows) - MOST_LINES)
    rows = rows[:MOST_LINES]
    values = [
        found.get((row, column)) or Value((row, column), None) for row in rows for column in columns
    ]
    made = _with(scene, setting, values, unit=False)
    figures = [value.value for value in values]
    said = beside_others(scene.measure, figures, max(len(columns), 1), setting.language)
    marks = tuple(
        replace(mark, told=f"{mark.told}\n{words}") if words else mark
        for mark, words in zip(made.marks, said, strict=True)
    )
    return replace(
        made,
        marks=marks,
        rows=tuple(setting.name(groups[0], key) for key in rows),
        columns=tuple(setting.name(groups[1], key) for key in columns),
        left_out=left_out,
    )


def _keys(scene: Scene, setting: Setting, group: Group, place: int) -> list[str]:
    """The groups of one side: in their own order, else those with most behind them first."""
    weights: dict[str, int] = {}
    for value in scene.answer.values:
        key = value.groups[place]
        weights[key] = weights.get(key, 0) + value.count
    if group in setting.order:
        known = [key for key in setting.order[group] if key in weights]
        return [*known, *(key for key in weights if key not in setting.order[group])]
    if group in TIMES:
        return sorted(weights)
    return sorted(weights, key=lambda key: (-weights[key], key))


_MAKERS: Mapping[str, Callable[[Scene, Setting], Scene]] = {
    Shape.FIGURE: _figure,
    Shape.BARS: _bars,
    Shape.RANKING: _ranking,
    Shape.HEAT: _heat,
    Shape.FUNNEL: _funnel,
    Shape.SPREAD: _spread,
    Shape.TREND: _trend,
}
