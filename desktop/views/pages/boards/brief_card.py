"""One conclusion of the brief on screen: the sentence, small bars, what to do, doors to records."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from crm_core.insight.brief import Conclusion, Figure
from crm_core.model.query import Query
from desktop.viewmodels.board.board_links import OF_CONCLUSION
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.charts import Bar, BarList
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, hairline, label, row

MARKS = "①②③④"
_LABEL_WIDTH, _MOST_WIDE = 168, 240
_TONES = {"good": Tone.GOOD, "warn": Tone.WARN, "bad": Tone.BAD}


class BriefCard(Card):
    """`opened` carries a query and what it is called; `case_opened` the id of a task."""

    opened = Signal(object, str)
    case_opened = Signal(str)
    board_wanted = Signal(str)
    """Measure that says the same on a board."""

    def __init__(
        self, one: Conclusion, number: int, language: str, *, advice: str, board: str,
        cases: Mapping[str, str], parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`advice`: what suggested steps are called; `board`: what the way to the board is called;
        `cases`: words of tasks, by id."""
        self._title = one.title.text(language)
        mark = MARKS[min(number, len(MARKS) - 1)]
        super().__init__(f"{mark}  {self._title}", parent)
        self.conclusion, self._language = one, language
        self.doors: list[GhostButton] = []
        self.board = GhostButton(board, "dashboard")
        self.bars = BarList(label_width=self._widest())
        beside = row(None, gap=32)
        beside.addLayout(self._words(), 5)
        if one.figures:
            self.bars.set_bars([self._bar(figure) for figure in one.figures], most=1.0)
            self.bars.setAccessibleName(self._title)
            self.bars.opened.connect(self._open_figure)
            right = column(None, gap=0)
            right.addWidget(self.bars)
            right.addStretch(1)
            beside.addLayout(right, 6)
        self.body.addLayout(beside)
        for task in one.cases:
            if task in cases:
                self.body.addWidget(self._case(task, cases[task]))
        self.body.addWidget(hairline())
        self.body.addWidget(self._advice(advice))

    def _widest(self) -> int:
        """Room for the names of all bars, as far as it leaves any for the bars."""
        names = [figure.label.text(self._language) for figure in self.conclusion.figures]
        wide = [self.fontMetrics().horizontalAdvance(name) + 12 for name in names]
        return min(_MOST_WIDE, max(_LABEL_WIDTH, *wide, 0))

    def _words(self) -> QVBoxLayout:
        one, words = self.conclusion, column(None, gap=10)
        said = label(one.text.text(self._language), Role.STRONG, wrap=True)
        said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        words.addWidget(said)
        if change := one.change.text(self._language):
            words.addWidget(Chip(change, _TONES.get(one.tone, Tone.NEUTRAL)))
        line = row(None, gap=8)
        for door in one.doors:
            line.addWidget(self._door(door.query, door.label.text(self._language)))
        if one.kind in OF_CONCLUSION:
            self.board.setAccessibleName(f"{self._title}: {self.board.text()}")
            self.board.clicked.connect(lambda: self.board_wanted.emit(OF_CONCLUSION[one.kind]))
            line.addWidget(self.board)
        line.addStretch(1)
        words.addLayout(line)
        words.addStretch(1)
        return words

    def _door(self, query: Query, text: str) -> GhostButton:
        button = GhostButton(text, "chevron-right")
        button.setAccessibleName(f"{self._title}: {text}")
        button.clicked.connect(lambda: self.opened.emit(query, text))
        self.doors.append(button)
        return button

    def _case(self, task: str, words: str) -> QuietButton:
        button = QuietButton(words, "task")
        button.setStyleSheet("text-align: left;")
        button.clicked.connect(lambda: self.case_opened.emit(task))
        return button

    def _advice(self, name: str) -> QWidget:
        holder = QWidget()
        line = row(holder, gap=12)
        head = label(name, Role.STRONG)
        said = label(self.conclusion.advice.text(self._language), Role.BODY, wrap=True)
        line.addWidget(head)
        line.addWidget(said, 1)
        return holder

    def _bar(self, figure: Figure) -> Bar:
        tone = _TONES.get(figure.tone, Tone.NEUTRAL)
        name = figure.label.text(self._language)
        return Bar(name, figure.share, figure.shown.text(self._language), tone)

    @Slot(int)
    def _open_figure(self, place: int) -> None:
        figure = self.conclusion.figures[place]
        if figure.query is not None:
            named = f"{self._title} · {figure.label.text(self._language)}"
            self.opened.emit(figure.query, named)
