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
    hotline: str = ""
    """The number of a whole chain, which many of its shops give instead of their own."""
    named: str = ""
    """Of a shop what stands before its name: city and district, or nothing; of a company where its
    registered name has the region: before it, in the `middle`, or the `province` before it."""


@dataclass(slots=True)
class Maker:
    """Makes customers in groups that share what real ones share."""

    rng: random.Random

    def group(self) -> list[Customer]:
        """One customer, or a few that are easily taken for one another."""
        draw, made = self.rng.random(), 0.0
        for chance, make in (
            (0.294, self.persons), (0.1465, self.shop_alone), (0.0046, self.chain),
            (0.0195, self.branches), (0.025, self.siblings), (0.0135, self.one_owner),
            (0.0118, self.one_house), (0.0175, self.namesakes),
        ):  # fmt: skip
            made += chance
            if draw < made:
                return make()
        return [self.corp()]

    def persons(self) -> list[Customer]:
        """A person; now and then another one of the same household or telephone."""
        rng, one = self.rng, self.person()
        draw = rng.random()
        if draw < 0.046:
            other = self.at(self.person(), one)
            if rng.random() < 0.5:
                other = replace(other, person=one.person[0] + other.person[1:])
            if rng.random() < 0.4:
                other = replace(other, mobile=one.mobile)
            return [one, other]
        if draw < 0.056:
            return [one, replace(self.person(), mobile=one.mobile)]
        return [one]

    def shop_alone(self) -> list[Customer]:
        """A shop that is no chain's."""
        return [self.shop()]

    def siblings(self) -> list[Customer]:
        """Companies of one owner, often under one brand, at one door and with one telephone."""
        rng, first = self.rng, self.corp()
        found = [first]
        others = [trade for trade in words.COMPANY_TRADES if trade != first.trade]
        door, line = rng.random() < 0.42, rng.random() < 0.55
        for trade in rng.sample(others, rng.randrange(1, 4)):
            own = self.corp(first.city)
            other = replace(own, trade=trade, person=first.person, mobile=first.mobile)
            if rng.random() < 0.7:
                # The mailbox is of whoever would have owned it: often not the name on the record.
                email = self.company_email(first.brand, own.person)
                other = replace(other, brand=first.brand, email=email)
            if line and rng.random() < 0.8:
                other = replace(other, line=first.line)
            if door and rng.random() < 0.7:
                other = self.at(other, first)
            found.append(other)
        return found

    def one_owner(self) -> list[Customer]:
        """Two companies of one person, mostly in two cities."""
        first = self.corp()
        second = replace(self.corp(), person=first.person, mobile=first.mobile)
        return [first, second]

    def one_house(self) -> list[Customer]:
        """Companies behind one switchboard of an office tower, each in a room of its own."""
        rng, first = self.rng, self.corp()
        found = []
        for _ in range(rng.randrange(3, 9)):
            own = self.corp(first.city)
            room = str(rng.randrange(1, 31) * 100 + rng.randrange(1, 31))
            found.append(replace(self.at(own, first), line=first.line, unit=room))
        return found

    def namesakes(self) -> list[Customer]:
        """Two companies of one name in two cities, nothing to do with one another."""
        first = self.corp()
        second = self.corp()
        email = self.company_email(first.brand, second.person)
        return [first, replace(second, brand=first.brand, trade=first.trade, email=email)]

    def at(self, customer: Customer, where: Customer) -> Customer:
        """The customer at the address of another."""
        return replace(
            customer, city=where.city, district=where.district, province=where.province,
            road=where.road, number=where.number, building=where.building, unit=where.unit,
        )  # fmt: skip

    def branches(self) -> list[Customer]:
        """A company and its branches, some with its switchboard, its person or its mailbox."""
        rng, head = self.rng, self.corp()
        found = [head]
        for _ in range(rng.randrange(1, 5)):
            own = self.corp()
            branch = replace(
                own, kind="branch", brand=head.brand, trade=head.trade, legal=head.legal,
                head=head.city, line=head.line if rng.random() < 0.4 else own.line,
                email=self.company_email(head.brand, own.person),
            )  # fmt: skip
            if rng.random() < 0.19:
                branch = replace(branch, person=head.person, mobile=head.mobile)
            if rng.random() < 0.3:
                branch = replace(branch, email=head.email)
            found.append(branch)
        return found

    def chain(self) -> list[Customer]:
        """Shops of one name, mostly in one city, some with one hotline, some with one owner."""
        rng, first = self.rng, self.shop()
        hotline = f"400{rng.randrange(10**7):07}" if rng.random() < 0.75 else ""
        owner, shops = self.person(), []
        for _ in range(rng.randrange(5, 37)):
            own = self.shop(first.city if rng.random() < 0.55 else None)
            shop = replace(
                own, brand=first.brand, trade=first.trade, named="",
                outlet=own.road if rng.random() < 0.72 else own.city + own.road,
            )  # fmt: skip
            if rng.random() < 0.6:
                shop = replace(shop, hotline=hotline)
            if rng.random() < 0.2:
                shop = replace(shop, person=owner.person, mobile=owner.mobile)
            shops.append(shop)
        return shops

    def person(self, city: str | None = None) -> Customer:
        """A private person."""
        rng = self.rng
        name = self.name()
        city = city or rng.choice(words.CITIES)
        province, district = _around(city, rng)
        return Customer(
            kind="person", person=name, mobile=_mobile(rng), city=city, district=district,
            province=province, road=rng.choice(words.ROADS) + rng.choice(words.ROAD_KINDS),
            number=rng.randrange(1, 2000),
            building=rng.choice(words.BUILDINGS) if rng.random() < 0.48 else "",
            unit=_unit(rng), email=_free_email(rng, name),
        )  # fmt: skip

    def name(self) -> str:
        """A person's name of two or three characters."""
        rng = self.rng
        given = [rng.choice(words.GIVEN) for _ in range(2 if rng.random() < 0.7 else 1)]
        return rng.choice(words.SURNAMES) + "".join(given)

    def corp(self, city: str | None = None) -> Customer:
        """A company."""
        rng, owner = self.rng, self.person(city)
        brand = self.brand()
        area = words.AREA_CODES[owner.city]
        code = _code(rng, "91", owner.city)
        return replace(
            owner, kind="corp", brand=brand, trade=rng.choice(words.COMPANY_TRADES),
            legal=rng.choice(words.LEGAL_FORMS), line=(area, _line(rng)), code=code,
            named=rng.choices(("", "middle", "province"), (93, 5, 2))[0],
            old_code=_old_code(rng, code), email=self.company_email(brand, owner.person),
        )  # fmt: skip

    def shop(self, city: str | None = None) -> Customer:
        """A shop by itself; some carry their founder's name, some their city and district."""
        rng, own = self.rng, self.corp(city)
        return replace(
            own, kind="shop", brand=self.name() if rng.random() < 0.3 else own.brand,
            trade=rng.choice(words.SHOP_TRADES),
            code="92" + own.code[2:17] + check_digit("92" + own.code[2:17]),
            outlet=own.road if rng.random() < 0.38 else "", email="",
            named=own.city + own.district if rng.random() < 0.34 else "",
        )  # fmt: skip

    def brand(self) -> str:
        """Two to four characters, the usual ones oftener."""
        rng = self.rng
        size = rng.choices((2, 3, 4), (80, 12, 8))[0]
        return "".join(rng.choice(words.BRAND) for _ in range(size))

    def company_email(self, brand: str, person: str) -> str:
        """A company's address, or its owner's private one."""
        rng, draw = self.rng, self.rng.random()
        if draw < 0.23:
            return f"{rng.randrange(10**9, 10**10)}@qq.com"
        pinyin = "".join(lazy_pinyin(person))
        if draw < 0.45:
            return f"{pinyin}{rng.randrange(1000)}@163.com"
        boxes = ("service", "sales", "info")
        local = pinyin if rng.random() < 0.77 else rng.choice(boxes)
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
        if rng.random() < 0.72
        else rng.randrange(2 * 10**6, 9 * 10**6)
    )


