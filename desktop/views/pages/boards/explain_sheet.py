"""How a value was computed: what it means, what was divided by what, its limit, and the records."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from crm_core.clock import CHINA
from crm_core.insight.clock_words import clock_words
from crm_core.insight.declared import Evidence
from crm_core.model.number_words import counted
from desktop.services.rules.measure_limits import may_write_rules
from desktop.viewmodels.board.board_explaining import Explained
from desktop.viewmodels.board.board_scene import Scene
from desktop.viewmodels.board.board_words import figure, limit_words, made_of, with_unit
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.retiring import clear
from desktop.views.widgets.sheet import Sheet

_MOST_SHOWN = 200


class ExplainSheet(Sheet):
    """Shown at once with the words; the records come as soon as they are known."""

    records_wanted = Signal()
    task_wanted = Signal()
    limit_wanted = Signal()
    journey_wanted = Signal(str, str)
    """(entity, id)"""

    def __init__(
        self, session: Session, scene: Scene, name: str, parent: QWidget | None = None
    ) -> None:
        self._session, self._scene, self._name = session, scene, name
        self._explained: Explained | None = None
        self._lines = QGridLayout()
        self._said = label("", Role.SMALL, wrap=True)
        self.table = QTableWidget(0, 4)
        self.task, self.limit = GhostButton("", "task"), GhostButton("", "settings")
        super().__init__("", "", parent)
        self.body.addLayout(self._lines)
        self.body.addWidget(self._said)
        self.body.addWidget(self.table, 1)
        beside = row(None, gap=8)
        beside.addWidget(self.task)
        beside.addWidget(self.limit)
        beside.addStretch(1)
        self.footnote.addLayout(beside)
        self.limit.setVisible(may_write_rules(session.workspace))
        self.resize(760, 620)
        self._dress_table()
        self.task.clicked.connect(self.task_wanted)
        self.limit.clicked.connect(self._change_limit)
        self.submitted.connect(self.records_wanted)
        self.table.cellActivated.connect(self._open)
        self.retranslate()

    def retranslate(self) -> None:
        super().retranslate()
        title = self._scene.measure.label.text(self._session.language)
        self.set_heading(f"{title} · {self._name}" if self._name else title)
        self.primary.setText(self.tr("Open the records"))
        self.cancel.setText(self.tr("Close"))
        self.task.setText(self.tr("Give a task…"))
        self.limit.setText(self.tr("Change the limit…"))
        self.table.setAccessibleName(self.tr("Records behind the value"))
        self.table.setHorizontalHeaderLabels(
            [self.tr("Record"), self.tr("Counts"), self.tr("When"), self.tr("By whom")]
        )
        if self._explained is not None:
            self.show_explained(self._explained)
        else:
            self._said.setText(self.tr("Looking up the records…"))

    def show_explained(self, explained: Explained) -> None:
        """Show what is behind the value."""
        self._explained = explained
        self._fill_lines(explained)
        evidence = explained.explanation.evidence
        self.primary.setEnabled(bool(explained.explanation.measure.entity and evidence))
        self._said.setText(self._summary(explained))
        self._fill_table(evidence[:_MOST_SHOWN], explained.titles)
        if evidence and self.cancel.hasFocus():  # Where the keyboard went while it had to wait.
            self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def _fill_lines(self, explained: Explained) -> None:
        clear(self._lines)
        explanation = explained.explanation
        measure, value, language = explanation.measure, explanation.value, self._session.language
        frame = "%Y-%m-%d %H:%M"
        period = explanation.question.period
        begins, ends = (m.astimezone(CHINA).strftime(frame) for m in (period.start, period.end))
        when, clock = f"{begins} — {ends}" if measure.clock else ends, clock_words(measure)
        by = clock.text(language) if clock is not None else ""
        parts = "  ".join(
            f"{part.measure.label.text(language)} {figure(part.measure, part.value.value)}"
            for part in explanation.parts
        )
        lines = (
            (self.tr("Value"), with_unit(measure, value.value, language)),
            (self.tr("Meaning"), measure.definition.text(language)),
            (self.tr("Formula"), measure.formula.text(language)),
            (self.tr("Made of"), made_of(measure, value, language) or parts),
            (self.tr("Period"), " · ".join(part for part in (when, by) if part)),
            (self.tr("Narrowed to"), explained.narrowed(language)),
            (self.tr("Limit"), limit_words(measure, language)),
            (self.tr("Suggestion"), measure.suggestion.text(language) if value.red else ""),
        )
        shown = [(name, text) for name, text in lines if text]
        self._lines.setColumnStretch(1, 1)
        self._lines.setVerticalSpacing(6)
        for place, (name, text) in enumerate(shown):
            top = Qt.AlignmentFlag.AlignTop
            self._lines.addWidget(label(name, Role.MUTED), place, 0, top)
            said = label(text, Role.STRONG if place == 0 else Role.BODY, wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._lines.addWidget(said, place, 1)

    def _summary(self, explained: Explained) -> str:
        evidence = explained.explanation.evidence
        said = [counted(self.tr("{0} facts of {1} records.").format(
            f"{len(evidence):,}", f"{len(explained.explanation.ids):,}"
        ))]  # fmt: skip
        if explained.agrees:
            said.append(self.tr("Computing it again from them gives the same value."))
        if len(evidence) > _MOST_SHOWN:
            said.append(self.tr("The first {0} are listed.").format(_MOST_SHOWN))
        if any(one.partial for one in evidence):
            said.append(
                self.tr(
                    "Of some, only the newest history is on this device: their times count from "
                    "the earliest known."
                )
            )
        return " ".join(said)

    def _fill_table(self, evidence: Sequence[Evidence], titles: Mapping[str, str]) -> None:
        self.table.setRowCount(len(evidence))
        explained = self._explained
        assert explained is not None
        for place, one in enumerate(evidence):
            cells = (
                titles.get(one.id, "…"),
                explained.counted(one, self._session.language),
                explained.moment(one),
                titles.get(one.operator, ""),
            )
            for column, text in enumerate(cells):
                self.table.setItem(place, column, QTableWidgetItem(text))
        for column in range(1, self.table.columnCount()):
            items = (self.table.item(place, column) for place in range(len(evidence)))
            said = any(item is not None and item.text() for item in items)
            self.table.setColumnHidden(column, not said)

    def _dress_table(self) -> None:
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    @Slot()
    def _change_limit(self) -> None:
        self.accept()
        self.limit_wanted.emit()

    @Slot(int, int)
    def _open(self, line: int, _column: int) -> None:
        if self._explained is None:
            return
        one = self._explained.explanation.evidence[line]
        if one.entity in ("lead", "opportunity"):
            self.journey_wanted.emit(one.entity, one.id)
        else:
            self._session.open_requested.emit(one.entity, one.id)
        self.accept()
