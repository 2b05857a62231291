"""How a field going from one value to another is said in operations, by its way of merging."""

from crm_core.model.schema import FieldSpec, Merge
from crm_core.model.values import Value
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
