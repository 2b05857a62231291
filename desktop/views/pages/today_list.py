"""The list of the Today page: headings and lines in one column, worked through by keyboard.

Draws and reports keys; what they do belongs to the page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.viewmodels.today import WARNED_HOURS, Line, Section
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.tokens import TYPE, Colours, Tone
from desktop.views.widgets.painting import (
    PILL_HEIGHT,
    draw_bar,
    draw_focus_ring,
    draw_pill,
    draw_text,
    pill_width,
)

LINE_ROLE = Qt.ItemDataRole.UserRole + 1
LINE_HEIGHT = 44
HEADING_HEIGHT = 44
_CHECK = 44
"""Width of the place where a click finishes a task."""
_Index = QModelIndex | QPersistentModelIndex
_ICONS = {"promise": "promise", "next": "chevron-right", "reminder": "bell", "lead": "lead"}


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a part of the day."""

    section: Section
    text: str
    count: int
    note: str = ""


class TodayModel(QAbstractListModel):
    """Headings, each followed by its lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Heading | Line, ...] = ()

    def set_rows(self, rows: Sequence[Heading | Line]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def at(self, row: int) -> Line | None:
        """The line in `row`; None for a heading or no row."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return found if isinstance(found, Line) else None

    def row_of(self, record_id: str) -> int:
        """Where the record is; -1 where it is not."""
        places = (n for n, x in enumerate(self._rows) if isinstance(x, Line) and x.id == record_id)
        return next(places, -1)

    def nearest_line(self, row: int) -> int:
        """`row` where it holds a line, else the next line, else the last; -1 without any."""
        lines = [n for n, x in enumerate(self._rows) if isinstance(x, Line)]
        return next((n for n in lines if n >= row), lines[-1] if lines else -1)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if self.at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        found = self._rows[index.row()]
        if role == LINE_ROLE:
            return found
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _spoken(found)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(found, Line):
            return "\n".join(part for part in (found.title, found.about) if part)
        return None


