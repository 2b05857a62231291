"""What moving the points of a scoring model would do to last month's leads (row 2.1); no Qt.

Which factors hold about which lead is asked once; after that any points are one multiplication.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from crm_core.model.query import Ago, All, Op, Query, Test
from crm_core.rules.compiled import compiled
from crm_core.rules.documents import Document
from crm_core.rules.scoring import SCORED, Scoring, grade_of
from crm_core.store.rule_book import draft
from crm_core.store.rule_versions import for_everybody
from desktop.services.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAYS = 30
"""How far back leads are looked at."""
MOST_LEADS = 20_000


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


@dataclass(frozen=True, slots=True)
class ScoreDesk:
    """Every model of the draft, what is in force of each, and last month's leads for each."""

    models: tuple[Document[Scoring], ...]
    in_force: Mapping[str, Scoring]
    """By id; only of models that are switched on."""
    leads: Mapping[str, Sampled]
    """By id of the model."""
    many: int
    """Leads of the last month that this person may see."""


def read_scores(workspace: Workspace) -> ScoreDesk:
    """Read them; not for the Qt thread."""
    replica, now = workspace.replica, workspace.clock.now()
    being_written, published = replica.read(
        lambda c: (draft(c, replica.tables, now), for_everybody(c, replica.tables))
    )
    models = tuple(
        cast("Document[Scoring]", one)
        for one in being_written.documents
        if isinstance(one.body, Scoring) and one.entity == SCORED
    )
    since = Test("received_at", Op.GE, Ago(24 * DAYS))
    leads = replica.find(Query(SCORED, All((since,)), limit=MOST_LEADS))
    live = {one.id: one.body for one in published.documents if one.active}
    return ScoreDesk(
        models=models,
        in_force={key: body for key, body in live.items() if isinstance(body, Scoring)},
        leads={one.id: _sampled(one.body, leads, workspace) for one in models},
        many=len(leads),
    )


def _sampled(
    model: Scoring, leads: Sequence[Mapping[str, object]], workspace: Workspace
) -> Sampled:  # fmt: skip
    import numpy as np

    now = workspace.clock.now()
    fits = compiled(model.when.condition)
    checks = [compiled(one.when.condition) for one in model.factors]
    mine = [lead for lead in leads if fits(lead, now)]  # type: ignore[arg-type]
    holds = np.zeros((len(mine), len(checks)), dtype=bool)
    for at, lead in enumerate(mine):
        holds[at] = [check(lead, now) for check in checks]  # type: ignore[arg-type]
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
