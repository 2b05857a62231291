"""Customers as several systems of one company would hold them, with the truth; our own generator.

Real customers (companies, branches, shops of chains, persons) are made up first, with what makes
matching hard: chains and branches which are customers of their own, one owner with two companies,
switchboards and mailboxes that are shared, two persons of one name. Each is then written down by
one to seventeen systems, with the slips people and programs make.

    python -m benchmarks.matching.customers 230000 --seed 1 --out FOLDER
"""

import argparse
import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pypinyin import lazy_pinyin

from benchmarks.matching import slips, words
from crm_core.model import regions
from crm_core.model.credit_code import ALPHABET, check_digit

FIELDS = ("id", "source", "name", "contact", "phone", "tel", "uscc", "address", "city", "email")
_SIZES, _SIZE_WEIGHTS = zip(
    *{
        1: 688,
        2: 188,
        3: 63,
        4: 31,
        5: 7,
        6: 9,
        7: 7,
        8: 1,
        9: 1,
        11: 1,
        13: 1,
        15: 1,
        16: 1,
    }.items(),
    strict=True,
)
_SOURCES = {
    "corp": {"erp": 51, "sales": 21, "wx_scrm": 18, "webform": 7, "pos": 3},
    "branch": {"erp": 54, "sales": 22, "wx_scrm": 15, "webform": 7, "pos": 2},
    "shop": {"erp": 49, "sales": 22, "wx_scrm": 20, "pos": 9},
    "person": {"mall": 45, "wx_scrm": 25, "sales": 17, "pos": 13},
}
_ASKED = ("contact", "phone", "tel", "uscc", "address", "email")
_FILLED = {
    source: dict(zip(_ASKED, chances, strict=True))
    for source, chances in {
        "erp": (0.88, 0.69, 0.74, 0.78, 0.94, 0.46),
        "sales": (0.85, 0.78, 0.31, 0.17, 0.57, 0.5),
        "webform": (0.82, 0.77, 0.4, 0.22, 0.48, 0.66),
        "pos": (0.9, 0.87, 0.3, 0.12, 0.25, 0.17),
        "mall": (0, 0.93, 0, 0, 0.88, 0.63),
        "wx_scrm": (0, 1.0, 0, 0, 0.07, 0),
    }.items()
}
"""How often a system has a field of a customer that has such a thing at all."""
_HAVE_LINE, _HAVE_EMAIL, _HAVE_ADDRESS = 0.62, 0.36, 0.92


@dataclass(frozen=True, slots=True)
class Customer:
    """One real customer, as it would describe itself."""

    kind: str
    person: str
    mobile: str
    city: str
    district: str
    province: str
    road: str
    number: int
    building: str
    unit: str
    email: str
    brand: str = ""
    trade: str = ""
    legal: str = ""
    line: tuple[str, str] = ("", "")
    code: str = ""
    old_code: str = ""
    outlet: str = ""
    head: str = ""


