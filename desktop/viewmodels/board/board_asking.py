"""What one tile asks and what comes back: the question, the answer, and the names in it.

Everything here runs off the Qt thread, over what the person may see.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from crm_core.errors import KnownError
from crm_core.insight.boards import Narrowed, Shape, Tile
from crm_core.insight.catalogue import MEASURES
from crm_core.insight.composites import kinds_of
from crm_core.insight.declared import (
    TIMES,
    Answer,
    Explanation,
    Filters,
    Group,
    Measure,
    Period,
    Question,
)
from crm_core.insight.declared import Shape as Kind
from crm_core.insight.framing import frame_of, slices, spanned
from crm_core.insight.standards import SHIPPED
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.model.schema import Choice
from crm_core.permissions import Right
from desktop.services.measures import answer_to, explanation_of, measure_named
from desktop.services.workspace import Workspace
from desktop.viewmodels.board.board_scene import Scene, Setting, scene_of

_GROUPS = {
    Shape.BARS: (Group.OWNER,),
    Shape.RANKING: (Group.OWNER,),
    Shape.HEAT: (Group.TEAM, Group.STAGE),
    Shape.FUNNEL: (Group.STAGE,),
    Shape.SPREAD: (Group.OWNER,),
    Shape.TREND: (Group.WEEK,),
}
"""By what a picture divides where its tile does not say."""
_RECORDS = {Group.OWNER: "user", Group.TEAM: "team"}
_FIELDS = {Group.STAGE: "stage", Group.GRADE: "grade"}
_MOST_OPTIONS = 60
_NAMED = 3
_WEEKS = 12
"""A trend looks back at least so many weeks."""


@dataclass(frozen=True, slots=True)
class TileAnswer:
    """What is known about a tile now."""

    tile: Tile
    measure: Measure | None = None
    """None where this version does not know it."""
    scene: Scene | None = None
    problem: KnownError | None = None
    withheld: bool = False
    """Whether the person's role does not see such records."""

    def says_the_same(self, other: "TileAnswer") -> bool:
        """Whether drawing the other would change nothing."""
        mine, theirs = self.scene, other.scene
        if mine is None or theirs is None:
            return self == other
        drawn = (mine.marks, mine.rows, mine.columns, mine.ways, mine.strips, mine.bands)
        anew = (
            theirs.marks, theirs.rows, theirs.columns, theirs.ways, theirs.strips, theirs.bands,
        )  # fmt: skip
        return drawn == anew and self.measure == other.measure


def ask_tile(workspace: Workspace, tile: Tile, filters: Narrowed, language: str) -> TileAnswer:
    """Work out what a tile shows. KnownError where the database cannot be read."""
    measure = measure_named(workspace, tile.measure)
    if measure is None or tile.shape not in list(Shape):
        return TileAnswer(tile)
    counted = kinds_of(measure, MEASURES)
    if not all(workspace.may(Right.SEE, entity).allowed for entity in counted):
        return TileAnswer(tile, measure, withheld=True)
    if measure.shape is Kind.ABSENT:
        return TileAnswer(tile, measure)
    question = question_of(workspace, tile, measure, filters)
    answer = answer_to(workspace, question)
    keys = [set[str]() for _ in question.group_by]
    for value in answer.values:
        for found, key in zip(keys, value.groups, strict=True):
            found.add(key)
    setting = Setting(
        language=language,
        names=names_of(workspace, question.group_by, keys, measure, language),
        me=workspace.actor.user_id,
        order=_orders(workspace, measure, question),
        first=_first(workspace, tile, measure, answer),
    )
    return TileAnswer(tile, measure, scene_of(tile, measure, answer, setting))


def _first(
    workspace: Workspace, tile: Tile, measure: Measure, answer: Answer
) -> tuple[str, ...]:  # fmt: skip
    """Titles of the records a figure names, those with the most of what they are told apart by."""
    if not measure.first or tile.shape != Shape.FIGURE or not answer.whole.value:
        return ()
    behind = explanation_of(workspace, answer.question, ()).query
    sort = (Sort(measure.first, descending=True), Sort("id"))
    ids = [
        str(one["id"]) for one in workspace.replica.find(replace(behind, sort=sort, limit=_NAMED))
    ]
    titles = workspace.replica.titles(measure.entity, set(ids))
    return tuple(titles[one] for one in ids if one in titles)


def question_of(workspace: Workspace, tile: Tile, measure: Measure, filters: Narrowed) -> Question:
    """What a tile asks of its measure."""
    now = workspace.clock.now()
    days = filters.days
    if tile.shape == Shape.TREND:
        days = max(days, 7 * _WEEKS)
    period = spanned(measure.span, Period(now - timedelta(days=days), now), now)
    compared = tile.shape in (Shape.FIGURE, Shape.BARS) and not measure.only_now
    return Question(
        measure=measure.id,
        period=period,
        filters=filters_of(workspace, filters, everybody=tile.shape == Shape.RANKING),
        group_by=groups_of(tile, measure),
        compare=filters.compare and compared,
    )


