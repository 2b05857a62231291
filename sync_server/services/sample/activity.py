"""Writes single visits, follow-ups and tasks: the verbs the chapters are told with."""

from datetime import datetime, time, timedelta

from crm_core.clock import iso_moment
from crm_core.model.values import Value
from sync_server.services.sample.office_hours import at_china, china_date, spoken_day
from sync_server.services.sample.people import Rep
from sync_server.services.sample.scene import Contact, Customer, Scene
from sync_server.services.sample.texts import Step, Writer

_CAPTURES, _CAPTURE_SHARES = ("typed", "voice", "imported"), (11, 8, 1)


def write_visit(
    scene: Scene,
    customer: Customer,
    contact: Contact,
    *,
    started: datetime,
    purpose: str,
    lead: str | None = None,
) -> tuple[str, datetime, Step]:
    """Write a visit that began at `started`; its id, when it was written, and what comes next."""
    rng, rep = scene.rng, customer.owner
    ended = min(started + timedelta(minutes=rng.randint(20, 60)), scene.now)
    at = min(ended + timedelta(minutes=rng.randint(1, 9)), scene.now)
    today = china_date(started)
    writer = Writer(rng, scene.line(rep))
    slots = writer.slots(
        customer=customer.identity.short,
        person=contact.person,
        product=writer.product(purpose),
        day=spoken_day(today + timedelta(days=2), today),
    )
    talk = writer.talk(purpose, slots, today)
    captured = rng.choices(_CAPTURES, _CAPTURE_SHARES)[0]
    values: dict[str, Value] = {
        "customer": customer.id,
        "contact": contact.id,
        "lead": lead,
        "purpose": purpose,
        "started_at": iso_moment(started),
        "ended_at": iso_moment(ended),
        "place": customer.identity.address if scene.chance(0.6) else None,
        "summary": talk.summary,
        **talk.values,
        "captured_by": captured,
        "transcript": talk.transcript if captured == "voice" else None,
        "owner": rep.id,
    }
    return scene.book.create(at, rep.id, "visit", values), at, talk.step


def write_follow_up(
    scene: Scene,
    rep: Rep,
    *,
    happened: datetime,
    action: str,
    conclusion: str,
    step: Step | None = None,
    links: dict[str, Value],
) -> datetime:
    """Write a follow-up and return when it was written; `links` are its references."""
    at = min(happened + timedelta(minutes=scene.rng.randint(0, 9)), scene.now)
    values: dict[str, Value] = {
        "action": action,
        "conclusion": conclusion,
        "next_step": step.text if step else None,
        "next_on": step.on.isoformat() if step else None,
        "happened_at": iso_moment(happened),
        **links,
        "owner": rep.id,
    }
    scene.book.create(at, rep.id, "follow_up", values)
    return at


def write_task(
    scene: Scene, rep: Rep, *, at: datetime, step: Step, due: datetime, links: dict[str, Value]
) -> str:
    """Write an open task."""
    values: dict[str, Value] = {
        "title": step.text,
        "kind": step.kind,
        "state": "open",
        "due_at": iso_moment(due),
        **links,
        "owner": rep.id,
    }
    return scene.book.create(at, rep.id, "task", values)


def due_moment(scene: Scene, step: Step) -> datetime:
    """The hour of the step's day by which it is promised."""
    hour = scene.rng.choice((9, 10, 11, 14, 15, 16, 17, 18))
    return at_china(step.on, time(hour, scene.rng.choice((0, 0, 30))))
