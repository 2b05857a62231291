"""What the chapters of the sample share: the book, the words, the people and their customers."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sync_server.services.sample.book import Book
from sync_server.services.sample.names import Identity, Namer, Person
from sync_server.services.sample.office_hours import within
from sync_server.services.sample.people import Rep, Staff
from sync_server.services.sample.words import Words


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact once written down."""

    id: str
    person: Person
    since: datetime


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer once written down, with at least one contact."""

    id: str
    identity: Identity
    owner: Rep
    since: datetime
    level: str
    contacts: tuple[Contact, ...]


@dataclass(slots=True)
class Scene:
    """The state of the telling; chapters add to it in turn."""

    book: Book
    words: dict[str, Words]
    """Per business line."""
    namer: Namer
    staff: Staff
    opened: datetime
    """The first morning."""
    customers: list[Customer] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The end of the story."""
        return self.book.now

    @property
    def rng(self) -> Random:
        """The only source of chance."""
        return self.book.rng

    def line(self, rep: Rep) -> Words:
        """The words of the rep's trade."""
        return self.words[rep.line]

    def identity(self, line: str) -> Identity:
        """Somebody new in that trade."""
        words = self.words[line]
        return self.namer.family(words) if line == "school" else self.namer.organisation(words)

    def any_rep(self, line: str) -> Rep:
        """A rep of the line, the busier the likelier."""
        reps = self.staff.of_line(line)
        return self.rng.choices(reps, [rep.weight for rep in reps])[0]

    def work_moment(self, rep: Rep, start: datetime, end: datetime | None = None) -> datetime:
        """Some moment from `start` to `end` (now) at which the rep works."""
        return within(self.rng, start, end or self.now, weekends=rep.weekends)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.rng.random() < share
