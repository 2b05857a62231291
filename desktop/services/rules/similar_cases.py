"""What helps with a deal or lead: success cases and papers of the library that speak of its
industry and needs, and won deals like it (row 4.14). Read from what is on the device.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import FieldSpec
from crm_core.model.values import Record, display
from crm_core.permissions import visible
from crm_core.rules.firing.pushes import MOST_CASES, matching_cases, matching_papers
from desktop.services.workspace import Workspace

DEAL = "opportunity"
_READ = 400
"""Won deals looked through, those with the latest expected close first."""
_OF_RECORD = ("need", "interest", "products", "worries", "concerns", "tags")
_OF_CUSTOMER = ("industry", "kind", "tags")


@dataclass(frozen=True, slots=True)
class Case:
    """One thing worth showing the customer, or asking a colleague about."""

    entity: str
    """`article`, or `opportunity` for a won deal."""
    id: str
    title: str
    why: str
    """What it has in common."""
    text: str = ""
    """Of an article: what can be copied."""


@dataclass(frozen=True, slots=True)
class Cases:
    """All that was found; `words` is what was looked for."""

    cases: tuple[Case, ...] = ()
    papers: tuple[Case, ...] = ()
    deals: tuple[Case, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.cases) + len(self.papers) + len(self.deals)


def cases_for(workspace: Workspace, entity: str, record: Record, language: str) -> Cases:
    """Three of each at most, the likest first. Not for the Qt thread."""
    customer = workspace.replica.record("customer", str(record.get("customer") or "")) or {}
    words = (
        *_said(workspace, entity, record, _OF_RECORD),
        *_said(workspace, "customer", customer, _OF_CUSTOMER),
    )
    words = tuple(dict.fromkeys(words))
    articles = workspace.replica.find(Query("article"))
    return Cases(
        tuple(_article(one, words) for one in matching_cases(articles, words)),
        tuple(_article(one, words) for one in matching_papers(articles, words)),
        tuple(_deals(workspace, record, customer, language)),
        words,
    )


def _said(
    workspace: Workspace, entity: str, record: Record, names: Iterable[str]
) -> list[str]:  # fmt: skip
    """What the fields say, as people read it; what the person may not read is not looked for."""
    withheld = workspace.withheld(entity)
    spec = workspace.replica.registry.entity(entity)
    found: list[str] = []
    for name in names:
        one, value = spec.find(name), record.get(name)
        if one is None or name in withheld or value in (None, "", []):
            continue
        found += [_word(one, part) for part in (value if isinstance(value, list) else [value])]
    return [word for word in found if word.strip()]


def _word(spec: FieldSpec, value: object) -> str:
    option = spec.choice(str(value)) if spec.choices else None
    return option.label.zh if option is not None else display(spec, str(value))


def _article(one: Record, words: tuple[str, ...]) -> Case:
    text = f"{one.get('title')} {one.get('category')} {one.get('tags')} {one.get('body')}".lower()
    hits = [word for word in words if word.lower() in text]
    body = str(one.get("body") or "").strip()
    return Case("article", str(one["id"]), str(one.get("title") or ""), "、".join(hits), body)


def _deals(
    workspace: Workspace, record: Record, customer: Record, language: str
) -> Iterable[Case]:  # fmt: skip
    """Won deals with the same products, of the same industry before others."""
    spec = workspace.replica.registry.entity(DEAL)
    wanted = {str(one) for one in (*_list(record.get("products")), record.get("interest")) if one}
    if not wanted:
        return []
    like = AnyOf(tuple(Test("products", Op.HAS, one) for one in sorted(wanted)))
    where = All((Test("stage", Op.EQ, "won"), like, visible(workspace.actor, spec)))
    query = Query(DEAL, where, (Sort("close_on", descending=True),), _READ)
    others = [one for one in workspace.replica.find(query) if one["id"] != record.get("id")]
    industries = _industries(workspace, {str(one.get("customer") or "") for one in others})
    mine = customer.get("industry")

    def likeness(one: Record) -> tuple[int, bool]:
        shared = len(wanted & {str(part) for part in _list(one.get("products"))})
        same = mine is not None and industries.get(str(one.get("customer"))) == mine
        return shared, same

    best = sorted(others, key=likeness, reverse=True)[:MOST_CASES]
    amount = spec.field_spec("amount")
    hidden = "amount" in workspace.withheld(DEAL)
    return [
        Case(
            DEAL, str(one["id"]), str(one.get("name") or ""),
            " · ".join(part for part in (
                "、".join(sorted(wanted & {str(p) for p in _list(one.get("products"))})),
                "" if hidden else display(amount, one.get("amount"), language),
            ) if part),
        )
        for one in best
    ]  # fmt: skip


def _industries(workspace: Workspace, customers: set[str]) -> dict[str, object]:
    if not customers or "industry" in workspace.withheld("customer"):
        return {}
    found = workspace.replica.find(Query("customer", Test("id", Op.IN, tuple(sorted(customers)))))
    return {str(one["id"]): one.get("industry") for one in found}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