@dataclass(slots=True)
class Maker:
    """Makes customers in groups that share what real ones share."""

    rng: random.Random

    def group(self) -> list[Customer]:
        """One customer, or a few that are easily taken for one another."""
        draw = self.rng.random()
        if draw < 0.335:
            return self.persons()
        if draw < 0.455:
            return [self.shop()]
        if draw < 0.47:
            return self.chain()
        if draw < 0.515:
            return self.branches()
        if draw < 0.548:
            return self.siblings()
        if draw < 0.563:
            return self.one_owner()
        if draw < 0.583:
            return self.one_house()
        return [self.corp()]

    def persons(self) -> list[Customer]:
        """A person; now and then another one of the same household or telephone."""
        rng, one = self.rng, self.person()
        draw = rng.random()
        if draw < 0.035:
            other = self.at(self.person(), one)
            if rng.random() < 0.7:
                other = replace(other, person=one.person[0] + other.person[1:])
            if rng.random() < 0.5:
                other = replace(other, mobile=one.mobile)
            return [one, other]
        if draw < 0.043:
            return [one, replace(self.person(), mobile=one.mobile)]
        return [one]

    def siblings(self) -> list[Customer]:
        """Companies of one owner, often under one brand, at one door and with one telephone."""
        rng, first = self.rng, self.corp()
        found = [first]
        others = [trade for trade in words.COMPANY_TRADES if trade != first.trade]
        for trade in rng.sample(others, rng.randrange(1, 4)):
            other = replace(self.corp(), trade=trade, city=first.city, line=first.line)
            other = replace(other, district=first.district, province=first.province)
            if rng.random() < 0.7:
                other = replace(other, brand=first.brand)
            if rng.random() < 0.7:
                other = replace(other, person=first.person, mobile=first.mobile)
            if rng.random() < 0.6:
                other = self.at(other, first)
            found.append(replace(other, email=self.company_email(other.brand, other.person)))
        return found

    def one_owner(self) -> list[Customer]:
        """Two companies of one person."""
        first = self.corp()
        second = replace(self.corp(), person=first.person, mobile=first.mobile)
        return [first, self.at(second, first) if self.rng.random() < 0.3 else second]

    def one_house(self) -> list[Customer]:
        """Companies behind one switchboard, now and then in one room."""
        rng, first = self.rng, self.corp()
        others = []
        for _ in range(rng.randrange(1, 5)):
            other = replace(self.at(self.corp(), first), line=first.line)
            if rng.random() < 0.5:
                other = replace(other, unit=_unit(rng))
            others.append(other)
        return [first, *others]

    def at(self, customer: Customer, where: Customer) -> Customer:
        """The customer at the address of another."""
        return replace(
            customer, city=where.city, district=where.district, province=where.province,
            road=where.road, number=where.number, building=where.building, unit=where.unit,
        )  # fmt: skip

    def branches(self) -> list[Customer]:
        """A company and its branches: one mailbox, sometimes one switchboard or one person."""
        rng, head = self.rng, self.corp()
        mail = f"{rng.choice(('service', 'sales', 'info'))}@{_domain(rng, head.brand)}"
        found = [replace(head, email=mail if rng.random() < 0.4 else head.email)]
        for _ in range(rng.choices((1, 2, 3), (8, 2, 1))[0]):
            own = self.corp()
            branch = replace(
                own, kind="branch", brand=head.brand, trade=head.trade, legal=head.legal,
                head=head.city, line=head.line if rng.random() < 0.4 else own.line,
                email=rng.choice((mail, head.email, own.email)),
            )  # fmt: skip
            if rng.random() < 0.3:
                branch = replace(branch, person=head.person, mobile=head.mobile)
            found.append(branch)
        return found

    def chain(self) -> list[Customer]:
        """Shops of one name, some with one hotline, some with one owner."""
        rng, first = self.rng, self.shop()
        hotline = ("", f"400{rng.randrange(10**7):07}")
        owner = self.person()
        shops = []
        for _ in range(rng.randrange(3, 26)):
            own = self.shop()
            shop = replace(own, brand=first.brand, trade=first.trade, outlet=own.road)
            if rng.random() < 0.6:
                shop = replace(shop, line=hotline)
            if rng.random() < 0.25:
                shop = replace(shop, person=owner.person, mobile=owner.mobile)
            if rng.random() < 0.55:
                shop = replace(
                    shop, city=first.city, district=first.district, province=first.province
                )
            shops.append(shop)
        return shops

    def person(self) -> Customer:
        """A private person."""
        rng = self.rng
        name = rng.choice(words.SURNAMES) + "".join(
            rng.choice(words.GIVEN) for _ in range(2 if rng.random() < 0.7 else 1)
        )
        city = rng.choice(words.CITIES)
        province, district = _around(city, rng)
        return Customer(
            kind="person", person=name, mobile=_mobile(rng), city=city, district=district,
            province=province, road=rng.choice(words.ROADS) + rng.choice(words.ROAD_KINDS),
            number=rng.randrange(1, 2000), building=rng.choice((*words.BUILDINGS, *[""] * 14)),
            unit=_unit(rng), email=_free_email(rng, name),
        )  # fmt: skip

    def corp(self) -> Customer:
        """A company."""
        rng, owner = self.rng, self.person()
        brand = self.brand()
        area = words.AREA_CODES[owner.city]
        code = _code(rng, "91", owner.city)
        return replace(
            owner, kind="corp", brand=brand, trade=rng.choice(words.COMPANY_TRADES),
            legal=rng.choice(words.LEGAL_FORMS), line=(area, _line(rng)), code=code,
            old_code=_old_code(rng, code), email=self.company_email(brand, owner.person),
        )  # fmt: skip

    def shop(self) -> Customer:
        """A shop by itself; a third of them carry their owner's name."""
        rng, own = self.rng, self.corp()
        brand = self.person().person if rng.random() < 0.25 else own.brand
        return replace(
            own, kind="shop", brand=brand, trade=rng.choice(words.SHOP_TRADES),
            code="92" + own.code[2:17] + check_digit("92" + own.code[2:17]),
            outlet=own.road if rng.random() < 0.3 else "", email=_free_email(rng, own.person),
            line=own.line if rng.random() < 0.5 else ("", ""),
        )  # fmt: skip

    def brand(self) -> str:
        """Two to four characters, the usual ones oftener."""
        rng = self.rng
        size = rng.choices((2, 3, 4), (80, 12, 8))[0]
        return "".join(rng.choice(words.BRAND) for _ in range(size))

    def company_email(self, brand: str, person: str) -> str:
        """A company's address, or its owner's private one."""
        rng = self.rng
        if rng.random() < 0.45:
            return _free_email(rng, person)
        local = "".join(lazy_pinyin(person)) if rng.random() < 0.85 else "service"
        return f"{local}@{_domain(rng, brand)}"


