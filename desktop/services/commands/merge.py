"""Merging records, and taking that back: each one act of ordinary changes (decision 046).

The loser becomes an alias, the survivor takes the values chosen, and what points at the loser moves
as far as this person sees it and may write it; the server moves the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from crm_core.errors import KnownError
from crm_core.model.merging import MERGED, MERGED_INTO, UNMERGED, references_to
from crm_core.model.schema import EntitySpec
from crm_core.permissions import can_bulk, can_merge, can_unmerge
from crm_core.store.changes import states
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log import aliases
from crm_core.store.log.aliases import Pointing
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from desktop.services.commands.verbs import Done, done
from desktop.services.merging import Later, taken_back
from desktop.services.queries import Target
from desktop.services.workspace import Workspace

MOST_MOVED = 1_500
"""So many records are moved here; more, the server moves at the next exchange, instead of one by
one over the line."""


def do_merge(
    workspace: Workspace,
    entity: str,
    survivor: str,
    losers: Sequence[str],
    chosen: Mapping[str, object] | None = None,
) -> Done:
    """Merge records into one, which takes the values `chosen` (field → value).

    One act, undone as one. KnownError("gone", "forbidden", "same"), ValueProblem.
    """
    spec = workspace.replica.registry.entity(entity)
    losers = list(dict.fromkeys(losers))
    if survivor in losers or not losers:
        raise KnownError(
            "请另选一条记录来合并。没有改动。",
            "Choose another record to merge with. Nothing was changed.",
            code="same",
        )
    with workspace.write(MERGED) as (unit, committed):
        merge_in(workspace, unit, spec, survivor, losers, chosen)
    title = workspace.replica.titles(entity, [survivor]).get(survivor, "")[:40]
    return done(
        committed,
        f"已把 {len(losers)} 条{spec.label.zh}合并到「{title}」",
        f"{len(losers)} {spec.label.en.lower()} record(s) merged into “{title}”",
        record_id=survivor,
    )


def merge_in(
    workspace: Workspace,
    unit: Unit,
    spec: EntitySpec,
    survivor: str,
    losers: Sequence[str],
    chosen: Mapping[str, object] | None = None,
    *,
    refused: Refused | None = None,
) -> None:
    """`do_merge` in an act that does more. With `refused`, values that cannot be taken are noted
    there and stay with the alias."""
    _check(workspace, unit, spec, [survivor, *losers])
    # First of all, so that whoever judges the rest knows what it belongs to.
    unit.change_many(spec.name, {one: {MERGED_INTO: survivor} for one in losers})
    if chosen:
        unit.change_many(spec.name, {survivor: chosen}, refused=refused)
    found = _pointing(unit, spec.name, losers)
    _point(workspace, unit, [(one, survivor) for one in found[:MOST_MOVED]])


def do_unmerge(
    workspace: Workspace,
    entity: str,
    alias: str,
    *,
    later: Later = Later.KEEP,
    along: Collection[Target] = (),
) -> Done:
    """Take a merge back: the alias is a record again, and has again what it brought along.

    `along` names what was added to the survivor since that shall go with it. KnownError
    ("not_merged", "forbidden").
    """
    replica = workspace.replica
    spec = replica.registry.entity(entity)
    taken = taken_back(workspace, entity, alias, later)
    with workspace.write(UNMERGED) as (unit, committed):
        links = aliases.links_above(unit.connection, unit.tables, entity, [alias])
        if alias not in links:
            raise _not_merged(spec)
        _check_parting(workspace, unit, spec, links[alias])
        root = aliases.root_of(links, alias)
        going = aliases.belonging(unit.connection, unit.tables, unit.registry, entity, alias)
        wanted = set(along)
        going += [o for o in _pointing(unit, entity, [root]) if (o.entity, o.id) in wanted]
        unit.edit([Edit(entity, alias, Verb.SET, MERGED_INTO, None)])
        _point(workspace, unit, [(one, alias) for one in going[:MOST_MOVED]])
        # Whoever may not write the survivor still gets their own record back.
        values: dict[str, dict[str, object]] = {edit.id: {} for edit in taken.edits}
        for edit in taken.edits:
            values[edit.id][edit.field] = edit.value
        unit.change_many(entity, values, refused={})
    title = replica.titles(entity, [alias]).get(alias, "")[:40]
    return done(
        committed,
        f"已取消合并，{spec.label.zh}「{title}」恢复为单独的记录",
        f"Merge taken back: {spec.label.en.lower()} “{title}” is a record of its own again",
        record_id=alias,
    )


def _check(workspace: Workspace, unit: Unit, spec: EntitySpec, ids: Sequence[str]) -> None:
    held = unit.values_of(spec.name, ids)
    for one in ids:
        if one not in held:
            raise KnownError(
                f"其中一条{spec.label.zh}已被删除、已经合并，或不在本机上。没有改动。",
                f"One of these {spec.label.en.lower()} records was deleted or merged already, or "
                "is not on this device. Nothing was changed.",
                code="gone",
            )
        verdict = can_merge(workspace.actor, spec, held[one])
        if not verdict.allowed:
            raise KnownError(verdict.chinese, verdict.english, code="forbidden")


def _check_parting(workspace: Workspace, unit: Unit, spec: EntitySpec, survivor: str) -> None:
    loaded = states.load(unit.connection, unit.tables, spec.name, [survivor]).states
    # One that is not here is a colleague's.
    verdict = can_unmerge(
        workspace.actor, spec, loaded[survivor].values if survivor in loaded else {}
    )
    if not verdict.allowed:
        raise KnownError(verdict.chinese, verdict.english, code="forbidden")


def _pointing(unit: Unit, entity: str, ids: Collection[str]) -> list[Pointing]:
    """Everything that points at these records."""
    return [
        one
        for child, field in references_to(unit.registry, entity)
        for one in aliases.pointing_at(unit.connection, unit.tables, child.name, field, ids)
    ]


def _point(workspace: Workspace, unit: Unit, moves: Iterable[tuple[Pointing, str]]) -> None:
    """Let records point elsewhere; those this person may not write are left to the server."""
    changes: dict[str, dict[str, dict[str, object]]] = defaultdict(lambda: defaultdict(dict))
    for one, there in moves:
        changes[one.entity][one.id][one.field] = there
    refused: Refused = {}
    for name, fields in changes.items():
        if can_bulk(workspace.actor, unit.registry.entity(name), len(fields)).allowed:
            unit.change_many(name, fields, refused=refused)


def _not_merged(spec: EntitySpec) -> KnownError:
    return KnownError(
        f"这条{spec.label.zh}没有合并，或已经取消合并。没有改动。",
        f"This {spec.label.en.lower()} is not merged, or its merge was taken back already. "
        "Nothing was changed.",
        code="not_merged",
    )
