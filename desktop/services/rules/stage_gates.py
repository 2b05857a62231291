"""The stages in force for the person at work, and what is missing before records move on (4.2).

Verdicts are `crm_core.store.ruling.stage_gates`; they are provisional where others hold records
this device does not see. Never writes.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.rules.gates import Missing
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stage_plan import StagePlan, plan_of
from crm_core.store.ruling.stage_gates import GateClosed, Gates, StepBack
from desktop.services.rules.duties import roster_over

if TYPE_CHECKING:
    from desktop.services.workspace import Workspace

__all__ = [
    "GateClosed", "StepBack", "gates_over", "lacking_for", "lacking_to", "stages_of",
]  # fmt: skip


def stages_of(workspace: "Workspace") -> StagePlan:
    """The stages every verdict of this device goes by; one small statement."""
    book, replica = workspace.rule_book, workspace.replica
    teams = workspace.actor.circles.teams
    rules: RuleSet = replica.read(lambda c: book.in_force(c, replica.tables, teams))
    return plan_of(rules, replica.registry)


def gates_over(workspace: "Workspace") -> Gates:
    """The gates over what is on this device now."""
    replica = workspace.replica

    def count(query: Query, by: str) -> Mapping[str, int]:
        return {name: total.count for name, total in replica.totals(query, by=by).items()}

    return Gates(
        stages_of(workspace), count, workspace.clock.now(), replica.find, replica.registry,
        workspace.actor, partial(roster_over, workspace),
    )  # fmt: skip


def lacking_for(
    workspace: "Workspace", entity: str, records: Sequence[Record]
) -> dict[str, tuple[Missing, ...]]:
    """By id, what each record still needs to leave its stage forwards."""
    return gates_over(workspace).lacking_for(entity, records)


def lacking_to(
    workspace: "Workspace", entity: str, record: Record, stage: str
) -> tuple[Missing, ...]:
    """What a record needs before it may go to `stage`; empty where the way is open."""
    return gates_over(workspace).lacking_to(entity, record, stage)
