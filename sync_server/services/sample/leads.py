"""The chapter of the leads: received, assigned, answered soon, late or never, and moved along."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.clock import iso_moment
from crm_core.model.values import Value
from sync_server.services.sample.activity import write_follow_up, write_visit
from sync_server.services.sample.customers import add_customer
from sync_server.services.sample.deals import write_won
from sync_server.services.sample.names import Identity
from sync_server.services.sample.office_hours import (
    china_date,
    later,
    recent,
    some_hours,
    spoken_day,
    within,
)
from sync_server.services.sample.people import Rep
from sync_server.services.sample.scene import Customer, Scene
from sync_server.services.sample.texts import Writer

_FORGOTTEN_FROM, _FORGOTTEN_TO = timedelta(hours=49), timedelta(days=26)


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stop on a lead's way: how it is reached, how often skipped, how often the last."""

    name: str
    actions: tuple[str, ...]
    hours: float
    skipped: float = 0.0
    lost: float = 0.13
    stalls: float = 0.19


_WAY = (
    _Stage("need", ("called", "called", "sent", "visited"), 50),
    _Stage("proposal", ("sent", "quoted", "quoted"), 70),
    _Stage("objection", ("called", "visited"), 60, skipped=0.45),
    _Stage("trial", ("booked",), 70, skipped=0.35),
    _Stage("won", ("signed",), 90, lost=0.36, stalls=0.0),
)


@dataclass(frozen=True, slots=True)
class _Lead:
    """A lead once written down."""

    id: str
    rep: Rep
    identity: Identity
    product: str
    customer: Customer | None
    assigned: datetime


def tell_leads(scene: Scene, count: int) -> None:
    """Write `count` leads and everything that was done about them."""
    leads = [_receive(scene, at) for at in _assignment_moments(scene, count)]
    forgotten = _forgotten(scene, leads)
    for lead in leads:
        if lead.id not in forgotten:
            _Journey(scene, lead).run()


def _assignment_moments(scene: Scene, count: int) -> list[tuple[Rep, datetime]]:
    """Who got a lead when; everyone gets one on each of the last two working days."""
    fresh = [
        (rep, recent(scene.rng, scene.now, days)) for rep in scene.staff.reps for days in (0, 1)
    ]
    start = scene.opened + timedelta(days=4)
    reps = scene.staff.reps
    older = [
        (rep, within(scene.rng, start, scene.now, weekends=0.2))
        for rep in scene.rng.choices(reps, [r.weight for r in reps], k=count - len(fresh))
    ]
    return older + fresh


