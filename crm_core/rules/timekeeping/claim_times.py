"""How long a lead may wait in a pool: what a pool says lies over the clocks of claiming (row 2.7).

A pool that says its own minutes, or who hears of it, gets a clock of its own, made from each clock
that an owner stops; that clock then leaves the leads of the pool to it. Made when a set is read, so
that laptop, server and replay go by the same. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from crm_core.model.query import All, Not, Op, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.identity import act_key
from crm_core.rules.pools import Pool
from crm_core.rules.recipients import USER
from crm_core.rules.timekeeping.clocks import MOST_HOURS, Clock, Level

LEAD, OWNER = "lead", "owner"
MOST_MINUTES = int(MOST_HOURS * 60)
_MOST_ID = 60
"""Of the field `rule` of a firing."""
_MINUTES = re.compile(r"\d+(?=\s*(?:分钟|minutes?\b))")


def is_claiming(rule: Document[Any]) -> bool:
    """Whether a rule is a clock that waits for a lead to have an owner."""
    return isinstance(rule.body, Clock) and rule.entity == LEAD and OWNER in rule.body.stop_fields


def speaks(pool: Pool) -> bool:
    """Whether a pool says anything about claiming."""
    return pool.claim_minutes > 0 or bool(pool.lead)


def by_pool(
    clocks: Sequence[Document[Clock]], pools: Iterable[Document[Pool]]
) -> Iterator[tuple[Document[Clock], str]]:
    """The clocks of a set as they are followed, each with the id of the one it was made from."""
    speaking = [one for one in pools if speaks(one.body)]
    for clock in clocks:
        if not speaking or not is_claiming(clock):
            yield clock, clock.id
            continue
        elsewhere = Not(Test("pool", Op.IN, tuple(one.id for one in speaking)))
        yield _where(clock, elsewhere), clock.id
        for pool in speaking:
            yield _of(clock, pool), clock.id


def _of(clock: Document[Clock], pool: Document[Pool]) -> Document[Clock]:
    limit = clock.body.limit_hours
    minutes = min(pool.body.claim_minutes, MOST_MINUTES)
    hours = minutes / 60 if minutes > 0 else limit
    levels = tuple(_level(one, pool.body, hours, limit) for one in clock.body.levels)
    here = _where(clock, Test("pool", Op.EQ, pool.id))
    label = Label(f"{clock.label.zh} · {pool.label.zh}", f"{clock.label.en} · {pool.label.en}")
    key = f"{clock.id}@{pool.id}"
    return replace(
        here, id=key if len(key) <= _MOST_ID else act_key("claim", clock.id, pool.id),
        label=label, body=replace(here.body, limit_hours=hours, levels=levels),
    )  # fmt: skip


def _level(level: Level, pool: Pool, hours: float, before: float) -> Level:
    """A level in proportion; a number of minutes its words name is said anew."""
    after = level.after_hours * hours / before if before > 0 else hours
    minutes = f"{after * 60:g}"
    zh, en = (_MINUTES.sub(minutes, one) for one in (level.task.zh, level.task.en))
    to = (f"{USER}{pool.lead}",) if pool.lead else level.to
    return replace(level, after_hours=after, to=to, task=Label(zh, en))


def _where(clock: Document[Clock], also: Test | Not) -> Document[Clock]:
    runs = When(All((clock.body.runs_when.condition, also)))
    return replace(clock, body=replace(clock.body, runs_when=runs))
