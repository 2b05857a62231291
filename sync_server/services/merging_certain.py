"""Merging what a scan of the whole organisation is sure of, where its policy allows that (row 5.8).

The same groups and the same advice as on the page of duplicates (`matching.survivorship`), for all
records instead of one person's. Each act holds some groups and is taken back like any merge
(decision 046). What somebody took apart, or said is not one, is left to people.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from sqlalchemy import func, select

from crm_core.errors import KnownError
from crm_core.matching.scan import Band
from crm_core.matching.survivorship import Member, suggested_survivor, suggestions
from crm_core.model.merging import MERGED, MERGED_INTO, references_to
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Value
from crm_core.store.changes import states
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.indexes import match_clusters
from crm_core.store.log import aliases
from crm_core.store.reading.rows import among
from crm_core.store.schema.expressions import living
from crm_core.sync.merge import RecordState
from sync_server.services.duplicates import Double, find_all
from sync_server.services.exchange import following
from sync_server.services.server import Server

AT_A_TIME = 200
"""Groups of one act: who writes meanwhile waits for so many."""


@dataclass(slots=True)
class Outcome:
    """What became of the groups beyond doubt."""

    merged: int = 0
    left: int = 0
    """Taken apart before, said not to be one, or changed since the scan."""


@dataclass(slots=True)
class _Act:
    """The links and values of one act, worked out before anything is written."""

    links: dict[str, dict[str, object]] = field(default_factory=dict)
    taking: dict[str, dict[str, Value]] = field(default_factory=dict)


def merge_certain(
    server: Server, entity: str, report: Callable[[float], object] = lambda _: None
) -> Outcome:
    """Merge every group of an entity that is beyond doubt, some at a time; cut short, what was
    merged stays. KnownError("policy") where the policy does not allow it: nothing is looked at."""
    if (server.replica.record("policy", "policy") or {}).get("merge_certain") is not True:
        raise KnownError(
            "组织策略没有允许合并确定的重复（管理 → 策略 → 一键合并确定的重复）。没有改动。",
            "The policy does not allow merging certain duplicates (Administration → Policy → Merge "
            "certain duplicates at once). Nothing was changed.",
            code="policy",
        )
    found = _certain(find_all(server, entity, lambda share: report(share * 0.5)))
    outcome = Outcome()
    for start in range(0, len(found), AT_A_TIME):
        part = found[start : start + AT_A_TIME]
        done: list[int] = []
        following.act(server, MERGED, lambda unit: done.append(_merge(unit, entity, part)))  # noqa: B023
        outcome.merged += sum(done)
        outcome.left += len(part) - sum(done)
        report(0.5 + 0.5 * min(1.0, (start + AT_A_TIME) / len(found)))
    return outcome


def _certain(doubles: Sequence[Double]) -> list[list[str]]:
    groups: dict[int, list[str]] = defaultdict(list)
    for one in doubles:
        if one.band == Band.MERGE:
            groups[one.group].append(one.id)
    return list(groups.values())


def _merge(unit: Unit, entity: str, groups: Sequence[Sequence[str]]) -> int:
    """Merge those of the groups that still may be; how many."""
    act, refused = _act(unit, entity, groups), Refused()
    unit.change_many(entity, act.links)
    unit.change_many(entity, act.taking, refused=refused)
    return len(act.taking)


def _act(unit: Unit, entity: str, groups: Sequence[Sequence[str]]) -> _Act:
    """As the records are now, in the transaction that writes."""
    connection, tables, act = unit.connection, unit.tables, _Act()
    ids = [one for group in groups for one in group]
    held = states.load(connection, tables, entity, ids).states
    related, spec = _related(unit, entity, ids), unit.registry.entity(entity)
    apart = match_clusters.kept_apart(connection, tables, entity)
    for place in aliases.never_parted(connection, tables, entity, groups):
        group = groups[place]
        pairs = map(frozenset, combinations(group, 2))
        if not all(one in held and held[one].alive for one in group) or any(
            pair in apart for pair in pairs
        ):
            continue
        members = [_member(spec, one, held[one], related[one]) for one in group]
        kept = suggested_survivor(spec, members)
        act.links |= {one: {MERGED_INTO: group[kept]} for one in group if one != group[kept]}
        act.taking[group[kept]] = {
            one.field: one.value
            for one in suggestions(spec, members, kept)
            if one.value != members[kept].record.get(one.field)
        }
    return act


def _member(spec: EntitySpec, record_id: str, state: RecordState, related: int) -> Member:
    stamps = {one.name: state.stamp_of(one.name) for one in spec.fields}
    return Member({"id": record_id, **state.values}, stamps, state.created, related)


def _related(unit: Unit, entity: str, ids: Sequence[str]) -> Counter[str]:
    """How much hangs under each of these records."""
    found = Counter[str]()
    for child, spec in references_to(unit.registry, entity):
        table = unit.tables.of(child.name)
        column = table.c[spec.name]
        rows = (
            select(column, func.count())
            .where(among(unit.connection, column, ids), living(table))
            .group_by(column)
        )
        found.update({str(one): int(many) for one, many in unit.connection.execute(rows)})
    return found