def written_down(rng: random.Random, customer: Customer, source: str) -> dict[str, str]:
    """One customer as one system holds it."""
    row = dict.fromkeys(FIELDS, "")
    row["source"] = source
    chances = _FILLED[source]
    if source == "wx_scrm":
        firm = _firm_in_chat(rng, customer)
        row["name"], row["phone"] = slips.chat_written(
            rng, firm=firm, person=customer.person, mobile=customer.mobile, city=customer.city
        )
    else:
        _name(rng, customer, row, chances)
        if rng.random() < chances.get("phone", 0):
            row["phone"] = slips.mobile_written(rng, customer.mobile)
        if rng.random() < chances.get("tel", 0) and customer.line[1]:
            row["tel"] = slips.line_written(rng, *customer.line)
        if rng.random() < chances.get("uscc", 0) * 0.85 and customer.code:
            row["uscc"] = slips.code_written(rng, customer.code, customer.old_code)
        if rng.random() < chances.get("email", 0) and customer.email:
            row["email"] = slips.email_written(rng, customer.email)
    if customer.road and rng.random() < chances.get("address", 0):
        row["address"] = slips.address_written(
            rng, province=_province_written(customer), city=customer.city,
            district=customer.district, road=customer.road, number=customer.number,
            building=customer.building, unit=customer.unit,
        )  # fmt: skip
    if rng.random() < 0.55:
        row["city"] = customer.city + ("市" if rng.random() < 0.27 else "")
    if not row["phone"] and row["tel"] and rng.random() < 0.01:
        row["phone"], row["tel"] = row["tel"], ""
    return row


def _name(
    rng: random.Random, customer: Customer, row: dict[str, str], chances: dict[str, float]
) -> None:
    if customer.kind == "person":
        row["name"] = slips.person_written(rng, customer.person, titled=0.1)
        return
    row["name"] = _firm_written(rng, customer)
    if rng.random() < chances.get("contact", 0):
        row["contact"] = slips.person_written(rng, customer.person, titled=0.18)
        if rng.random() < 0.005:
            row["name"], row["contact"] = row["contact"], row["name"]


def _firm_written(rng: random.Random, one: Customer) -> str:
    if one.kind == "shop":
        return slips.shop_written(
            rng, brand=one.brand, trade=one.trade, outlet=one.outlet, city=one.city
        )
    if one.kind == "branch":
        return slips.branch_written(
            rng, head=one.head, brand=one.brand, trade=one.trade, legal=one.legal, city=one.city
        )
    return slips.company_written(
        rng, brand=one.brand, trade=one.trade, legal=one.legal, city=one.city,
        district=one.district, province=one.province,
    )  # fmt: skip


def _firm_in_chat(rng: random.Random, one: Customer) -> str:
    if one.kind == "person":
        return ""
    if one.kind == "shop":
        return slips.shop_written(
            rng, brand=one.brand, trade=one.trade, outlet=one.outlet, city=one.city
        )
    if one.kind == "branch":
        short = f"{one.brand}{one.trade}({one.city}分)"
        whole = f"{one.head}{one.brand}{one.trade}{one.legal}{one.city}分公司"
        return rng.choice((short, whole, f"{one.brand}{one.trade}{one.city}分公司"))
    return rng.choices(
        (
            one.brand + one.trade, one.city + one.brand, one.city + one.brand + one.trade,
            one.brand + one.trade[:2], f"{one.brand}{one.trade}({one.city})",
        ),
        (46, 18, 18, 12, 6),
    )[0]  # fmt: skip


