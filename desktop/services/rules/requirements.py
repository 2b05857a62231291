"""What records must have when they are so and so, as this device knows it (row 5.3)."""

from crm_core.model.query import Query
from crm_core.model.schema import EntitySpec, Label
from crm_core.model.values import Record
from crm_core.rules.required import ENTITY, Needed, remarks, requirements
from crm_core.rules.verdict import doubts
from desktop.services.workspace import Workspace


def requirements_of(workspace: Workspace) -> tuple[Needed, ...]:
    """Those shipped and those the organisation keeps; a handful of rows."""
    return requirements(workspace.replica.find(Query(ENTITY)))


def every_requirement(workspace: Workspace, entity: str) -> list[tuple[Needed, bool]]:
    """Those of one kind of record, and whether each is in force."""
    kept = workspace.replica.find(Query(ENTITY))
    on = {one.id for one in requirements(kept)}
    every = requirements([{**one, "active": True} for one in kept])
    return [(one, one.id in on) for one in every if one.entity == entity]


def remarks_on(workspace: Workspace, entity: EntitySpec, record: Record) -> dict[str, Label]:
    """Field → what is to be said about it: something lacks, or can hardly be so."""
    now, found = workspace.clock.now(), doubts(entity, record)
    found += remarks(requirements_of(workspace), entity, record, now)
    return {one.field: one.sentence for one in found}
