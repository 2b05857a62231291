"""Invents who the customers are: names, addresses and numbers, none of them anybody's.

Mobile numbers are well-formed and obviously made up: the middle four digits are always 0000.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from crm_core.errors import BugError
from sync_server.services.sample.words import Words

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_RESERVED_ENDING = "5678"
"""The ending everyone searches for in the demo belongs to one contact only."""

_TRIES = 500

_NEAR_SCHOOL = 4
"""The schools are in the first city of the list; so are the families."""

_RESERVED_NAMES = ("王敏", "江宁瑞康")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to talk to at a customer."""

    name: str
    title: str
    call: str
    """How reps write of them: 王主任, 梓涵妈妈."""
    department: str
    part: str
    phone: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer before anybody has written it down."""

    name: str
    short: str
    kind: str
    industry: str
    city: str
    address: str
    phone: str
    email: str
    uscc: str
    note: str
    people: tuple[Person, ...]


def credit_code(body: str) -> str:
    """`body` (17 characters) with the check character of GB 32100-2015."""
    total = sum(_USCC_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _USCC_ALPHABET[-total % 31]


class Namer:
    """Gives out identities, no two alike."""

    def __init__(self, rng: Random, names: Words) -> None:
        self._rng, self._names = rng, names
        self._places = names.parts("places")
        self._taken: set[str] = set(_RESERVED_NAMES)

    def organisation(self, words: Words) -> Identity:
        """A hospital, clinic or laboratory with one to three people."""
        rng, place = self._rng, self._rng.choice(self._places)
        kind = rng.choice(words.parts("kinds"))
        stem = self._fresh(lambda: place.text("district") + words.pick("brands", rng))
        roles = rng.sample(words.parts("titles"), rng.choice((1, 1, 2, 2, 2, 3)))
        mailbox = f"{self._names.pick('mailboxes', rng)}{rng.randrange(100, 1000)}"
        body = "91" + place.text("code") + f"MA{rng.randrange(10**6):06d}" + "X"
        return Identity(
            name=stem + kind.text("name"),
            short=stem,
            kind="organisation",
            industry=kind.text("industry"),
            city=place.text("city"),
            address=self._street(place),
            phone=f"{place.text('area')}-5555{rng.randrange(10**4):04d}",
            email=f"{mailbox}@example.com" if rng.random() < 0.4 else "",
            uscc=credit_code(body) if rng.random() < 0.5 else "",
            note=words.pick("remarks", rng) if rng.random() < 0.45 else "",
            people=tuple(self._colleague(role) for role in roles),
        )

    def family(self, words: Words) -> Identity:
        """A family: a child by name, and one or two parents."""
        rng = self._rng
        place = rng.choice(self._places[:_NEAR_SCHOOL])
        surname, given = self._fresh(self._draw_child).split("·")
        parents = ("妈妈",) if rng.random() < 0.72 else rng.choice((("爸爸",), ("妈妈", "爸爸")))
        people = tuple(self._parent(which, surname, given) for which in parents)
        note = words.pick("remarks", rng) if rng.random() < 0.5 else ""
        return Identity(
            name=surname + given,
            short=given,
            kind="person",
            industry="family",
            city=place.text("city"),
            address=self._home(place),
            phone=people[0].phone,
            email="",
            uscc="",
            note=note.format(grade=words.pick("grades", rng)),
            people=people,
        )

    def mobile(self) -> str:
        """A number of eleven digits, nobody else's here."""
        return self._fresh(self._draw_mobile)

    def _fresh(self, draw: Callable[[], str]) -> str:
        for _ in range(_TRIES):
            found = draw()
            if found not in self._taken:
                self._taken.add(found)
                return found
        raise BugError("resources/sample/names.json has too few names for this many customers")

    def _draw_child(self) -> str:
        names, rng = self._names, self._rng
        return f"{names.pick('surnames', rng)}·{names.pick('given_children', rng)}"

    def _draw_mobile(self) -> str:
        ending = f"{self._rng.randrange(10**4):04d}"
        ending = "5679" if ending == _RESERVED_ENDING else ending
        return f"{self._names.pick('mobile_prefixes', self._rng)}0000{ending}"

    def _draw_adult(self, which: str) -> str:
        names, rng = self._names, self._rng
        given = names.pick("given_men" if which == "men" else "given_women", rng)
        return names.pick("surnames", rng) + given

    def _colleague(self, role: Words) -> Person:
        which = self._rng.choice(("men", "women"))
        name = self._fresh(lambda: self._draw_adult(which))
        title = role.text("title")
        return Person(
            name=name,
            title=title,
            call=name[0] + title.removeprefix("副"),
            department=role.text("department"),
            part=role.text("part"),
            phone=self.mobile(),
        )

    def _parent(self, which: str, surname: str, given: str) -> Person:
        adult = self._draw_adult("women" if which == "妈妈" else "men")
        name = adult if which == "妈妈" else surname + adult[1:]
        return Person(
            name=name,
            title=which,
            call=f"{given}{which}",
            department="",
            part="parent",
            phone=self.mobile(),
        )

    def _street(self, place: Words) -> str:
        street = place.pick("streets", self._rng)
        number = self._rng.randrange(2, 400)
        return f"{place.text('city')}市{place.text('district')}区{street}{number}号"

    def _home(self, place: Words) -> str:
        rng = self._rng
        estate = self._names.pick("estates", rng)
        house = f"{rng.randrange(1, 30)}栋{rng.randrange(1, 19)}0{rng.randrange(1, 5)}"
        return f"{place.text('district')}区{estate}{house}"
