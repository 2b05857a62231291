"""The values that go into and come out of the note parser.

Only data lives here: no parsing, no word lists. Offsets always count characters of the text that
was given to the parser, spaces and all, so that a screen can colour the words a field came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of the text given to the parser."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """One extracted value with where it was heard and how sure the parser is (0..1)."""

    name: str
    value: object
    span: Span | None
    confidence: float
    reading: str
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do; `due` is `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM` or None when nobody said when."""

    what: str
    due: str | None

    def as_json(self) -> dict[str, object]:
        """The `{what, due}` form of the voice-note schema."""
        return {"what": self.what, "due": self.due}


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many of `unit`; `min` equals `max` when one number was said."""

    min: float
    max: float
    unit: str

    def as_json(self) -> dict[str, object]:
        """The `{min, max, unit}` form of the voice-note schema."""
        return {"min": self.min, "max": self.max, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A person of the local replica, as far as names go."""

    name: str
    title: str
    org: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Learnt:
    """A word of the company's list: what a recogniser writes, and what was said."""

    heard: str
    meant: str


@dataclass(frozen=True, slots=True)
class NoteContext:
    """What the note is read against: the moment of dictation and the known names."""

    reference: datetime
    contacts: tuple[KnownContact, ...] = ()
    orgs: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    learnt: tuple[Learnt, ...] = ()
    """The company's own words and their mishearings, and what was learnt from confirmations."""

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "NoteContext":
        """Read the `context` object of the voice-note schema.

        Raises ValueError when `reference` is not an ISO moment or a list is not a list.
        """
        return cls(
            reference=datetime.fromisoformat(str(data.get("reference", ""))),
            contacts=tuple(_contact(item) for item in _items(data, "contacts")),
            orgs=tuple(str(item) for item in _items(data, "orgs")),
            products=tuple(str(item) for item in _items(data, "products")),
            competitors=tuple(str(item) for item in _items(data, "competitors")),
        )


def _items(data: Mapping[str, object], key: str) -> list[object]:
    found = data.get(key) or []
    if not isinstance(found, list | tuple):
        raise ValueError(f"context.{key} is not a list")  # noqa: TRY004 - one kind for bad JSON
    return list(found)


def _contact(item: object) -> KnownContact:
    if not isinstance(item, Mapping):
        raise ValueError("a contact is not an object")  # noqa: TRY004 - one error kind for bad JSON
    words = {key: str(item.get(key) or "") for key in ("name", "title", "org", "id")}
    return KnownContact(**words)


@dataclass(frozen=True, slots=True)
class NoteFields:
    """Everything one note says, ready to be proposed to the person who said it."""

    contact: str | None = None
    org: str | None = None
    product: tuple[str, ...] = ()
    quantity: tuple[Quantity, ...] = ()
    budget_min: float | None = None
    budget_max: float | None = None
    currency: str | None = None
    concern: tuple[str, ...] = ()
    competitor: tuple[str, ...] = ()
    objection: tuple[str, ...] = ()
    promise: tuple[Action, ...] = ()
    next: tuple[Action, ...] = ()
    stage: str | None = None
    sentiment: str | None = None
    guesses: tuple[FieldGuess, ...] = ()
    words: str = ""
    """The note as it was understood: names and everyday words put right, spaces gone."""

    def as_json(self) -> dict[str, object]:
        """The prediction schema of the voice-note sample, without the guesses."""
        return {
            "contact": self.contact,
            "org": self.org,
            "product": list(self.product),
            "quantity": [one.as_json() for one in self.quantity],
            "budget_min": self.budget_min,
            "budget_max": self.budget_max,
            "currency": self.currency,
            "concern": list(self.concern),
            "competitor": list(self.competitor),
            "objection": list(self.objection),
            "promise": [one.as_json() for one in self.promise],
            "next": [one.as_json() for one in self.next],
            "stage": self.stage,
            "sentiment": self.sentiment,
        }
