"""Rules being built, kept in the encrypted replica as they are written until saved or given up."""

from typing import Any

from crm_core.rules.documents import Document
from crm_core.rules.texts.yaml_text import rules_from, yaml_of_rule
from crm_core.rules.texts.yaml_tree import YamlProblem
from desktop.services.workspace import Workspace

KEY = "draft_rules"
KEPT = 10


def keep_rule(workspace: Workspace, document: Document[Any]) -> None:
    """Write one down in place of what it said before; beyond ten the oldest goes."""
    others = [one for one in _all(workspace) if one[0] != document.id]
    kept = [*others, [document.id, document.kind, yaml_of_rule(document)]]
    workspace.replica.remember(**{KEY: kept[-KEPT:]})


def drop_rule(workspace: Workspace, rule_id: str) -> None:
    """Forget what was written of a rule: it was saved, or given up."""
    every = _all(workspace)
    kept = [one for one in every if one[0] != rule_id]
    if len(kept) < len(every):
        workspace.replica.remember(**{KEY: kept})


def rules_left(workspace: Workspace) -> list[Document[Any]]:
    """What a run that ended in the middle left, the newest first; what nobody can read is passed
    over."""
    found: list[Document[Any]] = []
    for _, _, text in reversed(_all(workspace)):
        try:
            found += rules_from(text)
        except YamlProblem:
            continue
    return found


def _all(workspace: Workspace) -> list[list[str]]:
    found = workspace.replica.meta(KEY)
    every = found if isinstance(found, list) else []
    return [
        one
        for one in every
        if isinstance(one, list) and len(one) == 3 and all(isinstance(part, str) for part in one)
    ]
