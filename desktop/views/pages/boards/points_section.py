"""One's own points and badges: a ledger, each line with its rule and the records it counts."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from crm_core.insight.points import Entry, Ledger
from crm_core.model.number_words import counted
from desktop.services.reports import read_ledger
from desktop.viewmodels.session import Session
from desktop.views.pages.working import Working
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, hairline, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import clear


class PointsSection(Reactive, QWidget):
    """Signals as those of the other sections."""

    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.ledger: Ledger | None = None
        self.doors: list[GhostButton] = []
        self._card, self._about = Card(), label("", Role.SMALL, wrap=True)
        self.total, self._list = label("", Role.FIGURE), QWidget()
        self._badges = row(None, gap=8)
        top = row(None, gap=12)
        top.addWidget(self.total)
        top.addLayout(self._badges)
        top.addStretch(1)
        self._card.body.addLayout(top)
        self._card.body.addWidget(self._list)
        body = column(self, gap=12)
        body.addWidget(self._card)
        body.addWidget(self._about)
        body.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        self._card.set_heading(self.tr("My points"))
        self._about.setText(
            self.tr(
                "Counted from records alone, as they are now; nobody is ranked by them. What "
                "points are worth (training, a day off) is for your company to say."
            )
        )
        self._show()

    def read(self, working: Working) -> None:
        """Count in the background."""
        workspace = self._session.workspace
        working.run(lambda _token, _heard: read_ledger(workspace), self._arrived)

    def _show(self) -> None:
        fresh, found = QWidget(), self.ledger
        self._card.body.replaceWidget(self._list, fresh)
        self._list.deleteLater()
        self._list, self.doors = fresh, []
        clear(self._badges)
        if found is None:
            return
        self.total.setText(self.tr("{0} points").format(f"{found.points:,}"))
        for badge in found.badges:
            words = f"★ {badge.text(self._session.language)}"
            self._badges.addWidget(Chip(words, Tone.GOOD), 0, Qt.AlignmentFlag.AlignVCenter)
        lines = column(fresh, gap=8)
        for entry in found.entries:
            lines.addWidget(hairline())
            lines.addWidget(self._line(entry))

    def _line(self, entry: Entry) -> QWidget:
        language, box = self._session.language, QWidget()
        line = row(box, gap=16)
        words = column(None, gap=1)
        name = entry.label.text(language)
        words.addWidget(label(name, Role.STRONG))
        words.addWidget(label(entry.rule.text(language), Role.SMALL, wrap=True))
        line.addLayout(words, 1)
        if entry.each:
            sum_ = f"{entry.count:,} × {entry.each} = {entry.points:,}"
            line.addWidget(label(sum_, Role.STRONG))
        number = counted(self.tr("{0} records").format(f"{entry.count:,}"))
        door = GhostButton(number, "chevron-right")
        door.setAccessibleName(f"{name}: {door.text()}")
        door.setEnabled(bool(entry.count))
        rule = entry.rule.text(language)
        door.clicked.connect(lambda: self._session.drill_requested.emit(entry.query, name, rule))
        self.doors.append(door)
        line.addWidget(door)
        return box

    def _arrived(self, found: Ledger) -> None:
        self.ledger = found
        self._show()
        self.shown.emit()
