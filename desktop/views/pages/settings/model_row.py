"""One speech model in the settings: is it here and sound; get it, try it, remove it."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.errors import KnownError
from crm_core.notes.lexicon import load_lexicon
from desktop.services.cancelling import CancelToken
from desktop.services.notes import expectation
from desktop.services.voice.keeping_up import Pace
from desktop.services.voice.model_care import ModelCare, ModelState
from desktop.services.voice.model_trust import Proof
from desktop.services.voice.models import Progress, Stage
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton
from desktop.views.widgets.chips import Chip, StatusDot
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.reactive import Reactive

_MEGABYTE = 1_000_000
SAMPLE = Path("demo") / "note.wav"
"""A note of eight seconds among the resources."""


class ModelRow(Reactive, QWidget):
    """Works in the background; everything else goes on meanwhile."""

    changed = Signal()
    """The model came, went, or was repaired."""
    use_requested = Signal(str, str)
    """(language, id): hear that language with this one from now on."""

    def __init__(
        self, session: Session, care: ModelCare, state: ModelState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._care, self.state = session, care, state
        self._used, self._alone, self._damaged = False, True, False
        self._token: CancelToken | None = None
        self.working = False
        self._title, self._dot = label("", Role.STRONG), StatusDot("")
        self._chip = Chip("")
        self._about = label("", Role.SMALL, wrap=True)
        self.message, self.progress = InlineMessage(), ProgressStrip()
        self.fetch_button = PrimaryButton("", "download")
        self.import_button = GhostButton("", "upload")
        self.use_button = GhostButton("", "check")
        self.try_button = GhostButton("", "play")
        self.verify_button = IconButton("shield", "")
        self.remove_button = IconButton("trash", "")
        self._lay_out()
        self.retranslate()

    def retranslate(self) -> None:
        name = self.state.title.text(self._session.language) or self.state.id
        self._title.setText(name)
        self.fetch_button.setText(
            self.tr("Continue") if self.state.unfinished else self.tr("Get the model")
        )
        self.import_button.setText(self.tr("Import a zip…"))
        self.use_button.setText(self.tr("Use this one"))
        self.try_button.setText(self.tr("Try it"))
        self.try_button.setToolTip(self.tr("How well this computer keeps up with it"))
        self.verify_button.set_name(self.tr("Check every part of {0}").format(name))
        self.remove_button.set_name(self.tr("Remove {0} from this computer").format(name))
        for button in (self.fetch_button, self.import_button, self.use_button, self.try_button):
            button.setAccessibleName(f"{button.text()}: {name}")
        self._show()

    def show_state(self, state: ModelState, *, used: bool, alone: bool) -> None:
        """The model as it is; `used` for its language; `alone` where nothing else could be."""
        self.state, self._used, self._alone = state, used, alone
        self.retranslate()

    @Slot()
    def verify(self) -> None:
        """Compare every part with its checksum."""
        self._begin(self.tr("Checking every part…"))
        self._session.tasks.free(
            self._care.verify, self.state.id,
            on_done=self._verified, on_error=self._failed, owner=self,
        )  # fmt: skip

    @Slot()
    def fetch(self) -> None:
        """Get the model from the first source that has it, going on where a download broke off."""
        self._begin(self.tr("Looking for a source…"), cancellable=True)
        self._token = token = CancelToken()
        report = self._session.tasks.reporter(self._progressed, owner=self)
        self._session.tasks.free(
            lambda: self._care.fetch(self.state.id, report, token),
            on_done=self._fetched, on_error=self._failed, owner=self, cancel=token,
        )  # fmt: skip

    def import_zip(self, path: Path) -> None:
        """Take the model out of IT's zip."""
        self._begin(self.tr("Unpacking and checking…"))
        self._session.tasks.free(
            self._care.import_zip, self.state.id, path,
            on_done=self._fetched, on_error=self._failed, owner=self,
        )  # fmt: skip

    @Slot()
    def remove(self) -> None:
        """Take it off this computer; it can be got again."""
        self._begin(self.tr("Removing…"))
        self._session.tasks.free(
            self._care.remove, self.state.id,
            on_done=self._removed, on_error=self._failed, owner=self,
        )  # fmt: skip

    @Slot()
    def try_out(self) -> None:
        """Measure how well this computer keeps up."""
        self._begin(self.tr("Listening to eight seconds of speech…"), cancellable=True)
        self._token = token = CancelToken()
        sample, model_id = _resources() / SAMPLE, self.state.id
        workspace, care = self._session.workspace, self._care

        def listen() -> Pace:
            return care.try_out(model_id, sample, token, expectation(workspace, load_lexicon()))

        self._session.tasks.free(
            listen, on_done=self._tried, on_error=self._failed, owner=self, cancel=token,
        )  # fmt: skip

    # -- inside --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        names = row(None, gap=8)
        for part in (self._title, self._chip, self._dot):
            names.addWidget(part)
        names.addStretch(1)
        buttons = (
            self.use_button, self.try_button, self.import_button, self.fetch_button,
            self.verify_button, self.remove_button,
        )  # fmt: skip
        for button in buttons:
            names.addWidget(button)
        body = column(self, gap=4)
        body.addLayout(names)
        for shown in (self._about, self.progress, self.message):
            body.addWidget(shown)
        self.progress.hide()
        self.message.hide()
        self.fetch_button.clicked.connect(self.fetch)
        self.import_button.clicked.connect(self._choose_zip)
        self.verify_button.clicked.connect(self.verify)
        self.remove_button.clicked.connect(self.remove)
        self.try_button.clicked.connect(self.try_out)
        self.use_button.clicked.connect(self._use)
        self.progress.cancelled.connect(self._cancel)

    def _begin(self, words: str, *, cancellable: bool = False) -> None:
        self.working = True
        self.message.show_message("", Tone.NEUTRAL)
        self.progress.set_progress(words, None, cancellable=cancellable)
        self._show()

    def _end(self) -> None:
        self.working, self._token = False, None
        self._show()

    def _show(self) -> None:
        state = self.state
        here = state.installed
        self._dot.set_text(
            self.tr("Installed") if here else self.tr("Not on this computer"),
            Tone.GOOD if here else Tone.NEUTRAL,
        )
        self._chip.set_text(self.tr("In use"), Tone.ACCENT)
        self._chip.setVisible(here and self._used)
        self._about.setText(" · ".join(self._say_about()))
        self.progress.setVisible(self.working)
        self.fetch_button.setVisible(not here or self._damaged)
        self.import_button.setVisible(not here)
        self.try_button.setVisible(here)
        self.verify_button.setVisible(here)
        self.remove_button.setVisible(here or state.disk > 0)
        self.use_button.setVisible(here and not self._used and not self._alone)
        for button in (
            self.fetch_button, self.import_button, self.use_button, self.try_button,
            self.verify_button, self.remove_button,
        ):  # fmt: skip
            button.setEnabled(not self.working)

    def _say_about(self) -> list[str]:
        state = self.state
        size = self.tr("{0} on disk") if state.disk else self.tr("about {0} once unpacked")
        said = [state.id, f"{state.attribution}, {state.licence}"]
        said.append(size.format(megabytes(state.disk or state.size)))
        if state.unfinished and not state.installed:
            said.append(self.tr("{0} downloaded so far").format(megabytes(state.unfinished)))
        if state.large:
            said.append(self.tr("more accurate; needs several GB of memory"))
        if state.installed:
            said.append(self._say_proof())
        elif not state.provable:
            said.append(self.tr("no checksum of it is known"))
        return said

    def _say_proof(self) -> str:
        return {
            Proof.PUBLISHED: self.tr("proved by a known checksum"),
            Proof.FIRST_USE: self.tr("compared with what was first installed here"),
            Proof.NONE: self.tr("never checked"),
        }[self.state.proof]

    def _progressed(self, progress: Progress) -> None:
        if not self.working:
            return
        share = progress.done / progress.total if progress.total else None
        words = (
            self.tr("Downloading… {0}")
            if progress.stage is Stage.DOWNLOAD
            else self.tr("Unpacking… {0}")
        )
        self.progress.set_progress(words.format(megabytes(progress.done)), share)

    def _fetched(self, state: ModelState) -> None:
        self.state, self._damaged = state, False
        self._end()
        words = self.tr("The model is in place and every part is sound.")
        if state.proof is not Proof.PUBLISHED:
            words = self.tr(
                "The model is in place and complete. No known checksum proves it: from now on it "
                "is compared with what was installed today."
            )
        self.message.show_message(words, Tone.GOOD)
        self.changed.emit()

    def _removed(self, state: ModelState) -> None:
        self.state, self._damaged = state, False
        self._end()
        self.changed.emit()

    def _verified(self, damaged: tuple[str, ...]) -> None:
        self._damaged = bool(damaged)
        self._end()
        if damaged:
            form = self.tr("Damaged or missing: {0}. Get the model again to mend it.")
            self.message.show_message(form.format("、".join(damaged)), Tone.BAD)
        else:
            self.message.show_message(self.tr("Every part is sound."), Tone.GOOD)
            self.changed.emit()

    def _tried(self, pace: Pace) -> None:
        self._end()
        tone = Tone.GOOD if pace.factor <= 1 else Tone.WARN
        self.message.show_message(self._session.say(*pace.sentence), tone)

    def _failed(self, error: KnownError) -> None:
        self._end()
        tone = Tone.NEUTRAL if error.code == "cancelled" else Tone.BAD
        self.message.show_message(error.sentence(self._session.language), tone)
        self.changed.emit()

    @Slot()
    def _use(self) -> None:
        self.use_requested.emit(self.state.language, self.state.id)

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


def megabytes(size: int) -> str:
    """`68 MB`, `1.9 GB`."""
    if size >= 1000 * _MEGABYTE:
        return f"{size / _MEGABYTE / 1000:.1f} GB"
    return f"{round(size / _MEGABYTE)} MB"


def _resources() -> Path:
    from importlib.resources import files

    return Path(str(files("resources")))
