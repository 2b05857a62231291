"""What of a trial run is listed, and about whose records it is."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.services.rules.rule_replay import Side
from desktop.views.pages.boards.pick import Pick
from desktop.views.widgets.layouts import row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

BY_RULE = "rules"


class SandboxBar(Reactive, QWidget):
    """`side_chosen` shows other lines of the same run, `team_chosen` asks for another run."""

    side_chosen = Signal()
    team_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._teams: tuple[tuple[str, str], ...] = ()
        self.sides = Segments([BY_RULE, *(one.value for one in Side)])
        self.sides.set_value(BY_RULE)
        self.teams = Pick()
        self.teams.setMinimumWidth(160)
        line = row(self, gap=8)
        line.addWidget(self.sides)
        line.addStretch(1)
        line.addWidget(self.teams)
        self.sides.chosen.connect(lambda _: self.side_chosen.emit())
        self.teams.changed.connect(self.team_chosen)
        self.retranslate()

    @property
    def by_rule(self) -> bool:
        """Whether each rule is a line, and not each time one fires."""
        return self.sides.value() == BY_RULE

    @property
    def side(self) -> Side:
        """Which of what fires is listed."""
        return Side.ALL if self.by_rule else Side(self.sides.value())

    def show_all(self) -> None:
        """List every time something fires."""
        self.sides.set_value(Side.ALL)

    @property
    def team(self) -> str:
        """Whose records count; empty: everybody's."""
        return str(self.teams.value() or "")

    def offer_teams(self, teams: Sequence[tuple[str, str]]) -> None:
        """The teams a run can be limited to: id and name."""
        self._teams = tuple(teams)
        self.teams.offer([("", self.tr("Everybody")), *self._teams])
        self.teams.setVisible(bool(self._teams))

    def retranslate(self) -> None:
        words = {
            Side.ALL: self.tr("All"), Side.NEW: self.tr("Only with the draft"),
            Side.GONE: self.tr("Only as published"), Side.BOTH: self.tr("Both"),
        }  # fmt: skip
        labels = [self.tr("By rule"), *(words[one] for one in Side)]
        self.sides.set_labels(labels, name=self.tr("Listed"))
        self.teams.setAccessibleName(self.tr("Whose records"))
        self.offer_teams(self._teams)