class _LineDelegate(QStyledItemDelegate):
    """Draws both kinds of rows."""

    def __init__(self, view: "TodayList") -> None:
        super().__init__(view)
        self._list = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        heading = isinstance(index.data(LINE_ROLE), Heading)
        return QSize(200, HEADING_HEIGHT if heading else LINE_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        found, c = index.data(LINE_ROLE), colours()
        painter.save()
        if isinstance(found, Heading):
            _paint_heading(painter, option, found, c)
        elif isinstance(found, Line):
            self._paint_line(painter, option, found, c)
        painter.restore()

    def _paint_line(
        self, painter: QPainter, option: QStyleOptionViewItem, line: Line, c: Colours
    ) -> None:
        area = QRectF(option.rect)
        ground = area.adjusted(0, 1, 0, -1)
        if option.state & QStyle.StateFlag.State_Selected:
            draw_bar(painter, ground, c.selected, radius=8)
            if self._list.hasFocus() and self._list.by_keyboard:
                draw_focus_ring(painter, ground, c.accent)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            draw_bar(painter, ground, c.hover, radius=8)
        if line.entity == "task":
            hot = self._list.is_over_check(option.rect)
            _paint_check(painter, option.rect, overdue=line.section is Section.OVERDUE, hot=hot)
        else:
            pixmap = icon_pixmap("lead", _lead_tone(line, c), size=18)
            painter.drawPixmap(round(area.left()) + 13, round(area.center().y()) - 9, pixmap)
        right = _paint_due(painter, option, line, c, self._list.now)
        words = area.adjusted(_CHECK, 0, right - area.right() - 12, 0)
        _paint_words(painter, option, line, words, c)


class TodayList(QListView):
    """The list; the signals carry the line the keyboard is on."""

    finish_requested = Signal(object)
    postpone_requested = Signal(object)
    open_requested = Signal(object)
    visit_requested = Signal(object)

    def __init__(self, model: TodayModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._pointer = QPoint(-1, -1)
        self.by_keyboard = False
        self.now: datetime | None = None
        """Against what due times are told."""
        self.setModel(model)
        self.setItemDelegate(_LineDelegate(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(self._open)

    def current(self) -> Line | None:
        """The line the keyboard is on."""
        return self._model.at(self.currentIndex().row())

    def go_to(self, row: int) -> None:
        """Put the keyboard on the line nearest to `row`."""
        place = self._model.nearest_line(row)
        if place >= 0:
            self.setCurrentIndex(self._model.index(place))

    def is_over_check(self, rect: QRect) -> bool:
        """Whether the pointer is on the round mark of the row at `rect`."""
        return rect.contains(self._pointer) and self._pointer.x() < rect.left() + _CHECK

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.by_keyboard = True
        wanted = self._signal_for(event)
        line = self.current()
        if wanted is not None and line is not None:
            wanted(line)
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to(0 if event.key() == Qt.Key.Key_Home else self._model.rowCount())
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.by_keyboard = False
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        self.viewport().update()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._pointer = event.position().toPoint()
        index = self.indexAt(self._pointer)
        line = self._model.at(index.row())
        if (
            line is not None
            and line.entity == "task"
            and self.is_over_check(self.visualRect(index))
        ):
            self.finish_requested.emit(line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def keyboardSearch(self, search: str) -> None:
        """Letters are verbs here."""

    def _signal_for(self, event: QKeyEvent) -> Callable[[Line], None] | None:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return None
        finish = self.finish_requested.emit
        verbs = {
            Qt.Key.Key_Space: finish,
            Qt.Key.Key_Return: finish,
            Qt.Key.Key_Enter: finish,
            Qt.Key.Key_S: self.postpone_requested.emit,
            Qt.Key.Key_O: self.open_requested.emit,
            Qt.Key.Key_V: self.visit_requested.emit,
        }
        return verbs.get(Qt.Key(event.key()))

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        line = self._model.at(index.row())
        if line is not None and not self.is_over_check(self.visualRect(index)):
            self.open_requested.emit(line)


def due_words(line: Line, now: datetime | None) -> str:
    """When a task is due, or what is left of the 48 hours of a lead, in a few words."""
    if line.section is Section.LEADS:
        return _left_words(line.hours_left)
    if line.due is None or now is None:
        return ""
    days = (line.due.date() - now.date()).days
    clock = f"{line.due:%H:%M}"
    if line.section is Section.OVERDUE:
        return _late_words(line.due, now)
    if days == 0:
        return clock
    if days == 1:
        return QCoreApplication.translate("TodayList", "tomorrow {0}").format(clock)
    return f"{_weekday(line.due)} {line.due.month}/{line.due.day} {clock}"


def _late_words(due: datetime, now: datetime) -> str:
    late = now - due
    if late.days:
        return QCoreApplication.translate("TodayList", "{0} d late").format(late.days)
    hours = int(late.total_seconds() // 3600)
    if hours:
        return QCoreApplication.translate("TodayList", "{0} h late").format(hours)
    return QCoreApplication.translate("TodayList", "{0} min late").format(
        int(late.total_seconds() // 60)
    )


def _left_words(hours: float) -> str:
    if hours < 0:
        over = -hours
        return (
            QCoreApplication.translate("TodayList", "{0} d over").format(int(over // 24))
            if over >= 48
            else QCoreApplication.translate("TodayList", "{0} h over").format(int(over))
        )
    if hours < 1:
        return QCoreApplication.translate("TodayList", "{0} min left").format(int(hours * 60))
    return QCoreApplication.translate("TodayList", "{0} h left").format(int(hours))


def _weekday(day: datetime) -> str:
    translate = QCoreApplication.translate
    names = (
        translate("TodayList", "Mon"),
        translate("TodayList", "Tue"),
        translate("TodayList", "Wed"),
        translate("TodayList", "Thu"),
        translate("TodayList", "Fri"),
        translate("TodayList", "Sat"),
        translate("TodayList", "Sun"),
    )
    return names[day.weekday()]


def _spoken(found: Heading | Line) -> str:
    if isinstance(found, Heading):
        return f"{found.text} {found.count}"
    due = f"{found.due:%m-%d %H:%M}" if found.due else ""
    return " · ".join(part for part in (found.title, found.about, due) if part)


def _paint_heading(
    painter: QPainter, option: QStyleOptionViewItem, heading: Heading, c: Colours
) -> None:
    area = QRectF(option.rect).adjusted(12, 14, -12, 0)
    painter.setFont(sized(option.font, TYPE.body, bold=True))
    late = heading.section is Section.OVERDUE
    draw_text(painter, area, heading.text, colour=c.bad_tone.ink if late else c.text)
    beside = area.adjusted(painter.fontMetrics().horizontalAdvance(heading.text) + 8, 0, 0, 0)
    painter.setFont(sized(option.font, TYPE.small))
    draw_text(painter, beside, str(heading.count), colour=c.faint)
    align = Qt.AlignmentFlag.AlignRight
    draw_text(painter, area, heading.note, colour=c.faint, align=align)
    painter.fillRect(QRectF(area.left(), option.rect.bottom(), area.width(), 1), QColor(c.hairline))


def _paint_check(painter: QPainter, rect: QRect, *, overdue: bool, hot: bool) -> None:
    c = colours()
    centre = QPointF(rect.left() + 22, rect.center().y() + 0.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ring = c.accent if hot else c.bad_tone.solid if overdue else c.outline
    painter.setPen(QPen(QColor(ring), 1.6))
    painter.setBrush(QColor(c.accent_tone.soft) if hot else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, 8, 8)
    if hot:
        pixmap = icon_pixmap("check", c.accent, size=12)
        painter.drawPixmap(QPointF(centre.x() - 6, centre.y() - 6), pixmap)


def _lead_tone(line: Line, c: Colours) -> str:
    return c.tone(_tone_of(line)).solid


def _tone_of(line: Line) -> Tone:
    if line.section is Section.OVERDUE or (line.section is Section.LEADS and line.hours_left < 0):
        return Tone.BAD
    if line.section is Section.LEADS and line.hours_left < WARNED_HOURS:
        return Tone.WARN
    return Tone.NEUTRAL


def _paint_due(
    painter: QPainter, option: QStyleOptionViewItem, line: Line, c: Colours, now: datetime | None
) -> float:
    """Paint at the right end when it is due; the x where that begins."""
    text, tone, area = due_words(line, now), _tone_of(line), QRectF(option.rect)
    if not text:
        return area.right() - 12
    width = pill_width(option.font, text)
    place = QRectF(area.right() - 12 - width, area.center().y() - PILL_HEIGHT / 2, width + 2, 20)
    if tone is Tone.NEUTRAL:
        painter.setFont(sized(option.font, TYPE.small))
        draw_text(painter, place, text, colour=c.muted, align=Qt.AlignmentFlag.AlignRight)
    else:
        draw_pill(painter, place, text, tone=c.tone(tone))
    return place.left()


def _paint_words(
    painter: QPainter, option: QStyleOptionViewItem, line: Line, words: QRectF, c: Colours
) -> None:
    icon_name = _ICONS.get(line.kind, "")
    if line.kind == "promise":
        pixmap = icon_pixmap(icon_name, c.warn_tone.solid, size=16)
        painter.drawPixmap(QPointF(words.left(), words.center().y() - 8), pixmap)
        words = words.adjusted(24, 0, 0, 0)
    painter.setFont(option.font)
    wide = painter.fontMetrics().horizontalAdvance(line.title) + 4
    about = painter.fontMetrics().horizontalAdvance(line.about) + 4
    room = words.width() - min(about, words.width() * 0.4) - 16
    title = QRectF(words.left(), words.top(), min(wide, max(room, 60.0)), words.height())
    draw_text(painter, title, line.title, colour=c.text)
    beside = QRectF(title.right() + 12, words.top(), words.right() - title.right() - 12, 44)
    beside.setHeight(words.height())
    draw_text(painter, beside, line.about, colour=c.faint)
