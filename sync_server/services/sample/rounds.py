"""The chapter of the daily rounds: visits, the calls around them, and the tasks they leave."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crm_core.clock import iso_moment
from crm_core.model.values import Value
from sync_server.services.sample.activity import (
    due_moment,
    write_follow_up,
    write_task,
    write_visit,
)
from sync_server.services.sample.office_hours import (
    at_china,
    china_date,
    later,
    recent,
    some_hours,
    spoken_day,
)
from sync_server.services.sample.people import Rep
from sync_server.services.sample.scene import Contact, Customer, Scene
from sync_server.services.sample.texts import Step, Writer

_WEIGHTS = {"A": 7, "B": 3, "C": 1}
_PURPOSES = {"regular": 50, "demo": 15, "quote": 15, "service": 12, "payment": 8}
_ACTIONS = {
    "first": ("sent", "called"),
    "regular": ("called", "called", "sent", "visited", "unreached"),
    "demo": ("called", "sent", "booked"),
    "quote": ("quoted", "called", "called"),
    "service": ("called", "visited"),
    "payment": ("called", "unreached"),
}
_AHEAD = (0, 0, 0, 1, 1, 1, 2, 3, 4, 6)
"""In how many days each rep's planned tasks are due: today and tomorrow are never empty."""


@dataclass(frozen=True, slots=True)
class _Round:
    """A visit once written down."""

    id: str
    customer: Customer
    contact: Contact
    purpose: str
    at: datetime
    step: Step

    @property
    def links(self) -> dict[str, Value]:
        """The references of what follows from the visit."""
        return {"customer": self.customer.id, "visit": self.id}


def tell_rounds(scene: Scene, *, visits: int, follow_ups: int, tasks: int) -> None:
    """Write visits, follow-ups and tasks until the book holds that many of each."""
    rounds = _visits(scene, visits - scene.book.count("visit"))
    _follow_ups(scene, rounds, follow_ups - scene.book.count("follow_up"))
    _plan_ahead(scene, rounds)
    left = tasks - scene.book.count("task")
    for source in scene.rng.sample(rounds, min(left, len(rounds))):
        _task_of(scene, source)
    _next_contacts(scene, rounds)


def _visits(scene: Scene, count: int) -> list[_Round]:
    settled = [c for c in scene.customers if c.since < scene.now - timedelta(days=1)]
    weights = [_WEIGHTS[c.level] * (2 if c.owner.line == "medical" else 1) for c in settled]
    chosen = scene.rng.choices(settled, weights, k=count)
    planned = sorted(
        ((_visit_moment(scene, c), c) for c in chosen), key=lambda pair: (pair[0], pair[1].id)
    )
    seen: set[str] = set()
    rounds = []
    for started, customer in planned:
        rounds.append(_visit(scene, customer, started, first=customer.id not in seen))
        seen.add(customer.id)
    return rounds


def _visit_moment(scene: Scene, customer: Customer) -> datetime:
    """Some moment of the customer's time; a few in the last days, so that today has a past."""
    if scene.chance(0.06):
        moment = recent(scene.rng, scene.now, scene.rng.randint(0, 3))
        if moment > customer.since + timedelta(minutes=10):
            return moment
    last = max(customer.since, scene.now - timedelta(hours=2))
    start = customer.since + timedelta(minutes=10)
    return scene.work_moment(customer.owner, start, last)


def _visit(scene: Scene, customer: Customer, started: datetime, *, first: bool) -> _Round:
    known = customer.since < scene.opened + timedelta(days=5)
    kinds, shares = list(_PURPOSES), list(_PURPOSES.values())
    purpose = scene.rng.choices(kinds, shares)[0]
    if first and not known:
        purpose = "first"
    contact = scene.rng.choice(customer.contacts)
    visit, at, step = write_visit(scene, customer, contact, started=started, purpose=purpose)
    return _Round(visit, customer, contact, purpose, at, step)


