"""What a value was made of, with the names a person needs to check it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crm_core.clock import CHINA
from crm_core.insight.declared import Evidence, Explanation, Filters, Group, Shape
from crm_core.insight.framing import HOUR
from crm_core.insight.reducing import amount_of
from crm_core.model.schema import Label
from desktop.services.measures import recomputed
from desktop.services.workspace import Workspace
from desktop.viewmodels.board.board_asking import explain_value
from desktop.viewmodels.board.board_scene import Names, Scene, group_words
from desktop.viewmodels.board.board_words import with_unit

_MOST_NAMED, _FEW = 200, 3


def _chosen(filters: Filters) -> list[tuple[Group, tuple[str, ...]]]:
    every = (
        (Group.OWNER, filters.owners), (Group.TEAM, filters.teams),
        (Group.INDUSTRY, filters.industries), (Group.SOURCE, filters.sources),
        (Group.CITY, filters.cities),
    )  # fmt: skip
    return [(group, chosen) for group, chosen in every if chosen]


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation and the titles of the first of its records."""

    explanation: Explanation
    titles: Mapping[str, str]
    """Of records and of people, by id."""
    agrees: bool
    """Whether computing it again from the evidence gives the same bits."""
    names: Names = field(default_factory=dict)
    """What the filters of the question are called."""

    def narrowed(self, language: str) -> str:
        """By what the value is narrowed; empty where it is by nothing."""
        filters = self.explanation.question.filters
        parts = []
        for group, chosen in _chosen(filters):
            named = [self.names.get((group, one), one) for one in chosen]
            some = Label("、", ", ").text(language).join(named[:_FEW])
            more = Label(f" 等 {len(named)} 个", f" and {len(named) - _FEW} more").text(language)
            said = group_words(group, language)
            parts.append(f"{said} {some}{more if len(named) > _FEW else ''}")
        return " · ".join(parts)

    def counted(self, one: Evidence, language: str) -> str:
        """What one fact added to the value."""
        measure = self.explanation.measure
        if measure.shape is Shape.EXCESS:
            hours = Label("小时", "h").text(language)
            return f"{one.numerator / HOUR:,.1f} ÷ {one.denominator / HOUR:,.1f} {hours}"
        if measure.shape is Shape.DURATION or measure.counting.numerator:
            return with_unit(measure, amount_of(measure, one.numerator), language)
        yes = Label("计入", "counts").text(language)
        return yes if one.numerator else Label("不计入", "does not").text(language)

    def moment(self, one: Evidence) -> str:
        """When it was, in China; empty where its measure has no clock."""
        if not one.at:
            return ""
        return datetime.fromtimestamp(one.at / 1000, CHINA).strftime("%Y-%m-%d %H:%M")


def read_explained(
    workspace: Workspace, scene: Scene, groups: tuple[str, ...], language: str
) -> Explained:
    """Everything the sheet says. Runs off the Qt thread."""
    explanation = explain_value(workspace, scene, groups)
    shown = explanation.evidence[:_MOST_NAMED]
    titles: dict[str, str] = {}
    for entity in {one.entity for one in shown}:
        ids = {one.id for one in shown if one.entity == entity}
        titles |= workspace.replica.titles(entity, ids)
    people = {one.operator for one in shown if one.operator}
    titles |= workspace.replica.titles("user", people)
    again = recomputed(explanation).value
    return Explained(
        explanation, titles, agrees=again == explanation.value.value,
        names=_names(workspace, explanation.question.filters, language),
    )  # fmt: skip


def _names(workspace: Workspace, filters: Filters, language: str) -> Names:
    industry = workspace.replica.registry.entity("customer").field_spec("industry")
    names: dict[tuple[Group, str], str] = {}
    for group, chosen in _chosen(filters):
        if group in (Group.OWNER, Group.TEAM):
            entity = "user" if group is Group.OWNER else "team"
            titles = workspace.replica.titles(entity, set(chosen))
            names |= {(group, one): title for one, title in titles.items()}
        elif group is Group.INDUSTRY:
            known = {one: industry.choice(one) for one in chosen}
            names |= {(group, o): c.label.text(language) for o, c in known.items() if c is not None}
    return names
