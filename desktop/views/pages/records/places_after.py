"""What follows for a record's empty places from one field that is saved by itself.

From another place (a city has its province) it is saved with it; from an address or a number it is
a proposal, and an act of its own that can be taken back by itself.
"""

from crm_core.model import whereabouts
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record, Value
from crm_core.model.whereabouts import Proposal
from desktop.services.commands.places import do_fill_places, places_to_fill
from desktop.viewmodels.session import Session

_TELLING = frozenset({"address", "phone"})


def with_places(entity: EntitySpec, record: Record, name: str, value: Value) -> dict[str, Value]:
    """The change of one field, with the empty places that follow where it is a place itself."""
    if name not in whereabouts.FIELDS or value is None or entity.find(whereabouts.CITY) is None:
        return {name: value}
    found = whereabouts.proposals({**record, "address": None, "phone": None, name: value})
    implied: dict[str, Value] = {one.field: one.value for one in found if _writable(entity, one)}
    return {name: value, **implied}


def _writable(entity: EntitySpec, one: Proposal) -> bool:
    spec = entity.find(one.field)
    return spec is not None and spec.editable


def fill_places(session: Session, entity: EntitySpec, record: Record, *, after: str) -> None:
    """Where a place or number was saved and others are empty: propose, so that it can be undone."""
    complete = all(record.get(name) for name in whereabouts.FIELDS)
    if entity.find(whereabouts.CITY) is None or after not in _TELLING or complete:
        return
    if not record.get(after):
        return
    workspace, name = session.workspace, entity.name

    def fill(found: tuple[Proposal, ...]) -> None:
        if found:
            session.run(do_fill_places, name, str(record["id"]), found)

    session.ask(lambda: places_to_fill(workspace, name, record, after=after), fill, session)
