"""A rule's body as it is being built: parts put in, taken out, moved and doubled; steps taken back.

Bodies are frozen, so that every edit makes another and what was is still there: undo keeps bodies,
not commands. A place is that of `bodies`: names of fields and places in lists, from the body
inwards. Pure; forms and keys are in the desktop.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from crm_core.model.schema import Label
from crm_core.rules.bodies import Place
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Do
from crm_core.rules.shapes import SHAPES
from crm_core.rules.wording.form_words import PARTS, Takes, part_of

_SHORT = 2
MOST_STEPS = 200
"""How many edits can be taken back."""
_FIRST_ACTION = Action(Do.NOTIFY)


def at(body: object, place: Place) -> Any:
    """What stands there. LookupError or AttributeError where nothing does."""
    found: Any = body
    for step in place:
        found = found[step] if isinstance(step, int) else getattr(found, step)
    return found


def put(body: Any, place: Place, value: object) -> Any:
    """The body with something else there."""
    if not place:
        return value
    step, *rest = place
    if isinstance(step, int):
        inner = put(body[step], tuple(rest), value)
        return (*body[:step], inner, *body[step + 1 :])
    return replace(body, **{step: put(getattr(body, step), tuple(rest), value)})


def added(body: object, place: Place, part: object) -> Any:
    """The body with one more at the end of the list there."""
    return put(body, place, (*at(body, place), part))


def dropped(body: object, place: Place, number: int) -> Any:
    """The body without one of the list there."""
    kept = [one for n, one in enumerate(at(body, place)) if n != number]
    return put(body, place, tuple(kept))


def doubled(
    body: object, place: Place, number: int, new_id: Callable[[], str] | None = None
) -> Any:
    """The body with one of the list there twice, one after the other. `new_id`: what the second
    and everything in it that has an id is called; without it the ids stay."""
    parts = at(body, place)
    second = parts[number] if new_id is None else renamed(parts[number], new_id)
    return put(body, place, (*parts[: number + 1], second, *parts[number + 1 :]))


def renamed(part: Any, new_id: Callable[[], str]) -> Any:
    """A part with ids of its own, and so everything in it."""
    if isinstance(part, tuple):
        return tuple(renamed(one, new_id) for one in part)
    if not is_dataclass(part) or isinstance(part, type | Label):
        return part
    given: dict[str, Any] = {}
    for one in fields(part):
        value = getattr(part, one.name)
        if one.name == "id":
            given["id"] = new_id()
        elif isinstance(value, tuple):
            given[one.name] = renamed(value, new_id)
    return replace(part, **given)


def is_short(owner: type) -> bool:
    """Whether a part is a few plain values, which stand beside each other on one line."""
    hints = types_of(owner)
    asked = [name for name in hints if part_of(owner, name).takes is not Takes.IDENTITY]
    plain = all(
        part_type(hint := plain_type(hints[name])) is None
        and hint is not When
        and get_origin(hint) is not tuple
        and (hint is Label or not is_dataclass(hint))
        for name in asked
    )
    return plain and len(asked) <= _SHORT


def moved(body: object, place: Place, number: int, by: int) -> Any:
    """The body with one of the list there so many places further; never beyond the ends."""
    parts = list(at(body, place))
    one = parts.pop(number)
    parts.insert(min(max(number + by, 0), len(parts)), one)
    return put(body, place, tuple(parts))


@cache
def _types(owner: Hashable) -> dict[str, Any]:
    return get_type_hints(owner)


def types_of(owner: type) -> Mapping[str, Any]:
    """The types of a dataclass's parts, worked out."""
    return _types(cast("Hashable", owner))


def parts_of(owner: type) -> list[str]:
    """The names of a dataclass's parts, in the order in which people are asked for them."""
    told = [name for name in PARTS if name.rpartition(".")[0] == _path(owner)]
    order = {name.rpartition(".")[2]: place for place, name in enumerate(told)}
    return sorted(types_of(owner), key=lambda name: order.get(name, len(order)))


def _path(owner: type) -> str:
    return f"{owner.__module__.rpartition('.')[2]}.{owner.__qualname__}"


def plain_type(hint: Any) -> Any:
    """A type without its None."""
    if isinstance(hint, UnionType):
        kept = [one for one in get_args(hint) if one is not NoneType]
        return kept[0] if len(kept) == 1 else hint
    return hint


def part_type(hint: Any) -> type | None:
    """The dataclass a tuple is made of; None for any other type."""
    if get_origin(hint) is tuple:
        inner: type = get_args(hint)[0]
        return inner if is_dataclass(inner) and inner is not Label else None
    return None


def fresh(owner: type) -> Any:
    """A new part of that type with which to begin: defaults, and nothing where there is none."""
    if owner is Action:
        return _FIRST_ACTION
    given: dict[str, object] = {}
    for one in fields(owner):
        if one.default is MISSING and one.default_factory is MISSING:
            given[one.name] = _nothing(types_of(owner)[one.name])
    return owner(**given)


def _nothing(hint: Any) -> object:
    plain = plain_type(hint)
    if get_origin(plain) is tuple:
        return ()
    if plain is Label:
        return Label("", "")
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return next(iter(plain))
    if is_dataclass(plain) and isinstance(plain, type):
        return fresh(plain)
    return When() if plain is When else {str: "", int: 0, float: 0.0, bool: False}.get(plain)


def counts(body: object, name: str) -> bool:
    """Whether a part counts beside the others as they are (`Part.only`, `shapes`)."""
    shapes = SHAPES.get(type(body))
    if shapes is not None and not shapes.counts(body, name):
        return False
    only = part_of(type(body), name).only or {}
    return all(str(getattr(body, other)) in values for other, values in only.items())


@dataclass(slots=True)
class Steps:
    """What a rule said, step by step. Edits of one place that follow each other are one step."""

    now: Document[Any]
    _back: list[Document[Any]]
    _forth: list[Document[Any]]
    _last: Place | None = None

    def take(self, document: Document[Any], place: Place | None = None) -> None:
        """Go on to another state; `place`: where something was typed, None: a step by itself."""
        if document == self.now:
            return
        if place is None or place != self._last or not self._back:
            self._back.append(self.now)
            del self._back[:-MOST_STEPS]
        self._last, self.now = place, document
        self._forth.clear()

    def undo(self) -> bool:
        """Take a step back; False where there is none."""
        return self._go(self._back, self._forth)

    def redo(self) -> bool:
        """Take again what was taken back; False where there is none."""
        return self._go(self._forth, self._back)

    @property
    def can(self) -> tuple[bool, bool]:
        """Whether there is a step back, and one forth."""
        return bool(self._back), bool(self._forth)

    def _go(self, source: list[Document[Any]], target: list[Document[Any]]) -> bool:
        if not source:
            return False
        target.append(self.now)
        self.now, self._last = source.pop(), None
        return True


def steps_from(document: Document[Any]) -> Steps:
    """The beginning of a draft."""
    return Steps(document, [], [])


def path_of(written: str) -> Place:
    """The place that a problem names, such as `actions[1].title`."""
    found: list[str | int] = []
    for step in written.replace("[", ".[").split("."):
        if step.startswith("[") and step[1:-1].isdigit():
            found.append(int(step[1:-1]))
        elif step:
            found.append(step)
    return tuple(found)


def nearest(place: Place, known: Sequence[Place]) -> Place | None:
    """The innermost of the known places that holds the place."""
    holding = [one for one in known if place[: len(one)] == one]
    return max(holding, key=len, default=None)
