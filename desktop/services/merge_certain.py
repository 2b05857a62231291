"""Merging at once every group that a scan is sure of, where the organisation's policy allows it.

The third of the bands of row 5.8: what is beyond doubt need not be looked at group by group. One
act, taken back as one, and each merge can be taken apart for good (decision 046).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm_core.errors import KnownError
from crm_core.matching.survivorship import suggested_survivor, suggestions
from crm_core.model.merging import MERGED
from crm_core.model.values import Value
from crm_core.permissions import Right, can_bulk
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.indexes.match_clusters import Cluster
from crm_core.store.log import aliases
from desktop.services.cancelling import CancelToken
from desktop.services.commands.merge import merge_in
from desktop.services.commands.roles import POLICY_ID
from desktop.services.commands.verbs import Done, done
from desktop.services.duplicates import Review, groups, review
from desktop.services.workspace import Workspace

CERTAIN = "merge"
"""The band of groups beyond doubt."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What merging one group means."""

    cluster: Cluster
    survivor: str
    losers: tuple[str, ...]
    chosen: dict[str, Value]


def certain(workspace: Workspace) -> list[Cluster]:
    """Groups that may be merged without being looked at; none where policy or role forbid it."""
    policy = workspace.replica.record("policy", POLICY_ID) or {}
    if policy.get("merge_certain") is not True:
        return []
    sure = [
        one
        for one in groups(workspace)
        if one.band == CERTAIN and workspace.may(Right.MERGE, one.entity).allowed
    ]
    kept = {
        number
        for entity in {one.entity for one in sure}
        for number in _never_parted(workspace, entity, [o for o in sure if o.entity == entity])
    }
    return [one for one in sure if one.number in kept]


def _never_parted(workspace: Workspace, entity: str, found: Sequence[Cluster]) -> list[int]:
    """The numbers of those groups of which nobody ever took two apart."""
    replica, ids = workspace.replica, [one.ids for one in found]
    places = replica.read(lambda c: list(aliases.never_parted(c, replica.tables, entity, ids)))
    return [found[place].number for place in places]


def do_merge_certain(
    workspace: Workspace, token: CancelToken, report: Callable[[float], object]
) -> Done:
    """Merge every group of `certain`; cancelled, none of it stays.

    Groups that cannot be merged (rights, records deleted meanwhile) are left for a person.
    KnownError("forbidden") where the role may not touch so many at once; Cancelled.
    """
    found, merged, left = certain(workspace), 0, 0
    _permit(workspace, found)
    with workspace.write(MERGED) as (unit, committed):
        for place, cluster in enumerate(found):
            token.check()
            report(place / len(found))
            plan = _plan(review(workspace, cluster))
            spec = unit.registry.entity(cluster.entity)
            try:
                if plan is not None:
                    merge_in(
                        workspace, unit, spec, plan.survivor, plan.losers, plan.chosen,
                        refused=Refused(),
                    )  # fmt: skip
                    merged += 1
            except KnownError:
                left += 1
        token.check()
    zh, en = f"已合并 {merged} 组确定的重复", f"Merged {merged} certain groups"
    if left:
        zh, en = (
            f"{zh}；{left} 组不能合并，留待查看",
            f"{en}; {left} could not be, and wait for you",
        )
    return done(committed, zh, en)


def _permit(workspace: Workspace, found: Sequence[Cluster]) -> None:
    records = Counter[str]()
    for one in found:
        records[one.entity] += len(one.ids)
    for name, number in records.items():
        verdict = can_bulk(workspace.actor, workspace.replica.registry.entity(name), number)
        if not verdict.allowed:
            raise KnownError(verdict.chinese, verdict.english, code="forbidden")


def _plan(found: Review | None) -> _Plan | None:
    """Which record stays and what it takes, as a person is advised who looks at the group."""
    if found is None:
        return None
    kept = suggested_survivor(found.entity, found.members)
    own = found.members[kept].record
    chosen = {
        one.field: one.value
        for one in suggestions(found.entity, found.members, kept)
        if one.value != own.get(one.field)
    }
    ids: Sequence[str] = [str(one.record["id"]) for one in found.members]
    losers = tuple(one for one in ids if one != ids[kept])
    return _Plan(found.cluster, ids[kept], losers, chosen)
