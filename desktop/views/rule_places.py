"""The place of rules, for those who may write them: a tile under "More", and Ctrl+K."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from crm_core.permissions import Right
from desktop.viewmodels.session import Session
from desktop.views.palette import Palette
from desktop.views.shell import Shell

if TYPE_CHECKING:
    from desktop.views.pages.more_page import Place
    from desktop.views.pages.rules.rules_page import RulesPage
    from desktop.views.pages.rules.score_page import ScorePage
    from desktop.views.pages.rules.stage_page import StagePage

RULES = "rules"
STAGES = "stages"
SCORES = "scores"


class RulePlaces(QObject):
    """Made with the window; there is nothing for those who may not write rules."""

    back_requested = Signal()

    def __init__(self, session: Session, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._there = session.workspace.may(Right.CREATE, "rule").allowed
        if self._there:
            shell.add_hidden_page(RULES, self._make, under="more")
            shell.add_hidden_page(STAGES, self._make_stages, under="more")
            shell.add_hidden_page(SCORES, self._make_scores, under="more")

    def offer(self, palette: Palette, go: Callable[[str], object]) -> None:
        """Let Ctrl+K find it."""
        if self._there:
            palette.offer(f"page:{RULES}", lambda: self.tr("Rules"), partial(go, RULES))
            palette.offer(f"page:{STAGES}", lambda: self.tr("Stages"), partial(go, STAGES))
            scores = partial(go, SCORES)
            palette.offer(f"page:{SCORES}", lambda: self.tr("Scores of leads"), scores)

    def places(self) -> list[Place]:
        """Tiles of the page "More"."""
        from desktop.views.pages.more_page import Place

        if not self._there:
            return []
        return [
            Place(
                RULES, "settings", lambda: self.tr("Rules"),
                lambda: self.tr("Scores, routing, clocks, stages: change, try, publish"),
            ),
            Place(
                STAGES, "columns", lambda: self.tr("Stages"),
                lambda: self.tr("Order, standard hours, check lists and what each asks for"),
            ),
            Place(
                SCORES, "opportunity", lambda: self.tr("Scores of leads"),
                lambda: self.tr("Points by sliders, with the effect on last month's leads"),
            ),
        ]  # fmt: skip

    def _make(self) -> RulesPage:
        from desktop.views.pages.rules.rules_page import RulesPage

        page = RulesPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_stages(self) -> StagePage:
        from desktop.views.pages.rules.stage_page import StagePage

        page = StagePage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_scores(self) -> ScorePage:
        from desktop.views.pages.rules.score_page import ScorePage

        page = ScorePage(self._session)
        page.back_requested.connect(self.back_requested)
        return page
