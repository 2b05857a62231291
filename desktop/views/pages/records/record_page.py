"""The page of one record of any entity: fields edited in place, history, what happened."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from crm_core.model.schema import FieldSpec, Kind
from crm_core.model.values import Value, display
from crm_core.permissions import Right
from crm_core.rules.stage_plan import STAGED
from desktop.bus import Change
from desktop.services.commands.follow_up import SUBJECTS
from desktop.services.commands.verbs import Done, do_delete
from desktop.services.rules.firings import FIRING
from desktop.viewmodels.records.dossier import Dossier, Event
from desktop.viewmodels.records.merging import Met, read_met
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.journey_button import JourneyButton
from desktop.views.pages.records.clock_strip import ClockStrip
from desktop.views.pages.records.field_column import FieldColumn
from desktop.views.pages.records.firing_sheet import FiringButton
from desktop.views.pages.records.history_panel import HistoryPanel
from desktop.views.pages.records.merged_line import MergedLine
from desktop.views.pages.records.record_cards import RecordCards
from desktop.views.pages.records.record_printing import RecordPrinting
from desktop.views.pages.records.time_sheet import TimeSheet
from desktop.views.pages.records.why_sheet import WhyButton
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_TELLING = ("level", "state", "stage", "grade", "action", "purpose", "part")
"""Choice fields worth a chip beside the name."""
_FIELDS = (344, 520)
"""Least and largest width of the fields in pixels."""
_GATHER_MS = 30
"""Changes that come in a burst are read once."""


class RecordPage(Reactive, QWidget):
    """`show_record(id)` fills it; it follows changes from here and from sync by itself."""

    back_requested = Signal()
    shown = Signal(str)
    """The record with this id is on screen."""

    def __init__(self, session: Session, entity_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.entity = session.workspace.entity(entity_name)
        self.record_id = ""
        self.dossier: Dossier | None = None
        self._asked = 0
        self._history_field = self._formerly = ""
        self.fields = FieldColumn(session, self.entity)
        self.right = RecordCards(session, self.entity)
        self.cards, self.timeline = self.right.cards, self.right.timeline
        self.files, self.comment = self.right.files, self.right.comment
        self.clocks = ClockStrip(session, entity_name) if entity_name in STAGED else None
        self.title_label = label("", Role.TITLE)
        self.subtitle = label("", Role.MUTED)
        self.chips = [Chip(""), Chip("")]
        self.action_bar: QHBoxLayout = row(None, gap=8)
        self.under_title: QHBoxLayout = row(None, margins=(50, 0, 24, 0), gap=0)
        self._back = IconButton("chevron-left", "")
        self._delete = IconButton("trash", "")
        self._time = IconButton("history", "")
        self.merged = MergedLine(session, self.entity)
        self.follow_up = GhostButton("", "edit")
        self.firings = FiringButton(session, entity_name, lambda: self.record_id, self)
        self.why = WhyButton(session, entity_name, lambda: (self.record_id, self.title()), self)
        self.through_time: TimeSheet | None = None
        self.gone = EmptyState("customers", "", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self.history = HistoryPanel(session, self)
        self._gather = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self.printing = RecordPrinting(
            session, self.entity, self, lambda: (self.record_id, self.title())
        )
        self._connect()
        self.retranslate()

    # -- for the window ------------------------------------------------------------------------

    def show_record(self, record_id: str) -> None:
        """Read and show another record (or the same one again)."""
        if record_id != self.record_id:
            self.fields.commit()
            self.history.close_panel()
            self._formerly = ""
        self.record_id = record_id
        self._read()

    def title(self) -> str:
        """The record's name."""
        record = self.dossier.record if self.dossier else {}
        spec = self.entity.field_spec(self.entity.title)
        text = display(spec, record.get(spec.name), self.session.language)
        return " ".join(text.split())[:60] or self.entity.label.text(self.session.language)

    @Slot(str)
    def show_history(self, name: str) -> None:
        """Slide in the history of one field."""
        self._history_field = name
        self.history.show_field(self.entity.name, self.record_id, name)

    @Slot()
    def show_through_time(self) -> None:
        """Open the record at any moment."""
        if not self.record_id or self.through_time is not None:
            return
        self.through_time = TimeSheet(self.session, self.entity.name, self.record_id, self)
        self.through_time.finished.connect(self._time_closed)
        self.through_time.open()

    @Slot()
    def log_follow_up(self) -> None:
        """Ask the window for the follow-up sheet about whoever this record leads to."""
        self.session.follow_up_requested.emit(self.entity.name, self.record_id)

    @Slot()
    def _time_closed(self) -> None:
        if self.through_time is not None:
            self.through_time.deleteLater()
            self.through_time = None

    def retranslate(self) -> None:
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self._delete.set_name(self.tr("Delete this record; it can be taken back"))
        self._time.set_name(self.tr("This record at any moment (Ctrl+H)"))
        self.follow_up.setText(self.tr("Follow-up"))
        self.follow_up.setToolTip(self.tr("Log a follow-up (Ctrl+J)"))
        self._say_gone(merged=False)
        self.show_dossier()

    def _say_gone(self, *, merged: bool) -> None:
        words = self.tr("It was deleted, or it moved to colleagues whose records you do not see.")
        if merged:
            words = self.tr("It was merged into a record of a colleague's that you do not see.")
        self.gone.set_text(
            self.tr("This record is no longer here"), words, action=self.tr("Back")
        )  # fmt: skip

    # -- for pages made from this one ----------------------------------------------------------

    def show_dossier(self) -> None:
        """Put what was read on screen."""
        if self.dossier is None:
            return
        record = self.dossier.record
        self.title_label.setText(self.title())
        self.setAccessibleName(self.title())
        self.subtitle.setText(self.subtitle_text())
        self.subtitle.setVisible(bool(self.subtitle.text()))
        self._show_chips()
        self.fields.show_record(record, self.dossier.names)
        self.right.show_for(self.dossier, self.record_id)
        if self.clocks is not None:
            self.clocks.show_for(self.record_id)
        may = self.session.workspace.may(Right.DELETE, self.entity.name, record)
        self._delete.setVisible(may.allowed)
        self.merged.show_record(record)
        self.firings.read()

    def subtitle_text(self) -> str:
        """The line under the name."""
        chips = {spec.name for spec in self._chip_fields()}
        parts = [self.text_of(name) for name in self.entity.subtitle if name not in chips]
        if self.entity.owner:
            parts.append(self.text_of(self.entity.owner))
        return " · ".join(part for part in parts if part)

    def text_of(self, name: str) -> str:
        """How a field of the record reads."""
        if self.dossier is None:
            return ""
        spec, value = self.entity.field_spec(name), self.value_of(name)
        if spec.kind is Kind.REF:
            return self.dossier.names.get(str(value), "")
        return display(spec, value, self.session.language)

    def value_of(self, name: str) -> Value:
        """The stored value of a field."""
        return self.dossier.record.get(name) if self.dossier else None

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.action_bar.addWidget(self.follow_up)
        if self.entity.name not in SUBJECTS:
            self.follow_up.hide()
        journey = JourneyButton(self.session, self.entity.name, lambda: self.record_id, self)
        for part in (
            self.firings, self.why, self.merged.begin, journey, self._time, self._delete,
        ):  # fmt: skip
            self.action_bar.addWidget(part)
        names = row(None, gap=10)
        names.addWidget(self.title_label)
        for chip in self.chips:
            names.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)
        names.addStretch(1)
        words = column(None, gap=2)
        words.addLayout(names)
        words.addWidget(self.subtitle)
        words.addWidget(self.merged)
        head = row(None, margins=(16, 18, 24, 14), gap=8)
        head.addWidget(self._back, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        head.addLayout(self.action_bar)
        shown = QWidget()
        body: QVBoxLayout = column(shown, gap=0)
        body.addLayout(head)
        body.addLayout(self.under_title)
        if self.clocks is not None:
            body.addWidget(self.clocks)
        parts = row(None, margins=(24, 0, 24, 16), gap=12)
        parts.addWidget(self.fields, 5)
        parts.addWidget(self.right, 8)
        self.fields.setMinimumWidth(_FIELDS[0])
        self.fields.setMaximumWidth(_FIELDS[1])
        body.addLayout(parts, 1)
        self._stack.addWidget(shown)
        self._stack.addWidget(self.gone)
        outer = column(self, gap=0)
        outer.addWidget(self._stack)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.gone.action_triggered.connect(self.back_requested)
        self._delete.clicked.connect(self._delete_record)
        self.merged.merged.connect(self.show_record)
        self._time.clicked.connect(self.show_through_time)
        self.follow_up.clicked.connect(self.log_follow_up)
        through_time = QShortcut(QKeySequence("Ctrl+H"), self)
        through_time.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        through_time.activated.connect(self.show_through_time)
        self.fields.history_requested.connect(self.show_history)
        self.history.closed.connect(self._return_focus)
        self.timeline.event_opened.connect(self._open_event)
        self._gather.timeout.connect(self._read)
        self.session.changed.connect(self._heard)
        self.session.language_changed.connect(self._speak)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Otherwise the first button would show a focus ring before any key was pressed.
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.right.fit(self.width())

    # -- reading -------------------------------------------------------------------------------

    @Slot()
    def _read(self) -> None:
        if not self.record_id:
            return
        self._asked += 1
        asked, wanted, language = self._asked, self.record_id, self.session.language
        workspace, name = self.session.workspace, self.entity.name

        def answer(met: Met) -> None:
            if asked == self._asked:
                self._formerly = met.formerly or (self._formerly if met.id == wanted else "")
                self.record_id = met.id  # Another's, where the one asked for was merged.
                self.merged.show_met(replace(met, formerly=self._formerly))
                self._say_gone(merged=bool(met.formerly))
                self._arrived(met.dossier)

        self.session.ask(lambda: read_met(workspace, name, wanted, language), answer, self)

    def _arrived(self, dossier: Dossier | None) -> None:
        self.dossier = dossier
        self._stack.setCurrentIndex(1 if dossier is None else 0)
        if dossier is None:
            self.history.close_panel()
            return
        self.show_dossier()
        self.shown.emit(self.record_id)

    def _chip_fields(self) -> list[FieldSpec]:
        choices = (s for s in self.entity.fields if s.kind is Kind.CHOICE)
        return [s for s in choices if s.name in _TELLING][: len(self.chips)]

    def _show_chips(self) -> None:
        wanted = self._chip_fields()
        for place, chip in enumerate(self.chips):
            spec = wanted[place] if place < len(wanted) else None
            option = spec.choice(str(self.value_of(spec.name))) if spec else None
            chip.setVisible(option is not None)
            if option is not None:
                chip.set_text(option.label.text(self.session.language), Tone(option.tone))

    # -- what is heard and done ----------------------------------------------------------------

    @Slot(object)
    def _heard(self, change: Change) -> None:
        registry = self.session.workspace.replica.registry
        around = {child.name for child, _ in registry.children_of(self.entity.name)}
        around |= {"user", FIRING}
        concerned = change.touches(self.entity.name, self.record_id)
        if concerned or any(change.touches(name) for name in around):
            self._gather.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        self._read()

    @Slot()
    def _return_focus(self) -> None:
        field = self.fields.fields.get(self._history_field)
        if field is not None and self.isVisible():
            field.face.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _open_event(self, event: Event) -> None:
        if event.entity != self.entity.name:
            self.session.open_requested.emit(event.entity, event.id)
        elif event.field:
            self.show_history(event.field)

    @Slot()
    def _delete_record(self) -> None:
        self.session.run(do_delete, self.entity.name, self.record_id, on_done=self._deleted)

    def _deleted(self, _done: Done) -> None:
        self.back_requested.emit()
