"""What a value was made of, with the names a person needs to check it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crm_core.clock import CHINA
from crm_core.insight.declared import Evidence, Explanation, Shape
from crm_core.insight.framing import HOUR
from crm_core.insight.reducing import amount_of
from crm_core.model.schema import Label
from desktop.services.measures import recomputed
from desktop.services.workspace import Workspace
from desktop.viewmodels.board_asking import explain_value
from desktop.viewmodels.board_scene import Scene
from desktop.viewmodels.board_words import with_unit

_MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation and the titles of the first of its records."""

    explanation: Explanation
    titles: Mapping[str, str]
    """Of records and of people, by id."""
    agrees: bool
    """Whether computing it again from the evidence gives the same bits."""

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


def read_explained(workspace: Workspace, scene: Scene, groups: tuple[str, ...]) -> Explained:
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
    return Explained(explanation, titles, agrees=again == explanation.value.value)
