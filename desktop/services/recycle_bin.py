"""The bin: everything deleted that somebody may see, what it was, and bringing it back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.model.values import Record
from crm_core.permissions import ADMIN, STRUCTURE, Right, visible
from crm_core.permissions.policy import AUDIT
from crm_core.store.changes import changelog
from crm_core.store.forgetting import bin
from crm_core.store.forgetting.bin import Binned
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from desktop.services.commands.verbs import Done, done
from desktop.services.queries import Target, references, resolve_titles
from desktop.services.workspace import Workspace

MOST = 1_000
"""Lines of the bin; older ones are found by typing or by kind."""


@dataclass(frozen=True, slots=True)
class BinList:
    """What lies in the bin, newest first."""

    lines: tuple[Binned, ...]
    people: dict[Target, str]
    more: bool
    """Whether there is more than is listed."""


@dataclass(frozen=True, slots=True)
class Remains:
    """What a deleted record held, as this person may see it."""

    line: Binned
    record: Record
    names: dict[Target, str]


def kinds(workspace: Workspace) -> list[str]:
    """The entities whose bin the person may look into."""
    structure = STRUCTURE if workspace.actor.role != ADMIN else frozenset[str]()
    return [
        entity.name
        for entity in workspace.replica.registry
        if entity.name != AUDIT
        and entity.name not in structure
        and workspace.may(Right.SEE, entity.name).allowed
    ]


def look(workspace: Workspace, *, typed: str = "", kind: str = "") -> BinList:
    """The bin, or what of it is of one kind or has `typed` in a field."""
    replica, now = workspace.replica, workspace.clock.now()
    names = [name for name in kinds(workspace) if kind in ("", name)]
    if not workspace.read_only:
        replica.prepare_bin(names)
    found: list[Binned] = []
    for name in names:
        entity = replica.registry.entity(name)
        where = visible(workspace.actor, entity)
        found += replica.read(
            lambda c, e=entity, w=where: bin.binned(  # type: ignore[misc]
                c, replica.tables, e, w, typed=typed, now=now, limit=MOST + 1
            )
        )
    found.sort(key=lambda line: line.at, reverse=True)
    lines = tuple(found[:MOST])
    people = resolve_titles(workspace, {("user", line.actor) for line in lines if line.actor})
    return BinList(lines, people, more=len(found) > MOST)


def remains(workspace: Workspace, line: Binned) -> Remains | None:
    """What a record was before it was deleted; None where it is gone for good."""
    replica = workspace.replica
    held = replica.read(lambda c: changelog.states_of(c, replica.tables, line.entity, [line.id]))
    state = held.get(line.id)
    if state is None:
        return None
    names = resolve_titles(workspace, references(workspace, {line.entity: [state.values]}))
    return Remains(line, state.values, names)


def do_revive_many(workspace: Workspace, targets: Sequence[Target]) -> Done:
    """Bring deleted records back as they were, all of them or none; undone together.

    KnownError("forbidden", "gone").
    """
    replica, by_entity = workspace.replica, defaultdict[str, list[str]](list)
    for entity, record_id in targets:
        by_entity[entity].append(record_id)
    with workspace.write("从回收站恢复") as (unit, committed):
        edits: list[Edit] = []
        for entity, ids in by_entity.items():
            title = replica.registry.entity(entity).title
            alive = unit.values_of(entity, ids)
            held = changelog.states_of(unit.connection, unit.tables, entity, ids)
            edits += [
                # Any write newer than the deletion revives (rule 8): the title it had anyway.
                Edit(entity, one, Verb.SET, title, held[one].values.get(title))
                for one in ids
                if one in held and one not in alive
            ]
        unit.edit(edits)
    number = sum(len(ids) for ids in committed.changed.values())
    return done(committed, f"已恢复 {number:,} 条记录", f"{number:,} record(s) are back")
