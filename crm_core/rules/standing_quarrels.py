"""Doubts about scores, routes, stages and approvals beside the others of their kind: warned of.

One that never comes to its turn, a grade nobody can reach, stages that move records to and fro,
hours that a clock overrules. Those of automations are in `quarrels`. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from crm_core.model.query import EVERYTHING
from crm_core.model.schema import Label
from crm_core.rules.approvals import ENTITY, Approval
from crm_core.rules.bodies import Place
from crm_core.rules.documents import Document
from crm_core.rules.routing import Route
from crm_core.rules.scoring import Scoring
from crm_core.rules.stages import StageBody
from crm_core.rules.timekeeping.clocks import Clock

Doubts = Iterator[tuple[Place, Label]]


def standing_quarrels(
    rule: Document[Any], others: Iterable[Document[Any]]
) -> list[tuple[Place, Label]]:
    """What is doubtful about a rule beside those that are switched on, each with its place."""
    check = _BODIES.get(type(rule.body))
    beside = [one for one in others if one.id != rule.id and one.active]
    return list(check(rule, beside)) if check is not None and rule.active else []


def _order(one: Document[Any]) -> tuple[int, str]:
    return one.position, one.id


def _turns(rule: Document[Any], beside: Sequence[Document[Any]]) -> Doubts:
    """Of rules of which the first that fits decides: who never comes to their turn."""
    same = [one for one in beside if isinstance(one.body, type(rule.body))]
    for one in same:
        if _order(one) < _order(rule) and one.body.when.condition == EVERYTHING:
            zh = f"轮不到它：排在前面的「{one.label.zh}」适用于所有线索"
            en = f"It never comes to its turn: “{one.label.en}” before it fits every lead"
            yield ("when",), Label(zh, en)
            return
    after = [one for one in same if _order(one) > _order(rule)]
    if rule.body.when.condition == EVERYTHING and after:
        zh = "、".join(one.label.zh for one in after[:3])
        en = ", ".join(one.label.en for one in after[:3])
        words = Label(
            f"它适用于所有线索，排在后面的不会再用到：{zh}",
            f"It fits every lead, so those after it never come to their turn: {en}",
        )
        yield ("when",), words


def _scoring(rule: Document[Scoring], beside: Sequence[Document[Any]]) -> Doubts:
    yield from _turns(rule, beside)
    body = rule.body
    for number, factor in enumerate(body.factors):
        if factor.points == 0:
            yield ("factors", number), Label("0 分：不起作用", "0 points: it counts for nothing")
        elif factor.when.condition == EVERYTHING:
            always = Label(
                "没有条件：每条线索都会加上", "No condition: every lead gets these points"
            )
            yield ("factors", number), always
    most = sum(one.points for one in body.factors if one.points > 0)
    for number, grade in enumerate(body.grades):
        if body.factors and grade.least > most:
            zh = f"全部加分合计只有 {most} 分，达不到 {grade.code} 级"
            en = f"All points together are {most}: nobody reaches grade {grade.code}"
            yield ("grades", number), Label(zh, en)


def _stage(rule: Document[StageBody], beside: Sequence[Document[Any]]) -> Doubts:
    stages = {
        one.body.code: one
        for one in beside
        if isinstance(one.body, StageBody) and one.entity == rule.entity
    }
    for number, move in enumerate(rule.body.moves):
        to = stages.get(move.to)
        if to is None:
            continue
        if any(back.to == rule.body.code for back in to.body.moves):
            zh = f"与阶段「{to.label.zh}」互相推进，可能来回"
            yield ("moves", number), Label(zh, f"This and “{to.label.en}” move records to and fro")
        elif _order(to) < _order(rule):
            zh = f"「{to.label.zh}」排在本阶段之前：会自动退回"
            yield ("moves", number), Label(zh, f"“{to.label.en}” comes before: it moves back")


def _approval(rule: Document[Approval], beside: Sequence[Document[Any]]) -> Doubts:
    for name, hours, stops in (
        ("first_hours", rule.body.first_hours, "first_response_at"),
        ("final_hours", rule.body.final_hours, "decided_at"),
    ):
        for one in beside:
            clock = one.body
            if not isinstance(clock, Clock) or one.entity != ENTITY:
                continue
            if stops in clock.stop_fields and clock.limit_hours != hours:
                zh = f"以时限规则「{one.label.zh}」的 {clock.limit_hours:g} 小时为准，请一并修改它"
                en = f"The clock “{one.label.en}” counts, with its {clock.limit_hours:g} h"
                yield (name,), Label(zh, en)


_BODIES: Mapping[type, Callable[[Any, Sequence[Document[Any]]], Doubts]] = {
    Scoring: _scoring,
    Route: _turns,
    StageBody: _stage,
    Approval: _approval,
}
