"""What a rule says, as data: the written form of its body, read with the place of every error.

A body is a frozen dataclass made of JSON's types, further dataclasses and `When`; which one belongs
to which kind of rule is in `kinds`. Reading refuses by a sentence that names the place, such as
`levels[1].after_hours`. Fields this version does not know are passed over: a newer program may
have written them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from crm_core.model.query import EVERYTHING, Condition
from crm_core.model.query_json import condition_from, condition_text
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.firing.compiled import Check, compiled

B = TypeVar("B")
B_co = TypeVar("B_co", covariant=True)


class When:
    """A condition of `model.query` as part of a body; written as `query_json` writes it."""

    __slots__ = ("_check", "condition")

    def __init__(self, condition: Condition = EVERYTHING) -> None:
        self.condition = condition
        self._check: Check | None = None

    def holds(self, record: Record, now: datetime) -> bool:
        """What `query.matches` says of a record; made ready at the first question."""
        if self._check is None:
            self._check = compiled(self.condition)
        return self._check(record, now)

    def __reduce__(self) -> tuple[type["When"], tuple[Condition]]:
        return When, (self.condition,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, When) and self.condition == other.condition

    def __hash__(self) -> int:
        return hash(self.condition)

    def __repr__(self) -> str:
        return f"When({self.condition!r})"


class RuleProblem(ValueError):
    """A body cannot be read; `place` says where, `label` what is wrong, in both languages."""

    def __init__(self, place: str, label: Label) -> None:
        super().__init__(f"{place}: {label.en}")
        self.place = place
        self.label = label


@dataclass(frozen=True, slots=True)
class Document(Generic[B_co]):
    """One rule: what it is called, what it is about and what it says."""

    id: str
    kind: str
    label: Label
    entity: str
    body: B_co
    active: bool = True
    position: int = 0
    remark: str = ""


def read_body(raw: object, body: type[B]) -> B:
    """A body from what JSON gave. Raises RuleProblem for the first thing wrong."""
    try:
        return msgspec.convert(raw, body, dec_hook=_read_when)
    except msgspec.ValidationError as error:
        raise _problem(str(error)) from error


def written_body(body: object) -> object:
    """A body in the types of JSON; `read_body` gives the same body again."""
    return msgspec.to_builtins(body, enc_hook=_write_when)


def _read_when(wanted: type, raw: object) -> object:
    if wanted is When:
        text = raw if isinstance(raw, str) else msgspec.json.encode(raw).decode()
        return When(condition_from(text))
    raise NotImplementedError(wanted)


def _write_when(found: object) -> object:
    if isinstance(found, When):
        return msgspec.json.decode(condition_text(found.condition))
    raise NotImplementedError(type(found))


_WORDS: tuple[tuple[str, str], ...] = (
    (r"^Object missing required field `(.+)`$", r"缺少「\1」"),
    (r"^Expected `(.+)`, got `(.+)`$", r"这里应当是 \1，写的是 \2"),
    (r"^Invalid enum value (.+)$", r"没有 \1 这个选项"),
    (r"^Invalid value (.+)$", r"没有 \1 这个选项"),
    (r"^level \d+: (.+)$", r"条件读不懂：\1"),
)
_PLACE = re.compile(r" - at `(?:key in )?\$\.?(.*)`$", re.DOTALL)


def _problem(said: str) -> RuleProblem:
    """The library's sentence, split into place and words."""
    at = _PLACE.search(said)
    words = said[: at.start()] if at else said
    for pattern, chinese in _WORDS:
        if re.match(pattern, words):
            return RuleProblem(at[1] if at else "", Label(re.sub(pattern, chinese, words), words))
    return RuleProblem(at[1] if at else "", Label(f"读不懂：{words}", words))


def named(record: Mapping[str, object]) -> Label:
    """What a rule's record is called, in both languages."""
    name = str(record.get("name") or "")
    return Label(name, str(record.get("name_en") or "") or name)
