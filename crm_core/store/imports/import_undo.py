"""Taking an import back without taking others' work: what was built upon since stays, and is told.

A record the import made goes into the bin unless somebody changed it since, something living hangs
under it, or the person may not delete it; the rest goes all the same.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select

from crm_core.model.schema import EntitySpec, Kind
from crm_core.permissions.policy import AUDIT
from crm_core.store.changes.act_list import undo_plan
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log import acts
from crm_core.store.reading.rows import among, fetch
from crm_core.sync.change import Verb


@dataclass(slots=True)
class TakenBack:
    """What taking an import back came to."""

    group: str = ""
    """Of the taking back: it can be taken back itself."""
    changed: dict[str, set[str]] = field(default_factory=dict)
    """Entity → ids."""
    kept: set[tuple[str, str]] = field(default_factory=set)
    """(entity, id) of what stayed as it is."""


def take_back_part(unit: Unit, group: str, part: tuple[int, int]) -> set[tuple[str, str]]:
    """Undo what is numbered within `part` of an act, in the act of `unit`; what stayed."""
    plan = undo_plan(
        unit.connection, unit.tables, unit.registry, group, states_of=unit.states_of, part=part
    )
    refused: Refused = {}
    unit.edit((one for one in plan.edits if one.verb is Verb.SET), refused=refused)
    kept = {(one.entity, one.id) for one in plan.edits if one.id in refused}
    made: dict[str, set[str]] = {}
    for one in plan.edits:
        if one.verb is Verb.DELETE:
            made.setdefault(one.entity, set()).add(one.id)
    # Those that point at others first: a parent goes once nothing hangs under it.
    for name in sorted(made, key=lambda name: -_points(unit, name, made)):
        entity, ids = unit.registry.entity(name), made[name]
        stays = _touched_since(unit, name, ids, (group, unit.group))
        stays |= _with_children(unit, entity, ids)
        refused = {}
        unit.delete_many(name, sorted(ids - stays), refused=refused)
        kept |= {(name, one) for one in stays | refused.keys()}
    return kept


def _points(unit: Unit, name: str, others: Collection[str]) -> int:
    entity = unit.registry.entity(name)
    return sum(one.kind is Kind.REF and one.target in others for one in entity.fields)


def _touched_since(unit: Unit, entity: str, ids: set[str], groups: Collection[str]) -> set[str]:
    """Those of the records that operations of other acts than these are about."""
    log, table = unit.tables.log, unit.tables.of(entity)
    number = unit.tables.words.find(unit.connection, entity)
    rows = select(table.c.id, log.c.replica, log.c.act).distinct()
    rows = rows.join_from(table, log, (log.c.rec == table.c.rid) & (log.c.entity == number))
    found = [acts.find(unit.connection, unit.tables, group) for group in groups]
    own = {(act.replica, act.first) for act in found if act is not None}
    told = fetch(unit.connection, rows.where(among(unit.connection, table.c.id, ids)))
    return {str(one) for one, replica, first in told if (replica, first) not in own}


def _with_children(unit: Unit, entity: EntitySpec, ids: set[str]) -> set[str]:
    """Those of the records that a living record points at."""
    found: set[str] = set()
    for other in unit.registry:
        if other.name == AUDIT:
            continue
        table = unit.tables.of(other.name)
        for spec in other.fields:
            if spec.kind is Kind.REF and spec.target == entity.name:
                column = table.c[spec.name]
                rows = select(column).where(table.c.alive.is_(True))
                rows = rows.where(among(unit.connection, column, ids)).distinct()
                found.update(str(one) for (one,) in fetch(unit.connection, rows))
    return found