@lru_cache(maxsize=128)
def _districts(city: str) -> tuple[str, tuple[str, ...]]:
    found = regions.locate(city)
    if found is None or found.city is None:
        raise ValueError(city)
    return found.province.name, tuple(place.name for place in regions.districts(city))


def _around(city: str, rng: random.Random) -> tuple[str, str]:
    province, districts = _districts(city)
    return province, rng.choice(districts[:6] or ("",))


def _province_written(one: Customer) -> str:
    return "" if one.province.removesuffix("市") == one.city else one.province


def _mobile(rng: random.Random) -> str:
    start = rng.choice(words.MOBILE_STARTS)
    return f"{start}{rng.randrange(10**8):08}"


def _line(rng: random.Random) -> str:
    return str(
        rng.randrange(2 * 10**7, 9 * 10**7)
        if rng.random() < 0.6
        else rng.randrange(2 * 10**6, 9 * 10**6)
    )


def _unit(rng: random.Random) -> str:
    room = rng.randrange(1, 30) * 100 + rng.randrange(1, 40)
    draw = rng.random()
    return f"{rng.randrange(1, 21)}-{room}" if draw < 0.22 else str(room) if draw < 0.5 else ""


def _code(rng: random.Random, start: str, city: str) -> str:
    found = regions.locate(city)
    region = (found.city.code if found and found.city else "110100")[:6].ljust(6, "1")
    body = "".join(rng.choice("0123456789" if rng.random() < 0.7 else ALPHABET) for _ in range(9))
    first = start + region + body
    return first + check_digit(first)


def _old_code(rng: random.Random, code: str) -> str:
    return code[2:8] + f"{rng.randrange(10**9):09}"


def _free_email(rng: random.Random, person: str) -> str:
    local = (
        "".join(lazy_pinyin(person)) + str(rng.randrange(10000))
        if rng.random() < 0.4
        else str(rng.randrange(10**6, 10**10))
    )
    return f"{local}@{rng.choice(words.FREE_DOMAINS)}"


def _domain(rng: random.Random, brand: str) -> str:
    return "".join(lazy_pinyin(brand)) + rng.choice(words.COMPANY_DOMAINS)


def _lacking(rng: random.Random, customer: Customer) -> Customer:
    """A customer without what many do not have: a landline, an e-mail address, a known address."""
    if customer.line[0] and rng.random() > _HAVE_LINE:
        customer = replace(customer, line=("", ""))
    if rng.random() > _HAVE_EMAIL:
        customer = replace(customer, email="")
    if rng.random() > _HAVE_ADDRESS:
        customer = replace(customer, road="")
    return customer


def make(count: int, *, seed: int) -> Iterator[tuple[dict[str, str], int, str]]:
    """Rows, each with the number of its customer and what kind it is; `count` rows, mixed."""
    rng = random.Random(seed)
    maker, number = Maker(rng), 0
    rows: list[tuple[dict[str, str], int, str]] = []
    while len(rows) < count:
        for whole in maker.group():
            customer = _lacking(rng, whole)
            sources, weights = zip(*_SOURCES[customer.kind].items(), strict=True)
            for _ in range(rng.choices(_SIZES, _SIZE_WEIGHTS)[0]):
                source = rng.choices(sources, weights)[0]
                rows.append((written_down(rng, customer, source), number, customer.kind))
            number += 1
    rng.shuffle(rows)
    yield from rows[:count]


def write(folder: Path, count: int, *, seed: int) -> None:
    """customers.csv and truth.csv in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "customers.csv").open("w", encoding="utf-8", newline="") as rows,
        (folder / "truth.csv").open("w", encoding="utf-8", newline="") as truth,
    ):
        written, known = csv.DictWriter(rows, FIELDS), csv.writer(truth)
        written.writeheader()
        known.writerow(("id", "entity", "kind"))
        for number, (row, entity, kind) in enumerate(make(count, seed=seed)):
            written.writerow({**row, "id": number})
            known.writerow((number, entity, kind))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    write(given.out, given.count, seed=given.seed)