def _forgotten(scene: Scene, leads: list[_Lead]) -> set[str]:
    """The ids of leads nobody will answer: some of each rep's recent ones, few of the old."""
    chosen: set[str] = set()
    for rep in scene.staff.reps:
        ages = [(lead, scene.now - lead.assigned) for lead in leads if lead.rep == rep]
        young = [lead.id for lead, age in ages if _FORGOTTEN_FROM < age < _FORGOTTEN_TO]
        old = [lead.id for lead, age in ages if age >= _FORGOTTEN_TO]
        chosen.update(scene.rng.sample(young, min(rep.unanswered, len(young))))
        chosen.update(scene.rng.sample(old, min(rep.unanswered // 3, len(old))))
    return chosen


def _receive(scene: Scene, given: tuple[Rep, datetime]) -> _Lead:
    rep, assigned = given
    rng, words = scene.rng, scene.line(rep)
    known = [c for c in scene.customers if c.owner == rep and c.since < assigned]
    customer = rng.choice(known) if known and scene.chance(0.12) else None
    identity = customer.identity if customer else scene.identity(rep.line)
    writer = Writer(rng, words)
    product = writer.product()
    person = identity.people[0]
    slots = writer.slots(customer=identity.short, person=person, product=product, day="周五")
    needs = ("price", "custom", "trial", "learn")
    values: dict[str, Value] = {
        "name": _lead_name(scene, identity),
        "phone": person.phone,
        "stage": "captured",
        "grade": rng.choices(("A", "B", "C"), (2, 5, 4))[0],
        "need": "renew" if customer else rng.choice(needs),
        "interest": product,
        "source": words.pick("sources", rng),
        "city": identity.city,
        "customer": customer.id if customer else None,
        "remark": writer.fill("lead_remarks", slots) if scene.chance(0.5) else None,
        "received_at": iso_moment(assigned - timedelta(minutes=rng.randint(1, 9))),
        "assigned_at": iso_moment(assigned),
        "owner": rep.id,
    }
    lead_id = scene.book.create(assigned, scene.staff.manager, "lead", values)
    return _Lead(lead_id, rep, identity, product, customer, assigned)


def _lead_name(scene: Scene, identity: Identity) -> str:
    person = identity.people[0]
    if identity.kind == "person":
        formal = person.name[0] + ("女士" if person.title == "妈妈" else "先生")
        return scene.rng.choice((formal, person.call, person.name))
    return identity.name if scene.chance(0.6) else f"{identity.short}{person.call}"


class _Journey:
    """What a rep does about one lead, until it is won, lost, stuck, or today."""

    def __init__(self, scene: Scene, lead: _Lead) -> None:
        self._scene, self._lead = scene, lead
        self._writer = Writer(scene.rng, scene.line(lead.rep))
        self._at = lead.assigned

    def run(self) -> None:
        """Tell it from the first call on."""
        if not self._first_response():
            return
        if self._scene.chance(0.2):
            self._stall()
            return
        for stage in _WAY:
            if self._scene.chance(stage.skipped):
                continue
            if not self._wait(stage.hours):
                return
            if self._scene.chance(stage.lost):
                self._give_up()
                return
            self._reach(stage)
            if self._scene.chance(stage.stalls):
                self._stall()
                return

    def _stall(self) -> None:
        """Nothing moves; most are dropped a week or so later, a few lie there to this day."""
        if self._scene.chance(0.86) and self._wait(150):
            self._give_up()

    def _first_response(self) -> bool:
        """The first follow-up, answered or not, stops the clock; False if it is yet to come."""
        if not self._wait(self._lead.rep.response_hours):
            return False
        happened, reached = self._at, not self._scene.chance(0.15)
        at = self._follow_up("called" if reached else "unreached", with_step=reached)
        self._set(at, {"first_response_at": iso_moment(happened)})
        if not reached:
            if not self._wait(6):
                return False
            at = self._follow_up("called", with_step=True)
        self._set(at, {"stage": "touched"})
        return True

    def _reach(self, stage: _Stage) -> None:
        scene, lead = self._scene, self._lead
        if lead.customer and stage.name in ("proposal", "trial") and scene.chance(0.6):
            at = self._visit(lead.customer, "quote" if stage.name == "proposal" else "demo")
        else:
            at = self._follow_up(scene.rng.choice(stage.actions), with_step=stage.name != "won")
        values: dict[str, Value] = {"stage": stage.name}
        if stage.name == "need":
            values |= self._qualified()
        if stage.name == "won":
            values["customer"] = won = self._customer_of_won(at)
            write_won(scene, lead.rep, won, lead.identity.name, lead.product, at)
        self._set(at, values)

    def _qualified(self) -> dict[str, Value]:
        """What a rep knows once the need is confirmed."""
        rng = self._scene.rng
        goods = self._scene.line(self._lead.rep).parts("products")
        price = next(p.number("price") for p in goods if p.text("name") == self._lead.product)
        return {
            "budget": price * rng.randint(9, 30) * 10,
            "grade": rng.choices(("A", "B", "C"), (5, 5, 2))[0],
        }

    def _customer_of_won(self, at: datetime) -> str:
        lead = self._lead
        if lead.customer:
            return lead.customer.id
        return add_customer(self._scene, lead.identity, lead.rep, at, state="active").id

    def _give_up(self) -> None:
        slots = self._slots()
        at = self._write("called", self._writer.conclusion("lost", slots), with_step=False)
        self._set(at, {"stage": "lost"})

    def _visit(self, customer: Customer, purpose: str) -> datetime:
        contact = customer.contacts[0]
        _, at, _ = write_visit(
            self._scene,
            customer,
            contact,
            started=self._at,
            purpose=purpose,
            lead=self._lead.id,
        )
        return at

    def _follow_up(self, action: str, *, with_step: bool) -> datetime:
        conclusion = self._writer.conclusion(action, self._slots())
        return self._write(action, conclusion, with_step=with_step)

    def _write(self, action: str, conclusion: str, *, with_step: bool) -> datetime:
        customer = self._lead.customer
        step = self._writer.step(self._slots(), china_date(self._at)) if with_step else None
        return write_follow_up(
            self._scene,
            self._lead.rep,
            happened=self._at,
            action=action,
            conclusion=conclusion,
            step=step,
            links={"lead": self._lead.id, "customer": customer.id if customer else None},
        )

    def _slots(self) -> dict[str, str]:
        identity, today = self._lead.identity, china_date(self._at)
        day = self._writer.coming_weekday(today)
        return self._writer.slots(
            customer=identity.short,
            person=identity.people[0],
            product=self._lead.product,
            day=spoken_day(day, today),
        )

    def _wait(self, median: float) -> bool:
        """Let time pass; False, and nothing changed, if that would be after now."""
        rng, rep = self._scene.rng, self._lead.rep
        at = later(rng, self._at, some_hours(rng, median), weekends=rep.weekends)
        if at > self._scene.now:
            return False
        self._at = at
        return True

    def _set(self, at: datetime, values: dict[str, Value]) -> None:
        self._scene.book.set(at, self._lead.rep.id, "lead", self._lead.id, values)
