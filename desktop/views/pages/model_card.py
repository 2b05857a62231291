"""The speech model in the settings: is it there, is it sound, fetch it, or take IT's zip."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.errors import KnownError
from desktop.services.cancelling import CancelToken
from desktop.services.model_care import ModelCare, ModelState
from desktop.services.models import Progress, Stage
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import StatusDot
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.reactive import Reactive

_MEGABYTE = 1_000_000


class ModelCard(Reactive, Card):
    """Works in the background; everything else goes on meanwhile."""

    def __init__(self, session: Session, care: ModelCare, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session, self._care = session, care
        self._state: ModelState | None = None
        self._token: CancelToken | None = None
        self._working = False
        self._dot, self._about = StatusDot(""), label("", Role.SMALL, wrap=True)
        self.message = InlineMessage()
        self.progress = ProgressStrip()
        self.fetch_button = PrimaryButton("", "download")
        self.import_button = GhostButton("", "upload")
        self.verify_button = GhostButton("", "shield")
        self._lay_out()
        self.fetch_button.clicked.connect(self.fetch)
        self.import_button.clicked.connect(self._choose_zip)
        self.verify_button.clicked.connect(self.verify)
        self.progress.cancelled.connect(self._cancel)
        session.language_changed.connect(self._speak)
        self.retranslate()
        self.look()

    @property
    def state(self) -> ModelState | None:
        """The model as it was found, once it has been looked for."""
        return self._state

    @property
    def working(self) -> bool:
        """Whether something is under way."""
        return self._working

    def retranslate(self) -> None:
        self.set_heading(self.tr("Speech recognition"))
        self.fetch_button.setText(self.tr("Get the model"))
        self.import_button.setText(self.tr("Import a zip…"))
        self.verify_button.setText(self.tr("Check it"))
        self._show_state()

    def look(self) -> None:
        """Look for the model on the disk."""
        tasks = self._session.tasks
        tasks.free(self._care.state, on_done=self._found, on_error=self._failed, owner=self)

    @Slot()
    def verify(self) -> None:
        """Compare every part with its checksum."""
        self._begin(self.tr("Checking every part…"))
        tasks = self._session.tasks
        tasks.free(self._care.verify, on_done=self._verified, on_error=self._failed, owner=self)

    @Slot()
    def fetch(self) -> None:
        """Get the model from the first source that has it."""
        self._begin(self.tr("Looking for a source…"), cancellable=True)
        self._token = token = CancelToken()
        report = self._session.tasks.reporter(self._progressed, owner=self)
        self._session.tasks.free(
            lambda: self._care.fetch(report, token),
            on_done=self._fetched, on_error=self._failed, owner=self, cancel=token,
        )  # fmt: skip

    def import_zip(self, path: Path) -> None:
        """Take the model out of IT's zip."""
        self._begin(self.tr("Unpacking and checking…"))
        self._session.tasks.free(
            self._care.import_zip, path,
            on_done=self._fetched, on_error=self._failed, owner=self,
        )  # fmt: skip

    # -- inside --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = row(None, gap=8)
        head.addWidget(self._dot)
        head.addStretch(1)
        head.addWidget(self.verify_button)
        head.addWidget(self.import_button)
        head.addWidget(self.fetch_button)
        self.body.addLayout(head)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.message)
        self.body.addWidget(self._about)
        self.progress.hide()
        self.message.hide()

    def _begin(self, words: str, *, cancellable: bool = False) -> None:
        self._working = True
        self.message.show_message("", Tone.NEUTRAL)
        self.progress.set_progress(words, None, cancellable=cancellable)
        self._show_state()

    def _end(self) -> None:
        self._working, self._token = False, None
        self._show_state()

    def _show_state(self) -> None:
        state = self._state
        installed = state is not None and state.installed
        words = self.tr("Looking…") if state is None else self.tr("Not on this computer")
        tone = Tone.NEUTRAL if state is None else Tone.WARN
        if state is not None and state.installed:
            words = self.tr("Ready, {0} MB; recognises speech without a network").format(
                round(state.size / _MEGABYTE)
            )
            tone = Tone.GOOD
        self._dot.set_text(words, tone)
        self.progress.setVisible(self._working)
        self.fetch_button.setVisible(state is not None and not installed)
        self.verify_button.setVisible(installed)
        for button in (self.fetch_button, self.import_button, self.verify_button):
            button.setEnabled(not self._working)
        if state is not None:
            self._about.setText(f"{state.id} · {state.attribution} · {state.licence}")

    def _progressed(self, progress: Progress) -> None:
        if not self._working:
            return
        share = progress.done / progress.total if progress.total else None
        done = f"{progress.done / _MEGABYTE:.0f} MB"
        words = (
            self.tr("Downloading… {0}")
            if progress.stage is Stage.DOWNLOAD
            else self.tr("Unpacking… {0}")
        )
        self.progress.set_progress(words.format(done), share)

    def _found(self, state: ModelState) -> None:
        self._state = state
        self._show_state()

    def _fetched(self, state: ModelState) -> None:
        self._state = state
        self._end()
        self.message.show_message(self.tr("The model is in place and every part is sound."),
                                  Tone.GOOD)  # fmt: skip

    def _verified(self, damaged: tuple[str, ...]) -> None:
        self._end()
        if damaged:
            form = self.tr("Damaged or missing: {0}. Get the model again to mend it.")
            self.message.show_message(form.format("、".join(damaged)), Tone.BAD)
            self.fetch_button.setVisible(True)
        else:
            self.message.show_message(self.tr("Every part is sound."), Tone.GOOD)

    def _failed(self, error: KnownError) -> None:
        self._end()
        tone = Tone.NEUTRAL if error.code == "cancelled" else Tone.BAD
        self.message.show_message(error.sentence(self._session.language), tone)

    @Slot()
    def _cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()

    @Slot()
    def _choose_zip(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("The zip with the speech model"), "", "Zip (*.zip)"
        )
        if chosen:
            self.import_zip(Path(chosen))

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
