"""The reports around the daily brief: the score, the quarter, one's points.

F5 reads anew, Esc stops; each leads to the boards that show the same measures.
"""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from desktop.viewmodels.session import Session
from desktop.views.pages.boards.points_section import PointsSection
from desktop.views.pages.boards.score_section import ScoreSection
from desktop.views.pages.boards.value_section import ValueSection
from desktop.views.pages.working import Working
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, scrolled
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

SCORE, VALUE, POINTS = "score", "value", "points"


class ReportsPage(Reactive, QWidget):
    """Each section is read when it is first looked at, off the Qt thread."""

    back_requested = Signal()
    shown = Signal()
    """A section has its answer on screen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._header, self._back = PageHeader(""), IconButton("chevron-left", "")
        self.which = Segments((SCORE, VALUE, POINTS))
        self.which.set_value(SCORE)
        self.which.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.working = Working(session, self)
        self.score, self.value = ScoreSection(session), ValueSection(session)
        self.points = PointsSection(session)
        self._sections: dict[str, ScoreSection | ValueSection | PointsSection] = {
            SCORE: self.score, VALUE: self.value, POINTS: self.points
        }  # fmt: skip
        self._read: set[str] = set()
        self._reading = ""
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self._header.set_text(
            self.tr("Reports"), self.tr("Computed on this device, of what you may see")
        )
        names = [self.tr("The score"), self.tr("The quarter"), self.tr("My points")]
        self.which.set_labels(names, name=self.tr("Report"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._go(self.which.value())

    @Slot()
    def again(self) -> None:
        """Read what is shown anew."""
        self._read.discard(self.which.value())
        self._go(self.which.value())

    def show_report(self, which: str) -> None:
        """Go to one of them."""
        self.which.set_value(which)
        self._go(which)

    @Slot(str)
    def _go(self, which: str) -> None:
        self._stack.setCurrentIndex(list(self._sections).index(which))
        if which in self._read or (self.working.busy and which == self._reading):
            return
        self._reading = which
        self._sections[which].read(self.working)

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        head = with_way_back(self._back, self._header)
        self._header.add_action(self.which)
        for section in self._sections.values():
            inner = QWidget()
            set_role(inner, Role.PAGE)
            column(inner, margins=(24, 8, 24, 24)).addWidget(section)
            self._stack.addWidget(scrolled(inner))
        body = column(self, gap=0)
        body.addLayout(head)
        body.addWidget(self.working)
        body.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.which.chosen.connect(self._go)
        self._session.language_changed.connect(self._speak)
        self.value.asked.connect(self.again)
        for section in self._sections.values():
            section.shown.connect(self._arrived)
        again = QShortcut(QKeySequence("F5"), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.again)

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        for section in self._sections.values():
            section.retranslate()

    @Slot()
    def _arrived(self) -> None:
        self._read.add(self._reading)
        self.shown.emit()
