"""Hearing the words a card came from, and saying its value again.

What is spoken into a card goes to that card alone, never into the note. All work happens on worker
threads; every signal is emitted on the Qt thread.
"""

from PySide6.QtCore import QObject, Signal, Slot

from crm_core.errors import KnownError
from desktop.services.voice.recognition import Transcript
from desktop.services.voice.recordings import new_name
from desktop.viewmodels.dictation import Dictation, Stage
from desktop.viewmodels.playing import Playing
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.note_sound import Stretch, stretch_of
from desktop.viewmodels.visits.saying_again import said_again
from desktop.viewmodels.visits.visit_cards import DEALS, Card
from desktop.viewmodels.visits.visit_draft import VisitDraftModel


class CardVoice(QObject):
    """The voice of the cards of one dialog."""

    changed = Signal()
    """Another card plays or is spoken into, or none."""
    puzzled = Signal(str)
    """Key of a card: what was said is no value for it, and it stays as it was."""
    corrected = Signal(str)
    """Key of a card that has the value said now."""
    failed = Signal(object)
    """KnownError."""

    def __init__(
        self,
        session: Session,
        model: VisitDraftModel,
        dictation: Dictation,
        parent: QObject,
        *,
        playing: Playing | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._model, self._dictation = session, model, dictation
        self._playing = playing or Playing(session.tasks, self)
        self._into, self._starting = "", False
        self._playing.changed.connect(self.changed)
        self._playing.failed.connect(self.failed)
        dictation.stage_changed.connect(self._moved)
        dictation.ready_changed.connect(self.changed)

    @property
    def playing(self) -> str:
        """The key of the card whose words are heard; "" for none."""
        return self._playing.name

    @property
    def speaking(self) -> str:
        """The key of the card that is being spoken into; "" for none."""
        under_way = self._dictation.stage in (Stage.LISTENING, Stage.FINISHING)
        return self._into if under_way else ""

    def playable(self, card: Card) -> bool:
        """Whether its words were recorded."""
        return self._stretch(card) is not None

    def speakable(self, card: Card) -> bool:
        """Whether its value can be said."""
        return card.field not in DEALS and self._dictation.ready is True

    def play(self, key: str) -> None:
        """Hear the words of a card; again, or another card, ends it."""
        card = self._model.card(key)
        stretch = self._stretch(card) if card is not None else None
        if self.playing == key or stretch is None:
            self._playing.stop()
            return
        self._playing.play(key, lambda: [self._cut(stretch)])

    def speak(self, key: str) -> None:
        """Begin to speak into a card, or end it."""
        if self.speaking:
            self._dictation.stop()
            return
        card = self._model.card(key)
        if card is None or not self.speakable(card) or self._dictation.stage is not Stage.IDLE:
            return
        self._playing.stop()
        self._into, self._starting = key, True
        self._dictation.start(new_name(self._session.workspace.clock))
        self._starting = False
        self.changed.emit()

    def take(self, transcript: Transcript) -> bool:
        """Whether the words were spoken into a card; they are being read for it then."""
        key, self._into = self._into, ""
        card, reader = self._model.card(key), self._model.reader
        if not key:
            return False
        if card is None or reader is None:
            self.puzzled.emit(key)
            return True
        self._session.tasks.free(
            said_again, reader, card, transcript.text,
            on_done=lambda fresh: self._put(key, fresh), on_error=self.failed.emit, owner=self,
        )  # fmt: skip
        return True

    @Slot()
    def stop(self) -> None:
        """Silence, and nothing more is wanted."""
        self._into = ""
        self._playing.stop()

    def _put(self, key: str, fresh: Card | None) -> None:
        if fresh is None or self._model.card(key) is None:
            self.puzzled.emit(key)
            return
        self._model.put(fresh)
        self.corrected.emit(key)

    @Slot(str)
    def _moved(self, stage: str) -> None:
        begins = Stage(stage) in (Stage.LISTENING, Stage.READING)
        if begins and not self._starting:
            self._into = ""  # Spoken into the note.
        self.changed.emit()

    def _stretch(self, card: Card) -> Stretch | None:
        note = self._model.note
        return stretch_of(note.text, note.sounds, card.span)

    def _cut(self, stretch: Stretch) -> bytes:
        """On a worker thread."""
        recordings = self._session.workspace.recordings
        path = recordings.path(stretch.recording)
        if not path.is_file():
            raise KnownError(
                "这段录音已经不在本机了；文字都在。",
                "This recording is no longer on this computer; its words are.",
                code="recording_gone",
            )
        return recordings.between(path, stretch.start, stretch.end)
