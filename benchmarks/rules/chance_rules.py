"""Rules of every kind by chance, beside those that ship, in words the data really has."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from crm_core.model.query import (
    EVERYTHING,
    NOTHING,
    Ago,
    All,
    Condition,
    Not,
    Op,
    Test,
    fields_tested,
)
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import (
    KIND,
    Action,
    Automation,
    Do,
    On,
    Put,
    Trigger,
    Unless,
    Whom,
)
from crm_core.rules.limits import LIMIT, Limit, Side
from crm_core.rules.pools import Member, Pool
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.routing import UNASSIGNED, Route
from crm_core.rules.scoring import Factor, Scoring
from crm_core.rules.stages import AutoMove, StageBody
from crm_core.rules.timekeeping.clocks import CLOCK, Clock, Level, Measure, Related, Working

_TESTS: dict[str, tuple[Condition, ...]] = {
    "lead": (
        Test("source", Op.CONTAINS, "抖音"), Test("budget", Op.GE, 10_000_000),
        Test("industry", Op.IN, ("hospital", "school")), Test("phone", Op.NE, None),
        Test("visited_pages", Op.HAS, "价格页"), Test("grade", Op.EQ, "A"),
        Test("received_at", Op.GT, Ago(60)), Test("need", Op.EQ, "trial"),
        Test("city", Op.EQ, "苏州"), Test("score", Op.LT, 30),
    ),
    "customer": (
        Test("level", Op.EQ, "A"), Test("annual_purchase", Op.GT, 20_000_000),
        Test("industry", Op.EQ, "hospital"), Test("state", Op.NE, "lost"),
        Test("contract_end", Op.NE, None), Test("province", Op.IN, ("江苏", "上海")),
    ),
    "opportunity": (
        Test("amount", Op.GE, 2_000_000), Test("stage", Op.EQ, "quote"),
        Test("products", Op.HAS, "监护仪"), Test("close_on", Op.NE, None),
    ),
    "follow_up": (
        Test("action", Op.IN, ("called", "quoted")), Test("conclusion", Op.CONTAINS, "方案"),
        Test("lead", Op.NE, None), Test("next_on", Op.NE, None),
    ),
    "visit": (Test("purpose", Op.EQ, "demo"), Test("summary", Op.NE, None)),
    "task": (Test("kind", Op.EQ, "promise"), Test("title", Op.CONTAINS, "样品")),
}  # fmt: skip
_WRITES = {
    "lead": (("interest", "规则写的"), ("need", "learn")),
    "customer": (("buyer_title", "规则写的"), ("level", "B")),
    "opportunity": (("remark", "规则写的"),),
}
_STARTS = {"lead": ("received_at", "assigned_at"), "opportunity": ("stage_since",),
           "task": ("due_at",), "approval": ("asked_at",)}  # fmt: skip
_MOMENTS = {"lead": "received_at", "customer": "contract_end", "follow_up": "happened_at",
            "visit": "started_at"}  # fmt: skip
_MOVES = {"captured": "touched", "touched": "need", "quote": "negotiate"}
"""Stages that are left by themselves once what they ask for is there."""
_OWN_WORK = ("score", "grade")
"""What a score writes: one that asks for it would never settle."""
_NAMED = {"follow_up": "conclusion", "visit": "summary"}
_TIMED = 100
"""The number of the first rule that a clock sets off."""


@dataclass(slots=True)
class ChanceRules:
    """Makes rules; `users` may own, be told and take leads."""

    dice: random.Random
    users: Sequence[str]

    def every(self, base: Sequence[Document[object]] = SHIPPED_SET.documents) -> list[
        Document[object]
    ]:  # fmt: skip
        """All of `base`, switched on and with people in their pools, and some of each kind."""
        own = [
            *self._automations(24), *self._timed(8), *self._clocks(10), *self._scores(),
            *self._pools(3), *self._routes(8), *self._limits(),
        ]  # fmt: skip
        known = {one.id for one in own}
        shipped = [self._peopled(one) for one in base if one.id not in known]
        return [*(replace(one, active=True) for one in shipped), *own]

    def _peopled(self, one: Document[object]) -> Document[object]:
        if isinstance(one.body, StageBody) and one.body.code in _MOVES:
            return replace(one, body=replace(one.body, moves=(AutoMove(_MOVES[one.body.code]),)))
        if not isinstance(one.body, Pool) or one.id == UNASSIGNED:
            return one
        return replace(one, body=replace(one.body, members=self._members(), team=""))

    def _members(self) -> tuple[Member, ...]:
        some = self.dice.sample(list(self.users), k=min(3, len(self.users)))
        return tuple(Member(one, self.dice.choice((1, 1, 3)), 10_000) for one in sorted(some))

    def when(self, entity: str, *, but: Collection[str] = ()) -> Condition:
        """A condition on a kind of record, rarely about all of it; not on the fields of `but`."""
        known = [one for one in _TESTS[entity] if not fields_tested(one) & set(but)]
        tests = self.dice.sample(known, k=min(2, len(known)))
        shape = self.dice.randrange(6)
        if shape == 0:
            return EVERYTHING
        if shape == 1:
            return AnyOf(tuple(tests))
        if shape == 2:
            return All((tests[0], Not(tests[-1])))
        return tests[0] if shape < 5 else All(tuple(tests))

    # -- automations ---------------------------------------------------------------------------

    def _automations(self, number: int) -> list[Document[object]]:
        return [self._automation(n, self._trigger(n)) for n in range(number)]

    def _timed(self, number: int) -> list[Document[object]]:
        found = []
        for n in range(number):
            entity = self.dice.choice(sorted(_MOMENTS))
            on = (On.MOMENT, On.DAILY, On.MONTHLY, On.MOMENT)[n % 4]
            trigger = Trigger(
                on, field=_MOMENTS[entity] if on is On.MOMENT else "",
                hours=self.dice.choice((-48, 1, 72)), at=self.dice.choice(("00:00", "09:30")),
                day=self.dice.choice((1, 15, 31)), catch_up_days=3,
            )  # fmt: skip
            found.append(self._automation(_TIMED + n, (entity, trigger)))
        return found

    def _trigger(self, number: int) -> tuple[str, Trigger]:
        entity = self.dice.choice(("lead", "lead", "customer", "opportunity", "follow_up", "visit"))
        on = (On.CREATED, On.CHANGED, On.SAVED, On.STAGE, On.MESSAGE)[number % 5]
        if on is On.STAGE:
            entity = self.dice.choice(("lead", "opportunity"))
        if on is On.MESSAGE:
            return "follow_up", Trigger(on, words=("方案", "合同"))
        fields = () if on is not On.SAVED else (_NAMED.get(entity, "name"),)
        return entity, Trigger(on, fields=fields)

    def _automation(self, number: int, about: tuple[str, Trigger]) -> Document[object]:
        entity, trigger = about
        unless = (
            (Unless("visit", ("customer",)),)
            if number % 11 == 10 and entity in ("lead", "opportunity")
            else ()
        )
        body = Automation(
            trigger, tuple(self._actions(entity, number)), When(self.when(entity)), unless=unless,
            once=self.dice.random() < 0.3,
        )  # fmt: skip
        return _document(f"chance-auto-{number}", KIND, entity, body, number)

    def _actions(self, entity: str, number: int) -> list[Action]:
        """Only tasks of those a clock sets off: a laptop that heard nothing knows of no more."""
        some, title = self.dice.choice, f"规则 {number}：[姓名]"
        found = [
            Action(Do.TASK, title=title, due_hours=some((2, 8, 30)), working=some((True, False)),
                   whom=some((Whom.OWNER, Whom.LEADER, Whom.AUTHOR))),
        ]  # fmt: skip
        if number >= _TIMED:
            return found
        if entity in _WRITES and number % 3 == 0:
            name, value = some(_WRITES[entity])
            found.append(Action(Do.SET, field=name, value=value))
        if entity in ("lead", "customer") and number % 3 == 1:
            found.append(Action(some((Do.TAG, Do.UNTAG)), tag=some(("重点", "规则标的"))))
        if entity == "customer" and number % 4 == 2:
            found.append(Action(Do.SET, field="next_contact_on", put=Put.TODAY, days=3))
        if number % 5 == 2:
            found.append(Action(Do.NOTIFY, title=title, whom=Whom.USER, user=self.users[0]))
        return found

    # -- the other kinds -----------------------------------------------------------------------

    def _clocks(self, number: int) -> list[Document[object]]:
        return [self._clock(n) for n in range(number)]

    def _clock(self, number: int) -> Document[object]:
        some, entity = self.dice.choice, self.dice.choice(sorted(_STARTS))
        limit = some((1.0, 8.0, 20.0, 48.0))
        levels = tuple(
            Level(hours, some((("owner",), ("owner", "lead"))), Label(f"时限 {number}", "Clock"))
            for hours in (limit / 2, limit, limit * 3)
        )
        working = Working(
            some(("09:00-12:00,13:30-18:00", "00:00-24:00", "22:00-24:00")),
            some(((0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5), (5, 6))), some((True, True, False)),
        )  # fmt: skip
        touched = Related("follow_up", "lead", "happened_at") if entity == "lead" else None
        body = Clock(
            _STARTS[entity], limit, levels, Measure.WORKING if number % 3 else Measure.ELAPSED,
            strict=some((True, False)), working=working,
            runs_when=When(self.when(entity) if entity in _TESTS else EVERYTHING),
            stop_fields=("first_response_at",) if entity == "lead" and number % 2 else (),
            stopped_by=(touched,) if touched and number % 4 == 0 else (),
            restarted_by=(touched,) if touched and number % 4 == 2 else (),
            pauses_when=When(Test("grade", Op.EQ, "C") if entity == "lead" else NOTHING),
        )  # fmt: skip
        return _document(f"chance-clock-{number}", CLOCK, entity, body, number)

    def _scores(self) -> list[Document[object]]:
        factors = tuple(
            Factor(f"f{n}", Label(f"因素{n}", f"Factor {n}"),
                   When(self.when("lead", but=_OWN_WORK)), self.dice.choice((-10, 5, 25)))
            for n in range(6)
        )  # fmt: skip
        body = Scoring(factors, when=When(Test("industry", Op.IN, ("dealer", "family"))))
        return [_document("chance-score", "score", "lead", body, -10)]

    def _pools(self, number: int) -> list[Document[object]]:
        return [
            _document(f"chance-pool-{n}", "pool", "lead",
                      Pool(self._members(), fallback=f"chance-pool-{(n + 1) % number}",
                           rests=n == 1, region_points=self.dice.choice((0, 30))), n)
            for n in range(number)
        ]  # fmt: skip

    def _routes(self, number: int) -> list[Document[object]]:
        found = []
        for n in range(number):
            pool, person = self.dice.choice((
                (f"chance-pool-{n % 3}", ""), ("", self.users[n % len(self.users)]),
                ("pool-gone", ""),
            ))  # fmt: skip
            body = Route(When(self.when("lead")), pool, person)
            found.append(_document(f"chance-route-{n}", "route", "lead", body, 5 + n))
        return found

    def _limits(self) -> list[Document[object]]:
        side = self.dice.choice((Side.ABOVE, Side.BELOW))
        body = Limit("backlog", side, self.dice.choice((1.0, 4.0)), self.dice.choice((True, False)))
        return [_document("limit-backlog", LIMIT, "lead", body, 0)]


def _document(rule: str, kind: str, entity: str, body: object, place: int) -> Document[object]:
    return Document(rule, kind, Label(rule, rule), entity, body, position=place)
