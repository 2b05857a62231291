"""Which indexes the fields of an entity have in its table."""

from sqlalchemy import Index, Table

from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.store.schema.sort_keys import keyed_fields


def index_fields(table: Table, entity: EntitySpec) -> None:
    """Give the table those that its entity asks for."""
    keyed = keyed_fields(table)
    for spec in entity.fields:
        if spec.indexed and not spec.custom:
            columns = (table.c[name] for name in _index_columns(entity, spec))
            Index(f"ix_{entity.name}_{spec.name}", *columns)
            if spec.name in keyed:
                Index(f"ix_{entity.name}_{keyed[spec.name]}", table.c[keyed[spec.name]])


def _index_columns(entity: EntitySpec, spec: FieldSpec) -> tuple[str, ...]:
    """The field, then what lists ask of the same records: so they need not look at the rows.

    Records of one state are listed in the order of their moment, and a person's own by their state
    first: what is still open is little, what was ever done is not. What lies under a record is
    asked for since a moment. By a second moment, or a day, a person's own are counted: what
    somebody has done since this morning, who has a birthday.
    """
    alone = (spec.name, "alive")
    if spec.kind in (Kind.MOMENT, Kind.DATE):
        counted = entity.owner and spec.name != entity.moment
        return (entity.owner, *alone) if counted and entity.owner else alone
    more: tuple[str | None, ...]
    if spec.kind is Kind.CHOICE:
        more = (entity.moment, entity.owner)
    elif spec.name == entity.owner:
        states = (s.name for s in entity.fields if s.kind is Kind.CHOICE and s.indexed)
        more = (*states, entity.moment)
    elif spec.name in entity.parents[:1]:
        more = (entity.moment,)
    else:
        return alone
    return (spec.name, *(name for name in more if name), "alive")
