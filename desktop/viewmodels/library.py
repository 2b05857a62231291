"""Quick replies and articles as the library shows them, and placeholders filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crm_core.clock import CHINA
from crm_core.model.query import Query, Sort
from crm_core.model.values import Record, display
from desktop.services.workspace import Workspace

KINDS = ("quick_reply", "article")
_MOST = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """One quick reply or article."""

    id: str
    title: str
    group: str
    """Its scene or category."""
    body: str
    uses: int
    record: Record


def read_library(
    workspace: Workspace, entity: str, typed: str, *, language: str
) -> tuple[Piece, ...]:
    """What matches, best first; without anything typed all, most used first."""
    replica, spec = workspace.replica, workspace.replica.registry.entity(entity)
    uses = replica.totals(Query("usage"), by=entity)
    rows: list[Record] = list(replica.find(Query(entity, sort=(Sort("title"),), limit=_MOST)))
    if typed.strip():
        order = [h.id for h in workspace.search(typed, entities=(entity,), limit=_MOST)]
        rows = sorted(
            (row for row in rows if row["id"] in order), key=lambda row: order.index(str(row["id"]))
        )
    grouping = spec.field_spec("scene" if entity == "quick_reply" else "category")
    pieces = []
    for row in rows:
        known = uses.get(str(row["id"]))
        pieces.append(
            Piece(
                id=str(row["id"]),
                title=str(row.get("title") or ""),
                group=display(grouping, row.get(grouping.name), language),
                body=str(row.get("body") or ""),
                uses=known.count if known else 0,
                record=row,
            )
        )
    return tuple(pieces if typed.strip() else sorted(pieces, key=lambda one: -one.uses))


def placeholders(*, name: str, me: str, organisation: str, now: datetime) -> Mapping[str, str]:
    """What can be filled in; empty values leave their placeholder standing."""
    day = now.astimezone(CHINA)
    return {
        "姓名": name,
        "name": name,
        "我": me,
        "me": me,
        "公司": organisation,
        "company": organisation,
        "日期": f"{day.month}月{day.day}日",
        "date": f"{day:%Y-%m-%d}",
    }


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with `[姓名]` and the like filled in; what is unknown stays for the person."""
    for name, value in values.items():
        if value:
            text = text.replace(f"[{name}]", value).replace(f"【{name}】", value)
    return text
