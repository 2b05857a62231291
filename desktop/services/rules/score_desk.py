"""The scoring models being written, and last month's leads to try them on (row 2.1); no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from crm_core.model.query import Ago, All, Op, Query, Test
from crm_core.rules.documents import Document
from crm_core.rules.score_outlook import Sampled, sampled
from crm_core.rules.scoring import SCORED, Scoring
from crm_core.store.ruling.rule_book import draft
from crm_core.store.ruling.rule_versions import for_everybody
from desktop.services.workspace import Workspace

DAYS = 30
"""How far back leads are looked at."""
MOST_LEADS = 20_000


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
        leads={one.id: sampled(one.body, leads, now) for one in models},
        many=len(leads),
    )
