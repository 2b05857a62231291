"""Conditions as JSON: how a freeze rule or a saved view is kept in a record and travels."""

import json
from collections.abc import Callable, Mapping

from crm_core.model.query import Ago, All, Any, Condition, Not, Op, Operand, Start, Test, Unit

_FARTHEST = 36_600
"""Days, weeks or months from now; a hundred years."""
MOST_DEEP = 20
"""Levels of a condition; deeper ones are refused, whoever sends them."""


def condition_text(condition: Condition) -> str:
    """The written form: `["eq", "stage", "won"]`, `["all", …]`, `["any", …]`, `["not", …]`;
    a moment relative to now is `{"hours_ago": 72}`, the beginning of last week
    `{"start": "week", "offset": -1, "moment": true}`."""
    return json.dumps(_written(condition), ensure_ascii=False, separators=(",", ":"))


def condition_from(text: str) -> Condition:
    """Read the written form; ValueError with what is wrong and where."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    return _read(found, 0)


def _written(condition: Condition) -> list[object]:
    match condition:
        case All(parts):
            return ["all", *map(_written, parts)]
        case Any(parts):
            return ["any", *map(_written, parts)]
        case Not(part):
            return ["not", _written(part)]
        case Test(field, op, operand):
            return [op.value, field, _operand_written(operand)]


def _operand_written(operand: object) -> object:
    if isinstance(operand, Ago):
        return {"hours_ago": operand.hours}
    if isinstance(operand, Start):
        return {"start": operand.unit.value, "offset": operand.offset, "moment": operand.moment}
    return list(operand) if isinstance(operand, tuple) else operand


def _read(found: object, depth: int) -> Condition:
    if depth > MOST_DEEP:
        raise ValueError("too many levels")
    if not isinstance(found, list) or not found or not isinstance(found[0], str):
        raise ValueError(f"level {depth}: a condition begins with what it does")
    word, parts = found[0], found[1:]
    joined: Mapping[str, Callable[[tuple[Condition, ...]], Condition]] = {"all": All, "any": Any}
    if word in joined:
        return joined[word](tuple(_read(part, depth + 1) for part in parts))
    if word == "not" and len(parts) == 1:
        return Not(_read(parts[0], depth + 1))
    if word not in set(Op) or len(parts) != 2 or not isinstance(parts[0], str):
        raise ValueError(f"level {depth}: {word[:40]!r} with {len(parts)} parts is not known")
    return Test(parts[0], Op(word), _operand(Op(word), parts[1], depth))


def _operand(op: Op, found: object, depth: int) -> Operand:
    if isinstance(found, dict):
        relative = _relative(found)
        if relative is not None:
            return relative
    if op is Op.IN:
        if isinstance(found, list) and all(isinstance(item, str) for item in found):
            return tuple(found)
    elif found is None or isinstance(found, str | bool) or type(found) is int:
        return found
    raise ValueError(f"level {depth}: this cannot be compared with")


def _relative(found: Mapping[str, object]) -> Ago | Start | None:
    """A point in time counted from now; None for one this version does not know."""
    match found:
        case {"hours_ago": int() | float() as hours} if len(found) == 1:
            return Ago(hours) if abs(hours) < _FARTHEST * 24 and type(hours) is not bool else None
        case {"start": str(unit), "offset": int(offset), "moment": bool(moment)}:
            known = len(found) == 3 and unit in set(Unit) and type(offset) is not bool
            return Start(Unit(unit), offset, moment) if known and abs(offset) < _FARTHEST else None
    return None
