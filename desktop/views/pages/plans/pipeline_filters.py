"""What the pipeline shows: deals or leads, whose, and of which period."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.viewmodels.pipeline import ENTITIES, PERIODS, Narrow, Pipeline
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.list_filters import FilterChip
from desktop.views.widgets.layouts import row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments


class PipelineFilters(Reactive, QWidget):
    """Emits `changed` when `entity` or `narrow` is another."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.entity = ENTITIES[0]
        self.narrow = Narrow()
        self._shown: Pipeline | None = None
        self.kinds = Segments(ENTITIES)
        self.kinds.set_value(self.entity)
        self.owner, self.period = FilterChip(), FilterChip()
        self._owners, self._periods = QMenu(self), QMenu(self)
        self.owner.setMenu(self._owners)
        self.period.setMenu(self._periods)
        line = row(self, margins=(24, 0, 24, 8), gap=8)
        line.addWidget(self.kinds)
        line.addWidget(self.owner)
        line.addWidget(self.period)
        line.addStretch(1)
        self.kinds.chosen.connect(self._choose_kind)
        self._owners.aboutToShow.connect(self._fill_owners)
        self._periods.aboutToShow.connect(self._fill_periods)
        self.retranslate()

    @property
    def active(self) -> bool:
        """Whether anything is left out."""
        return self.narrow != Narrow()

    def show_pipeline(self, pipeline: Pipeline) -> None:
        """Know whose records there are."""
        self._shown = pipeline
        self._say()

    def clear(self) -> None:
        """Show everything."""
        self._narrow(Narrow())

    def retranslate(self) -> None:
        registry = self._session.workspace.replica.registry
        language = self._session.language
        names = [registry.entity(name).label.text(language) for name in ENTITIES]
        self.kinds.set_labels(names, name=self.tr("What is shown"))
        self._say()

    def _say(self) -> None:
        me = self._session.workspace.actor.user_id
        shown = self._shown
        people = {one.id: one.name for one in shown.owners} if shown else {}
        teams = dict(shown.teams) if shown else {}
        whose = self.tr("Everybody's")
        if self.narrow.owner:
            mine = self.narrow.owner == me
            whose = self.tr("Mine") if mine else people.get(self.narrow.owner, "…")
        elif self.narrow.team:
            whose = teams.get(self.narrow.team, "…")
        self.owner.setText(whose)
        self.owner.set_on(bool(self.narrow.owner or self.narrow.team))
        self.period.setText(self._period_name(self.narrow.period))
        self.period.set_on(self.narrow.period != "any")

    def _period_name(self, period: str) -> str:
        deals = self.entity == "opportunity"
        return {
            "any": self.tr("Any time"),
            "month": self.tr("Closes this month") if deals else self.tr("Received this month"),
            "quarter": self.tr("Closes this quarter")
            if deals
            else self.tr("Received this quarter"),
            "late": self.tr("Expected close is over"),
        }[period]

    @Slot()
    def _fill_owners(self) -> None:
        self._owners.clear()
        me = self._session.workspace.actor.user_id
        self._offer(self._owners, self.tr("Everybody's"), replace(self.narrow, owner="", team=""))
        self._offer(self._owners, self.tr("Mine"), replace(self.narrow, owner=me, team=""))
        if self._shown is None:
            return
        if self._shown.teams:
            self._owners.addSeparator()
        for team, name in self._shown.teams:
            self._offer(self._owners, name, replace(self.narrow, owner="", team=team))
        self._owners.addSeparator()
        for person in self._shown.owners:
            words = f"{person.name}  {person.count}"
            self._offer(self._owners, words, replace(self.narrow, owner=person.id, team=""))

    @Slot()
    def _fill_periods(self) -> None:
        self._periods.clear()
        for period in PERIODS:
            if period != "late" or self.entity == "opportunity":
                wanted = replace(self.narrow, period=period)
                self._offer(self._periods, self._period_name(period), wanted)

    def _offer(self, menu: QMenu, words: str, narrow: Narrow) -> None:
        action = QAction(words, menu)
        action.setCheckable(True)
        action.setChecked(narrow == self.narrow)
        action.setData(narrow)
        action.triggered.connect(self._chosen, Qt.ConnectionType.QueuedConnection)
        menu.addAction(action)

    @Slot()
    def _chosen(self) -> None:
        action = self.sender()
        narrow = action.data() if isinstance(action, QAction) else None
        if isinstance(narrow, Narrow):
            self._narrow(narrow)

    def _narrow(self, narrow: Narrow) -> None:
        self.narrow = narrow
        self._say()
        self.changed.emit()

    @Slot(str)
    def _choose_kind(self, entity: str) -> None:
        self.entity = entity
        if entity == "lead" and self.narrow.period == "late":
            self.narrow = replace(self.narrow, period="any")
        self._say()
        self.changed.emit()
