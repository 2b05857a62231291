"""Organisations made by chance, with everything in them that must not hurt a measure.

None of anything, one record, clocks set wrong, events before what they are about, stages moved back
or unknown, stages published anew in mid-journey or withdrawn, people who left, records of ten years
ago, records merged and taken apart again, things deleted and brought back. The same seed makes the
same organisation but for ids.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

from msgspec import structs

from crm_core.clock import iso_moment
from crm_core.errors import KnownError
from crm_core.model import choices
from crm_core.rules.published import SHIPPED_SET, written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stages import StageBody
from crm_core.rules.stocked.automations_shipped import LETTER
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log import oplog
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb
from crm_core.sync.history import Edit
from tests.builders import KEY, FakeClock, a_replica, an_actor
from tests.stage_sets import POC

STAGES = tuple(one.code for one in choices.LEAD_STAGE)
_DEALS = tuple(one.code for one in choices.OPPORTUNITY_STAGE)
_SOURCES = ("抖音", "展会", "转介绍", None)
_CITIES = ("南京市", "上海市", None)
_INDUSTRIES = ("hospital", "clinic", "school", None)
_PRODUCTS = ("钢琴", "提琴", "架子鼓")
_ACTIONS = ("called", "sent", "visited", "booked", "quoted", "unreached")
_GONE_STAGE = "poc"
"""One that the company had and gave up."""
_TEN_YEARS = 3653
_OTHER = "2" * 16


class Organisation:
    """One organisation: a database that is measured, and another whose clock is wrong."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.time, self.wrong = FakeClock(), FakeClock()
        self.replica = a_replica(folder / "one.db", time=self.time, key=KEY, node="1" * 16)
        self.other = a_replica(folder / "two.db", time=self.wrong, key=KEY, node=_OTHER)
        self._heard = 0
        self.held: dict[str, list[str]] = {}
        self._merged: list[tuple[str, str]] = []
        self._dead: list[tuple[str, str]] = []
        self._me = an_actor()

    def close(self) -> None:
        """Give the files back."""
        self.replica.close()
        self.other.close()

    def grow(self, acts: int) -> None:
        """Let so many things happen."""
        while acts > 0:
            some = min(acts, self.dice.randrange(1, 9))
            with self.replica.write(self._me) as (unit, _):
                for _ in range(some):
                    self._act(unit)
            acts -= some
            if self.dice.random() < 0.3:
                self._elsewhere()

    def long_ago(self) -> None:
        """What comes now happens ten years ago; later it is today again."""
        self.time.advance(days=-_TEN_YEARS)

    def today(self) -> None:
        """The years in between are over."""
        self.time.advance(days=_TEN_YEARS)

    # -- what happens --------------------------------------------------------------------------

    def _act(self, unit: Unit) -> None:
        self.time.advance(minutes=self.dice.randrange(30 * 60))
        acts = (
            *[self._lead] * 4, *[self._move] * 6, *[self._touch] * 5, *[self._task] * 2,
            *[self._deal] * 2, self._person, self._customer, self._exempt, self._cost, self._use,
            self._ask, self._rate, self._tick, self._edit, self._delete, self._revive,
            self._merge, self._part, self._publish, self._withdraw, self._send, self._role,
            *[self._point_elsewhere] * 2,
        )  # fmt: skip
        self.dice.choice(acts)(unit)

    def _make(self, unit: Unit, entity: str, values: dict[str, object]) -> str:
        given = {name: value for name, value in values.items() if value is not None}
        made = unit.create(entity, given)
        self.held.setdefault(entity, []).append(made)
        return made

    def _any(self, entity: str) -> str | None:
        """One of the living, most of the time."""
        held = self.held.get(entity)
        return self.dice.choice(held) if held and self.dice.random() < 0.85 else None

    def _around(self, hours: int = 300) -> str:
        """Some moment before or after now, now and then years away."""
        moved = timedelta(hours=self.dice.randrange(-hours, hours))
        if self.dice.random() < 0.03:
            moved *= 300
        return iso_moment(self.time.clock.now() + moved)

    def _person(self, unit: Unit) -> None:
        number = len(self.held.get("user", ())) + len(self._dead)
        if not self.held.get("team") or self.dice.random() < 0.2:
            self._make(unit, "team", {"name": f"{number} 部", "parent": self._any("team")})
        self._make(unit, "user", {
            "name": f"人{number}", "login": f"p{number}", "role": self.dice.choice(("rep", "help")),
            "team": self._any("team"),
        })  # fmt: skip

    def _customer(self, unit: Unit) -> None:
        due = self._around()[:10] if self.dice.random() < 0.5 else None
        self._make(unit, "customer", {
            "name": "客户", "kind": "organisation", "industry": self.dice.choice(_INDUSTRIES),
            "city": self.dice.choice(_CITIES), "owner": self._any("user"), "next_contact_on": due,
        })  # fmt: skip

    def _lead(self, unit: Unit) -> None:
        pick = self.dice.choice
        self._make(unit, "lead", {
            "name": "线索", "stage": pick((*STAGES[:4], STAGES[0])), "owner": self._any("user"),
            "grade": pick(("A", "B", None)), "source": pick(_SOURCES), "city": pick(_CITIES),
            "customer": self._any("customer"), "interest": pick((*_PRODUCTS, None)),
            "received_at": pick((self._around(), None)),
            "assigned_at": pick((self._around(), None)),
            "first_response_at": pick((self._around(), None, None)),
            "visited_pages": pick(([pick(_PRODUCTS) + "手册"], None)),
        })  # fmt: skip

    def _move(self, unit: Unit) -> None:
        if (lead := self._any("lead")) is not None:
            more: dict[str, object] = (
                {"owner": self._any("user")} if self.dice.random() < 0.2 else {}
            )
            options = unit.registry.entity("lead").field_spec("stage").choices
            stage = self.dice.choice(options).code
            unit.change("lead", lead, {"stage": stage} | more)

    def _touch(self, unit: Unit) -> None:
        about: dict[str, object] = {
            "lead": self._any("lead"), "owner": self._any("user"),
            "customer": self._any("customer") if self.dice.random() < 0.4 else None,
        }  # fmt: skip
        customer = self._any("customer")
        if customer is not None and self.dice.random() < 0.4:
            purpose = self.dice.choice(("regular", "demo"))
            about |= {"purpose": purpose, "started_at": self._around(), "customer": customer}
            self._make(unit, "visit", about)
        else:
            about |= {"action": self.dice.choice(_ACTIONS), "happened_at": self._around(),
                      "begun_by": self.dice.choice(("us", "customer", None))}  # fmt: skip
            self._make(unit, "follow_up", about)

    def _task(self, unit: Unit) -> None:
        state, pick = self.dice.choice(("open", "done", "dropped")), self.dice.choice
        self._make(unit, "task", {
            "title": pick(("回电", LETTER)), "kind": pick(("next", "reminder")), "state": state,
            "due_at": pick((self._around(), self._around(), None)), "owner": self._any("user"),
            "lead": self._any("lead"), "done_at": self._around() if state == "done" else None,
        })  # fmt: skip

    def _deal(self, unit: Unit) -> None:
        if (deal := self._any("opportunity")) is not None and self.dice.random() < 0.5:
            customer = self._any("customer") if self.dice.random() < 0.3 else None
            another: dict[str, object] = {} if customer is None else {"customer": customer}
            stage = self.dice.choice((*_DEALS, "won"))
            unit.change("opportunity", deal, {"stage": stage} | another)
        elif (customer := self._any("customer")) is not None:
            self._make(unit, "opportunity", {
                "name": "商机", "customer": customer, "amount": self.dice.randrange(10**7),
                "stage": self.dice.choice((*_DEALS, "won")), "owner": self._any("user"),
                "products": [self.dice.choice(_PRODUCTS)],
            })  # fmt: skip

    def _exempt(self, unit: Unit) -> None:
        about: dict[str, object] = {name: self._any(name) for name in ("lead", "customer")}
        if self.dice.random() < 0.7:
            about.pop(self.dice.choice(("lead", "customer")))
        about |= {"kind": "unreachable", "reason": "出差"}
        self._make(unit, "exemption", about | {"since": self._around(), "until": self._around()})

    def _cost(self, unit: Unit) -> None:
        self._make(unit, "channel_cost", {
            "source": self.dice.choice(_SOURCES[:3]), "starts_on": self._around()[:10],
            "amount": self.dice.randrange(10**6),
        })  # fmt: skip

    def _use(self, unit: Unit) -> None:
        kind = self.dice.choice(("article", "quick_reply"))
        self._make(unit, "usage", {
            "used_at": self._around(), "user": self._any("user"), kind: "0" * 32,
        })  # fmt: skip

    def _send(self, unit: Unit) -> None:
        pick = self.dice.choice
        self._make(unit, "content_push", {
            "title": pick((*_PRODUCTS, "售后协议")), "state": pick(("sent", "sent", "waiting")),
            "sent_at": pick((self._around(), self._around(), None)), "lead": self._any("lead"),
            "customer": self._any("customer"), "owner": self._any("user"),
        })  # fmt: skip

    def _role(self, unit: Unit) -> None:
        held = self.held.get("role")
        if held:
            unit.change("role", held[0], {"outside_sales": self.dice.random() < 0.7})
        else:
            named = {"code": "help", "name": "支持", "scope": "team", "outside_sales": True}
            self._make(unit, "role", named)

    def _publish(self, unit: Unit) -> None:
        """Stages of the company's own: other hours, another order, one more or one less."""
        dice, stages = self.dice, []
        gone = dice.choice((None, *STAGES[:-2]))
        extra = replace(POC[0], entity="lead", body=StageBody(_GONE_STAGE, 72), id="own-poc")
        documents = [one for one in SHIPPED_SET.documents if isinstance(one.body, StageBody)]
        for one in [*documents, *([extra] if dice.random() < 0.6 else [])]:
            body = cast("StageBody", one.body)
            hours = dice.choice((body.standard_hours, 0, dice.randrange(1, 200)))
            stages.append(replace(
                one, body=replace(body, standard_hours=hours), active=body.code != gone,
                position=one.position if dice.random() < 0.7 else dice.randrange(60),
            ))  # fmt: skip
        self._make(unit, "rule_version", {
            "name": "阶段", "body": written_set(RuleSet(stages)),
            "published_at": dice.choice((iso_moment(self.time.clock.now()), self._around())),
            "trial_team": self._any("team") if dice.random() < 0.2 else None,
        })  # fmt: skip

    def _withdraw(self, unit: Unit) -> None:
        if (version := self._any("rule_version")) is not None:
            unit.change("rule_version", version, {"withdrawn": self.dice.random() < 0.7})

    def _ask(self, unit: Unit) -> None:
        state = self.dice.choice(("pending", "approved", "rejected"))
        decided = None if state == "pending" else self._around()
        self._make(unit, "approval", {
            "title": "合同", "state": state, "asked_by": self._any("user"), "decided_at": decided,
            "lead": self._any("lead"), "asked_at": self._around(),
        })  # fmt: skip

    def _rate(self, unit: Unit) -> None:
        if (customer := self._any("customer")) is not None:
            self._make(unit, "rating", {
                "customer": customer, "score": self.dice.randrange(11),
                "scored_on": self._around()[:10], "owner": self._any("user"),
            })  # fmt: skip

    def _tick(self, unit: Unit) -> None:
        about = self.dice.choice(("lead", "opportunity"))
        self._make(unit, "checklist_item", {
            "label": self.dice.choice((LETTER, "合同")), "stage": "proposal", "item": "signed",
            about: self._any(about), "done_at": self.dice.choice((self._around(), None)),
        })  # fmt: skip

    def _edit(self, unit: Unit) -> None:
        """What measures are divided by changes."""
        pick = self.dice.choice
        edits: dict[str, dict[str, object]] = {
            "customer": {"industry": pick(_INDUSTRIES), "city": pick(_CITIES)},
            "lead": {"grade": pick(("A", "B", None)), "source": pick(_SOURCES),
                     "city": pick(_CITIES), "customer": self._any("customer"),
                     "downloads": [pick(_PRODUCTS)], "visited_pages": None},
            "user": {"team": self._any("team")},
        }  # fmt: skip
        entity = pick(tuple(edits))
        if (one := self._any(entity)) is not None:
            name = pick(tuple(edits[entity]))
            unit.change(entity, one, {name: edits[entity][name]})

    def _point_elsewhere(self, unit: Unit) -> None:
        """What was of one record is of another, or of none any more."""
        fields = {
            "exemption": ("lead", "customer"), "checklist_item": ("lead", "opportunity"),
            "task": ("lead",), "follow_up": ("lead", "customer"), "visit": ("lead",),
            "content_push": ("lead",), "rating": ("customer",),
        }  # fmt: skip
        entity = self.dice.choice(tuple(fields))
        if (one := self._any(entity)) is not None:
            name = self.dice.choice(fields[entity])
            with suppress(KnownError):  # It went with its record, or has to have one.
                unit.change(entity, one, {name: self._any(name)})

    def _delete(self, unit: Unit) -> None:
        entity = self.dice.choice(tuple(self.held) or ("lead",))
        if entity != "team" and (one := self._any(entity)) is not None:
            unit.delete(entity, one)
            self.held[entity].remove(one)
            self._dead.append((entity, one))

    def _revive(self, unit: Unit) -> None:
        if self._dead and self.dice.random() < 0.5:
            entity, one = self._dead.pop(self.dice.randrange(len(self._dead)))
            unit.edit([_back(entity, one)])
            self.held[entity].append(one)

    def _merge(self, unit: Unit) -> None:
        entity = self.dice.choice(("customer", "lead"))
        held = self.held.get(entity, [])
        if len(held) > 1:
            into, alias = self.dice.sample(held, 2)
            unit.change(entity, alias, {"merged_into": into})
            held.remove(alias)
            self._merged.append((entity, alias))

    def _part(self, unit: Unit) -> None:
        if self._merged:
            entity, alias = self._merged.pop(self.dice.randrange(len(self._merged)))
            unit.edit([Edit(entity, alias, Verb.SET, "merged_into", None)])
            self.held[entity].append(alias)

    # -- a laptop whose clock is wrong ---------------------------------------------------------

    def _elsewhere(self) -> None:
        """Somebody works on what they had heard, by a clock that is hours off; it comes later."""
        known = _log(self.replica, self._heard)
        self.other.receive([one for _, one in known if one.replica != _OTHER])
        self._heard = known[-1][0] if known else self._heard
        self.wrong.moment = self.time.moment
        self.wrong.advance(hours=self.dice.randrange(-90, 30))
        before = _end(self.other)
        with self.other.write(self._me) as (unit, _):
            for _ in range(self.dice.randrange(1, 4)):
                self.dice.choice((self._move, self._touch))(unit)
        with self.replica.write(self._me) as (unit, _):
            self._act(unit)
        arrived = [one for _, one in _log(self.other, before)]
        self.replica.receive([self._of_old(one) for one in arrived])

    def _of_old(self, operation: Operation) -> Operation:
        """Now and then a stage that the company had then."""
        moved = operation.entity == "lead" and operation.field == "stage"
        if moved and self.dice.random() < 0.4:
            return structs.replace(operation, value=_GONE_STAGE)
        return operation


def _back(entity: str, record: str) -> Edit:
    """An edit that brings a deleted record back."""
    if entity == "channel_cost":
        return Edit(entity, record, Verb.SET, "amount", 4711)
    name = {"customer": "remark", "user": "name", "usage": "user", "approval": "title",
            "checklist_item": "note", "rule_version": "name",
            "role": "name"}.get(entity, "owner")  # fmt: skip
    value = "0" * 32 if name in ("user", "owner") else "回来了"
    return Edit(entity, record, Verb.SET, name, value)


def _log(replica: Replica, after: int) -> Sequence[tuple[int, Operation]]:
    tables = replica.tables
    return replica.read(lambda c: list(oplog.read(c, tables, oplog.after(tables, after))))


def _end(replica: Replica) -> int:
    return replica.read(lambda c: oplog.end(c, replica.tables))


@contextmanager
def an_organisation(folder: Path, seed: int) -> Iterator[Organisation]:
    """One of that seed, nothing in it yet."""
    made = Organisation(folder, seed)
    try:
        yield made
    finally:
        made.close()
