"""Things in progress: the level of the microphone, and work that can be cancelled."""

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.painting import draw_bar
from desktop.views.widgets.reactive import Reactive

_KEPT = 48
_CLIPPING = 0.97


class LevelMeter(Reactive, QWidget):
    """The last 48 loudness values (0 silent … 1 full scale) as upright bars, newest at the right.

    Bars at full scale turn red, because clipped speech is not recognised well.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels = [0.0] * _KEPT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Microphone level"))

    def push(self, level: float) -> None:
        """Add one value; anything outside 0…1 is clamped, not-a-number counts as silence."""
        clean = min(1.0, max(0.0, level)) if level == level else 0.0
        self._levels = [*self._levels[1:], clean]
        self.update()

    def reset(self) -> None:
        """Back to silence."""
        self._levels = [0.0] * _KEPT
        self.update()

    def levels(self) -> list[float]:
        return list(self._levels)

    def sizeHint(self) -> QSize:
        return QSize(_KEPT * 6, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        step = self.width() / _KEPT
        for place, level in enumerate(self._levels):
            height = max(3.0, level * self.height())
            bar = QRectF(place * step, (self.height() - height) / 2, max(2.0, step * 0.5), height)
            live = c.bad_tone.solid if level >= _CLIPPING else c.accent
            draw_bar(painter, bar, live if level > 0.02 else c.outline, radius=bar.width() / 2)


class _Track(QWidget):
    """A thin bar; without a known share it shows a quiet full track."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share: float | None = 0.0
        self.setFixedHeight(6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c, area = QPainter(self), colours(), self.rect().toRectF()
        draw_bar(painter, area, c.hover if not c.dark else c.hairline, radius=3)
        if self.share is None:
            draw_bar(painter, area, c.accent_tone.soft, radius=3)
        elif self.share > 0:
            area.setWidth(max(6.0, area.width() * self.share))
            draw_bar(painter, area, c.accent, radius=3)


class ProgressStrip(Reactive, QFrame):
    """What is being done, how far it is, and a way to stop it."""

    cancelled = Signal()
    held = Signal(bool)
    """The person wants it to pause (True) or to go on."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label(text, Role.MUTED)
        self._figure = label("", Role.SMALL)
        self._track = _Track()
        self._cancel = IconButton("close", "")
        self._cancel.clicked.connect(self.cancelled)
        self._is_held = False
        self._hold = IconButton("pause", "")
        self._hold.clicked.connect(lambda: self.held.emit(not self._is_held))
        self._hold.hide()
        words = row(None, gap=8)
        words.addWidget(self._text, 1)
        words.addWidget(self._figure)
        left = column(None, gap=4)
        left.addLayout(words)
        left.addWidget(self._track)
        body = row(self, margins=(0, 4, 0, 4), gap=8)
        body.addLayout(left, 1)
        body.addWidget(self._hold)
        body.addWidget(self._cancel)
        self.retranslate()
        self.set_progress(text, None)

    def retranslate(self) -> None:
        self._cancel.set_name(self.tr("Cancel"))
        self._hold.set_name(self.tr("Go on") if self._is_held else self.tr("Pause"))

    def offer_holding(self, *, offered: bool, held: bool) -> None:
        """Show the way to pause, or to go on where it is paused."""
        if held is not self._is_held:
            self._is_held = held
            self._hold.set_icon("play" if held else "pause")
            self.retranslate()
        self._hold.setVisible(offered)

    def set_progress(self, text: str, share: float | None, *, cancellable: bool = True) -> None:
        """Say what is done and its share (0…1), or None while the share is not known."""
        known = None if share is None else min(1.0, max(0.0, share))
        self._text.setText(text)
        self._figure.setText("" if known is None else f"{known:.0%}")
        self._track.share = known
        self._track.update()
        self._cancel.setVisible(cancellable)
        self.setAccessibleName(f"{text} {self._figure.text()}".strip())
