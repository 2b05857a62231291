"""How this device stands with the server, always in sight; a click opens the sync centre."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE, Tone
from desktop.views.widgets.painting import draw_bar, draw_dot, draw_focus_ring, draw_text
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.sidebar import NARROW_BELOW


class SyncState(StrEnum):
    """What the pill can say."""

    ONLINE = "online"
    OFFLINE = "offline"
    SYNCING = "syncing"
    WAITING = "waiting"
    ERROR = "error"


_TONES = {
    SyncState.ONLINE: Tone.GOOD,
    SyncState.OFFLINE: Tone.NEUTRAL,
    SyncState.SYNCING: Tone.ACCENT,
    SyncState.WAITING: Tone.WARN,
    SyncState.ERROR: Tone.BAD,
}


class SyncPill(Reactive, QAbstractButton):
    """State in words with a dot; `clicked` asks for the details."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._waiting, self._detail = SyncState.OFFLINE, 0, ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_state(self, state: SyncState, *, waiting: int = 0, detail: str = "") -> None:
        """Say `state`; `waiting` counts changes not sent yet, `detail` becomes the tooltip."""
        self._state, self._waiting, self._detail = state, waiting, detail
        self.retranslate()

    def retranslate(self) -> None:
        words = {
            SyncState.ONLINE: self.tr("Up to date"),
            SyncState.OFFLINE: self.tr("Offline"),
            SyncState.SYNCING: self.tr("Syncing…"),
            SyncState.WAITING: self.tr("Waiting to send"),
            SyncState.ERROR: self.tr("Sync needs attention"),
        }[self._state]
        if self._waiting:
            words = self.tr("{0} · {1} waiting").format(words, self._waiting)
        self.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(self._detail or words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c, area = QPainter(self), colours(), self.rect().toRectF()
        if self.underMouse():
            draw_bar(painter, area.adjusted(0, 1, 0, -1), c.hover, radius=6)
        tone = c.tone(_TONES[self._state])
        narrow = self.width() < NARROW_BELOW
        left = area.center().x() if narrow else 19
        draw_dot(painter, QPointF(left, area.center().y()), tone.solid, radius=4)
        if not narrow:
            painter.setFont(sized(self.font(), TYPE.small))
            draw_text(painter, area.adjusted(38, 0, -6, 0), self.text(), colour=c.muted)
        if self.hasFocus():
            draw_focus_ring(painter, area, c.accent)
