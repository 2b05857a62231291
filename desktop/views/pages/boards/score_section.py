"""Does the score mean anything? Funnel health beside closings, with interval and sample size."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.insight.correlation import CLAIMED, Fit, Point, verdict
from crm_core.model.schema import Label
from desktop.services.reports import ScoreReport, read_score
from desktop.viewmodels.session import Session
from desktop.views.pages.working import Working
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.scatter import Scatter, Spot
from desktop.views.widgets.segments import Segments

WEEKS, PEOPLE = "weeks", "people"
_WHAT = {WEEKS: Label("整周", "weeks"), PEOPLE: Label("人", "people")}


class ScoreSection(Reactive, QWidget):
    """`shown` tells that there is an answer."""

    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.report: ScoreReport | None = None
        self.by = Segments((WEEKS, PEOPLE))
        self.board = GhostButton("", "dashboard")
        self.board.clicked.connect(partial(session.board_requested.emit, "funnel_health"))
        self.by.set_value(WEEKS)
        self.verdict, self._how = (
            label("", Role.HEADING, wrap=True),
            label("", Role.MUTED, wrap=True),
        )
        self.chart, self._told = Scatter(), label("", Role.SMALL)
        self._card, self._about = Card(), label("", Role.SMALL, wrap=True)
        head = row(None)
        head.addWidget(self.by)
        head.addStretch(1)
        head.addWidget(self.board)
        for part in (self.verdict, self._how):
            self._card.body.addWidget(part)
        self._card.body.addWidget(self.chart, 1)
        self._card.body.addWidget(self._told)
        body = column(self, gap=12)
        body.addLayout(head)
        body.addWidget(self._card, 1)
        body.addWidget(self._about)
        self.by.chosen.connect(self._show)
        self.chart.looked_at.connect(self._told.setText)
        self.retranslate()

    def retranslate(self) -> None:
        self.by.set_labels([self.tr("By week"), self.tr("By person")], name=self.tr("One point"))
        self._card.set_heading(self.tr("Does the score mean anything?"))
        self.board.setText(self.tr("Funnel health on the board"))
        self._how.setText(
            self.tr(
                "Funnel health against closings of the last 12 whole weeks, of what you may see. "
                "The source of this score claims R² = {0}; this is your own data."
            ).format(CLAIMED)
        )
        self._about.setText(
            self.tr(
                "R² by least squares, its 95 % interval by Fisher's z, the slope's by 2,000 "
                "resamples with a fixed seed; from 8 points on. A connection is no cause."
            )
        )
        self._show()

    def read(self, working: Working) -> None:
        """Work it out in the background."""
        workspace = self._session.workspace
        working.run(lambda token, heard: read_score(workspace, token, heard), self._arrived)

    @Slot()
    @Slot(str)
    def _show(self, _by: str = "") -> None:
        report, language = self.report, self._session.language
        closed = self.tr("Closings")
        self.chart.set_names(self.tr("Funnel health (points)"), closed)
        if report is None:
            self.verdict.setText("")
            return
        by_week = self.by.value() == WEEKS
        found = report.weeks if by_week else report.people
        points = report.points.weeks if by_week else report.points.people
        said = verdict(found, _WHAT[self.by.value()]).text(language)
        if report.points.provisional:
            said += " " + self.tr("Some of it rests on incomplete history on this device.")
        self.verdict.setText(said)
        # A line nobody can be sure of would say more than the sentence does.
        drawn = isinstance(found, Fit) and found.certain
        line = (found.intercept, found.slope) if isinstance(found, Fit) and drawn else None
        self.chart.set_spots([self._spot(point) for point in points], line)

    def _spot(self, point: Point) -> Spot:
        told = self.tr("{0}: {1} points, {2} closings").format(
            point.label, round(point.x), f"{point.y:g}"
        )
        return Spot(point.x, point.y, told)

    def _arrived(self, report: ScoreReport) -> None:
        self.report = report
        self._show()
        self.shown.emit()
