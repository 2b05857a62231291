"""Step 3: what would happen, row by row; duplicates with a way to the record they are of."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crm_core.intake.deciding import RowVerdict, Tally, Verdict
from crm_core.model.number_words import counted
from crm_core.store.imports.importing import Progress
from desktop.viewmodels.import_flow import ImportFlow
from desktop.viewmodels.session import Session
from desktop.views.pages.importing.verdict_table import VerdictTable
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.choice import Switch
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

EVERY, ALIKE = "every", "alike"
_SEEN = (EVERY, *(verdict.value for verdict in Verdict), ALIKE)


class CheckStep(Reactive, QWidget):
    """Counts that narrow the table down, and the table."""

    def __init__(self, session: Session, flow: ImportFlow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._flow = session, flow
        self.only = Segments(_SEEN)
        self.only.set_value(EVERY)
        self.table = VerdictTable(session)
        self.progress = ProgressStrip()
        self.message = InlineMessage()
        self.leave, self._leave_name = Switch(), label("", Role.MUTED)
        self.primary, self.anew = PrimaryButton(), GhostButton()
        self.back = QuietButton("", "chevron-left")
        self._lay_out()
        flow.checking.connect(self._tell)
        flow.checked.connect(self._show)
        flow.moved.connect(self._show)
        self.only.chosen.connect(self._show)
        self.table.row_opened.connect(self._open_twin)
        self.progress.cancelled.connect(flow.stop)
        self.leave.changed.connect(self._leave)
        self.primary.clicked.connect(self._run)
        self.anew.clicked.connect(lambda: flow.run(anew=True))
        self.back.clicked.connect(flow.go_back)
        self.retranslate()

    def retranslate(self) -> None:
        self.back.setText(self.tr("Back to the columns"))
        self.back.setToolTip(self.tr("Alt+Up"))
        self.primary.setToolTip(self.tr("Ctrl+Enter"))
        self.anew.setText(self.tr("From the first row"))
        self._leave_name.setText(self.tr("Leave out what may be there"))
        self.leave.setAccessibleName(self.tr("Leave out what may be there"))
        self._show()

    def shown(self) -> list[RowVerdict]:
        """The rows the table shows."""
        told = self._flow.foretold
        if told is None:
            return []
        only = self.only.value()
        if only == ALIKE:
            return [v for v in told.verdicts if v.alike]
        return [v for v in told.verdicts if only in (EVERY, v.verdict.value)]

    def _lay_out(self) -> None:
        tools = row(None, gap=8)
        tools.addWidget(self.only)
        tools.addStretch(1)
        tools.addWidget(self._leave_name)
        tools.addWidget(self.leave)
        card = Card()
        card.body.setContentsMargins(1, 4, 1, 4)
        card.body.addWidget(self.table, 1)
        foot = row(None, gap=8)
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.anew)
        foot.addWidget(self.primary)
        body = column(self, margins=(24, 0, 24, 16), gap=10)
        body.addLayout(tools)
        body.addWidget(self.message)
        body.addWidget(self.progress)
        body.addWidget(card, 1)
        body.addLayout(foot)

    def _say_counts(self, tally: Tally) -> None:
        words = (
            (self.tr("All"), tally.rows), (self.tr("New"), tally.new),
            (self.tr("Update"), tally.update), (self.tr("The same"), tally.same),
            (self.tr("Left alone"), tally.duplicate),
            (self.tr("Not imported"), tally.refused), (self.tr("Perhaps there"), tally.alike),
        )  # fmt: skip
        self.only.set_labels([f"{w} {n:,}" for w, n in words], name=self.tr("Show"))

    @Slot(object)
    def _tell(self, progress: Progress) -> None:
        words = counted(self.tr("Checking… {0} rows").format(f"{progress.rows:,}"))
        self.progress.set_progress(words, None)
        self._say_counts(progress.tally)

    @Slot()
    def _show(self) -> None:
        told = self._flow.foretold
        self.progress.setVisible(told is None)
        if told is None:
            self.progress.set_progress(self.tr("Checking…"), None)
            self._say_counts(Tally())
        else:
            self._say_counts(told.tally)
        self.table.show_verdicts(self.shown())
        number = told.tally.new + told.tally.update if told is not None else 0
        number -= len(self._flow.left_out())
        alike = told is not None and told.tally.alike > 0
        for part in (self.leave, self._leave_name):
            part.setVisible(alike)
        self.leave.setValue(self._flow.leaves_alike)
        before = self._flow.before
        cut_short = before is not None and not before.done
        words = self.tr("Go on with the import") if cut_short else self.tr("Import {0} rows")
        self.primary.setText(counted(words.format(f"{number:,}")))
        self.primary.setEnabled(number > 0)
        self.anew.setVisible(cut_short)
        self._say_before()

    def _say_before(self) -> None:
        before, told = self._flow.before, self._flow.foretold
        if told is None:
            self.message.show_message("", Tone.NEUTRAL)
        elif before is not None and not before.done:
            words = self.tr("An import of this file was cut short after row {0}; it can go on.")
            self.message.show_message(words.format(before.reached), Tone.WARN)
        elif before is not None:
            words = self.tr("This file was imported before, in the same way ({0} rows).")
            self.message.show_message(counted(words.format(f"{before.tally.rows:,}")), Tone.WARN)
        elif told.remark is not None:
            self.message.show_message(told.remark.text(self._session.language), Tone.WARN)
        elif not told.looked_alike:
            words = self.tr("Of the new rows the first {0} were compared with records alike.")
            self.message.show_message(words.format(f"{told.asked_alike:,}"), Tone.NEUTRAL)
        elif told.tally.rows > len(told.verdicts):
            words = self.tr("The first {0} rows are listed; all are counted.")
            self.message.show_message(words.format(f"{len(told.verdicts):,}"), Tone.NEUTRAL)
        elif told.tally.new + told.tally.update == 0:
            self.message.show_message(self.tr("No row would change anything."), Tone.NEUTRAL)
        else:
            self.message.show_message("", Tone.NEUTRAL)

    @Slot()
    def _leave(self) -> None:
        self._flow.set_leaves_alike(on=self.leave.isChecked())

    @Slot()
    def _run(self) -> None:
        self._flow.run()

    @Slot(int)
    def _open_twin(self, place: int) -> None:
        shown = self.shown()
        known = (shown[place].twin or shown[place].alike) if 0 <= place < len(shown) else ""
        if known:
            self._session.open_requested.emit(self._flow.mapping.entity, known)
