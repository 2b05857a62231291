"""What merging would do, and what was merged: questions only; the verbs are in `commands.merge`."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_core.clock import stamp_moment
from crm_core.model.merging import MERGED_INTO, mergeable, references_to
from crm_core.model.schema import FieldSpec, Merge
from crm_core.model.values import Record, Value
from crm_core.permissions import Access, Verdict, access, can_merge
from crm_core.store.changes import changelog
from crm_core.store.log import aliases
from crm_core.sync.change import Operation, Verb
from crm_core.sync.history import Edit, stepped_back
from desktop.services.queries import Target
from desktop.services.workspace import Workspace

_MOST_SINCE = 50


class Later(StrEnum):
    """What becomes, when a merge is taken back, of values that were edited after it."""

    KEEP = "keep"
    """They stay as they were edited."""
    PUT_BACK = "put_back"
    """The survivor has again what it had before the merge."""


@dataclass(frozen=True, slots=True)
class Moving:
    """What a merge moves, as far as it is on this device."""

    counts: Mapping[str, int]
    """Entity → records that point at a loser."""
    closed: int
    """How many of them this person may not write: the server moves those."""

    @property
    def total(self) -> int:
        """How many records move."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class MergeLine:
    """One record merged into another."""

    entity: str
    id: str
    title: str
    into: str
    at: str
    """ISO UTC; empty where this device lacks that part of the history."""
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What the survivor gets back."""

    edits: tuple[Edit, ...] = ()
    kept: tuple[FieldSpec, ...] = ()
    """Taken from the alias, edited since, and left so."""


@dataclass(frozen=True, slots=True)
class Back:
    """What taking a merge back would do."""

    fields: tuple[tuple[FieldSpec, Value, Value], ...]
    """Of the survivor: field, what it holds, what it gets."""
    kept: tuple[FieldSpec, ...]
    """See `TakenBack`."""
    returning: Mapping[str, int]
    """Entity → records that go back with the alias, as far as this device knows."""
    since: tuple[tuple[str, str, str], ...]
    """(entity, id, title) of what was added to the survivor after the merge."""
    known: bool = True
    """Whether this device has the history of the merge; without it, fields stay as they are."""


def where_met(workspace: Workspace, entity: str, record_id: str) -> str:
    """The id under which a record is met now: another's where it was merged."""
    replica = workspace.replica
    if entity not in replica.registry or not mergeable(replica.registry.entity(entity)):
        return record_id
    found = replica.read(lambda c: aliases.roots(c, replica.tables, entity, [record_id]))
    return found[record_id]


def merges_of(workspace: Workspace, entity: str, record_id: str) -> list[MergeLine]:
    """What was merged into a record, near or far, by name."""
    replica = workspace.replica
    if not mergeable(replica.registry.entity(entity)):
        return []
    below = replica.read(lambda c: aliases.aliases_of(c, replica.tables, entity, [record_id]))
    links = replica.read(lambda c: aliases.ever_linked(c, replica.tables, entity, below))
    titles = replica.titles(entity, below)
    lines = [
        _line(entity, one, titles.get(one, ""), into, links.get(one, []))
        for one, into in below.items()
    ]
    return sorted(lines, key=lambda line: (line.title, line.id))


def may_merge(workspace: Workspace, entity: str, record: Record) -> Verdict:
    """Whether the person may merge this record with others, or take its merge back."""
    return can_merge(workspace.actor, workspace.replica.registry.entity(entity), record)


def would_move(workspace: Workspace, entity: str, losers: Collection[str]) -> Moving:
    """What merging these into another would move."""
    replica, closed = workspace.replica, 0
    counts: Counter[str] = Counter()
    for child, field in references_to(replica.registry, entity):
        found = replica.read(
            lambda c, e=child.name, f=field: aliases.pointing_at(  # type: ignore[misc]
                c, replica.tables, e, f, losers
            )
        )
        counts[child.name] += len(found)
        for record in replica.by_ids(child.name, {one.id for one in found}).values():
            closed += not workspace.may_write(child.name, record, field.name).allowed
    return Moving({name: number for name, number in counts.items() if number}, closed)


def differing_fields(
    workspace: Workspace, entity: str, records: Sequence[Record]
) -> list[FieldSpec]:
    """The fields a chooser has to look at, in form order: those in which the records differ and
    which this person reads in full and may write."""
    whole = workspace.replica.registry.entity(entity)
    return [
        spec
        for spec in workspace.entity(entity).fields
        if spec.editable
        and access(workspace.actor, whole, spec) is Access.WRITE
        and any(one.get(spec.name) != records[0].get(spec.name) for one in records[1:])
    ]


def proposed_values(
    workspace: Workspace, entity: str, survivor: Record, losers: Sequence[Record]
) -> dict[str, Value]:
    """What the survivor should take where nobody says otherwise: what it lacks, and the items of
    all sets."""
    owner = workspace.replica.registry.entity(entity).owner
    found: dict[str, Value] = {}
    for spec in differing_fields(workspace, entity, [survivor, *losers]):
        values = [one.get(spec.name) for one in losers if one.get(spec.name) is not None]
        if spec.merge is Merge.SET:
            found[spec.name] = gathered([survivor.get(spec.name), *values])
        elif survivor.get(spec.name) is None and values and spec.name != owner:
            found[spec.name] = values[0]
    return {name: value for name, value in found.items() if value != survivor.get(name)}


