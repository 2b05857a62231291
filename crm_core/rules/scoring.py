"""Scores of leads by points that people set with sliders, and the grade a score comes to (row 2.1).

Pure: told a model, a record and what time it is. The verdict names every factor with its points; a
grade that a person decided, with a reason, is left to them (decision 053).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crm_core.model.query import fields_tested
from crm_core.model.schema import Label
from crm_core.model.values import Record, Value
from crm_core.rules.documents import Document, When
from crm_core.rules.ruleset import RuleSet

SCORED = "lead"
"""The entity whose records have `score`, `grade` and `grade_reason`."""
BY_HAND = "人工设定"
"""The reason of a grade that a person gave without saying why; in the data, so in one language."""
MOST_POINTS = 100
"""Of one factor, either way."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that counts, and how much: 孩子年级=初三 +30."""

    id: str
    label: Label
    when: When
    points: int = 0
    """Negative where it counts against."""
    why: Label | None = None
    """On what grounds, for whoever moves the slider."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What a score of at least so many points is called."""

    code: str
    least: int


@dataclass(frozen=True, slots=True)
class Scoring:
    """The body of a rule of the kind `score`."""

    factors: tuple[Factor, ...] = ()
    grades: tuple[Grade, ...] = (Grade("A", 60), Grade("B", 30), Grade("C", 0))
    when: When = When()  # noqa: RUF009 - a value
    """Which records it is for; of several models the first that fits counts."""
    trade: str = ""
    """The template it was made from (`industry_templates.NAMES`)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One factor about one record."""

    factor: Factor
    holds: bool

    @property
    def points(self) -> int:
        """What it adds."""
        return self.factor.points if self.holds else 0

    def sentence(self, language: str) -> str:
        """`来源＝抖音直播 +20`; of a factor that does not hold, what it would add."""
        name = self.factor.label.text(language)
        if self.holds:
            return f"{name} {self.points:+d}"
        open_, close = ("（未满足，", "）") if language.startswith("zh") else (" (not so, ", ")")
        return f"{name}{open_}{self.factor.points:+d}{close}"


@dataclass(frozen=True, slots=True)
class Score:
    """The verdict, with everything it was made of."""

    total: int
    grade: str
    """Empty where it reaches none."""
    parts: tuple[Part, ...]
    model: str = ""
    """The id of the rule."""
    version: str = ""

    def sentence(self, language: str) -> str:
        """What counted, and what it comes to."""
        said = [one.sentence(language) for one in self.parts if one.holds]
        if language.startswith("zh"):
            what = "，".join(said) or "没有一项满足"
            return f"{what}；合计 {self.total} 分，{self.grade or '无'} 级"
        what = ", ".join(said) or "Nothing counts"
        return f"{what}; {self.total} points, grade {self.grade or '–'}"

    def as_json(self) -> dict[str, object]:
        """For the explanation that is kept."""
        return {
            "score": self.total, "grade": self.grade, "model": self.model,
            "parts": [[one.factor.id, one.points] for one in self.parts if one.holds],
        }  # fmt: skip


def score(model: Scoring, record: Record, now: datetime) -> Score:
    """Every factor that holds adds its points; the grade is the best whose threshold is reached."""
    parts = tuple(Part(one, one.when.holds(record, now)) for one in model.factors)
    total = sum(one.points for one in parts)
    return Score(total, grade_of(model, total), parts)


def grade_of(model: Scoring, total: int) -> str:
    """The grade for a score: 60 reaches a threshold of 60."""
    reached = [one for one in model.grades if total >= one.least]
    return max(reached, key=lambda one: one.least).code if reached else ""


def model_for(rules: RuleSet, record: Record, now: datetime) -> Document[Scoring] | None:
    """The model a record is scored by: the first in force that is for it."""
    return next(
        (one for one in rules.of(Scoring, SCORED) if one.body.when.holds(record, now)),
        None,
    )


def scored(rules: RuleSet, record: Record, now: datetime) -> Score | None:
    """The verdict of the rules in force; None where no model is for this record."""
    model = model_for(rules, record, now)
    if model is None:
        return None
    return replace(score(model.body, record, now), model=model.id, version=rules.version)


def looked_at(rules: RuleSet) -> frozenset[str]:
    """Every field on which a score, and what is written of it, depends."""
    found = frozenset({"grade", "grade_reason"})
    return found.union(*(fields_of(one.body) for one in rules.of(Scoring, SCORED)))


def rewritten(verdict: Score, record: Record, *, by_hand: bool) -> dict[str, Value]:
    """What is to be written into a record so that it shows its score.

    `by_hand`: its grade has just been set by a person, not by this. Such a grade stays, and so does
    one from before the record was ever scored; what it has no reason for gets `BY_HAND`.
    """
    wanted: dict[str, Value] = {"score": verdict.total}
    held, reason = record.get("grade"), record.get("grade_reason")
    if not reason:
        mine = verdict.grade or None
        theirs = held is not None and held != mine and (by_hand or record.get("score") is None)
        wanted |= {"grade_reason": BY_HAND} if theirs else {"grade": mine}
    return {name: value for name, value in wanted.items() if record.get(name) != value}


def with_points(model: Scoring, points: Mapping[str, int]) -> Scoring:
    """The model with other points for some factors (by their id)."""
    moved = tuple(replace(one, points=points.get(one.id, one.points)) for one in model.factors)
    return replace(model, factors=moved)


def fields_of(model: Scoring) -> frozenset[str]:
    """The fields a model looks at."""
    parts = (fields_tested(one.when.condition) for one in model.factors)
    return fields_tested(model.when.condition).union(*parts)
