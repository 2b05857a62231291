"""The first-run tour: a few places of the main window, one after the other, each in two sentences.

It lies over the window, dims everything else, and never starts anything by itself. Keys: Enter or
Right on, Left back, Esc out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget
from shiboken6 import isValid

from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import PrimaryButton, QuietButton
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.telling import tell

_WIDTH = 360
_GAP = 16
_TABS = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
_VEIL = 150
"""How dark everything else is, of 255."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One place of the tour."""

    target: QWidget | None
    """What is shown; None for a word in the middle of the window."""
    title: Callable[[], str]
    text: Callable[[], str]


class Tour(Reactive, QWidget):
    """Lies over `window` until its last stop or Esc."""

    ended = Signal()

    def __init__(self, window: QWidget, stops: Sequence[Stop]) -> None:
        super().__init__(window)
        self._host = window
        self._stops = list(stops)
        self._at = 0
        self._before: QWidget | None = None
        """Where the keyboard was."""
        self._bubble = QFrame(self)
        set_role(self._bubble, Role.CARD)
        self.heading = label("", Role.HEADING, wrap=True)
        self.text = label("", Role.BODY, wrap=True)
        self._count = label("", Role.SMALL)
        self._skip, self._back, self._on = QuietButton(), QuietButton(), PrimaryButton("")
        self._lay_out()
        self._skip.clicked.connect(self.end)
        self._back.clicked.connect(self.back)
        self._on.clicked.connect(self.go_on)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for one in (window, self, self._skip, self._back, self._on):
            one.installEventFilter(self)
        self.retranslate()

    def start(self) -> None:
        """Begin at the first stop."""
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self._go_to(0)
        self._before = self._host.focusWidget()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def number(self) -> int:
        """The stop that is shown, counted from 0."""
        return self._at

    @Slot()
    def go_on(self) -> None:
        """To the next stop, or out after the last."""
        if self._at + 1 < len(self._stops):
            self._go_to(self._at + 1)
        else:
            self.end()

    @Slot()
    def back(self) -> None:
        """To the stop before."""
        self._go_to(max(0, self._at - 1))

    @Slot()
    def end(self) -> None:
        """Leave; the window is as it was."""
        self._host.removeEventFilter(self)
        self.hide()
        if self._before is not None and isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ended.emit()
        self.deleteLater()

    def retranslate(self) -> None:
        self._skip.setText(self.tr("Skip"))
        self._back.setText(self.tr("Back"))
        self._go_to(self._at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self.end()
            case Qt.Key.Key_Right | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.go_on()
            case Qt.Key.Key_Left:
                self.back()
            case _:
                super().keyPressEvent(event)

    def _tab(self, step: int) -> None:
        """Tab stays on what lies over the window."""
        stops = [one for one in (self._skip, self._back, self._on) if one.isVisible()]
        held = self._host.focusWidget()
        at = stops.index(held) if held in stops else min(-step, 0)
        stops[(at + step) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
            self._place()
        if watched is not self._host and isinstance(event, QKeyEvent):
            step = _TABS.get(Qt.Key(event.key()), 0)
            if step and event.type() == QEvent.Type.KeyPress:
                self._tab(step)
            return bool(step)
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRect(self.rect().toRectF())
        lit = self._lit()
        if not lit.isEmpty():
            hole = QPainterPath()
            hole.addRoundedRect(lit.toRectF(), 8, 8)
            path = path.subtracted(hole)
        painter.fillPath(path, QColor(0, 0, 0, _VEIL))
        if not lit.isEmpty():
            painter.setPen(QColor(colours().accent))
            painter.drawRoundedRect(lit.toRectF(), 8, 8)

    def _lay_out(self) -> None:
        body = column(self._bubble, margins=(20, 16, 20, 16), gap=8)
        body.addWidget(self.heading)
        body.addWidget(self.text)
        foot = row(None, gap=8)
        foot.addWidget(self._count)
        foot.addStretch(1)
        for button in (self._skip, self._back, self._on):
            foot.addWidget(button)
        body.addSpacing(4)
        body.addLayout(foot)
        self._bubble.setFixedWidth(_WIDTH)

    def _go_to(self, number: int) -> None:
        self._at = number
        stop, last = self._stops[number], len(self._stops) - 1
        self.heading.setText(stop.title())
        self.text.setText(stop.text())
        self._count.setText(f"{number + 1} / {last + 1}")
        self._back.setVisible(number > 0)
        self._skip.setVisible(number < last)
        self._on.setText(self.tr("Done") if number == last else self.tr("Next"))
        self.setAccessibleName(stop.title())
        self.setAccessibleDescription(stop.text())
        tell(self, f"{stop.title()}: {stop.text()}")
        self._place()

    def _lit(self) -> QRect:
        """Where the target is on this widget; empty without one."""
        target = self._stops[self._at].target
        if target is None or not target.isVisible():
            return QRect()
        return QRect(target.mapTo(self._host, QPoint()), target.size()).adjusted(-6, -6, 6, 6)

    def _place(self) -> None:
        height = self._bubble.heightForWidth(_WIDTH)
        self._bubble.resize(_WIDTH, max(height, self._bubble.sizeHint().height()))
        size, room, lit = self._bubble.size(), self.rect(), self._lit()
        if lit.isEmpty():
            place = room.center() - QPoint(size.width() // 2, size.height() // 2)
        else:
            place = QPoint(lit.right() + _GAP, lit.top())
        right = max(_GAP, room.width() - size.width() - _GAP)
        bottom = max(_GAP, room.height() - size.height() - _GAP)
        self._bubble.move(min(max(_GAP, place.x()), right), min(max(_GAP, place.y()), bottom))
        self.update()
