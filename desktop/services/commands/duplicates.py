"""Saying that records which look alike are not one: never asked again, on any device (row 5.8)."""

from collections.abc import Collection

from crm_core.model.entities_match import distinction_id
from crm_core.store.changes import changelog
from crm_core.sync.change import Verb
from crm_core.sync.history import Edit
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace


def do_keep_apart(
    workspace: Workspace, entity: str, record: str, others: Collection[str], *, reason: str = ""
) -> Done:
    """Keep one record apart from others for good; taken back like anything else.

    KnownError("forbidden").
    """
    with workspace.write("并非重复") as (unit, committed):
        for other in others:
            first, second = sorted((record, other))
            known = distinction_id(entity, (first, second))
            values = {
                "entity": entity, "first": first, "second": second, "reason": reason,
                "author": workspace.actor.user_id,
            }  # fmt: skip
            if not _known(workspace, known):
                unit.create("distinction", values, record_id=known)
            elif unit.record("distinction", known) is None:  # It was taken back once.
                unit.edit([Edit("distinction", known, Verb.SET, "entity", entity)])
    return done(
        committed,
        "已记下：它们不是同一个，以后不再提示",
        "Noted that they are not the same; it will not be asked again",
    )


def _known(workspace: Workspace, record: str) -> bool:
    """Whether there ever was this decision."""
    replica = workspace.replica
    held = replica.read(lambda c: changelog.states_of(c, replica.tables, "distinction", [record]))
    return bool(held)