def _follow_ups(scene: Scene, rounds: list[_Round], count: int) -> None:
    """Calls after visits, a day or two later."""
    written = 0
    while written < count:
        source = scene.rng.choice(rounds)
        rep = source.customer.owner
        happened = later(scene.rng, source.at, some_hours(scene.rng, 30), weekends=rep.weekends)
        if happened <= scene.now:
            _follow_up(scene, source, happened)
            written += 1


def _follow_up(scene: Scene, source: _Round, happened: datetime) -> None:
    rep, today = source.customer.owner, china_date(happened)
    writer = Writer(scene.rng, scene.line(rep))
    slots = writer.slots(
        customer=source.customer.identity.short,
        person=source.contact.person,
        product=writer.product(),
        day=spoken_day(writer.coming_weekday(today), today),
    )
    action = scene.rng.choice(_ACTIONS[source.purpose])
    write_follow_up(
        scene,
        rep,
        happened=happened,
        action=action,
        conclusion=writer.conclusion(action, slots),
        step=writer.step(slots, today) if scene.chance(0.7) else None,
        links={**source.links, "contact": source.contact.id},
    )


def _task_of(scene: Scene, source: _Round) -> None:
    """The task a visit left; long past ones are done or dropped, some recent ones are late."""
    rep, step = source.customer.owner, source.step
    due = due_moment(scene, step)
    task = write_task(scene, rep, at=source.at, step=step, due=due, links=source.links)
    if due > scene.now and scene.chance(0.8):
        return
    age = scene.now - due
    if age < timedelta(days=10) and scene.chance(0.22):
        return
    end = later(scene.rng, due, scene.rng.uniform(-20, 6), weekends=rep.weekends)
    end = max(end, source.at)
    if end > scene.now:
        return
    if scene.chance(0.06):
        scene.book.set(end, rep.id, "task", task, {"state": "dropped"})
        return
    values: dict[str, Value] = {"state": "done", "done_at": iso_moment(end)}
    scene.book.set(end, rep.id, "task", task, values)


def _plan_ahead(scene: Scene, rounds: list[_Round]) -> None:
    """What everyone has on the list for today and the days to come."""
    today = china_date(scene.now)
    for rep in scene.staff.reps:
        own = [r for r in rounds if r.customer.owner == rep][-len(_AHEAD) * 2 :]
        for days, source in zip(_AHEAD, scene.rng.sample(own, len(_AHEAD)), strict=True):
            _planned_task(scene, rep, source, today + timedelta(days=days))


def _planned_task(scene: Scene, rep: Rep, source: _Round, due_on: date) -> None:
    writer = Writer(scene.rng, scene.line(rep))
    slots = writer.slots(
        customer=source.customer.identity.short,
        person=source.contact.person,
        product=writer.product(),
        day="",
    )
    at = max(source.at, recent(scene.rng, scene.now, scene.rng.randint(0, 3)))
    step = writer.step(slots, china_date(at), due_on)
    due = at_china(due_on, time(scene.rng.choice((9, 10, 11, 14, 15, 16, 17))))
    write_task(scene, rep, at=at, step=step, due=due, links=source.links)


def _next_contacts(scene: Scene, rounds: list[_Round]) -> None:
    """The latest visit decides when to be in touch next; some of these dates have passed."""
    latest = {r.customer.id: r for r in rounds}
    for source in latest.values():
        on = source.step.on
        if on < china_date(scene.now) and scene.chance(0.75):
            on = china_date(scene.now) + timedelta(days=scene.rng.randint(0, 30))
        at = max(source.at, recent(scene.rng, scene.now, scene.rng.randint(0, 9)))
        at = source.at if on == source.step.on else at
        values: dict[str, Value] = {"next_contact_on": on.isoformat()}
        scene.book.set(at, source.customer.owner.id, "customer", source.customer.id, values)
