"""The menu of the voice strip: which microphone, and which language is spoken."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.services.voice.choices import (
    ENGLISH,
    MANDARIN,
    VoiceChoices,
    keep_choices,
    voice_choices,
)
from desktop.services.voice.microphone import Device
from desktop.viewmodels.dictation import Dictation
from desktop.viewmodels.session import Session


class VoiceMenu(QMenu):
    """Opened with what is known; the microphones follow as soon as the system has named them."""

    chosen = Signal()
    """Something else than before, kept from now on."""

    def __init__(self, session: Session, dictation: Dictation, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._dictation = session, dictation
        self._choices = VoiceChoices()
        self._devices: Sequence[Device] = ()
        dictation.microphones_found.connect(self._found)
        self.triggered.connect(self._take)

    def open_at(self, place: QPoint) -> None:
        """Show it, and look for microphones meanwhile."""
        workspace = self._session.workspace
        self._session.ask(lambda: voice_choices(workspace), self._chosen_before, owner=self)
        self._fill()
        self.popup(place)
        self._dictation.look_for_microphones()

    def choose(self, **values: object) -> None:
        """Keep a choice."""
        self._choices = made = replace(self._choices, **values)  # type: ignore[arg-type]
        workspace = self._session.workspace
        self._session.ask(
            lambda: keep_choices(workspace, made), lambda _: self.chosen.emit(), owner=self
        )

    # -- inside --------------------------------------------------------------------------------

    def _chosen_before(self, choices: VoiceChoices) -> None:
        self._choices = choices
        self._fill()

    @Slot(object)
    def _found(self, devices: Sequence[Device]) -> None:
        self._devices = devices
        self._fill()

    def _fill(self) -> None:
        self.clear()
        self.addSection(self.tr("Microphone"))
        wanted = self._choices.microphone
        usual = next((d.name for d in self._devices if d.is_default), "")
        words = self.tr("As the system says") + (f" ({usual})" if usual else "")
        names = [device.name for device in self._devices]
        lines = [(words, "")] + [(name, name) for name in names]
        if wanted and names and wanted not in names:
            lines.append((self.tr("{0} (not connected)").format(wanted), wanted))
        self._group("microphone", lines, wanted)
        self.addSection(self.tr("I speak"))
        spoken = [(self.tr("Mandarin"), MANDARIN), (self.tr("English"), ENGLISH)]
        self._group("language", spoken, self._choices.language)

    def _group(self, name: str, lines: Sequence[tuple[str, str]], now: str) -> None:
        group = QActionGroup(self)
        for words, value in lines:
            action = self.addAction(words.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value == now)
            action.setData((name, value))
            group.addAction(action)

    @Slot(QAction)
    def _take(self, action: QAction) -> None:
        name, value = action.data()
        if getattr(self._choices, name) != value:
            self.choose(**{name: value})
