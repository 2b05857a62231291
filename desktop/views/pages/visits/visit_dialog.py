"""Logging a visit: say or write what happened, look the fields over, save everything at once.

The parts live beside this file: `voice_panel`, `note_box`, `visit_fields`, `proposal_view`. What is
written, read, kept and saved is the business of `viewmodels.visit_draft`.
"""

import os
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
    QShowEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QWidget

from crm_core.clock import CHINA
from crm_core.errors import KnownError
from desktop.services.commands.verbs import Done
from desktop.services.commands.visits import Form
from desktop.services.voice.recognition import Transcript
from desktop.services.voice.speech import Speech
from desktop.viewmodels.dictation import Dictation, Stage, speech_of
from desktop.viewmodels.recordings.recording_link import RecordingLink
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.card_voice import CardVoice
from desktop.viewmodels.visits.newcomers import Newcomers
from desktop.viewmodels.visits.note_sound import Sound
from desktop.viewmodels.visits.unsaved_visits import Unsaved
from desktop.viewmodels.visits.visit_cards import Card, Field
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from desktop.views.pages.records.new_customer_offer import NewCustomerOffer
from desktop.views.pages.visits.note_box import NoteBox
from desktop.views.pages.visits.outcome_line import OutcomeLine
from desktop.views.pages.visits.proposal_view import ProposalView
from desktop.views.pages.visits.visit_extras import VisitExtras
from desktop.views.pages.visits.visit_fields import FollowUpFields, VisitFields
from desktop.views.pages.visits.visit_form_bar import FormBar
from desktop.views.pages.visits.voice_panel import SoundDrops, VoicePanel
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, row, scrolled
from desktop.views.widgets.sheet import Sheet

_LEAST = QSize(820, 480)
"""Smaller than this it is never made, however small the window."""
_TITLE_BAR = 40
_SMALLEST, _LARGEST = QSize(960, 640), QSize(1360, 880)


