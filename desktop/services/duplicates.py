"""Doubles found in everything on this device: the scan, what it found, one group for review.

Questions, and the local list of groups; what is done with a group is in `commands.duplicates` and
`commands.merge`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crm_core.matching import filing
from crm_core.matching.compare import Likeness, likeness
from crm_core.matching.survivorship import Member
from crm_core.model.query import All, Op, Query, Test
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Record
from crm_core.permissions import Right
from crm_core.store.changes import changelog
from crm_core.store.indexes.likely import as_shown
from crm_core.store.indexes.match_clusters import Cluster
from crm_core.store.indexes.match_index import FILED
from crm_core.store.match_scan import scan_all, scan_changed
from desktop.services.cancelling import CancelToken
from desktop.services.queries import Target, resolve_titles
from desktop.services.workspace import Workspace

OPEN = ("merge", "review")
"""Bands that a person is asked about."""
MOST_SHOWN = 500
"""Groups of one list; the surest."""


@dataclass(frozen=True, slots=True)
class Review:
    """One group, ready to be looked at."""

    cluster: Cluster
    entity: EntitySpec
    members: tuple[Member, ...]
    """As far as this person may read them."""
    owners: tuple[str, ...]
    likenesses: tuple[Likeness | None, ...]
    """Of each member and the first of the group; None for that one."""
    titles: Mapping[Target, str]
    """Names of the records they point at."""


def scan(
    workspace: Workspace, token: CancelToken, report: Callable[[float], object], *, whole: bool
) -> bool:
    """Look for doubles of every kind: everything, or what changed since; whether it came to its
    end. Not for the database thread: it reads long, and writes for a moment."""
    look, kinds = scan_all if whole else scan_changed, kinds_of(workspace)
    for number, entity in enumerate(kinds):
        start = number / len(kinds)

        def part(share: float, start: float = start) -> None:
            report(start + share / len(kinds))

        if look(workspace.replica, entity, report=part, stopped=token.cancelled) is None:
            return False
    return True


def kinds_of(workspace: Workspace) -> list[str]:
    """The kinds of records that this person may look for doubles of."""
    return [name for name in FILED if workspace.may(Right.SEE, name).allowed]


def groups(workspace: Workspace) -> list[Cluster]:
    """What the scans found and nobody has dealt with, the surest first."""
    found = [
        one for name in kinds_of(workspace) for one in workspace.replica.clusters(name, bands=OPEN)
    ]
    return sorted(found, key=lambda one: (-one.likely, one.number))[:MOST_SHOWN]


def scanned_before(workspace: Workspace) -> bool:
    """Whether everything was looked at once."""
    return all(
        workspace.replica.meta(f"match_scanned:{name}") is not None for name in kinds_of(workspace)
    )


def review(workspace: Workspace, cluster: Cluster) -> Review | None:
    """A group as its records are now; None where fewer than two of them are left."""
    replica, name = workspace.replica, cluster.entity
    entity = workspace.entity(name)
    records = replica.by_ids(name, cluster.ids)
    ids = [one for one in cluster.ids if one in records]
    if len(ids) < 2:
        return None
    states = replica.read(lambda c: changelog.states_of(c, replica.tables, name, ids))
    withheld = workspace.withheld(name)
    spec = replica.registry.entity(name)
    seen = [as_shown(spec, records[one], withheld) for one in ids]
    members = tuple(
        Member(
            record,
            {one.name: states[record_id].stamp_of(one.name) for one in entity.fields},
            states[record_id].created,
            _related(workspace, name, record_id),
        )
        for record_id, record in zip(ids, seen, strict=True)
    )
    profiles = [filing.profile(spec, record) for record in seen]
    return Review(
        cluster=cluster,
        entity=entity,
        members=members,
        owners=tuple(str(record.get(spec.owner) or "") for record in seen),
        likenesses=(None, *(likeness(profiles[0], one) for one in profiles[1:])),
        titles=resolve_titles(workspace, _pointed_at(entity, seen)),
    )


def _related(workspace: Workspace, entity: str, record_id: str) -> int:
    """How much hangs under a record, as far as it is here."""
    replica = workspace.replica
    return sum(
        replica.count(Query(child.name, All((Test(spec.name, Op.EQ, record_id),))))
        for child, spec in replica.registry.children_of(entity)
    )


def _pointed_at(entity: EntitySpec, records: list[Record]) -> list[Target]:
    return [
        (spec.target, str(record[spec.name]))
        for record in records
        for spec in entity.fields
        if spec.kind is Kind.REF and record.get(spec.name)
    ]
