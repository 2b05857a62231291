"""What a rule being built says and what is wrong or doubtful with it, each at its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crm_core.model.query import Query, Sort
from crm_core.model.schema import Label, Registry
from crm_core.rules import automation_checks, clocks
from crm_core.rules.automation_words import action_words
from crm_core.rules.automations import Automation
from crm_core.rules.bodies import Place, troubles
from crm_core.rules.building import path_of
from crm_core.rules.clocks import Clock
from crm_core.rules.condition_words import Named
from crm_core.rules.documents import Document
from crm_core.rules.quarrels import quarrels
from crm_core.rules.routing import Route
from crm_core.rules.rule_words import sentence_of
from crm_core.rules.ruleset import RuleSet
from desktop.services.rule_lines import namer, speaker_of
from desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Checked:
    """All in one language."""

    sentence: str
    parts: Mapping[Place, str]
    """What single parts say: actions, each as a sentence."""
    wrong: tuple[tuple[Place, str], ...]
    doubts: tuple[tuple[Place, str], ...]
    """What works and may not be meant: rules that loop or fight."""


def check_rule(
    workspace: Workspace, document: Document[Any], rules: RuleSet, language: str
) -> Checked:
    """Read a rule out and look for what is wrong with it. Not for the Qt thread."""
    named = namer(workspace)
    speaker = speaker_of(workspace, language, rules, named)
    body = document.body
    parts: dict[Place, str] = {}
    if isinstance(body, Automation):
        for number, action in enumerate(body.actions):
            parts["actions", number] = action_words(action, document.entity, speaker)
    wrong = _wrong(document, speaker.registry, named, rules)
    doubts = quarrels(replace(document, active=True), rules.documents, speaker.registry)
    return Checked(
        sentence=sentence_of(document, speaker),
        parts=parts,
        wrong=tuple(dict.fromkeys((place, one.text(language)) for place, one in wrong)),
        doubts=tuple((one.place, one.label.text(language)) for one in doubts),
    )


def people_of(workspace: Workspace) -> dict[str, str]:
    """Everybody's names by id, for parts that name several people. Not for the Qt thread."""
    found = workspace.replica.find(Query("user", sort=(Sort("name"),)))
    return {str(one["id"]): str(one.get("name") or "") for one in found}


def _wrong(
    document: Document[Any], registry: Registry, named: Named, rules: RuleSet
) -> Iterator[tuple[Place, Label]]:
    body = document.body
    for trouble in troubles(document, registry, named):
        yield trouble.place, trouble.label
    if isinstance(body, Automation):
        for one in automation_checks.troubles(document, registry):
            yield path_of(one.place), one.label
        yield from _strangers(body, named, rules)
    elif isinstance(body, Clock):
        for one in clocks.problems(document, registry):
            yield path_of(one.place), one.label
    elif isinstance(body, Route) and not body.pool and not body.person:
        yield ("pool",), Label("没有说交给谁", "It does not say who gets them")
    if isinstance(body, Route) and body.pool and rules.one(body.pool) is None:
        yield ("pool",), Label("这个池已不在，请另选", "That pool is gone, choose another")
    if isinstance(body, Route) and body.person and named("user", body.person) is None:
        yield ("person",), _GONE


def _strangers(
    body: Automation, named: Named, rules: RuleSet
) -> Iterator[tuple[Place, Label]]:  # fmt: skip
    for number, action in enumerate(body.actions):
        place: Place = ("actions", number)
        if str(action.whom) == "user" and action.user and named("user", action.user) is None:
            yield (*place, "user"), _GONE
        if action.do == "approval" and action.approval and rules.one(action.approval) is None:
            gone = Label("这个审批流程已不在，请另选", "That approval is gone, choose another")
            yield (*place, "approval"), gone


_GONE = Label("这位同事已不在，请另选一位", "That person is gone, choose another")