def gathered(sets: Iterable[Value]) -> Value:
    """All items of several sets."""
    items = {item for one in sets if isinstance(one, list) for item in one}
    return sorted(items) or None


def would_return(
    workspace: Workspace, entity: str, alias: str, later: Later = Later.KEEP
) -> Back | None:
    """What taking the merge of `alias` back would do; None where it is not merged."""
    replica = workspace.replica
    links = replica.read(lambda c: aliases.links_above(c, replica.tables, entity, [alias]))
    if alias not in links:
        return None
    root, spec = aliases.root_of(links, alias), replica.registry.entity(entity)
    taken = taken_back(workspace, entity, alias, later)
    held = replica.record(entity, links[alias]) or {}
    going = replica.read(
        lambda c: aliases.belonging(c, replica.tables, replica.registry, entity, alias)
    )
    return Back(
        fields=tuple((spec.field_spec(e.field), held.get(e.field), e.value) for e in taken.edits),
        kept=taken.kept,
        returning=dict(Counter(one.entity for one in going)),
        since=_since(workspace, entity, alias, root, {(one.entity, one.id) for one in going}),
        known=bool(_links_of(workspace, entity, alias)),
    )


def taken_back(workspace: Workspace, entity: str, alias: str, later: Later) -> TakenBack:
    """The edits that give the survivor again what it had before it took values of the alias."""
    replica = workspace.replica
    links = _links_of(workspace, entity, alias)
    merge = links[-1] if links and links[-1].value is not None else None
    if merge is None or (held := replica.record(entity, str(merge.value))) is None:
        return TakenBack()
    history = replica.history(entity, str(merge.value))
    own = replica.read(lambda c: changelog.states_of(c, replica.tables, entity, [alias]))
    into = {o.group for o in links if o.value == merge.value}
    acts = {o.group for o in links}
    edits, kept = dict[str, Edit](), dict[str, FieldSpec]()
    for step in history:
        spec = replica.registry.find(entity, step.field)
        if step.group not in into or step.verb is not Verb.SET or spec is None:
            continue
        if spec.name == MERGED_INTO or not _came_from(step, own[alias].values):
            continue
        value = step.before
        if isinstance(step.value, dict):
            if step.group != merge.group:
                continue  # That was taken back already, or stands by somebody's will.
            present = edits[spec.name].value if spec.name in edits else held.get(spec.name)
            value = stepped_back(step.value, present)
        elif later is Later.KEEP and _edited(history, step, acts):
            kept[spec.name] = spec
            continue
        edits[spec.name] = Edit(entity, str(merge.value), Verb.SET, spec.name, value)
    changing = tuple(e for e in edits.values() if e.value != held.get(e.field))
    return TakenBack(changing, tuple(kept.values()))


def _links_of(workspace: Workspace, entity: str, alias: str) -> list[Operation]:
    """What made the alias one, or ended that, oldest first; none of what this device lacks."""
    replica = workspace.replica
    links = replica.read(lambda c: aliases.ever_linked(c, replica.tables, entity, [alias]))
    return links.get(alias, [])


def _came_from(step: Operation, values: Record) -> bool:
    """Whether a value came from this alias and not from another merged in the same act."""
    held = values.get(step.field)
    if isinstance(step.value, dict):
        item = step.value.get("add")
        return isinstance(held, list) and item in held
    return step.value == held


def _edited(history: Sequence[Operation], step: Operation, acts: Collection[str]) -> bool:
    """Whether somebody wrote the field after this, other than by merging and taking that back."""
    return any(
        o.field == step.field and o.hlc > step.hlc and o.group not in acts for o in history
    )  # fmt: skip


def _since(
    workspace: Workspace, entity: str, alias: str, root: str, going: Collection[Target]
) -> tuple[tuple[str, str, str], ...]:
    """What was added to the survivor after the merge and does not go back by itself."""
    replica, links = workspace.replica, _links_of(workspace, entity, alias)
    found: list[tuple[str, str, str]] = []
    if not links:
        return ()
    for child, field in references_to(replica.registry, entity):
        new = replica.read(
            lambda c, e=child.name, f=field: aliases.pointing_at(  # type: ignore[misc]
                c, replica.tables, e, f, [root], since=links[-1].hlc
            )
        )
        ids = {one.id for one in new if (one.entity, one.id) not in going}
        titles = replica.titles(child.name, ids)
        found += [(child.name, one, titles.get(one, "")) for one in sorted(ids, reverse=True)]
    return tuple(found[:_MOST_SINCE])


def _line(
    entity: str, alias: str, title: str, into: str, links: Sequence[Operation]
) -> MergeLine:  # fmt: skip
    last = next((o for o in reversed(links) if o.value == into), None)
    if last is None:
        return MergeLine(entity, alias, title, into, "", "", "")
    at = stamp_moment(last.authored or last.hlc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return MergeLine(entity, alias, title, into, at, last.actor, last.reason)