def _unit(rng: random.Random) -> str:
    """House and room, a room alone, or nothing."""
    room = rng.randrange(1, 31) * 100 + rng.randrange(1, 41)
    draw = rng.random()
    return f"{rng.randrange(1, 21)}-{room}" if draw < 0.24 else str(room) if draw < 0.63 else ""


def _code(rng: random.Random, start: str, city: str) -> str:
    found = regions.locate(city)
    region = (found.city.code if found and found.city else "110100")[:6].ljust(6, "1")
    mixed = 0.0 if rng.random() < 0.36 else 0.55
    body = "".join(rng.choice(ALPHABET if rng.random() < mixed else "0123456789") for _ in range(9))
    first = start + region + body
    return first + check_digit(first)


def _old_code(rng: random.Random, code: str) -> str:
    return code[2:8] + f"{rng.randrange(10**9):09}"


def _free_email(rng: random.Random, person: str) -> str:
    if rng.random() < 0.57:
        return f"{rng.randrange(10**9, 10**10)}@qq.com"
    domain = rng.choice(("163.com", "126.com", "sina.com", "gmail.com"))
    return f"{''.join(lazy_pinyin(person))}{rng.randrange(10**4)}@{domain}"


def _domain(rng: random.Random, brand: str) -> str:
    return "".join(lazy_pinyin(brand)) + rng.choice(words.COMPANY_DOMAINS)
