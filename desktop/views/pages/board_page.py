"""The manager's board: visits and first response per rep, overdue leads by stage.

Every figure is a door to its records, by mouse and by keyboard.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QScrollArea, QWidget

from crm_core.clock import CHINA, parse_moment
from crm_core.insight.measures import Cell
from crm_core.model.entities import LEAD
from desktop.bus import Change
from desktop.viewmodels.board import PERIODS, BoardView, figure, measure_of, read_board
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.cards import Card, Metric, MetricTile
from desktop.views.widgets.charts import Bar, BarList, ColumnChart
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_WATCHED = ("visit", "lead", "follow_up", "user")
_TELLING_UNITS = ("h", "%")
_SETTLE_MS = 150


class BoardPage(Reactive, QWidget):
    """Figures of the team, recomputed when records change."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view: BoardView | None = None
        self._days = 30
        self._header = PageHeader("")
        self.tiles = [MetricTile(Metric("", "—")) for _ in range(4)]
        self.visits, self.response, self.overdue = BarList(), BarList(), ColumnChart()
        self._cards = [Card(), Card(), Card()]
        self._definitions = [label("", Role.SMALL, wrap=True) for _ in self._cards]
        self.periods = QButtonGroup(self)
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.refresh()

    @property
    def view(self) -> BoardView | None:
        """What is shown, once it has been computed."""
        return self._view

    @Slot()
    def refresh(self) -> None:
        """Compute again in the background."""
        workspace, days = self._session.workspace, self._days
        self._session.ask(lambda: read_board(workspace, days), self._show, owner=self)

    def open_cell(self, cell: Cell) -> None:
        """Go to the records a value was made of."""
        measure = measure_of(cell, self._days)
        title = measure.label.text(self._session.language)
        group = self._group_name(cell)
        definition = measure.definition.text(self._session.language)
        named = f"{title} · {group}" if group else title
        self._session.drill_requested.emit(cell.query, named, definition)

    def retranslate(self) -> None:
        self._header.set_text(self.tr("Team board"), self._as_of())
        for button in self.periods.buttons():
            button.setText(self.tr("{0} days").format(self.periods.id(button)))
        headings = (
            self.tr("Visits per rep"),
            self.tr("First response per rep (median)"),
            self.tr("Overdue leads by stage"),
        )
        for card, heading in zip(self._cards, headings, strict=True):
            card.set_heading(heading)
        self._draw()

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        outer = column(self, gap=0)
        outer.addWidget(self._header)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        content = QWidget()
        set_role(content, Role.PAGE)
        scroll.setWidget(content)
        outer.addWidget(scroll, 1)
        grid = QGridLayout(content)
        grid.setContentsMargins(24, 8, 24, 24)
        grid.setSpacing(16)
        for place, tile in enumerate(self.tiles):
            grid.addWidget(tile, 0, place)
        charts: Sequence[QWidget] = (self.visits, self.response, self.overdue)
        for card, chart, words in zip(self._cards, charts, self._definitions, strict=True):
            card.body.addWidget(chart)
            card.body.addWidget(words)
            card.body.addStretch(1)
        grid.addWidget(self._cards[2], 1, 0, 1, 4)
        grid.addWidget(self._cards[0], 2, 0, 1, 2)
        grid.addWidget(self._cards[1], 2, 2, 1, 2)
        for place in range(4):
            grid.setColumnStretch(place, 1)
        grid.setRowStretch(3, 1)
        self._add_periods()

    def _add_periods(self) -> None:
        box = QWidget()
        line = row(box, gap=4)
        for days in PERIODS:
            button = QuietButton()
            button.setCheckable(True)
            button.setChecked(days == self._days)
            self.periods.addButton(button, days)
            line.addWidget(button)
        self._header.add_action(box)

    def _connect(self) -> None:
        self._soon.timeout.connect(self.refresh)
        self._session.changed.connect(self._changed)
        self._session.language_changed.connect(self._relabel)
        self.periods.idClicked.connect(self._choose_period)
        for place, tile in enumerate(self.tiles):
            tile.opened.connect(self._opener(lambda v: v.board.totals, place))
        self.visits.opened.connect(self._open_visits)
        self.response.opened.connect(self._open_response)
        self.overdue.opened.connect(self._open_overdue)

    def _opener(
        self, cells: Callable[[BoardView], Sequence[Cell]], place: int
    ) -> Callable[[], None]:
        def open_it() -> None:
            if self._view is not None:
                self.open_cell(cells(self._view)[place])

        return open_it

    @Slot(int)
    def _open_visits(self, place: int) -> None:
        if self._view is not None:
            self.open_cell(_by_value(self._view.board.visits)[place])

    @Slot(int)
    def _open_response(self, place: int) -> None:
        if self._view is not None:
            self.open_cell(_by_value(self._view.board.first_response)[place])

    @Slot(int)
    def _open_overdue(self, place: int) -> None:
        if self._view is not None:
            self.open_cell(self._view.board.overdue[place])

    @Slot(object)
    def _changed(self, change: Change) -> None:
        if any(change.touches(entity) for entity in _WATCHED):
            self._soon.start()

    @Slot(str)
    def _relabel(self, _language: str) -> None:
        self.retranslate()

    @Slot(int)
    def _choose_period(self, days: int) -> None:
        self._days = days
        self.refresh()

    def _show(self, view: BoardView) -> None:
        self._view = view
        self._days = view.board.days
        self._header.set_text(self.tr("Team board"), self._as_of())
        self._draw()

    def _draw(self) -> None:
        if self._view is None:
            return
        board, language = self._view.board, self._session.language
        for tile, cell in zip(self.tiles, board.totals, strict=True):
            measure = measure_of(cell, self._days)
            unit = measure.unit.text(language)
            tile.set_metric(Metric(measure.label.text(language), figure(cell, self._days), unit))
            tile.setToolTip(measure.definition.text(language))
        self.visits.set_bars(self._bars(_by_value(board.visits)))
        self.response.set_bars(self._bars(_by_value(board.first_response)))
        self.overdue.set_bars(self._bars(board.overdue))
        shown = (board.visits, board.first_response, board.overdue)
        for words, cells in zip(self._definitions, shown, strict=True):
            words.setVisible(bool(cells))
            if cells:
                words.setText(measure_of(cells[0], self._days).definition.text(language))

    def _bars(self, cells: Sequence[Cell]) -> list[Bar]:
        return [
            Bar(
                label=self._group_name(cell),
                value=cell.value or 0.0,
                shown=self._with_unit(cell),
                tone=Tone.BAD if cell.red else Tone.ACCENT,
            )
            for cell in cells
        ]

    def _with_unit(self, cell: Cell) -> str:
        """A figure whose unit is not plain from the heading, such as hours, says it."""
        shown, unit = figure(cell, self._days), measure_of(cell, self._days).unit
        telling = cell.value is not None and unit.en in _TELLING_UNITS
        return f"{shown} {unit.text(self._session.language)}" if telling else shown

    def _group_name(self, cell: Cell) -> str:
        if self._view is None or not cell.group:
            return self._unowned(cell)
        if cell.measure.startswith("overdue_"):
            option = LEAD.field_spec("stage").choice(cell.group)
            return option.label.text(self._session.language) if option else cell.group
        return self._view.names.get(cell.group, "…")

    def _unowned(self, cell: Cell) -> str:
        is_total = self._view is not None and cell in self._view.board.totals
        return "" if is_total else self.tr("Nobody")

    def _as_of(self) -> str:
        if self._view is None:
            return self.tr("Computing…")
        moment = parse_moment(self._view.board.as_of).astimezone(CHINA)
        return self.tr("As of {0} · every figure opens its records").format(
            moment.strftime("%Y-%m-%d %H:%M")
        )


def _by_value(cells: Sequence[Cell]) -> list[Cell]:
    """Largest first; those without data last."""
    return sorted(cells, key=lambda c: (c.value is None, -(c.value or 0.0), c.group))
