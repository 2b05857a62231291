"""The company's list of its own words: what was learnt from confirmations is kept in the same act.

A list like any other, synced and undoable, never a hidden model (decision 042).
"""

from dataclasses import dataclass

from crm_core.model.query import All, Op, Query, Test
from crm_core.permissions import Right
from crm_core.store.changes.unit_of_work import Unit
from desktop.services.workspace import Workspace

WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Pair:
    """Words as they were heard, what they meant, and a code of the wording's `kind`."""

    heard: str
    meant: str
    kind: str


def keep_wordings(workspace: Workspace, unit: Unit, pairs: tuple[Pair, ...]) -> None:
    """Write what the list does not hold yet; nothing without the right to add to it.

    Words known to mean something else mean what was said last, unless the company has them as its
    standard.
    """
    if not pairs or not workspace.may(Right.CREATE, WORDING).allowed:
        return
    author = workspace.account.user_id
    for pair in dict.fromkeys(pairs):
        same = (Test("heard", Op.EQ, pair.heard), Test("kind", Op.EQ, pair.kind))
        known = unit.find(Query(WORDING, All(same)))
        if any(one.get("meant") == pair.meant or one.get("standard") for one in known):
            continue
        if known and workspace.may(Right.EDIT, WORDING, known[0]).allowed:
            unit.change(WORDING, str(known[0]["id"]), {"meant": pair.meant})
        else:
            values = {"heard": pair.heard, "meant": pair.meant, "kind": pair.kind}
            unit.create(WORDING, values | {"author": author})
