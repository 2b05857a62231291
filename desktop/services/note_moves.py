"""What a note suggests for records that are there: the stage, sum, products and rivals of an open
deal; the number of the person spoken to, and whether they decide.

Only suggests, and says what a stage still waits for; `commands.visits` writes what is taken.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.schema import Choice
from crm_core.model.values import Record
from crm_core.notes.types import NoteFields
from crm_core.permissions import Right
from crm_core.rules.gates import Missing, open_condition
from crm_core.rules.stage_plan import StagePlan
from crm_core.rules.stages import LOST
from desktop.services.notes import in_yuan
from desktop.services.rules.stage_gates import gates_over
from desktop.services.workspace import Workspace

DEAL = "opportunity"
_DECIDES_WORDS = r"(?:说了算|拍板|能?做主|就?能定|是决策人|is the decision maker|decides)"
_DECIDES = re.compile(rf"[^，。；,.;\n]{{0,3}}{_DECIDES_WORDS}")
_THEY_DECIDE = re.compile(rf"(?:[他她]|\b[Hh]e|\b[Ss]he) ?(?:一个人)?{_DECIDES_WORDS}")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_MOST = 9
"""As many as there are digits to choose by."""


@dataclass(frozen=True, slots=True)
class Move:
    """A deal that the words would put into another stage."""

    id: str
    title: str
    before: str
    after: str
    lacking: tuple[Missing, ...] = ()
    """What the gate still waits for, before anything of this note is written."""
    stages: tuple[Choice, ...] = ()
    """Those a deal may be in, as the company calls them."""


@dataclass(frozen=True, slots=True)
class Update:
    """A field that the words fill or add to."""

    entity: str
    id: str
    title: str
    field: str
    value: str
    """Fen for money, else one item of a set."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Everything a note suggests for deals."""

    moves: tuple[Move, ...] = ()
    updates: tuple[Update, ...] = ()


def suggested(workspace: Workspace, customer_id: str, fields: NoteFields) -> Suggested:
    """Read on a worker thread; nothing for no customer, no open deal, or without the right."""
    if not customer_id or not workspace.may(Right.EDIT, DEAL).allowed:
        return Suggested()
    where = All((Test("customer", Op.EQ, customer_id), open_condition()))
    query = Query(DEAL, where, sort=(Sort("stage_since", descending=True),), limit=_MOST)
    deals = [
        one
        for one in workspace.replica.find(query)
        if workspace.may_write(DEAL, one, "stage").allowed
    ]
    return Suggested(_moves(workspace, deals, fields.stage), _updates(deals, fields))


def for_contact(
    workspace: Workspace, contact_id: str, fields: NoteFields, text: str
) -> tuple[Update, ...]:
    """What the words say of the one person they are about, where the record says nothing yet."""
    contact = workspace.replica.record("contact", contact_id) if contact_id else None
    if contact is None:
        return ()
    found = {"part": "decision" if _decides(fields, text) else "", "phone": _number(text)}
    title = str(contact.get("name") or "")
    return tuple(
        Update("contact", contact_id, title, name, value)
        for name, value in found.items()
        if value and not contact.get(name)
        if workspace.may_write("contact", contact, name).allowed
    )


def _decides(fields: NoteFields, text: str) -> bool:
    """Said right behind the name, or of 他 and 她; 说了不算 says the opposite."""
    if _THEY_DECIDE.search(text):
        return True
    spans = (one.span for one in fields.guesses if one.name == "contact" and one.span)
    return any(_DECIDES.match(text, span.end) for span in spans)


def _number(text: str) -> str:
    """The one mobile number that is written there."""
    numbers = set(_MOBILE.findall(text))
    return numbers.pop() if len(numbers) == 1 else ""


def _moves(workspace: Workspace, deals: Sequence[Record], stage: str | None) -> tuple[Move, ...]:
    if stage is None:
        return ()
    gates = gates_over(workspace)
    return tuple(
        Move(
            str(deal["id"]),
            str(deal.get("name") or ""),
            str(deal.get("stage") or ""),
            stage,
            gates.lacking_to(DEAL, deal, stage),
            gates.plan.choices(DEAL),
        )
        for deal in deals
        if _forwards(gates.plan, str(deal.get("stage") or ""), stage)
    )


def _forwards(plan: StagePlan, before: str, after: str) -> bool:
    codes = plan.codes(DEAL)
    open_still = before in codes and before != LOST
    return (open_still and after == LOST) or plan.is_forward(DEAL, before, after)


def _updates(deals: Sequence[Record], fields: NoteFields) -> tuple[Update, ...]:
    """For the one open deal; which of several a sum belongs to nobody can tell."""
    if len(deals) != 1:
        return ()
    deal = deals[0]
    known = DEAL, str(deal["id"]), str(deal.get("name") or "")
    heard: Mapping[str, Sequence[str]] = {
        "products": fields.product,
        "competitors": fields.competitor,
    }
    found = [
        Update(*known, name, one)
        for name, values in heard.items()
        for one in values
        if one not in _items(deal.get(name))
    ]
    top = fields.budget_max or fields.budget_min
    if top and in_yuan(fields) and not deal.get("amount"):
        found.insert(0, Update(*known, "amount", str(round(top * 100))))
    return tuple(found)


def _items(held: object) -> list[str]:
    return [str(one) for one in held] if isinstance(held, list | tuple) else []
