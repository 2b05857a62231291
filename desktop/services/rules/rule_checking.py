"""What a rule being built says and what is wrong or doubtful with it, each at its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Label
from crm_core.rules.bodies import Place
from crm_core.rules.documents import Document
from crm_core.rules.firing.quarrels import quarrels
from crm_core.rules.mending import Mend, faults_there, mends
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stages import StageBody
from crm_core.rules.wording.part_words import part_words
from crm_core.rules.wording.rule_words import sentence_of
from desktop.services.rules.rule_lines import namer, speaker_of, there_of
from desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Checked:
    """All in one language."""

    sentence: str
    parts: Mapping[Place, str]
    """What single parts say, each as a sentence."""
    wrong: tuple[tuple[Place, str], ...]
    doubts: tuple[tuple[Place, str], ...]
    """What works and may not be meant: rules that loop or fight."""
    ways: Mapping[Place, tuple[Mend, ...]] = field(default_factory=dict)
    """Of what is gone: how it is put right by one press."""


def check_rule(
    workspace: Workspace, document: Document[Any], rules: RuleSet, language: str
) -> Checked:
    """Read a rule out and look for what is wrong with it. Not for the Qt thread."""
    named = namer(workspace)
    speaker = speaker_of(workspace, language, rules, named)
    there = there_of(workspace, rules, named)
    wrong = faults_there(document, there)
    doubts = quarrels(replace(document, active=True), rules.documents, speaker.registry)
    sentence = sentence_of(document, speaker)
    standing = _standing(workspace, document)
    return Checked(
        sentence=f"{sentence}\n{standing.text(language)}" if standing is not None else sentence,
        parts=part_words(document, speaker),
        wrong=tuple(dict.fromkeys((place, one.text(language)) for place, one in wrong)),
        doubts=tuple((one.place, one.label.text(language)) for one in doubts),
        ways={place: found for place, _ in wrong if (found := mends(document, place, there))},
    )


def _standing(workspace: Workspace, document: Document[Any]) -> Label | None:
    """How many records stand in a stage now, of those this device holds."""
    body = document.body
    if not isinstance(body, StageBody) or document.entity not in workspace.replica.registry:
        return None
    what = workspace.replica.registry.entity(document.entity).label
    number = workspace.replica.count(Query(document.entity, Test("stage", Op.EQ, body.code)))
    return Label(
        f"现在有 {number} 条{what.zh}在这个阶段", f"{number} in this stage now ({what.en.lower()})"
    )
