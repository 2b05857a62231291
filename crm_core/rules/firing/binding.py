"""What binds a rule that is about to act: an answer that has come, the data's own rules, rights."""

from collections.abc import Iterable

from crm_core.model.query import All, Op, Query, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.model.values import Record, problems
from crm_core.permissions import Right, can
from crm_core.rules.firing.acting import Absent
from crm_core.rules.firing.automations import Automation
from crm_core.rules.firing.sight import Creation, Occasion, Sight
from crm_core.sync.history import Edit


def answered(body: Automation, occasion: Occasion, record: Record, sight: Sight) -> bool:
    """Whether something later makes the rule needless."""
    for unless in body.unless:
        since = record.get(unless.since)
        same = [
            Test(occasion.entity if name == "id" else name, Op.EQ, value)
            for name in unless.same
            if isinstance(value := record.get(name), str)
        ]
        if not same or (unless.since and not isinstance(since, str)):
            continue
        parts = [AnyOf(tuple(same)), unless.when.condition]
        if isinstance(since, str):
            moment = sight.registry.entity(unless.entity).moment
            parts.append(Test(moment, Op.GT, since))
        if sight.find(Query(unless.entity, All(tuple(parts)), limit=1)):
            return True
    return False


def check(effects: Iterable[object], sight: Sight) -> None:
    """Absent for a record to be added that could not be."""
    for effect in effects:
        if isinstance(effect, Creation):
            for wrong in problems(sight.registry.entity(effect.entity), effect.values):
                raise Absent(Label(wrong.chinese, wrong.english))


def refused(effects: Iterable[object], sight: Sight) -> Label | None:
    """Why the person at work may not do this."""
    actor, now = sight.actor, sight.clock.now()
    for effect in effects:
        if isinstance(effect, Creation):
            entity = sight.registry.entity(effect.entity)
            verdict = can(actor, Right.CREATE, entity, effect.values, fields=effect.values, now=now)
        elif isinstance(effect, Edit):
            entity = sight.registry.entity(effect.entity)
            record = sight.records(effect.entity, [effect.id]).get(effect.id)
            verdict = can(actor, Right.EDIT, entity, record, fields=(effect.field,), now=now)
        else:
            continue
        if not verdict.allowed:
            return Label(verdict.chinese, verdict.english)
    return None
