"""A record at any moment: step through its acts or name a date, see it whole, bring it back.

Up and Down go through the acts, Ctrl+Enter brings the record back to the one chosen.
"""

from datetime import datetime

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.clock import iso_moment, parse_moment
from crm_core.errors import KnownError
from crm_core.permissions import Right
from desktop.bus import Change
from desktop.services.commands.history import do_restore_record
from desktop.services.commands.verbs import Done
from desktop.viewmodels.inbox import china_time
from desktop.viewmodels.records.record_time import RecordTime, Stood, read_record_time, stamp_until
from desktop.viewmodels.session import Session
from desktop.views.pages.records.older_history import OlderHistory
from desktop.views.pages.records.then_table import ThenTable
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.choice import Switch
from desktop.views.widgets.editors.moment import MomentLine
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.sheet import Sheet
from desktop.views.widgets.timeline import Timeline, TimelineEntry, TimelineModel

_SIZE = (980, 660)
_STEPS_WIDTH = 340
_ICONS = {"good": "plus", "bad": "trash", "neutral": "edit"}
_TONES = {"good": Tone.GOOD, "bad": Tone.BAD, "neutral": Tone.NEUTRAL}


class TimeSheet(Sheet):
    """Opens on the newest act. Follows changes of the record while it is open."""

    shown_steps = Signal()
    """The record's acts are on screen."""

    def __init__(
        self, session: Session, entity: str, record_id: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "", parent)
        self._session = session
        self._entity, self._record_id = entity, record_id
        self.time: RecordTime | None = None
        self.stood: Stood | None = None
        self._asked_moment: datetime | None = None
        """Set while the person looks at a moment between two acts."""
        self._model = TimelineModel()
        self.steps = Timeline(self._model)
        self.moment = MomentLine()
        self._moment_name, self._when = label("", Role.MUTED), label("", Role.HEADING, wrap=True)
        self.only_changed, self._only_name = Switch(), label("", Role.MUTED)
        self.table = ThenTable()
        self.older = OlderHistory(session)
        self._lay_out_parts()
        self.resize(*_SIZE)
        self.submitted.connect(self._restore)
        self.steps.selectionModel().currentChanged.connect(self._stepped)
        self.moment.changed.connect(self._moment_named)
        self.only_changed.clicked.connect(self._show)
        self.older.fetched.connect(self.refresh)
        session.changed.connect(self._heard)
        self.retranslate()
        self.primary.setEnabled(False)
        self.refresh()
        self.steps.setFocus(Qt.FocusReason.OtherFocusReason)  # Arrows walk from the start.

    def retranslate(self) -> None:
        super().retranslate()
        if not hasattr(self, "_moment_name"):
            return  # Called by the base before our own parts are there.
        self.primary.setText(self.tr("Bring the record back to this moment"))
        self.cancel.setText(self.tr("Close"))
        self._moment_name.setText(self.tr("As of"))
        self.moment.setAccessibleName(self.tr("As of"))
        self._only_name.setText(self.tr("Only what differs"))
        self.only_changed.setAccessibleName(self.tr("Only what differs"))
        self.steps.setAccessibleName(self.tr("What was done, newest first"))
        self._say()

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        workspace, language = self._session.workspace, self._session.language
        entity, record_id = self._entity, self._record_id
        self._session.ask(
            lambda: read_record_time(workspace, entity, record_id, language=language),
            self._arrived,
            owner=self,
        )

    # -- building ------------------------------------------------------------------------------

    def _lay_out_parts(self) -> None:
        head = row(None, gap=8)
        head.addWidget(self._moment_name)
        self.moment.setFixedWidth(200)
        head.addWidget(self.moment)
        head.addStretch(1)
        head.addWidget(self._only_name)
        head.addWidget(self.only_changed)
        parts = row(None, gap=16)
        self.steps.setFixedWidth(_STEPS_WIDTH)
        parts.addWidget(self.steps)
        right = column(None, gap=8)
        right.addWidget(self._when)
        right.addWidget(self.table, 1)
        parts.addLayout(right, 1)
        self.body.addLayout(head)
        self.body.addLayout(parts, 1)
        self.body.addWidget(self.older)
        self.older.hide()

    # -- what is shown -------------------------------------------------------------------------

    def _arrived(self, time: RecordTime | None) -> None:
        if time is None:
            self.reject()
            return
        held = self._stamp()
        self.time = time
        self._model.set_entries(
            [
                TimelineEntry(_ICONS[s.tone], s.what, s.who, s.at, s.reason, _TONES[s.tone])
                for s in time.steps
            ]
        )
        place = next((n for n, s in enumerate(time.steps) if s.stamp == held), 0)
        self._choose(place)
        self.older.show_reach((self._entity, self._record_id), time.reach, time.history.fetched_at)
        self._show()
        if not self.moment.line.hasFocus():
            self.steps.setFocus(Qt.FocusReason.TabFocusReason)
        self.shown_steps.emit()

    def _choose(self, place: int) -> None:
        index = self._model.index(min(place, self._model.rowCount() - 1))
        self.steps.selectionModel().blockSignals(True)
        self.steps.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self.steps.selectionModel().blockSignals(False)
        self.steps.scrollTo(index)
        self.steps.viewport().update()

    def _stamp(self) -> str:
        if self._asked_moment is not None:
            return stamp_until(self._asked_moment)
        place = self.steps.currentIndex().row()
        if self.time is None or not 0 <= place < len(self.time.steps):
            return ""
        return self.time.steps[place].stamp

    @Slot(QModelIndex)
    def _stepped(self, _index: QModelIndex) -> None:
        self._asked_moment = None
        self.moment.setValue(None)
        self.moment.set_error(False)
        self._show()

    @Slot()
    def _moment_named(self) -> None:
        typed = str(self.moment.value() or "")
        try:
            self._asked_moment = parse_moment(typed)
        except ValueError:
            self._asked_moment = None
            self.moment.set_error(bool(typed))
            return
        self.moment.set_error(False)
        if self.time is not None:
            self._choose(self.time.step_at(self._asked_moment))
        self._show()

    @Slot()
    def _show(self) -> None:
        stamp = self._stamp()
        if self.time is None or not stamp:
            self.stood = None
        else:
            self.stood = self.time.at(stamp)
            fields = self.stood.fields if self.stood.standing.alive else ()
            self.table.show_fields(
                fields,
                only_changed=self.only_changed.isChecked(),
                language=self._session.language,
            )
        self._say()

    def _say(self) -> None:
        if self.time is None:
            self.set_heading(self.tr("The record through time"))
            return
        label_text = self.time.entity.label.text(self._session.language)
        self.set_heading(f"{label_text} · {self.time.title}")
        if self.stood is None:
            self._when.setText(self.tr("No act is known here yet"))
            self.primary.setEnabled(False)
            return
        self._when.setText(self._when_words(self.stood))
        standing = self.stood.standing
        may = self._session.workspace.may(Right.EDIT, self._entity, self.time.history.present)
        changes = self.time.changes(self.stood)
        possible = standing.alive and standing.known and bool(changes) and may.allowed
        self.primary.setEnabled(possible)
        reason = "" if may.allowed else self._session.say(may.chinese, may.english)
        self.primary.setToolTip(reason or self.tr("Ctrl+Enter"))

    def _when_words(self, stood: Stood) -> str:
        when = self._moment_words()
        if not stood.standing.known:
            return self.tr("{0}: further back than the history here reaches").format(when)
        if not stood.standing.alive:
            return self.tr("{0}: the record was not there").format(when)
        number = sum(field.differs for field in stood.fields)
        if not number:
            return self.tr("{0}: as it is now").format(when)
        return self.tr("{0}: %n field(s) differ from now", "", number).format(when)

    def _moment_words(self) -> str:
        if self._asked_moment is not None:
            return self.tr("As of {0}").format(
                china_time(f"{self._asked_moment:%Y-%m-%dT%H:%M:%SZ}")
            )
        assert self.time is not None
        step = self.time.steps[self.steps.currentIndex().row()]
        return self.tr("After {0}").format(china_time(iso_moment(step.at)))

    # -- verbs ---------------------------------------------------------------------------------

    @Slot()
    def _restore(self) -> None:
        if self.time is None or self.stood is None:
            return
        place = self.steps.currentIndex().row()
        moment = self._asked_moment or self.time.steps[place].at
        self._session.run(
            do_restore_record, self._entity, self._record_id, self.time.changes(self.stood),
            moment, on_done=self._restored, on_error=self._failed,
        )  # fmt: skip

    def _restored(self, _done: Done) -> None:
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if change.touches(self._entity, self._record_id):
            self.refresh()
