"""Real customers, made up: companies, branches, shops of chains and persons, in groups that share
what makes matching hard: one owner with two companies, a switchboard or mailbox of several, two
persons of one name."""

import random
from dataclasses import dataclass, replace
from functools import lru_cache

from pypinyin import lazy_pinyin

from benchmarks.matching import words
from crm_core.model import regions
from crm_core.model.credit_code import ALPHABET, check_digit


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


@lru_cache(maxsize=128)
def _districts(city: str) -> tuple[str, tuple[str, ...]]:
    found = regions.locate(city)
    if found is None or found.city is None:
        raise ValueError(city)
    return found.province.name, tuple(place.name for place in regions.districts(city))


def _around(city: str, rng: random.Random) -> tuple[str, str]:
    province, districts = _districts(city)
    return province, rng.choice(districts[:6] or ("",))


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
