"""What a note suggests for the open deals of its customer: a stage, a sum, products, rivals.

Only suggests, and says what a stage still waits for; `commands_visits` writes what is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.values import Record
from crm_core.notes.types import NoteFields
from crm_core.permissions import Right
from crm_core.rules.gates import LOST, STAGES, Missing, open_condition
from desktop.services.stage_gates import lacking_to
from desktop.services.workspace import Workspace

DEAL = "opportunity"
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


@dataclass(frozen=True, slots=True)
class Update:
    """A field of a deal that the words fill or add to."""

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


def _moves(workspace: Workspace, deals: Sequence[Record], stage: str | None) -> tuple[Move, ...]:
    if stage is None:
        return ()
    return tuple(
        Move(
            str(deal["id"]),
            str(deal.get("name") or ""),
            str(deal.get("stage") or ""),
            stage,
            lacking_to(workspace.replica, DEAL, deal, stage),
        )
        for deal in deals
        if _forwards(str(deal.get("stage") or ""), stage)
    )


def _forwards(before: str, after: str) -> bool:
    codes = [one.code for one in STAGES[DEAL]]
    known = before in codes and after in codes
    return known and (after == LOST or codes.index(after) > codes.index(before))


def _updates(deals: Sequence[Record], fields: NoteFields) -> tuple[Update, ...]:
    """For the one open deal; which of several a sum belongs to nobody can tell."""
    if len(deals) != 1:
        return ()
    deal = deals[0]
    known = str(deal["id"]), str(deal.get("name") or "")
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
    if top and not deal.get("amount"):
        found.insert(0, Update(*known, "amount", str(round(top * 100))))
    return tuple(found)


def _items(held: object) -> list[str]:
    return [str(one) for one in held] if isinstance(held, list | tuple) else []
