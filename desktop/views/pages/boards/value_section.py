"""The quarterly value report: before and after with what they are made of, nothing typed in."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from crm_core.clock import CHINA
from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import Period
from crm_core.insight.value_report import Line, Side
from crm_core.model.query import Query
from crm_core.store.reports.value_reads import ValueReport
from desktop.services.reports import quarters, read_value, records_behind
from desktop.viewmodels.session import Session
from desktop.views.pages.working import Working
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, hairline, label, row
from desktop.views.widgets.reactive import Reactive

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ValueSection(Reactive, QWidget):
    """Signals as those of the other sections."""

    shown = Signal()
    asked = Signal()
    """Another quarter is wanted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.report: ValueReport | None = None
        self.quarter = QComboBox()
        self.doors: dict[str, IconButton] = {}
        self.boards: dict[str, IconButton] = {}
        self._card, self._about = Card(), label("", Role.SMALL, wrap=True)
        self._table = QWidget()
        self._card.body.addWidget(self._table)
        head = row(None)
        self.quarter.setMinimumWidth(168)
        head.addWidget(self.quarter)
        head.addStretch(1)
        body = column(self, gap=12)
        body.addLayout(head)
        body.addWidget(self._card)
        body.addWidget(self._about)
        body.addStretch(1)
        today = session.workspace.clock.now().astimezone(CHINA).date()
        for year, number in quarters(today):
            self.quarter.addItem(f"{year} Q{number}")
        self.quarter.activated.connect(self._choose)
        self.retranslate()

    def retranslate(self) -> None:
        self.quarter.setAccessibleName(self.tr("Which quarter"))
        self._card.set_heading(self.tr("Value report"))
        self._about.setText(
            self.tr(
                "Both periods are computed from records; nothing is typed in, and a share is never "
                "above 100 %. Changes are of unrounded values. What nobody recorded is said so."
            )
        )
        self._show()

    def read(self, working: Working) -> None:
        """Work it out in the background."""
        workspace, back = self._session.workspace, self.quarter.currentIndex() + 1
        working.run(lambda token, _heard: read_value(workspace, token, back), self._arrived)

    def open_line(self, name: str) -> None:
        """Go to the records the later value was made of."""
        report, workspace = self.report, self._session.workspace
        if report is None:
            return
        line = next(one for one in report.lines if one.id == name)
        language = self._session.language

        def found(query: Query) -> None:
            title, note = line.label.text(language), line.note.text(language)
            self._session.drill_requested.emit(query, title, note)

        self._session.ask(lambda: records_behind(workspace, report, name), found, owner=self)

    # -- what is shown -------------------------------------------------------------------------

    def _show(self) -> None:
        fresh = QWidget()
        self._card.body.replaceWidget(self._table, fresh)
        self._table.deleteLater()
        self._table, self.doors, self.boards = fresh, {}, {}
        if self.report is None:
            return
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        heads = ("", _span(self.report.before), _span(self.report.after), self.tr("Change"))
        for place, text in enumerate(heads):
            grid.addWidget(label(text, Role.OVERLINE), 0, place, _RIGHT if place else _LEFT)
        for number, line in enumerate(self.report.lines):
            self._add(grid, 2 * number + 1, line)

    def _add(self, grid: QGridLayout, place: int, line: Line) -> None:
        language = self._session.language
        grid.addWidget(hairline(), place, 0, 1, 6)
        words = column(None, margins=(0, 4, 0, 4), gap=1)
        words.addWidget(label(line.label.text(language), Role.STRONG))
        if line.note.text(language):
            words.addWidget(label(line.note.text(language), Role.SMALL, wrap=True))
        grid.addLayout(words, place + 1, 0)
        for where, side in ((1, line.before), (2, line.after)):
            grid.addWidget(self._side(line, side), place + 1, where, _RIGHT)
        grid.addWidget(Chip(*self._change(line)), place + 1, 3, _RIGHT)
        named = line.label.text(language)
        measure = MEASURES.get(line.id)
        if measure is not None and measure.entity and line.after.count:
            door = IconButton("chevron-right", self.tr("Records behind “{0}”").format(named))
            door.clicked.connect(lambda _=False, name=line.id: self.open_line(name))
            self.doors[line.id] = door
            grid.addWidget(door, place + 1, 4, _RIGHT)
        if measure is not None:
            board = IconButton("dashboard", self.tr("“{0}” on the board").format(named))
            board.clicked.connect(partial(self._session.board_requested.emit, line.id))
            self.boards[line.id] = board
            grid.addWidget(board, place + 1, 5, _RIGHT)

    def _side(self, line: Line, side: Side) -> QWidget:
        box = QWidget()
        words = column(box, gap=1)
        unit = line.unit.text(self._session.language)
        text = "—" if side.value is None else f"{side.value:,.{line.digits}f} {unit}"
        words.addWidget(label(text, Role.STRONG), 0, _RIGHT)
        if side.numerator is not None and side.denominator:
            parts = f"{side.numerator:,.0f} / {side.denominator:,.0f}"
            words.addWidget(label(parts, Role.SMALL), 0, _RIGHT)
        elif side.count:
            count = self.tr("n = {0}").format(f"{side.count:,}")
            words.addWidget(label(count, Role.SMALL), 0, _RIGHT)
        return box

    def _change(self, line: Line) -> tuple[str, Tone]:
        moved = line.difference
        if moved is None:
            return self._lacking(line), Tone.NEUTRAL
        sign = "+" if moved > 0 else "−" if moved < 0 else "±"
        said = f"{sign}{abs(moved):,.{line.digits}f}"
        if line.percent is not None and line.unit.zh != "%":
            said += f" ({sign}{abs(line.percent):.1f} %)"
        tone = {None: Tone.NEUTRAL, True: Tone.GOOD, False: Tone.WARN}[line.better]
        return said, tone

    def _lacking(self, line: Line) -> str:
        sides = (line.before, line.after)
        if any(side.value is not None for side in sides):
            return self.tr("nothing to compare")
        if any(side.count for side in sides):
            return self.tr("too little data")
        return self.tr("not recorded")

    @Slot(int)
    def _choose(self, _place: int) -> None:
        self.asked.emit()

    def _arrived(self, report: ValueReport) -> None:
        self.report = report
        self._show()
        self.shown.emit()


def _span(period: Period) -> str:
    begin = period.start.astimezone(CHINA)
    return f"{begin.year} Q{(begin.month - 1) // 3 + 1}"
