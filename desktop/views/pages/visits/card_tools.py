"""Two small buttons of a card: hear its words, say it again. Shown where the keyboard stands."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.views.theme.apply import colours
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.layouts import row
from desktop.views.widgets.reactive import Reactive

_SIZE = 22
"""No taller than a line, so that a card does not grow when the keyboard comes."""


class CardTools(Reactive, QWidget):
    """They take no keyboard: the card has a key for each."""

    play_pressed = Signal()
    speak_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play, self.speak = IconButton("play", ""), IconButton("mic", "")
        self._playing = self._speaking = False
        line = row(self, gap=2)
        for button in (self.play, self.speak):
            button.setFixedSize(_SIZE, _SIZE)
            button.setStyleSheet("padding: 0;")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            line.addWidget(button)
            button.hide()
        self.play.clicked.connect(self.play_pressed)
        self.speak.clicked.connect(self.speak_pressed)
        self.retranslate()

    def retranslate(self) -> None:
        self.play.set_name(self.tr("Stop (P)") if self._playing else self.tr("Hear the words (P)"))
        self.speak.set_name(self.tr("Done (S)") if self._speaking else self.tr("Say it again (S)"))

    def retint(self) -> None:
        self.speak.set_ink(colours().bad_tone.solid if self._speaking else colours().muted)

    def show_state(
        self, *, here: bool, playable: bool, playing: bool, speakable: bool, speaking: bool
    ) -> None:
        """`here`: the keyboard stands on the card. What goes on is shown in any case."""
        self._playing, self._speaking = playing, speaking
        plays, speaks = playing or (here and playable), speaking or (here and speakable)
        self.play.setVisible(plays)
        self.speak.setVisible(speaks)
        self.setVisible(plays or speaks)
        self.play.set_icon("stop" if playing else "play")
        self.speak.set_icon("stop" if speaking else "mic")
        self.retranslate()
        self.retint()
