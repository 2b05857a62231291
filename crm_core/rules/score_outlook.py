"""What a scoring model makes of many leads, beside what is in force (row 2.1); pure.

Which factors hold about which lead is asked once; after that any points are one multiplication.
numpy is imported where it is used: a page of the desktop imports this on the GUI thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from crm_core.model.values import Record
from crm_core.rules.firing.compiled import compiled
from crm_core.rules.scoring import Scoring, grade_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Sampled:
    """The leads that a model is for, and what holds about each."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    held: tuple[str, ...]
    """The grade as it stands."""
    decided: tuple[bool, ...]
    """Whether a person has decided it: no score moves it."""
    holds: NDArray[np.bool_]
    """Lead × factor."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Move:
    """One lead that would change its grade."""

    id: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a model makes of the leads, beside what is in force."""

    before: Mapping[str, int]
    """Grade → how many; empty text: none reached."""
    after: Mapping[str, int]
    scores_before: tuple[int, ...]
    scores_after: tuple[int, ...]
    moves: tuple[Move, ...]
    decided: int
    """Whose grade a person decided; it is the same on both sides."""


def sampled(model: Scoring, leads: Sequence[Record], now: datetime) -> Sampled:
    """What holds about those of the leads that the model is for."""
    import numpy as np

    fits = compiled(model.when.condition)
    checks = [compiled(one.when.condition) for one in model.factors]
    mine = [lead for lead in leads if fits(lead, now)]
    holds = np.zeros((len(mine), len(checks)), dtype=bool)
    for at, lead in enumerate(mine):
        holds[at] = [check(lead, now) for check in checks]
    return Sampled(
        tuple(str(one["id"]) for one in mine),
        tuple(str(one.get("name") or "") for one in mine),
        tuple(str(one.get("grade") or "") for one in mine),
        tuple(bool(one.get("grade_reason")) for one in mine),
        holds,
    )


def outlook(leads: Sampled, model: Scoring, old: Scoring | None) -> Outlook:
    """What `model` makes of the leads beside `old`; without one, beside the grades they have.

    `old` may have other factors: those that are gone count by what they were where the ids agree.
    """
    new = _totals(leads, model, model)
    was = _totals(leads, model, old) if old is not None else new
    before, after, moves = Counter[str](), Counter[str](), []
    for at in range(len(leads)):
        held = leads.held[at]
        then = grade_of(old, was[at]) if old is not None else held
        now = grade_of(model, new[at])
        if leads.decided[at]:
            then = now = held
        before[then] += 1
        after[now] += 1
        if then != now:
            moves.append(Move(leads.ids[at], leads.names[at], then, now))
    moves.sort(key=lambda one: (one.before, one.after, one.name))
    return Outlook(before, after, was, new, tuple(moves), sum(leads.decided))


def _totals(leads: Sampled, model: Scoring, points_of: Scoring) -> tuple[int, ...]:
    import numpy as np

    points = {one.id: one.points for one in points_of.factors}
    row = np.array([points.get(one.id, 0) for one in model.factors], dtype=np.int64)
    return tuple((leads.holds.astype(np.int64) @ row).tolist())
