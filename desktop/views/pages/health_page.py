"""The check of data: a score, sections whose numbers open their records, the trend, what to do.

F5 checks again; Esc stops a check. Everything is counted on this device, also without a network.
"""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from crm_core.clock import CHINA, parse_moment
from crm_core.errors import KnownError
from crm_core.insight.data_health import FAMILIES, WEIGHTS, Family, Result, lost, of_family
from desktop.services.cancelling import CancelToken
from desktop.services.commands.verbs import Done
from desktop.services.data_health import (
    MOST_LISTED,
    CheckUp,
    Month,
    check_up,
    do_export_check_up,
    do_give_out_tasks,
    may_export,
    query_of,
    trend,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.health_section import HealthSection
from desktop.views.pages.working import Working
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.charts import Bar, BarList, ColumnChart
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, label, row, scrolled
from desktop.views.widgets.reactive import Reactive

_FAIR = 60
"""Below this score a month is bad."""


class HealthPage(Reactive, QWidget):
    """What was found stays until it is looked at anew."""

    back_requested = Signal()
    shown = Signal()
    """What was found is on screen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.found: CheckUp | None = None
        self._months: tuple[Month, ...] = ()
        self._header, self._back = PageHeader(""), IconButton("chevron-left", "")
        self.start = PrimaryButton("", "sync")
        self.export, self.tasks = GhostButton("", "download"), GhostButton("", "task")
        self.working = Working(session, self)
        self.empty = EmptyState("eye", "", "")
        self.points, self._verdict = label("", Role.FIGURE), label("", Role.MUTED, wrap=True)
        self.costs = BarList(label_width=196)
        self.chart, self._score_card, self._trend_card = ColumnChart(), Card(), Card()
        self._no_trend = label("", Role.MUTED, wrap=True)
        self.sections = {family: HealthSection(family) for family in Family}
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self.start.setText(self.tr("Check now"))
        self.start.setToolTip("F5")
        self.export.setText(self.tr("Export…"))
        self.tasks.setText(self.tr("Tasks for owners"))
        self._score_card.set_heading(self.tr("Score"))
        self._trend_card.set_heading(self.tr("By month"))
        self._no_trend.setText(
            self.tr("The server checks everything once a month; its scores appear here.")
        )
        self.empty.set_text(
            self.tr("How healthy is your data?"),
            self.tr(
                "Duplicates, empty fields, invalid values, owners who have left, records nobody "
                "touched: counted on this device, over what you may see."
            ),
            action=self.tr("Check now"),
        )
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Otherwise the first button would show a focus ring before any key was pressed.
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        workspace = self._session.workspace
        self._session.ask(lambda: trend(workspace), self._trend_came, owner=self)

    @Slot()
    def check(self) -> None:
        """Count everything in the background."""
        if not self.working.busy:
            workspace = self._session.workspace
            self.working.run(lambda token, heard: check_up(workspace, token, heard), self._arrived)

    def open_result(self, one: Result) -> None:
        """Go to the records of a check."""
        language = self._session.language
        definition = one.check.fix.text(language)
        if one.ids and one.bad > MOST_LISTED:
            first = self.tr("The first {0} of {1}").format(f"{MOST_LISTED:,}", f"{one.bad:,}")
            definition = f"{first} · {definition}"
        self._session.drill_requested.emit(
            query_of(self._session.workspace, one), one.check.label.text(language), definition
        )

    def export_to(self, path: Path) -> None:
        """Write the workbook in the background."""
        if self.found is not None:
            self._session.run(
                do_export_check_up, self.found, path, self._session.language, CancelToken(),
                on_error=self._failed,
            )  # fmt: skip

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        head = with_way_back(self._back, self._header)
        for button in (self.export, self.tasks, self.start):
            self._header.add_action(button)
        inner = self._cards()
        self._area = area = scrolled(inner)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(area)
        body = column(self, gap=0)
        body.addLayout(head)
        body.addWidget(self.working)
        body.addWidget(self._stack, 1)

    def _cards(self) -> QWidget:
        """Score and trend beside each other, and the sections in two columns below."""
        inner = QWidget()
        set_role(inner, Role.PAGE)
        self._score_card.body.addWidget(self.points)
        self._score_card.body.addWidget(self.costs)
        self._score_card.body.addWidget(self._verdict)
        self._score_card.body.addStretch(1)
        self._trend_card.body.addWidget(self.chart, 1)
        self._trend_card.body.addWidget(self._no_trend)
        self._trend_card.body.addStretch(0)
        top = row(None, gap=16)
        top.addWidget(self._score_card, 1)
        top.addWidget(self._trend_card, 1)
        beside, sides = row(None, gap=16), (column(None, gap=16), column(None, gap=16))
        for place, section in enumerate(self.sections.values()):
            sides[place % 2].addWidget(section)
        for side in sides:
            side.addStretch(1)
            beside.addLayout(side, 1)
        parts = column(inner, margins=(24, 8, 24, 24), gap=16)
        parts.addLayout(top)
        parts.addLayout(beside, 1)
        return inner

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.start.clicked.connect(self.check)
        self.empty.action_triggered.connect(self.check)
        self.working.changed.connect(self._set_running)
        self.export.clicked.connect(self._choose_target)
        self.tasks.clicked.connect(self._give_out)
        self.costs.opened.connect(self._go_to)
        self._session.language_changed.connect(self._speak)
        for section in self.sections.values():
            section.opened.connect(self.open_result)
        check = QShortcut(QKeySequence("F5"), self)
        check.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        check.activated.connect(self.check)

    # -- what is shown -------------------------------------------------------------------------

    def _show(self) -> None:
        found, language = self.found, self._session.language
        self._header.set_text(self.tr("Data check"), self._as_of())
        self._stack.setCurrentIndex(0 if found is None else 1)
        self._set_running(self.working.busy)
        self._show_trend()
        if found is None:
            return
        self.points.setText(str(found.points))
        red = sum(one.red for one in found.results)
        said = self.tr("{0} of {1} checks are beyond their limit. A section costs points by the "
                       "share of its records that are wrong.")  # fmt: skip
        self._verdict.setText(said.format(red, len(found.results)))
        self._show_costs(found, language)
        for family, section in self.sections.items():
            section.show_results(of_family(found.results, family), language)

    def _show_costs(self, found: CheckUp, language: str) -> None:
        costs = lost(found.results)
        self.costs.set_bars(
            [
                Bar(
                    label=FAMILIES[family].text(language),
                    value=cost / WEIGHTS[family],
                    shown=f"{-round(cost)} / {WEIGHTS[family]}".replace("-", "−"),
                    tone=Tone.BAD if cost >= WEIGHTS[family] / 2 else Tone.ACCENT,
                )
                for family, cost in costs.items()
            ],
            most=1.0,
        )

    @Slot(int)
    def _go_to(self, place: int) -> None:
        if self.found is not None:
            family = list(lost(self.found.results))[place]
            self._area.ensureWidgetVisible(self.sections[family])
            self.sections[family].bars.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_trend(self) -> None:
        self.chart.setVisible(bool(self._months))
        self._no_trend.setVisible(not self._months)
        self.chart.set_bars(
            [
                Bar(
                    label=one.month[2:],
                    value=float(one.points),
                    shown=str(one.points),
                    tone=Tone.ACCENT if one.points >= _FAIR else Tone.BAD,
                )
                for one in self._months
            ]
        )

    def _as_of(self) -> str:
        if self.found is None:
            return self.tr("Counted on this device, also without a network")
        moment = parse_moment(self.found.at).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        return self.tr("As of {0} · every number opens its records").format(moment)

    @Slot(bool)
    def _set_running(self, on: bool) -> None:
        self.start.setEnabled(not on)
        wrong = self.found is not None and any(one.bad for one in self.found.results)
        workspace = self._session.workspace
        allowed = self.found is not None and may_export(workspace, self.found.results)
        self.export.setEnabled(not on and allowed)
        self.tasks.setEnabled(not on and wrong)
        for button in (self.export, self.tasks, self.start):
            button.setVisible(self.found is not None)

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()

    def _trend_came(self, months: tuple[Month, ...]) -> None:
        self._months = months
        self._show_trend()

    def _arrived(self, found: CheckUp) -> None:
        self.found = found
        self._show()
        self.shown.emit()

    def _failed(self, error: KnownError) -> None:
        self._set_running(self.working.busy)
        self.working.say(error.sentence(self._session.language), Tone.BAD)

    @Slot()
    def _choose_target(self) -> None:
        day = self._session.workspace.clock.now().astimezone(CHINA).strftime("%Y-%m-%d")
        name = f"{self.tr('Data check')} {day}.xlsx"
        chosen, _ = QFileDialog.getSaveFileName(self.window(), self.tr("Export to"), name, "*.xlsx")
        if chosen:
            path = Path(chosen)
            self.export_to(path if path.suffix == ".xlsx" else path.with_name(f"{path.name}.xlsx"))

    @Slot()
    def _give_out(self) -> None:
        if self.found is None:
            return
        self.tasks.setEnabled(False)  # Twice would be two tasks for everybody; undo is Ctrl+Z.

        def given(_done: Done) -> None:
            self.working.say("")

        self._session.run(
            do_give_out_tasks, self.found, self._session.language,
            on_done=given, on_error=self._failed,
        )  # fmt: skip
