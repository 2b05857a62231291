"""What it takes to merge records: the field that says one is another, and the words of such acts.

A record whose `merged_into` names another is an alias of it: kept with all its fields and its
history, and met nowhere any more (`sync.merge.RecordState.alive`). Emptying the field brings it
back. Decision 046.
"""

from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label, Registry

MERGED_INTO = "merged_into"
"""The field; entities that have it can be merged."""

MERGED = "合并记录"
"""Reason of a merge. Its first operation is the one on `MERGED_INTO`: without it, nothing counts
(`sync_server.services.exchange.push`)."""
UNMERGED = "取消合并"
FOLLOWED = "随合并移动"
"""Reason of what the server moves after a merge, or back after one was taken back."""
LINKED = "关联重复客户"
"""Reason of a merge the server made by itself: two people had created one customer."""


def merged_into(target: str) -> FieldSpec:
    """The field by which records of `target` become aliases."""
    return FieldSpec(
        name=MERGED_INTO, kind=Kind.REF, label=Label("已合并到", "Merged into"), target=target,
        section="system", editable=False, internal=True,
    )  # fmt: skip


def mergeable(entity: EntitySpec) -> bool:
    """Whether records of an entity can be merged."""
    return entity.find(MERGED_INTO) is not None


def references_to(registry: Registry, target: str) -> tuple[tuple[EntitySpec, FieldSpec], ...]:
    """Every (entity, REF field) that points at records of `target`, aliases' own field left out."""
    return tuple(
        (entity, spec)
        for entity in registry
        for spec in entity.fields
        if spec.kind is Kind.REF and spec.target == target and spec.name != MERGED_INTO
    )


def followed_fields(registry: Registry, entity: EntitySpec) -> tuple[FieldSpec, ...]:
    """The REF fields of an entity that point at records which can be merged."""
    return tuple(
        spec
        for spec in entity.fields
        if spec.kind is Kind.REF
        and spec.name != MERGED_INTO
        and spec.target in registry
        and mergeable(registry.entity(spec.target))
    )
