"""Words what reps write: visit notes, conclusions, next steps. The facts come in, nothing goes out.

A note is put together from what was found at the visit, so that its text and its fields agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crm_core.model.values import Value
from sync_server.services.sample.names import Person
from sync_server.services.sample.office_hours import spoken_day
from sync_server.services.sample.words import Words

_SHOWN = ("台", "期", "课时")
"""Units of what can be demonstrated or break down."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a rep means to do next."""

    text: str
    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Talk:
    """What came out of a visit: its text in two forms, and the same as values of fields."""

    summary: str
    transcript: str
    values: Mapping[str, Value]
    step: Step


class Writer:
    """Fills the patterns of one trade."""

    def __init__(self, rng: Random, words: Words) -> None:
        self._rng, self._words = rng, words
        self._products = words.parts("products")
        self._rivals = [rival.text("name") for rival in words.parts("competitors")]

    def product(self, purpose: str = "") -> str:
        """One of the names on the price list; for demos and service not a consumable."""
        fitting = [p for p in self._products if p.text("unit") in _SHOWN]
        goods = fitting if purpose in ("demo", "service") else self._products
        return self._rng.choice(goods).text("name")

    def rival(self) -> str:
        """One of the competitors' names."""
        return self._rng.choice(self._rivals)

    def slots(self, *, customer: str, person: Person, product: str, day: str) -> dict[str, str]:
        """Every slot a pattern may have, filled."""
        rng = self._rng
        return {
            "customer": customer,
            "contact": person.call,
            "department": person.department or "校区",
            "product": product,
            "competitor": self.rival(),
            "grade": rng.choice(self._grades()),
            "count": str(rng.randrange(4, 60) * 10),
            "percent": str(rng.choice((3, 5, 8, 10, 12, 15))),
            "percent2": str(rng.randrange(70, 99)),
            "weeks": str(rng.randrange(2, 7)),
            "day": day,
        }

    def fill(self, key: str, slots: Mapping[str, str]) -> str:
        """One pattern of the list `key`, filled."""
        return self._words.pick(key, self._rng).format(**slots)

    def conclusion(self, action: str, slots: Mapping[str, str]) -> str:
        """What a follow-up came to."""
        return self._words.part("conclusions").pick(action, self._rng).format(**slots)

    def step(self, slots: Mapping[str, str], today: date, on: date | None = None) -> Step:
        """A next step, agreed on `today`, for the day `on` or some coming weekday."""
        due = on or self.coming_weekday(today)
        pattern = self._rng.choice(self._words.parts("steps"))
        filled = pattern.text("text").format(**{**slots, "day": spoken_day(due, today)})
        return Step(filled, pattern.text("kind"), due)

    def talk(self, purpose: str, slots: dict[str, str], today: date) -> Talk:
        """A whole visit's worth of notes."""
        rng = self._rng
        values: dict[str, Value] = {"products": [slots["product"]]}
        clauses = [self._words.part("visit").pick(purpose, rng).format(**slots)]
        if purpose not in ("service", "payment") and rng.random() < 0.55:
            clauses.append(self.fill("product", slots))
        for share, found in (
            (0.22, self._budget),
            (0.40, self._concern),
            (0.34, self._objection),
            (0.20, self._rivalry),
        ):
            if rng.random() < share:
                found(slots, values, clauses)
        mood = self._mood(slots, values, clauses)
        step = self.step(slots, today)
        if rng.random() < 0.6:
            clauses.append(f"下一步：{step.text}。")
        spoken = self.fill("spoken", {**slots, "mood": mood, "step": step.text})
        return Talk("".join(clauses), spoken, values, step)

    def coming_weekday(self, today: date) -> date:
        """Some Monday to Friday of the next two weeks."""
        day = today + timedelta(days=self._rng.choice((1, 2, 3, 3, 4, 6, 8, 10, 14)))
        return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])

    def _grades(self) -> list[str]:
        return self._words.lines("grades") if "grades" in self._words.data else ["成人"]

    def _budget(self, slots: dict[str, str], values: dict[str, Value], out: list[str]) -> None:
        product = next(p for p in self._products if p.text("name") == slots["product"])
        price = product.number("price") * (product.number("most") // 10 or 1)
        low, high = (_round(price * share) for share in (0.8, self._rng.uniform(1.0, 1.4)))
        values.update(budget_min=low * 100, budget_max=high * 100)
        spoken = {**slots, "budget": f"{_yuan(low)}到{_yuan(high)}"}
        out.append(self.fill("budget", spoken))

    def _concern(self, slots: dict[str, str], values: dict[str, Value], out: list[str]) -> None:
        concern = self._words.pick("concerns", self._rng)
        values["concerns"] = [concern]
        out.append(self.fill("concern", {**slots, "concern": concern}))

    def _objection(self, slots: dict[str, str], values: dict[str, Value], out: list[str]) -> None:
        kinds = self._words.part("objection")
        kind = self._rng.choice(list(kinds.data))
        values["objections"] = [kind]
        out.append(kinds.pick(kind, self._rng).format(**slots))

    def _rivalry(self, slots: dict[str, str], values: dict[str, Value], out: list[str]) -> None:
        values["competitors"] = [slots["competitor"]]
        out.append(self.fill("competitor", slots))

    def _mood(self, slots: dict[str, str], values: dict[str, Value], out: list[str]) -> str:
        sign = self._rng.choices(("+", "-", ""), (4, 2, 4))[0]
        if not sign:
            return ""
        values["sentiment"] = sign
        out.append(self._words.part("mood").pick(sign, self._rng).format(**slots))
        return out[-1]


def _round(yuan: float) -> int:
    """To two leading digits, as people speak of money."""
    size: int = 10 ** max(0, len(str(int(yuan))) - 2)
    return int(yuan) // size * size


def _yuan(amount: int) -> str:
    if amount >= 10_000:
        return f"{amount / 10_000:g}万"
    return f"{amount}元"
