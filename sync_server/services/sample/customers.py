"""Writes customers and contacts, their later corrections, and the near-duplicates among them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from crm_core.model.values import Value
from sync_server.services.sample.names import Identity, Person
from sync_server.services.sample.office_hours import later
from sync_server.services.sample.people import Rep
from sync_server.services.sample.scene import Contact, Customer, Scene

_LEVELS, _LEVEL_SHARES = ("A", "B", "C"), (2, 5, 4)
_STATES, _STATE_SHARES = ("prospect", "active", "dormant", "lost"), (8, 9, 2, 1)
_ABBREVIATED = (("医学检验实验室", "检验室"), ("医学检验所", "检验所"), ("中西医结合医院", "医院"))


def add_customer(
    scene: Scene, identity: Identity, rep: Rep, at: datetime, *, state: str = ""
) -> Customer:
    """Write a customer and everyone at it; the contacts follow within minutes."""
    rng = scene.rng
    level = rng.choices(_LEVELS, _LEVEL_SHARES)[0]
    chosen = state or rng.choices(_STATES, _STATE_SHARES)[0]
    values = _customer_values(scene, identity, rep) | {"level": level, "state": chosen}
    customer_id = scene.book.create(at, rep.id, "customer", values)
    contacts = tuple(
        _add_contact(scene, customer_id, person, rep, at) for person in identity.people
    )
    customer = Customer(customer_id, identity, rep, at, level, contacts)
    scene.customers.append(customer)
    return customer


def open_customers(scene: Scene, line: str, count: int) -> None:
    """Write `count` customers: the older half in the first days, the rest as they come."""
    for _ in range(count):
        rep = scene.any_rep(line)
        end = scene.opened + timedelta(days=4) if scene.chance(0.55) else None
        start = scene.opened + timedelta(hours=1)
        last = end or scene.now - timedelta(days=2)
        add_customer(scene, scene.identity(line), rep, scene.work_moment(rep, start, last))


def correct_customers(scene: Scene) -> None:
    """Later edits: levels move, addresses and numbers get corrected, customers wake or fade."""
    for customer in list(scene.customers):
        if scene.chance(0.28):
            _move_level(scene, customer)
        if scene.chance(0.14):
            _correct_address(scene, customer)
        if scene.chance(0.10):
            _edit(scene, customer, {"state": scene.rng.choice(("active", "dormant", "active"))})
        if scene.chance(0.12):
            _correct_phone(scene, customer)
        if scene.chance(0.08):
            tags = scene.rng.sample(scene.line(customer.owner).lines("tags"), 2)
            _edit(scene, customer, {"tags": sorted(tags)})


def add_duplicates(scene: Scene, count: int) -> None:
    """Write `count` customers a second time, as a colleague of the same team would have."""
    settled = [c for c in scene.customers if c.since < scene.now - timedelta(days=7)]
    for original in scene.rng.sample(settled, count):
        team = [rep for rep in scene.staff.of_line(original.owner.line) if rep != original.owner]
        rep = scene.rng.choice(team)
        first = later(scene.rng, original.since, 20, weekends=rep.weekends)
        at = scene.work_moment(rep, first)
        add_customer(scene, _written_differently(scene, original.identity), rep, at)


def _customer_values(scene: Scene, identity: Identity, rep: Rep) -> dict[str, Value]:
    rng, organisation = scene.rng, identity.kind == "organisation"
    tags = rng.sample(scene.line(rep).lines("tags"), rng.choice((0, 0, 0, 1, 1, 2)))
    hospital = identity.industry == "hospital"
    yearly = rng.randrange(3, 160) * 10_000 * 100 if organisation and scene.chance(0.6) else None
    return {
        "name": identity.name,
        "kind": identity.kind,
        "industry": identity.industry,
        "city": identity.city,
        "address": identity.address,
        "phone": identity.phone,
        "email": identity.email,
        "uscc": identity.uscc,
        "department": identity.people[0].department if hospital else None,
        "buyer_title": _buyer_title(identity) if hospital else None,
        "annual_purchase": yearly,
        "remark": identity.note,
        "tags": sorted(tags),
        "owner": rep.id,
    }


def _buyer_title(identity: Identity) -> str | None:
    """Of a few hospitals nobody has asked yet who buys: the check of data finds them."""
    buyer = next((one for one in identity.people if one.part == "buyer"), None)
    if buyer is not None:
        return f"{buyer.department}{buyer.title}"
    return None if sum(map(ord, identity.name)) % 6 == 0 else "设备科科长"


def _add_contact(scene: Scene, customer_id: str, person: Person, rep: Rep, at: datetime) -> Contact:
    since = min(at + timedelta(minutes=scene.rng.randint(1, 6)), scene.now)
    born = f"{scene.rng.randrange(1966, 1996)}-{scene.rng.randrange(1, 13):02d}-"
    values: dict[str, Value] = {
        "name": person.name,
        "title": person.title,
        "customer": customer_id,
        "part": person.part,
        "department": person.department,
        "phone": person.phone,
        "wechat": f"wx_{person.phone[-6:]}" if scene.chance(0.4) else None,
        "birthday": f"{born}{scene.rng.randrange(1, 29):02d}" if scene.chance(0.15) else None,
        "owner": rep.id,
    }
    contact_id = scene.book.create(since, rep.id, "contact", values)
    return Contact(contact_id, person, since)


def _edit(scene: Scene, customer: Customer, values: Mapping[str, Value]) -> None:
    at = scene.work_moment(customer.owner, customer.since)
    scene.book.set(at, customer.owner.id, "customer", customer.id, values)


def _move_level(scene: Scene, customer: Customer) -> None:
    """Reps move a level one step; now and then the manager overrules them."""
    step = {"A": "B", "B": scene.rng.choice(("A", "C")), "C": "B"}[customer.level]
    at = scene.work_moment(customer.owner, customer.since)
    actor = scene.staff.manager if scene.chance(0.2) else customer.owner.id
    scene.book.set(at, actor, "customer", customer.id, {"level": step})


def _correct_address(scene: Scene, customer: Customer) -> None:
    extra = {
        "organisation": f"{scene.rng.randrange(1, 9)}号楼{scene.rng.randrange(1, 7)}层",
        "person": "（北门）",
    }
    address = customer.identity.address + extra[customer.identity.kind]
    _edit(scene, customer, {"address": address})


def _correct_phone(scene: Scene, customer: Customer) -> None:
    contact = scene.rng.choice(customer.contacts)
    at = scene.work_moment(customer.owner, contact.since)
    values = {"phone": scene.namer.mobile()}
    scene.book.set(at, customer.owner.id, "contact", contact.id, values)


def _written_differently(scene: Scene, identity: Identity) -> Identity:
    person = identity.people[0]
    if identity.kind == "person":
        name = scene.rng.choice((f"{identity.name}家", f"{identity.name}（{person.call}）"))
        return replace(identity, name=name, address="", note="", people=(person,))
    city = f"{identity.city}市" if scene.chance(0.5) else identity.city
    short = identity.name
    for long, brief in _ABBREVIATED:
        short = short.replace(long, brief)
    name = scene.rng.choice((city + identity.name, short + "（总院）", f"{city}{short}"))
    return replace(
        identity,
        name=name,
        phone=identity.phone.replace("-", ""),
        address=identity.address.removeprefix(f"{identity.city}市"),
        email="",
        note="",
        people=(replace(person, department=""),),
    )
