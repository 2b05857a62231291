"""What an edit changes, and how a field going from one value to another is said in operations, by
its way of merging."""

from collections.abc import Mapping

from crm_core.model.schema import EntitySpec, FieldSpec, Merge
from crm_core.model.values import Record, Value, normalise, problems
from crm_core.sync.change import Payload


def payloads(spec: FieldSpec, old: Value, new: Value) -> list[tuple[Payload, str]]:
    """What to send for a field going from `old` to `new`, with the stamp key each competes on."""
    if spec.merge is Merge.SET:
        had = set(old) if isinstance(old, list) else set()
        has = set(new) if isinstance(new, list) else set()
        steps: list[dict[str, Value]] = [{"add": item} for item in sorted(has - had)]
        steps += [{"remove": item} for item in sorted(had - has)]
        return [(step, f"{spec.name}/{next(iter(step.values()))}") for step in steps]
    if spec.merge is Merge.COUNTER:
        total, had_total = (v if isinstance(v, int) else 0 for v in (new, old))
        return [({"add": total - had_total}, spec.name)]
    return [(new, spec.name)]


def differing(
    entity: EntitySpec, held: Record, fields: Mapping[str, object], *, alive: bool = True
) -> dict[str, Value]:
    """What of `fields` differs from what a record holds, normalised; of a dead one everything.

    Raises ValueProblem for the first thing wrong.
    """
    found: dict[str, Value] = {}
    for name, raw in fields.items():
        spec = entity.field_spec(name)
        value = normalise(spec, raw)
        if value is None and spec.required:
            for problem in problems(entity, {**held, name: None}):
                raise problem
        if value != held.get(name) or not alive:
            found[name] = value
    return found
