"""Acts of many changes: import, bulk edit, merge, rule run; looked at and taken back as a whole.

Up and Down choose an act, Ctrl+Return takes it back. Taking back is an act of its own and can be
taken back as well; what somebody changed since stays theirs.
"""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from crm_core.errors import KnownError
from desktop.bus import Change
from desktop.services.commands.verbs import do_undo
from desktop.viewmodels.records.batches import (
    BatchLine,
    BatchPlan,
    PlanLine,
    read_batches,
    read_plan,
)
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton, PrimaryButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.choice import Switch
from desktop.views.widgets.feedback import EmptyState, InlineMessage
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.timeline import Timeline, TimelineEntry, TimelineModel

_LIST_WIDTH = 400
_NAME_WIDTH = 220
_SETTLE_MS = 80
_MOST_SHOWN = 60
"""Lines of a preview on screen; the numbers above are those of the whole act."""


class BatchesPage(Reactive, QWidget):
    """The list on the left, what taking back would do on the right."""

    back_requested = Signal()
    shown_plan = Signal()
    """What taking the chosen act back would do is on screen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.lines: tuple[BatchLine, ...] = ()
        self.plan: BatchPlan | None = None
        self._model = TimelineModel()
        self.acts = Timeline(self._model)
        self._header = PageHeader("")
        self._back = IconButton("chevron-left", "")
        self.many_only, self._many_name = Switch(), label("", Role.MUTED)
        self.many_only.setChecked(True)
        self.take_back = PrimaryButton("", "undo")
        self._card = Card()
        self._summary, self._kept_summary = InlineMessage(), InlineMessage()
        self._rows = QScrollArea()
        self.message = InlineMessage()
        self.empty = EmptyState("undo", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self._header.set_text(
            self.tr("Batches"), self.tr("Whole imports, bulk edits, merges and rule runs")
        )
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self._many_name.setText(self.tr("Only those on several records"))
        self.many_only.setAccessibleName(self.tr("Only those on several records"))
        self.take_back.setText(self.tr("Take this back"))
        self.take_back.setToolTip(self.tr("Ctrl+Return; can itself be undone"))
        self.acts.setAccessibleName(self.tr("Batches"))
        self.empty.set_text(
            self.tr("No batches yet"),
            self.tr(
                "Whatever is done to many records in one go is listed here, with who, when and "
                "why, and can be taken back as a whole."
            ),
        )
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        workspace, language = self._session.workspace, self._session.language
        many = self.many_only.isChecked()
        self._session.ask(
            lambda: read_batches(workspace, language, many_only=many), self._arrived, owner=self
        )

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        self._header.add_action(self._many_name)
        self._header.add_action(self.many_only)
        head = with_way_back(self._back, self._header)
        shown = QWidget()
        parts = row(shown, margins=(24, 4, 24, 24), gap=16)
        left = Card()
        left.body.setContentsMargins(4, 8, 4, 8)
        left.body.addWidget(self.acts, 1)
        left.setFixedWidth(_LIST_WIDTH)
        parts.addWidget(left)
        self._rows.setWidgetResizable(True)
        self._rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._card.body.addWidget(self._summary)
        self._card.body.addWidget(self._kept_summary)
        self._card.body.addWidget(self._rows, 1)
        self._card.body.addWidget(self.message)
        foot = row(None)
        foot.addStretch(1)
        foot.addWidget(self.take_back)
        self._card.body.addLayout(foot)
        parts.addWidget(self._card, 1)
        self._stack.addWidget(shown)
        self._stack.addWidget(self.empty)
        body = column(self, gap=0)
        body.addLayout(head)
        body.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.many_only.clicked.connect(self.refresh)
        self.take_back.clicked.connect(self._undo)
        self.acts.selectionModel().currentChanged.connect(self._chosen)
        self._soon.timeout.connect(self.refresh)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        undo = QShortcut(QKeySequence("Ctrl+Return"), self)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self.take_back.click)

    # -- what is shown -------------------------------------------------------------------------

    def _arrived(self, lines: tuple[BatchLine, ...]) -> None:
        held = self._group()
        self.lines = lines
        self._model.set_entries(
            [
                TimelineEntry(
                    "undo", b.title, b.who, b.at, b.body, Tone.ACCENT if b.mine else Tone.NEUTRAL
                )
                for b in lines
            ]
        )
        self._stack.setCurrentIndex(0 if lines else 1)
        if not lines:
            self.plan = None
            return
        place = next((n for n, line in enumerate(lines) if line.group == held), 0)
        select = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.acts.selectionModel().setCurrentIndex(self._model.index(place), select)
        self.acts.setFocus(Qt.FocusReason.OtherFocusReason)
        self._preview()

    def _group(self) -> str:
        place = self.acts.currentIndex().row()
        return self.lines[place].group if 0 <= place < len(self.lines) else ""

    @Slot(QModelIndex)
    def _chosen(self, _index: QModelIndex) -> None:
        self.message.show_message("", Tone.NEUTRAL)
        self._preview()

    def _preview(self) -> None:
        group, language = self._group(), self._session.language
        workspace = self._session.workspace
        if not group:
            return
        self.take_back.setEnabled(False)
        self._session.ask(lambda: read_plan(workspace, group, language), self._planned, owner=self)

    def _planned(self, plan: BatchPlan) -> None:
        if plan.group != self._group():
            return
        self.plan = plan
        self.take_back.setEnabled(plan.edits > 0)
        inner = QWidget()
        lines = column(inner, margins=(0, 0, 8, 0), gap=6)
        for heading, part in (
            (self.tr("Taken back"), plan.undone), (self.tr("Left alone"), plan.kept),
        ):  # fmt: skip
            if part:
                lines.addWidget(label(heading, Role.OVERLINE))
            for line in part[:_MOST_SHOWN]:
                lines.addWidget(self._plan_row(line))
            if len(part) > _MOST_SHOWN:
                lines.addWidget(label(self.tr("… and more"), Role.SMALL))
        lines.addStretch(1)
        self._rows.setWidget(inner)
        self._say()
        self.shown_plan.emit()

    def _plan_row(self, line: PlanLine) -> QWidget:
        holder = QWidget()
        body = row(holder, gap=8)
        name = QuietButton("", "link")
        title = line.record or self.tr("(deleted)")
        room = _NAME_WIDTH - 48  # Icon and padding.
        name.setText(name.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room))
        name.setToolTip(title)
        name.setAccessibleName(title)
        name.setProperty("target", f"{line.entity} {line.id}")
        name.clicked.connect(self._open)
        name.setFixedWidth(_NAME_WIDTH)
        name.setStyleSheet("text-align: left;")
        body.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        what = label(line.what, Role.MUTED, wrap=True)
        body.addWidget(what, 1)
        return holder

    def _say(self) -> None:
        if self.plan is None:
            return
        plan = self.plan
        if plan.edits:
            words = self.tr("Taking this back changes {0} record(s) in {1} place(s).")
            self._summary.show_message(words.format(plan.records, plan.edits), Tone.NEUTRAL)
        else:
            words = self.tr("Nothing of this stands any more; there is nothing to take back.")
            self._summary.show_message(words, Tone.NEUTRAL)
        kept = self.tr("{0} place(s) stay: somebody changed them since.").format(plan.left)
        self._kept_summary.show_message(kept if plan.left else "", Tone.WARN)

    # -- verbs ---------------------------------------------------------------------------------

    @Slot()
    def _undo(self) -> None:
        group = self._group()
        if group and self.take_back.isEnabled():
            self._session.run(do_undo, group, on_error=self._failed)

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot()
    def _open(self) -> None:
        button = self.sender()
        if isinstance(button, QuietButton):
            entity, _, record_id = str(button.property("target")).partition(" ")
            self._session.open_requested.emit(entity, record_id)

    @Slot(object)
    def _heard(self, _change: Change) -> None:
        if self.isVisible():
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        if self.isVisible():
            self.refresh()
