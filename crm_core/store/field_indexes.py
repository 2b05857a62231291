"""Which indexes the fields of an entity have in its table."""

from sqlalchemy import Index, Table

from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.store.sort_keys import keyed_fields


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

    Records of one state, or of one person, are listed in the order of their moment. By a second
    moment they are counted, a person's own: what somebody has done since this morning.
    """
    if spec.kind is Kind.MOMENT and entity.owner and spec.name != entity.moment:
        return (entity.owner, spec.name, "alive")
    ordered = spec.kind is Kind.CHOICE or spec.name == entity.owner
    more = (entity.moment, entity.owner) if ordered else ()
    return (spec.name, *(n for n in more if n and n != spec.name), "alive")
