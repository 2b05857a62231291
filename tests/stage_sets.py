"""Sets of stages for tests: what ships with the stages of a trade laid over it, and published."""

from collections.abc import Iterable
from dataclasses import replace

from crm_core.rules.documents import Document
from crm_core.rules.published import SHIPPED_SET, written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stages import StageBody
from crm_core.rules.stocked.stages_shipped import TEMPLATES
from crm_core.store.replica import Replica
from tests.builders import an_actor

POC = TEMPLATES["saas"]
"""Contact, need, demo, POC (72 h), proposal, quote, negotiation."""


def laid_over(documents: Iterable[Document[StageBody]] = POC, *, without: str = "") -> RuleSet:
    """What ships, under these; a stage of deals called `without` is out of use."""
    own = {one.id: one for one in documents}
    every = [*own.values(), *(one for one in SHIPPED_SET.documents if one.id not in own)]
    gone = f"stage-opportunity-{without}"
    return RuleSet([replace(one, active=one.active and one.id != gone) for one in every])


def publish(replica: Replica, rules: RuleSet, at: str = "2026-03-02T00:00:00.000Z") -> str:
    """Put a set in force at a moment; the id of the version."""
    values = {"name": "阶段", "published_at": at, "body": written_set(rules)}
    with replica.write(an_actor()) as (unit, _):
        return unit.create("rule_version", values)
