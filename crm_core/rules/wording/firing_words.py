"""What a record of a firing says, whichever kind of rule kept it: why it fired and what it did.

Automations keep what `reasons.Why` writes; clocks, stages and routes keep sentences of their own.
All of them become one thing to show. What cannot be read says nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.firing.reasons import why_from
from crm_core.rules.identity import act_key
from crm_core.rules.routing import GIVEN


@dataclass(frozen=True, slots=True)
class Told:
    """Because of this, that was done."""

    because: tuple[Label, ...] = ()
    did: tuple[Label, ...] = ()
    halted: Label | None = None
    """Why nothing was done."""
    people: tuple[str, ...] = ()
    """Ids of those who were told, or whose it became."""


def told(text: object) -> Told:
    """Read the explanation of a firing."""
    found = _decoded(text)
    if "trigger" in found:
        why = why_from(text)
        because = tuple(one for one in (why.trigger, *why.held) if one.zh)
        return Told(because, why.did, why.halted)
    said = tuple(_sentences(found.get("zh"), found.get("en")))
    owner, whom = found.get("owner"), found.get("told")
    people = tuple(one for one in (whom if isinstance(whom, list) else ()) if isinstance(one, str))
    if "level" in found:
        number = found.get("level")
        level = number + 1 if isinstance(number, int) else 1
        did = (Label(f"提醒（第 {level} 级）", f"Reminded (level {level})"),)
        return Told(said, did, None, people)
    if isinstance(found.get("to"), str):
        return Told(said, (Label("自动推进到下一阶段", "Moved on to the next stage"),))
    if "tried" in found:
        given = isinstance(owner, str) and bool(owner)
        did = (
            Label("分给负责人", "Given to an owner")
            if given
            else Label("放入线索池等待", "Left to wait in a pool"),
        )
        return Told(said, did, None, (str(owner),) if given else ())
    return Told(said)


def made_by(firing: Record, task: Record) -> bool:
    """Whether a firing made a task: what it says it made, or, of a lead given to somebody, the id
    of the reminder that follows from it."""
    made = _decoded(firing.get("why")).get("made")
    task_id = str(task.get("id"))
    if any(one == task_id for one in (made if isinstance(made, list) else ())):
        return True
    record, at = str(firing.get("record")), str(firing.get("at"))
    return act_key(GIVEN, record, at, str(task.get("owner"))) == task_id


def _decoded(text: object) -> Mapping[str, object]:
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _sentences(zh: object, en: object) -> Iterator[Label]:
    """One sentence or a list of them, in both languages."""
    chinese, english = (one if isinstance(one, list) else [one] for one in (zh, en))
    for place, words in enumerate(chinese):
        if isinstance(words, str) and words:
            other = english[place] if place < len(english) else words
            yield Label(words, other if isinstance(other, str) and other else words)
