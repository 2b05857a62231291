"""Founds the sample organisation: teams, people, what is sold, and against whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sync_server.services.sample.book import Book
from sync_server.services.sample.words import Words


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """A way in to the sample; the password is meant to be shown on screen."""

    login: str
    password: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Rep:
    """A sales rep and the habits that make the figures differ."""

    id: str
    login: str
    line: str
    """The business line, the name of a file of words: medical or school."""
    response_hours: float
    """Median hours until a new lead is answered."""
    unanswered: int
    """How many recent leads were forgotten."""
    weight: int

    @property
    def weekends(self) -> float:
        """The share of weekend days on which this rep works; schools are busy on Saturdays."""
        return 0.35 if self.line == "school" else 0.04


@dataclass(frozen=True, slots=True)
class Staff:
    """Everyone of the organisation."""

    manager: str
    admin: str
    reps: tuple[Rep, ...]
    accounts: tuple[SampleAccount, ...]

    def of_line(self, line: str) -> tuple[Rep, ...]:
        """The reps of one business line, that is of one team."""
        return tuple(rep for rep in self.reps if rep.line == line)


def found_organisation(book: Book, plan: Words, opened: datetime) -> Staff:
    """Write teams and users as the administrator does on the first morning."""
    admin = _write_user(book, plan.part("admin"), at=opened, role="admin")
    minute = timedelta(minutes=1)
    root = book.create(opened + minute, admin.user_id, "team", {"name": plan.text("name")})
    book.set(opened + minute, admin.user_id, "user", admin.user_id, {"team": root})
    lines = plan.part("lines")
    teams = {
        line: book.create(
            opened + 2 * minute,
            admin.user_id,
            "team",
            {"name": lines.text(line), "parent": root},
        )
        for line in lines.data
    }
    hire = partial(_write_user, book, at=opened + 3 * minute, actor=admin.user_id)
    manager = hire(plan.part("manager"), role="manager", team=root)
    hired = [(w, hire(w, role="rep", team=teams[w.text("line")])) for w in plan.parts("reps")]
    reps = tuple(_rep(words, account) for words, account in hired)
    accounts = (manager, *(account for _, account in hired), admin)
    return Staff(manager.user_id, admin.user_id, reps, accounts)


def write_catalogue(book: Book, words: Words, *, at: datetime, actor: str) -> None:
    """Write one line's products and competitors, and how its words are misheard."""
    for product in words.parts("products"):
        book.create(
            at,
            actor,
            "product",
            {
                **{name: product.text(name) for name in ("name", "code", "category", "unit")},
                "price": product.number("price") * 100,
                "active": True,
            },
        )
    for rival in words.parts("competitors"):
        values = {"name": rival.text("name"), "notes": rival.text("notes")}
        book.create(at, actor, "competitor", values)
    for word in words.parts("wordings"):
        said = {name: word.text(name) for name in ("meant", "heard", "kind")}
        book.create(at, actor, "wording", {**said, "standard": True, "author": actor})


def _write_user(
    book: Book,
    words: Words,
    *,
    at: datetime,
    role: str,
    team: str | None = None,
    actor: str | None = None,
) -> SampleAccount:
    values = {"name": words.text("name"), "login": words.text("login"), "role": role}
    user_id = book.create(at, actor, "user", {**values, "team": team, "active": True})
    return SampleAccount(words.text("login"), words.text("password"), user_id)


def _rep(words: Words, account: SampleAccount) -> Rep:
    return Rep(
        id=account.user_id,
        login=account.login,
        line=words.text("line"),
        response_hours=words.decimal("response_hours"),
        unanswered=words.number("unanswered"),
        weight=words.number("weight"),
    )