class VisitDialog(Sheet):
    """One visit. Space speaks, Ctrl+Enter saves everything, Esc asks before anything is lost."""

    _form: str = Form.VISIT
    """As it is named now; the base names things before there is a model."""

    def __init__(
        self,
        session: Session,
        *,
        customer_id: str = "",
        speech: Speech | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", "", parent)
        self._session = session
        self._left_behind: Unsaved | None = None
        self._told_unsolved = False
        self._save_when_read = False
        self.model = VisitDraftModel(session, customer_id=customer_id, parent=self)
        self.dictation = Dictation(
            speech or speech_of(session, os.environ),
            session.tasks,
            session.workspace.recordings,
            self,
        )
        self._make_parts()
        self._fill_body()
        self._connect()
        self.retranslate()
        self.resize(_fitting(parent))
        self.dictation.look()
        # Names are indexed while the person begins, so that the first answer comes at once.
        self.model.read_now()
        self.model.look_for_unsaved(self._offer_unsaved)

    def _make_parts(self) -> None:
        session = self._session
        today = lambda: session.workspace.clock.now().astimezone(CHINA).date()  # noqa: E731
        self.offer = InlineMessage()
        self.form = FormBar(session, self.model)
        self.newcomer = NewCustomerOffer(session, self.model)
        self.fields = VisitFields(session, self.model, today=today)
        self.extras = VisitExtras(session, self.model, self.fields)
        self.note = NoteBox(space_speaks=self._space_speaks)
        self.voice = VoicePanel(session, self.dictation)
        self.recordings = RecordingLink(session, self)
        self.follow_up = FollowUpFields(session, self.model)
        self.newcomers = Newcomers(session, self.model, self)
        self.newcomer.taken.connect(self._take_customer)
        self.card_voice = CardVoice(session, self.model, self.dictation, self)
        self.proposals = ProposalView(session, self.model, today=today, voice=self.card_voice)

    def retranslate(self) -> None:
        super().retranslate()
        visit = self._form == Form.VISIT
        self.set_heading(self.tr("Log a visit") if visit else self.tr("Log a follow-up"))
        self.primary.setText(self.tr("Save visit") if visit else self.tr("Save follow-up"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    def reject(self) -> None:
        if self.dictation.stage is Stage.LISTENING:
            # The first Esc ends the recording; its words still arrive and are kept.
            self.dictation.stop()
            return
        self.set_dirty(self._dirty and self.model.dirty)
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.set_dirty(self._dirty and self.model.dirty)
        super().closeEvent(event)

    @Slot()
    def _show_note(self) -> None:
        """Where one begins to write stays in sight when something is said above it."""
        if self.note.hasFocus() and not self.note.toPlainText():
            self._area.ensureWidgetVisible(self.note, 0, 8)

    @Slot()
    def save(self) -> None:
        """Save the visit and everything not left out; stops once where a choice is open."""
        if self._still_hearing():
            return
        self.proposals.finish_editing()
        self.fields.take_over()
        if self.model.reading:
            # What was typed a moment ago counts as well.
            self._save_when_read = True
            self.model.read_now()
            return
        unsolved = self.model.unsolved
        undecided = next((c for c in unsolved if c.field is Field.CUSTOMER), None)
        if undecided is not None and not self.model.header.customer_id:
            words = self.tr("Which customer was it? Press its number, or choose one above.")
            self.message.show_message(words, Tone.WARN)
            self.proposals.focus_card(undecided.key)
            return
        if unsolved and not self._told_unsolved:
            self._told_unsolved = True
            self._ask_about(unsolved)
            return
        self.primary.setEnabled(False)
        self.model.save()

    def _ask_about(self, unsolved: tuple[Card, ...]) -> None:
        """Say once what will not be saved as it stands."""
        names = [card for card in unsolved if card.field is not Field.BUDGET]
        words = self.tr(
            "{count} name may mean several people: press its number to choose, or "
            "Ctrl+Enter again to save without."
        ).format(count=len(names))
        if not names:
            words = self.tr(
                "The budget was not said in yuan: press E to write it in yuan, or Ctrl+Enter "
                "again to save without."
            )
        self.message.show_message(words, Tone.WARN)
        self.proposals.focus_card((*names, *unsolved)[0].key)

    def _still_hearing(self) -> bool:
        """While words are on their way nothing is saved: they are to be seen first."""
        stage = self.dictation.stage
        if stage is Stage.LISTENING:
            self.dictation.stop()
        elif stage is Stage.READING:
            words = self.tr("The recording is still being recognised: wait for it or cancel it.")
            self.message.show_message(words, Tone.WARN)
        return stage in (Stage.LISTENING, Stage.FINISHING, Stage.READING)

    def _fill_body(self) -> None:
        inner = QWidget()
        columns = row(inner, margins=(24, 16, 24, 16), gap=20)
        left = column(None, gap=12)
        for part in (
            self.offer, self.form, self.fields, self.newcomer, self.extras, self.voice,
        ):  # fmt: skip
            left.addWidget(part)
        left.addWidget(self.note, 1)
        left.addWidget(self.follow_up)
        columns.addLayout(left, 11)
        columns.addWidget(self.proposals, 10)
        area = self._area = scrolled(inner)
        area.verticalScrollBar().rangeChanged.connect(self._show_note)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(area, 1)
        self.footnote.addWidget(OutcomeLine(self._session, self.model))

    def _connect(self) -> None:
        self.submitted.connect(self.save)
        self.rejected.connect(self._left)
        self.note.textChanged.connect(self._typed)
        self.note.space_pressed.connect(self.voice.mic.hold)
        self.note.space_released.connect(self.voice.mic.let_go)
        self.voice.written.connect(self._write)
        self.offer.action_triggered.connect(self._restore)
        self.model.text_replaced.connect(self._show_text)
        self.model.cards_changed.connect(self._show_cards)
        self.model.cards_changed.connect(self._expect)
        self.model.reading_changed.connect(self._reading_changed)
        self.model.failed.connect(self._failed)
        self.model.saved.connect(self.recordings.saved)
        self.model.saved.connect(self._saved)
        self.dictation.transcribed.connect(self._transcribed)
        self.proposals.finished.connect(self._to_save)
        drops = (SoundDrops(self), SoundDrops(self.note.viewport()))
        for drop in drops:
            drop.several_dropped.connect(self._dropped)
        self.extras.bind(self)
        self.form.bind(self)
        self.model.header_changed.connect(self._name_form)
        self.card_voice.failed.connect(self._failed)
        self.card_voice.puzzled.connect(self._puzzled)
        self.card_voice.corrected.connect(self.proposals.focus_card)
        self.proposals.picking.connect(self._pick_customer)
        QShortcut(QKeySequence("Ctrl+L"), self).activated.connect(self._pick_customer)
        QShortcut(QKeySequence("F4"), self).activated.connect(self._across)
        QShortcut(QKeySequence("Ctrl+D"), self).activated.connect(self.voice.toggle)
        QShortcut(QKeySequence("Ctrl+O"), self).activated.connect(self.voice.choose_file)

    # -- the note ---------------------------------------------------------------------------------

    @Slot()
    def _expect(self) -> None:
        if self.model.reader is not None:
            self.dictation.expect(self.model.reader.expected)

    @Slot()
    def _typed(self) -> None:
        self.model.set_text(self.note.toPlainText())
        self._told_unsolved = False
        self.set_dirty(self.model.dirty)
        if self._left_behind is not None and self.model.dirty:
            self.offer.show_message("", Tone.NEUTRAL)

    @Slot(str)
    def _show_text(self, text: str) -> None:
        # Through a cursor, so that Ctrl+Z takes dictated words back like typed ones.
        cursor = self.note.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)

    @Slot(str)
    def _write(self, text: str) -> None:
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)
        self.note.insertPlainText(text)

    @Slot()
    def _show_cards(self) -> None:
        self.note.show_cards(self.model.cards)
        self.set_dirty(self.model.dirty)

    @Slot(bool)
    def _reading_changed(self, reading: bool) -> None:
        if not reading and self._save_when_read:
            self._save_when_read = False
            self.save()

    # -- speaking ---------------------------------------------------------------------------------

    def _space_speaks(self) -> bool:
        """In an empty note, and for as long as the microphone is open."""
        return self.voice.listening or (self.voice.usable and not self.note.toPlainText())

    @Slot(object)
    def _transcribed(self, transcript: Transcript) -> None:
        self.message.show_message("", Tone.NEUTRAL)
        recording = self.dictation.recording
        self.recordings.add(recording)
        if self.card_voice.take(transcript):
            return
        self.model.add_spoken(transcript.text, Sound.of(transcript, recording))
        self.model.cards_changed.connect(
            self._focus_proposals, Qt.ConnectionType.SingleShotConnection
        )

    @Slot()
    def _focus_proposals(self) -> None:
        if not self.proposals.focus_first():
            self._to_save()

    @Slot(str)
    def _puzzled(self, key: str) -> None:
        words = self.tr("That was not understood as this field; its value stays as it was.")
        self.message.show_message(words, Tone.WARN)
        self.proposals.focus_card(key)

    @Slot(object)
    def _dropped(self, paths: list[Path]) -> None:
        self.voice.read_files(paths)

    @Slot()
    def _across(self) -> None:
        """Between the note and what was understood from it."""
        if self.proposals.isAncestorOf(self.focusWidget()):
            self.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif not self.proposals.focus_first() and self.model.cards:
            self.proposals.focus_card(self.model.cards[0].key)

    @Slot()
    def _name_form(self) -> None:
        if self._form != self.model.header.form:
            self._form = self.model.header.form
            self.retranslate()

    @Slot()
    def _pick_customer(self) -> None:
        self.fields.customer.setFocus(Qt.FocusReason.TabFocusReason)
        self.fields.customer.selectAll()

    @Slot(str)
    def _take_customer(self, customer_id: str) -> None:
        self.fields.customer.setValue(customer_id)
        self.model.set_customer(customer_id)

    # -- leaving ----------------------------------------------------------------------------------

    @Slot()
    def _to_save(self) -> None:
        self.primary.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(object)
    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
        if error.code == "no_customer":
            if self.fields.customer.unresolved:
                self.newcomer.offer(self.fields.customer.text())
            self.fields.customer.setFocus(Qt.FocusReason.TabFocusReason)
        elif error.code == "gate":
            self.proposals.focus_card(str(Field.STAGE))
        elif error.code == "no_action":
            self.follow_up.action.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(object)
    def _saved(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    @Slot()
    def _left(self) -> None:
        if self.dictation.stage is not Stage.FETCHING:
            self.dictation.cancel()
        self.card_voice.stop()
        self.model.give_up()

    # -- what was left behind ---------------------------------------------------------------------

    def _offer_unsaved(self, unsaved: Unsaved) -> None:
        if self.model.dirty:
            return
        self._left_behind = unsaved
        words = " ".join(unsaved.text.split())
        short = words if len(words) <= 24 else words[:24] + "…"
        self.offer.show_message(
            self.tr('A note that was not saved is still here: "{words}"').format(words=short),
            Tone.ACCENT,
            action=self.tr("Continue it"),
        )

    @Slot()
    def _restore(self) -> None:
        if self._left_behind is not None:
            unsaved, self._left_behind = self._left_behind, None
            self.offer.show_message("", Tone.NEUTRAL)
            self.model.restore(unsaved)
            for sound in self.model.note.sounds:
                self.recordings.add(sound.recording)


def _fitting(parent: QWidget | None) -> QSize:
    """Most of the window it belongs to, within reason."""
    around = parent.window().size() if parent is not None else QSize(1280, 800)
    wished = (around * 0.88).expandedTo(_SMALLEST).boundedTo(_LARGEST)
    screen = parent.screen() if parent is not None else QGuiApplication.primaryScreen()
    room = screen.availableSize() - QSize(0, _TITLE_BAR)
    return wished.boundedTo(room.boundedTo(around.expandedTo(_LEAST)))
