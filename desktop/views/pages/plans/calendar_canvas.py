"""What the painted calendars share: a day and an item under the keyboard, dragging, drawing.

Draws and reports; reading, writing and moving belong to the page.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.services.agenda import Agenda, Item, Source
from desktop.services.commands.agenda import at_minutes
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE, Colours, Tone, ToneColours
from desktop.views.widgets.painting import draw_focus_ring, draw_text

TONES: Mapping[Source, Tone] = {
    Source.VISIT: Tone.ACCENT,
    Source.TASK: Tone.NEUTRAL,
    Source.PROMISE: Tone.WARN,
    Source.NEXT: Tone.NEUTRAL,
    Source.CLOSING: Tone.GOOD,
}
STEP_MINUTES = 30
_DRAG_FROM = 6
_NARROW = 72
"""Pixels below which a clock would leave no room for a word."""


class CalendarCanvas(QWidget):
    """A widget that draws an agenda; those below it say where things lie."""

    day_moved = Signal(object)
    """The keyboard is on another day (date)."""
    opened = Signal(object)
    """Item"""
    day_opened = Signal(object)
    """A day is wanted by itself (date)."""
    shifted = Signal(object, object)
    """(Item, datetime or date): it is wanted there."""
    selected = Signal()
    """Another item is selected, or none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.agenda: Agenda | None = None
        self.cursor_day = date(2000, 1, 1)
        self.current = ""
        self.language = "zh_CN"
        self.weekdays: tuple[str, ...] = ("",) * 7
        self.boxes: list[tuple[QRectF, Item]] = []
        self._pressed: Item | None = None
        self._grip = QPointF()
        self._dragged: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # -- to be said by those below ---------------------------------------------------------------

    def place_items(self) -> None:
        """Work out `boxes`."""

    def paint_ground(self, painter: QPainter, c: Colours) -> None:
        """Everything behind the items."""

    def paint_over(self, painter: QPainter, c: Colours) -> None:
        """What lies over the items that have an hour."""

    def spot_at(self, place: QPointF, item: Item) -> datetime | date | None:
        """Where an item would come to lie that is dropped there."""

    def day_at(self, place: QPointF) -> date | None:
        """The day under a point."""

    def step_over(self) -> int:
        """How many days up and down move; 0: they move between items."""
        return 0

    # -- for the page ----------------------------------------------------------------------------

    def show_agenda(self, agenda: Agenda) -> None:
        """Show other days; what was selected stays so while it is there."""
        self.agenda = agenda
        if self.item() is None:
            self.current = ""
        self.refit()

    def set_cursor(self, day: date) -> None:
        """Put the keyboard on a day."""
        self.cursor_day = day
        item = self.item()
        if item is not None and item.day != day:
            self.current = ""
        self.selected.emit()
        self.update()

    def item(self) -> Item | None:
        """What is selected."""
        items = self.agenda.items if self.agenda is not None else ()
        return next((one for one in items if one.id == self.current), None)

    def refit(self) -> None:
        """Lay out anew, after other days or another size."""
        self.boxes = []
        if self.agenda is not None:
            self.place_items()
        self.update()

    # -- keys ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, alt = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.AltModifier
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
                 Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}  # fmt: skip
        if key in steps and alt:
            self._shift(*steps[key])
        elif key in steps:
            self._walk(*steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)

    def _enter(self) -> None:
        item = self.item()
        if item is not None:
            self.opened.emit(item)
        else:
            self.day_opened.emit(self.cursor_day)

    def _walk(self, across: int, down: int) -> None:
        over = self.step_over()
        if across or over:
            self.day_moved.emit(self.cursor_day + timedelta(days=across + down * over))
            return
        items = self.agenda.on(self.cursor_day) if self.agenda is not None else ()
        if not items:
            return
        places = [one.id for one in items]
        here = places.index(self.current) if self.current in places else (-1 if down > 0 else 0)
        self._select(items[(here + down) % len(items)])

    def _shift(self, across: int, down: int) -> None:
        """Another day across, half an hour up or down; whole days move by days only."""
        item = self.item()
        if item is None:
            return
        day = item.day + timedelta(days=across)
        if item.start is None:
            if across:
                self.shifted.emit(item, day)
            return
        minutes = item.start.hour * 60 + item.start.minute + down * STEP_MINUTES
        self.shifted.emit(item, at_minutes(day, minutes))

    def _select(self, item: Item) -> None:
        self.current = item.id
        if item.day != self.cursor_day:
            self.day_moved.emit(item.day)
        self.selected.emit()
        self.update()

    # -- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        self._pressed, self._grip = self.item_at(place), place
        if self._pressed is not None:
            self._select(self._pressed)
            return
        day = self.day_at(place)
        self.current = ""
        if day is not None:
            self.day_moved.emit(day)
        self.selected.emit()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = (event.position() - self._grip).manhattanLength() > _DRAG_FROM
        if self._pressed is not None and (far or self._dragged is not None):
            self._dragged = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        item, dragged = self._pressed, self._dragged
        self._pressed = self._dragged = None
        self.unsetCursor()
        self.update()
        if item is None or dragged is None:
            return
        box = next((box for box, one in self.boxes if one.id == item.id), QRectF(dragged, dragged))
        held = QPointF(0, self._grip.y() - box.top())
        spot = self.spot_at(event.position() - held if item.start else event.position(), item)
        if spot is not None and spot != (item.start or item.day):
            self.shifted.emit(item, spot)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        item, day = self.item_at(event.position()), self.day_at(event.position())
        if item is not None:
            self.opened.emit(item)
        elif day is not None:
            self.day_opened.emit(day)

    def item_at(self, place: QPointF) -> Item | None:
        """What is under a point."""
        return next((item for box, item in reversed(self.boxes) if box.contains(place)), None)

    # -- drawing ---------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            item = self.item_at(QPointF(event.pos()))
            said = words_of(item) if item is not None else ""
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        painter.fillRect(self.rect(), QColor(c.surface))
        if self.agenda is None:
            return
        self.paint_ground(painter, c)
        for box, item in self.boxes:
            if item.start is not None:
                self.paint_item(painter, box, item, c)
        self.paint_over(painter, c)
        for box, item in self.boxes:
            if item.start is None:
                self.paint_item(painter, box, item, c)
        if self._dragged is not None and self._pressed is not None:
            ghost = QRectF(self._dragged.x() - 40, self._dragged.y() - 10, 150, 22)
            painter.setOpacity(0.85)
            self.paint_item(painter, ghost, self._pressed, c)
            painter.setOpacity(1.0)

    def _write_lines(self, painter: QPainter, inner: QRectF, item: Item, ink: str) -> None:
        clock = f"{item.start:%H:%M} " if item.start is not None else ""
        line = QRectF(inner.left(), inner.top(), inner.width(), min(inner.height(), 18))
        done = "✓ " if item.done else ""
        draw_text(painter, line, f"{done}{clock}{item.title}", colour=ink)
        if inner.height() > 34 and item.about:
            draw_text(painter, line.translated(0, 17), item.about, colour=ink)

    def paint_item(self, painter: QPainter, box: QRectF, item: Item, c: Colours) -> None:
        """A soft block with a mark at its left; what is done is faint."""
        tone: ToneColours = c.tone(TONES[item.source])
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tone.soft))
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(QColor(tone.solid))
        painter.drawRoundedRect(QRectF(box.left(), box.top(), 3, box.height()), 1.5, 1.5)
        painter.setFont(sized(self.font(), TYPE.small))
        ink = tone.ink
        inner = box.adjusted(8, 1, -4, -1)
        if inner.width() < _NARROW:
            # Three at once: where it stands says when, and whom it is about is what can be read.
            painter.setPen(QColor(ink))
            wrapped = Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignTop
            line = painter.fontMetrics().height()
            inner.setHeight(max(1, int(inner.height()) // line) * line)  # No half of a line.
            painter.setClipRect(inner)
            whom = item.title if item.source is Source.VISIT else item.about or item.title
            painter.drawText(inner, wrapped, whom)
        else:
            self._write_lines(painter, inner, item, ink)
        painter.restore()
        if item.id == self.current:
            draw_focus_ring(painter, box.adjusted(-1, -1, 1, 1), c.accent)


def words_of(item: Item) -> str:
    """What a tip and a screen reader say."""
    when = f"{item.day:%Y-%m-%d}" + (f" {item.start:%H:%M}" if item.start else "")
    return "\n".join(part for part in (item.title, item.about, when, item.place) if part)
