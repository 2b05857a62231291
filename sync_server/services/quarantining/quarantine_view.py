"""What a wiped device left, for an administrator to read: names of things and of fields, values."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from crm_core.model.schema import EntitySpec, Registry
from crm_core.model.values import Value, display
from crm_core.store.changes import states
from crm_core.sync.change import Operation, Payload, Verb, moment_of, operation_from_json
from sync_server.services.quarantining.quarantine import operations_of
from sync_server.services.server import Server


@dataclass(frozen=True, slots=True)
class Change:
    """One operation in words."""

    seq: int
    at: str
    """When its author did it, ISO UTC."""
    verb: Verb
    entity: str
    """Its name as a person reads it."""
    record: str
    """Id of the record."""
    title: str
    """Of the record, as the server or the operation itself knows it."""
    values: dict[str, str]
    """Field → what it was to be; for one that had a value "before → after"."""
    state: str
    reason: str


def changes(server: Server, node: str, *, language: str) -> list[Change]:
    """Everything one device left, in the order of its work."""
    with server.reading() as connection:
        rows = operations_of(connection, server, node)
        made = [(operation_from_json(r.operation), r.state, r.reason) for r in rows]
        titles = _titles(connection, server, [o for o, _, _ in made])
    return [
        Change(
            seq=o.replica_seq, at=moment_of(o), verb=o.verb,
            entity=_entity_name(server.replica.registry, o.entity, language),
            record=o.id, title=titles.get((o.entity, o.id), ""),
            values=dict(_values(server.replica.registry, o, language)),
            state=state, reason=reason,
        )
        for o, state, reason in made
    ]  # fmt: skip


def _entity_name(registry: Registry, entity: str, language: str) -> str:
    return registry.entity(entity).label.text(language) if entity in registry else entity


def _titles(
    connection: Connection, server: Server, operations: list[Operation]
) -> dict[tuple[str, str], str]:
    registry, found = server.replica.registry, dict[tuple[str, str], str]()
    for entity in {o.entity for o in operations if o.entity in registry}:
        title, ids = registry.entity(entity).title, {o.id for o in operations if o.entity == entity}
        loaded = states.load(connection, server.replica.tables, entity, ids, fields=[title])
        for record, state in loaded.states.items():
            found[entity, record] = str(state.values.get(title) or "")
    for o in operations:
        if o.verb is Verb.CREATE and o.entity in registry:
            named = o.created_values.get(registry.entity(o.entity).title)
            found.setdefault((o.entity, o.id), str(named or ""))
    return found


def _values(
    registry: Registry, operation: Operation, language: str
) -> Iterator[tuple[str, str]]:  # fmt: skip
    entity = registry.entity(operation.entity) if operation.entity in registry else None
    if operation.verb is Verb.CREATE:
        for name, value in operation.created_values.items():
            if value is not None:
                yield _field_name(entity, name, language), _said(entity, name, value, language)
    elif operation.verb is Verb.SET:
        after = _said(entity, operation.field, operation.value, language)
        before = _said(entity, operation.field, operation.before, language)
        shown = f"{before} → {after}" if before else after
        yield _field_name(entity, operation.field, language), shown


def _field_name(entity: EntitySpec | None, name: str, language: str) -> str:
    spec = entity.find(name) if entity is not None else None
    return spec.label.text(language) if spec is not None else name


def _said(entity: EntitySpec | None, name: str, value: Payload, language: str) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{step} {part}" for step, part in value.items())
    spec = entity.find(name) if entity is not None else None
    return _plain(value) if spec is None else display(spec, value, language)


def _plain(value: Value) -> str:
    return "" if value is None else str(value)
