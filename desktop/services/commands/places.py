"""The verb that fills empty places of a record from what it says already (rows 1.7, 1.9)."""

from collections.abc import Sequence
from dataclasses import replace

from crm_core.model import whereabouts
from crm_core.model.values import Record
from crm_core.model.whereabouts import Proposal, Source
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace

_SAID = {
    Source.PHONE: ("按电话归属地", "by the place of the phone number"),
    Source.ADDRESS: ("按地址", "from the address"),
    Source.PLACE: ("按所在地", "from the other places"),
}


def places_to_fill(
    workspace: Workspace, entity: str, record: Record, *, after: str
) -> tuple[Proposal, ...]:
    """What follows for the empty places that this person may write.

    `after`, the field that was just saved, is not filled: whoever emptied it meant to.
    """
    return tuple(
        one
        for one in whereabouts.proposals(record)
        if one.field != after and workspace.may_write(entity, record, one.field).allowed
    )


def do_fill_places(
    workspace: Workspace, entity: str, record_id: str, found: Sequence[Proposal]
) -> Done:
    """Write proposals into a record, as an act of its own that can be taken back by itself."""
    spec = workspace.replica.registry.entity(entity)
    with workspace.write("按已有信息填写") as (unit, committed):
        unit.change(entity, record_id, {one.field: one.value for one in found})
    chinese, english = _SAID[found[-1].source]
    zh = "、".join(f"{spec.field_spec(one.field).label.zh} {one.value}" for one in found)
    en = ", ".join(f"{spec.field_spec(one.field).label.en} {one.value}" for one in found)
    said = f"已{chinese}填入{zh}", f"Filled in {english}: {en}"
    return replace(done(committed, *said, record_id=record_id), follows=True)