def groups_of(tile: Tile, measure: Measure) -> tuple[Group, ...]:
    """By what a tile divides, as far as its measure can be divided by it."""
    if tile.shape == Shape.FIGURE:
        return ()
    named = [Group(one) for one in tile.group.split(",") if one in list(Group)]
    wanted = tuple(named) or _GROUPS[Shape(tile.shape)]
    known = tuple(group for group in wanted if group in measure.groups)
    return known or tuple(sorted(measure.groups))[:1]


def filters_of(workspace: Workspace, filters: Narrowed, *, everybody: bool = False) -> Filters:
    """The filters of a board as measures ask them; a team stands for those below it too."""

    def one(text: str) -> tuple[str, ...]:
        return (text,) if text else ()

    teams = one(filters.team)
    if filters.team:
        records = workspace.replica.find(Query("team"))
        reached = {filters.team}
        while below := {
            str(r["id"]) for r in records if r.get("parent") in reached and r["id"] not in reached
        }:
            reached |= below
        teams = tuple(sorted(reached))
    return Filters(
        owners=one(workspace.actor.user_id if filters.mine and not everybody else ""),
        teams=teams,
        industries=one(filters.industry),
        sources=one(filters.source),
        cities=one(filters.city),
    )


def explain_value(workspace: Workspace, scene: Scene, groups: tuple[str, ...]) -> Explanation:
    """What one value of a tile was made of."""
    return explanation_of(workspace, scene.answer.question, groups)


def names_of(
    workspace: Workspace,
    groups: Sequence[Group],
    keys: Sequence[set[str]],
    measure: Measure,
    language: str,
) -> dict[tuple[Group, str], str]:
    """What the groups of an answer are called."""
    names: dict[tuple[Group, str], str] = {}
    for group, found in zip(groups, keys, strict=True):
        entity = _RECORDS.get(group)
        if entity:
            titles = workspace.replica.titles(entity, found - {""})
            names |= {(group, key): title for key, title in titles.items()}
        elif group in _FIELDS:
            names |= {
                (group, option.code): option.label.text(language)
                for option in _options(workspace, measure.entity, _FIELDS[group])
            }
    return names


def filter_choices(workspace: Workspace) -> dict[str, list[tuple[str, str]]]:
    """What a board can be narrowed by here: (code, label) for each filter."""
    teams = {str(r["id"]): str(r.get("name") or "") for r in workspace.replica.find(Query("team"))}
    found = {
        "team": sorted(teams.items(), key=lambda one: one[1]),
        "industry": _in_use(workspace, "customer", "industry"),
        "source": _in_use(workspace, "lead", "source"),
        "city": _in_use(workspace, "lead", "city"),
    }
    return {name: options[:_MOST_OPTIONS] for name, options in found.items()}


def _in_use(workspace: Workspace, entity: str, name: str) -> list[tuple[str, str]]:
    """What the latest records have in a field, most used first."""
    spec = workspace.replica.registry.entity(entity)
    if spec.find(name) is None or not workspace.may(Right.SEE, entity).allowed:
        return []
    sort = (Sort("id", descending=True),)
    records = workspace.replica.find(Query(entity, Test(name, Op.NE, None), sort, limit=1000))
    counted = Counter(str(record[name]) for record in records if record.get(name))
    option = spec.field_spec(name).choice
    return [
        (code, known.label.zh if (known := option(code)) is not None else code)
        for code, _ in counted.most_common()
    ]


def _orders(
    workspace: Workspace, measure: Measure, question: Question
) -> dict[Group, Sequence[str]]:
    """Groups with an order of their own: stages as they follow, slices of time without gaps."""
    orders: dict[Group, Sequence[str]] = {}
    for group in question.group_by:
        if group in TIMES:
            frame = frame_of(question.period, workspace.clock.now())
            orders[group] = slices(group, frame).names
        elif group is Group.STAGE:
            options = _options(workspace, measure.entity, "stage")
            # A journey that is over stays nowhere: such a stage is shown where it has a value.
            # So is one that is out of use.
            used = [option.code for option in options if not option.retired]
            orders[group] = [code for code in used if code not in SHIPPED.ends]
    return orders


def _options(workspace: Workspace, entity: str, name: str) -> Sequence[Choice]:
    spec = workspace.replica.registry.entity(entity).find(name) if entity else None
    return spec.choices if spec is not None else ()
