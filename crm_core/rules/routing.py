"""Whose a lead becomes: ordered rules, pools, and what to do where none fits (rows 2.2 to 2.10).

Pure, like `pools`. A rule that names a pool or a person who is gone is passed over and says so; a
lead that nothing fits goes to the pool at the end, never nowhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from crm_core.model.query import fields_tested
from crm_core.model.schema import Label
from crm_core.model.values import Record, Value
from crm_core.rules.documents import Document, When
from crm_core.rules.pools import Lead, Office, Pool, Tried, choose
from crm_core.rules.ruleset import RuleSet

ROUTED = "lead"
CLAIMED = "领取线索"
GIVEN = "自动分配"
TAKEN_OVER = "接管"
"""Reasons of acts, as the history shows them; a take-over's begins so."""
FIRST_CLAIM = "先领先得"
UNASSIGNED = "pool-unassigned"
"""The pool the product ships with, where what nothing fits waits (row 2.13)."""
CLOSED = ("won", "lost")
"""Stages in which a lead is nobody's work any more."""
LENT = ("industry", "annual_purchase", "province", "city", "district")
"""What a lead takes from its customer where it says nothing itself."""


@dataclass(frozen=True, slots=True)
class Route:
    """The body of a rule of the kind `route`: leads like this go there."""

    when: When = When()  # noqa: RUF009 - a value
    pool: str = ""
    """The id of a pool's rule…"""
    person: str = ""
    """… or of somebody."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rule about one lead."""

    rule: str
    label: Label
    holds: bool
    problem: Label | None = None
    """Why it could not be followed although it holds."""


@dataclass(frozen=True, slots=True)
class Routed:
    """The verdict: whose, from which pool, by which rule, and what was tried on the way."""

    owner: str = ""
    """Empty: it waits in the pool."""
    pool: str = ""
    """Empty where it went to a person directly, or where there is no pool at all."""
    rule: str = ""
    steps: tuple[Step, ...] = ()
    tried: tuple[Tried, ...] = ()
    version: str = ""
    provisional: bool = False

    @property
    def name(self) -> str:
        """What the owner is called, where a pool was asked."""
        found = (c.name for one in self.tried for c in one.candidates if c.user == self.owner)
        return next(found, self.owner)

    def label(self) -> Label:
        """In one sentence why it went there."""
        step = next((one for one in self.steps if one.rule == self.rule), None)
        rule_zh, rule_en = (step.label.zh, step.label.en) if step else ("", "")
        if not self.rule:
            return Label("没有规则适用，也没有兜底的池", "No rule fits, and no pool takes the rest")
        asked = self.tried[-1].label if self.tried else Label("", "")
        if self.owner:
            at = (f"，由「{asked.zh}」" if self.tried else "，", f", {asked.en}".rstrip(", "))
            return Label(f"规则「{rule_zh}」{at[0]}分给 {self.name}",
                         f"Rule “{rule_en}”{at[1]}: {self.name}")  # fmt: skip
        first = self.tried[0] if self.tried else None
        waits = first.waits if first is not None else None
        why = waits or Label("等待领取", "waits to be claimed")
        where = first.label if first else asked
        return Label(
            f"规则「{rule_zh}」，放在「{where.zh}」：{why.zh}",
            f"Rule “{rule_en}”: waits in “{where.en}”; {why.en}",
        )

    def as_json(self) -> str:
        """For the explanation that is kept with it."""
        said = self.label()
        kept = {
            "zh": said.zh, "en": said.en, "owner": self.owner, "pool": self.pool,
            "tried": [[one.pool, one.chosen] for one in self.tried],
        }  # fmt: skip
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def lead_of(record: Record, customer: Record | None, deals: Mapping[str, int]) -> Lead:
    """A lead with what is known of its customer."""
    lent: dict[str, Value] = {}
    for name in LENT if customer is not None else ():
        if record.get(name) is None and customer is not None:
            lent[name] = customer.get(name)
    return Lead({**record, **lent}, deals)


def waits(record: Record) -> bool:
    """Whether a lead needs an owner at all."""
    return record.get("owner") is None and record.get("stage") not in CLOSED


def route(rules: RuleSet, lead: Lead, office: Office, now: datetime) -> Routed:
    """Follow the first rule that holds and can be followed."""
    steps: list[Step] = []
    for one in rules.of(Route, ROUTED):
        if not one.body.when.holds(lead.record, now):
            steps.append(Step(one.id, one.label, holds=False))
            continue
        problem = _problem(one.body, rules, lead, office)
        steps.append(Step(one.id, one.label, holds=True, problem=problem))
        if problem is None:
            return _followed(one, rules, lead, office, steps)
    return Routed(steps=tuple(steps), version=rules.version, provisional=not office.known)


def looked_at(rules: RuleSet) -> frozenset[str]:
    """Every field of a lead on which its way depends."""
    found = frozenset(LENT) | {"customer"}
    return found.union(*(fields_tested(one.body.when.condition) for one in rules.of(Route, ROUTED)))


def pool_of(rules: RuleSet, pool_id: object) -> Document[Pool] | None:
    """A pool in force by its id."""
    found = rules.one(pool_id) if isinstance(pool_id, str) else None
    of_it = found is not None and found.active and isinstance(found.body, Pool)
    return cast("Document[Pool]", found) if of_it else None


def _problem(body: Route, rules: RuleSet, lead: Lead, office: Office) -> Label | None:
    if body.person:
        if body.person not in office.people:
            return Label("指定的人已离职或被删除", "The person it names has left or is deleted")
        if body.person in office.absent:
            return Label("指定的人今天不在岗", "The person it names is away today")
        if body.person in lead.refused:
            return Label("指定的人刚退回这条线索", "The person it names has just given it back")
        return None
    if pool_of(rules, body.pool) is None:
        return Label("指定的线索池已删除或停用", "The pool it names is deleted or switched off")
    return None


def _followed(
    rule: Document[Route], rules: RuleSet, lead: Lead, office: Office, steps: list[Step]
) -> Routed:
    version, provisional = rules.version, not office.known
    if rule.body.person:
        return Routed(rule.body.person, "", rule.id, tuple(steps), (), version, provisional)
    tried: list[Tried] = []
    at, seen = pool_of(rules, rule.body.pool), set[str]()
    while at is not None and at.id not in seen:
        seen.add(at.id)
        answer = choose(at.id, at.label, at.body, lead, office)
        tried.append(answer)
        if answer.chosen or not at.body.assigns:
            break
        at = pool_of(rules, at.body.fallback)
    last = tried[-1]
    # Where nobody takes it, it waits in the pool its rule names: that is where it is looked for.
    pool = last.pool if last.chosen or _claimed_from(rules, last) else tried[0].pool
    return Routed(
        last.chosen, pool, rule.id, tuple(steps), tuple(tried), version, provisional
    )  # fmt: skip


def _claimed_from(rules: RuleSet, tried: Tried) -> bool:
    """Whether a pool that chose nobody is one its members claim from."""
    pool = pool_of(rules, tried.pool)
    return pool is not None and not pool.body.assigns
