"""The chapter of the opportunities: opened at customers, moved stage by stage, won or lost."""

from datetime import datetime, timedelta

from crm_core.model.values import Value
from sync_server.services.sample.office_hours import china_date, later, recent, some_hours
from sync_server.services.sample.people import Rep
from sync_server.services.sample.scene import Customer, Scene
from sync_server.services.sample.texts import Writer

_STAGES = ("contact", "need", "demo", "quote", "negotiate", "won")
_HOURS_BETWEEN = {"medical": 340.0, "school": 110.0}
_LOST, _STUCK = 0.09, 0.06
_WEIGHTS = {"A": 6, "B": 3, "C": 1}


def tell_deals(scene: Scene, count: int) -> None:
    """Write `count` opportunities and how far each has come."""
    settled = [c for c in scene.customers if c.since < scene.now - timedelta(days=3)]
    weights = [_WEIGHTS[c.level] * (2 if c.owner.line == "medical" else 1) for c in settled]
    for customer in scene.rng.choices(settled, weights, k=count):
        _tell_deal(scene, customer)


def _tell_deal(scene: Scene, customer: Customer) -> None:
    rng, rep = scene.rng, customer.owner
    opened = scene.work_moment(rep, customer.since)
    writer = Writer(rng, scene.line(rep))
    goods = rng.choice(scene.line(rep).parts("products"))
    amount = goods.number("price") * 100 * rng.randint(1, goods.number("most"))
    slots = writer.slots(
        customer=customer.identity.name,
        person=customer.contacts[0].person,
        product=goods.text("name"),
        day="",
    )
    rivals = [slots["competitor"]] if scene.chance(0.5) else []
    close = china_date(opened) + timedelta(days=rng.randint(20, 120))
    values: dict[str, Value] = {
        "name": writer.fill("deal", slots),
        "customer": customer.id,
        "stage": "contact",
        "amount": amount,
        "close_on": close.isoformat(),
        "products": [goods.text("name")],
        "competitors": rivals,
        "remark": writer.fill("deal_remarks", slots) if rivals else None,
        "owner": rep.id,
    }
    deal = scene.book.create(opened, rep.id, "opportunity", values)
    _move(scene, customer, deal, at=opened, amount=amount)


def write_won(scene: Scene, rep: Rep, customer: str, name: str, product: str, at: datetime) -> None:
    """What a lead bought, written down as it signs."""
    goods = next(g for g in scene.line(rep).parts("products") if g.text("name") == product)
    values: dict[str, Value] = {
        "name": f"{name}{product}",
        "customer": customer,
        "stage": "won",
        "amount": goods.number("price") * 100 * scene.rng.randint(1, goods.number("most")),
        "close_on": china_date(at).isoformat(),
        "products": [product],
        "owner": rep.id,
    }
    scene.book.create(at, rep.id, "opportunity", values)


def _move(scene: Scene, customer: Customer, deal: str, *, at: datetime, amount: int) -> None:
    """Walk the stages until won, lost, stuck or today; open ones close in the future."""
    rng, rep = scene.rng, customer.owner
    for stage in _STAGES[1:]:
        hours = some_hours(rng, _HOURS_BETWEEN[rep.line])
        following = later(rng, at, hours, weekends=rep.weekends)
        if following > scene.now or scene.chance(_STUCK):
            break
        at = following
        reached = "lost" if scene.chance(_LOST) else stage
        values: dict[str, Value] = {"stage": reached}
        if reached in ("won", "lost"):
            values["close_on"] = china_date(at).isoformat()
        elif reached == "negotiate":
            values["amount"] = amount * rng.choice((88, 90, 92, 95)) // 100
        scene.book.set(at, rep.id, "opportunity", deal, values)
        if reached == "won":
            scene.book.set(at, rep.id, "customer", customer.id, {"state": "active"})
        if reached in ("won", "lost"):
            return
    _postpone(scene, customer, deal, at)


def _postpone(scene: Scene, customer: Customer, deal: str, since: datetime) -> None:
    """The rep keeps the expected close of an open deal ahead of today."""
    close = china_date(scene.now) + timedelta(days=scene.rng.randint(3, 75))
    start = max(since, recent(scene.rng, scene.now, 15))
    at = scene.work_moment(customer.owner, start)
    values: dict[str, Value] = {"close_on": close.isoformat()}
    scene.book.set(at, customer.owner.id, "opportunity", deal, values)
