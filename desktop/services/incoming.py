"""Who is calling: a number in any form → the people it belongs to, what was promised to them first.

Rows 7.1 and 7.2. Never writes.
"""

import re
import unicodedata
from dataclasses import dataclass

from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.values import Record
from desktop.services.workspace import Workspace

ENTITIES = ("contact", "customer", "lead")
LEAST_DIGITS = 4
_WHOLE = 7
"""So many digits are a number of their own, whatever area code stands before it."""
_MOST = 8
_ASKED = 60
_NOT_DIGITS = re.compile(r"[^0-9*]")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody the number belongs to."""

    entity: str
    id: str
    title: str
    about: str
    """Of whom or what: the customer's name of a contact, what a lead asks for."""
    phone: str
    open_tasks: tuple[Record, ...]
    """Promises first, then by when they are due."""
    last: Record | None
    """The newest follow-up."""


def digits_of(typed: str) -> str:
    """The digits of a number without +86, 0086 and separators; `*` of a masked one stays."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    digits = _NOT_DIGITS.sub("", plain)
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and (plain.startswith(("+", "00")) or len(digits) > 11):
            return digits.removeprefix(prefix)
    return digits


def same_number(stored: str, typed: str) -> bool:
    """Whether a stored number, masked or not, may be the one typed or end in it."""
    held, wanted = digits_of(stored), digits_of(typed)
    if not held or len(wanted) < LEAST_DIGITS:
        return False
    if "*" not in held:
        long, short = sorted((held.lstrip("0"), wanted.lstrip("0")), key=len, reverse=True)
        return held.endswith(wanted) or (len(short) >= _WHOLE and long.endswith(short))
    tail = held.rpartition("*")[2]
    head = held.partition("*")[0] if len(wanted) >= len(held) else ""
    return bool(tail) and wanted.endswith(tail[-len(wanted) :]) and wanted.startswith(head)


def looks_like_number(text: str) -> bool:
    """Whether a text on the clipboard is a telephone number and nothing else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return bool(re.fullmatch(r"\+?[0-9][0-9 ()\-]{5,20}", plain)) and len(digits_of(plain)) >= 7


def callers(workspace: Workspace, typed: str) -> tuple[Caller, ...]:
    """Everybody on this device whom the number may belong to; whole numbers before endings."""
    digits = digits_of(typed)
    if len(digits) < LEAST_DIGITS:
        return ()
    found: dict[tuple[str, str], Record] = {}
    for part in dict.fromkeys((digits, digits[-8:], digits[-4:])):
        for hit in workspace.search(part, entities=ENTITIES, limit=_ASKED):
            record = workspace.replica.record(hit.entity, hit.id)
            if record is not None and same_number(str(record.get("phone") or ""), digits):
                found[hit.entity, hit.id] = record
        if found:
            break
    ordered = sorted(
        found.items(), key=lambda one: (digits_of(str(one[1].get("phone"))) != digits, one[0])
    )
    return tuple(_caller(workspace, entity, record) for (entity, _), record in ordered[:_MOST])


def _caller(workspace: Workspace, entity: str, record: Record) -> Caller:
    replica, record_id = workspace.replica, str(record["id"])
    customer = record_id if entity == "customer" else str(record.get("customer") or "")
    links = [Test("customer", Op.EQ, customer)] if customer else []
    if entity in ("lead", "contact"):
        links.append(Test(entity, Op.EQ, record_id))
    tasks = [test for test in links if test.field != "contact"]
    where = All((Test("state", Op.EQ, "open"), AnyOf(tuple(tasks))))
    waiting = replica.find(Query("task", where, (Sort("due_at"),))) if tasks else []
    newest = (Sort("happened_at", descending=True),)
    last = replica.find(Query("follow_up", AnyOf(tuple(links)), newest, 1))
    about = str(record.get("city") or "") if entity == "customer" else ""
    if customer and entity != "customer":
        about = replica.titles("customer", [customer]).get(customer, "")
    return Caller(
        entity=entity,
        id=record_id,
        title=str(record.get("name") or ""),
        about=str(record.get("interest") or "") if entity == "lead" and not about else about,
        phone=str(record.get("phone") or ""),
        open_tasks=tuple(sorted(waiting, key=_promises_first)),
        last=last[0] if last else None,
    )


def _promises_first(task: Record) -> tuple[bool, str]:
    return task.get("kind") != "promise", str(task.get("due_at") or "9")
