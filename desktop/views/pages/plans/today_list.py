"""The list of the Today page: headings and lines in one column, worked through by keyboard.

Draws and reports keys; what they do belongs to the page.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.viewmodels.today import Line, Section
from desktop.views.pages.plans.today_drawing import (
    CHECK_WIDTH,
    Heading,
    More,
    Row,
    paint_check,
    paint_due,
    paint_heading,
    paint_more,
    paint_words,
    spoken,
)
from desktop.views.theme.apply import colours
from desktop.views.theme.tokens import Colours
from desktop.views.widgets.painting import (
    draw_bar,
    draw_focus_ring,
    draw_text,
)

LINE_ROLE = Qt.ItemDataRole.UserRole + 1
LINE_HEIGHT = 44
HEADING_HEIGHT = 44
_SLOW_MS = 300
"""After so long an empty list says that it is being read."""
_Index = QModelIndex | QPersistentModelIndex


class TodayModel(QAbstractListModel):
    """Headings, each followed by its lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self.now: datetime | None = None
        """Against what due times are told."""

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def at(self, row: int) -> Line | None:
        """The line in `row`; None for a heading or no row."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return found if isinstance(found, Line) else None

    def stop_at(self, row: int) -> Line | More | None:
        """What the keyboard can stand on in `row`."""
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return None if isinstance(found, Heading) else found

    def row_of(self, record_id: str) -> int:
        """Where the record (or a `More` with this id) is; -1 where it is not."""
        stops = (n for n in range(len(self._rows)) if self._id_at(n) == record_id)
        return next(stops, -1)

    def _id_at(self, row: int) -> str:
        found = self.stop_at(row)
        return found.id if found is not None else ""

    def nearest_line(self, row: int) -> int:
        """`row` where it holds a line, else the next line, else the last; -1 without any."""
        lines = [n for n, x in enumerate(self._rows) if not isinstance(x, Heading)]
        return next((n for n in lines if n >= row), lines[-1] if lines else -1)

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if self.stop_at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        found = self._rows[index.row()]
        if role == LINE_ROLE:
            return found
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(found, self.now)
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
            paint_heading(painter, option, found, c)
        elif isinstance(found, More):
            self._paint_ground(painter, option, c)
            paint_more(painter, option, found, c)
        elif isinstance(found, Line):
            self._paint_ground(painter, option, c)
            self._paint_line(painter, option, found, c)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, c: Colours) -> None:
        ground = QRectF(option.rect).adjusted(0, 1, 0, -1)
        if option.state & QStyle.StateFlag.State_Selected:
            draw_bar(painter, ground, c.selected, radius=8)
            if self._list.hasFocus() and self._list.by_keyboard:
                draw_focus_ring(painter, ground, c.accent)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            draw_bar(painter, ground, c.hover, radius=8)

    def _paint_line(
        self, painter: QPainter, option: QStyleOptionViewItem, line: Line, c: Colours
    ) -> None:
        area = QRectF(option.rect)
        if line.entity == "task":
            hot = self._list.is_over_check(option.rect)
            paint_check(painter, option.rect, overdue=line.section is Section.OVERDUE, hot=hot)
        right = paint_due(painter, option, line, c, self._list.now())
        words = area.adjusted(CHECK_WIDTH, 0, right - area.right() - 12, 0)
        paint_words(painter, option, line, words, c)


class TodayList(QListView):
    """The list; the signals carry the line the keyboard is on."""

    finish_requested = Signal(object)
    postpone_requested = Signal(object)
    snooze_requested = Signal(object)
    """The choices for putting off are wanted."""
    copy_requested = Signal(object)
    call_requested = Signal(object)
    open_requested = Signal(object)
    visit_requested = Signal(object)
    more_requested = Signal(object)
    """The part of the day (Section) whose lines are all wanted."""
    moved = Signal()
    """The keyboard is on another line."""

    def __init__(self, model: TodayModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._pointer = QPoint(-1, -1)
        self.by_keyboard = False
        self.waiting = ""
        """What stands here as long as nothing was read."""
        self._slow = False
        QTimer.singleShot(_SLOW_MS, self, self._say_waiting)
        self.setModel(model)
        self.setItemDelegate(_LineDelegate(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(self._open)

    def now(self) -> datetime | None:
        """Against what due times are told."""
        return self._model.now

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._slow and not self._model.rowCount():
            painter = QPainter(self.viewport())
            area = QRectF(self.viewport().rect())
            middle = Qt.AlignmentFlag.AlignCenter
            draw_text(painter, area, self.waiting, colour=colours().faint, align=middle)
            painter.end()

    @Slot()
    def _say_waiting(self) -> None:
        self._slow = True
        self.viewport().update()

    def current(self) -> Line | None:
        """The line the keyboard is on."""
        return self._model.at(self.currentIndex().row())

    def current_stop(self) -> Line | More | None:
        """What the keyboard is on."""
        return self._model.stop_at(self.currentIndex().row())

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        self.moved.emit()

    def go_to(self, row: int) -> None:
        """Put the keyboard on the line nearest to `row`."""
        place = self._model.nearest_line(row)
        if place >= 0:
            self.setCurrentIndex(self._model.index(place))

    def is_over_check(self, rect: QRect) -> bool:
        """Whether the pointer is on the round mark of the row at `rect`."""
        return rect.contains(self._pointer) and self._pointer.x() < rect.left() + CHECK_WIDTH

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.by_keyboard = True
        wanted = self._signal_for(event)
        stop = self.current_stop()
        if wanted is not None and isinstance(stop, Line):
            wanted(stop)
            return
        if wanted is not None and isinstance(stop, More):
            self._open(self.currentIndex())
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
        if line is None and event.button() == Qt.MouseButton.LeftButton:
            self._open(index)
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        line = self._model.at(self.indexAt(event.pos()).row())
        if line is not None:
            self.snooze_requested.emit(line)

    def _signal_for(self, event: QKeyEvent) -> Callable[[Line], None] | None:
        if event.key() == Qt.Key.Key_S and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            return self.snooze_requested.emit
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return None
        verbs = {
            Qt.Key.Key_Space: self.finish_requested.emit,
            Qt.Key.Key_Return: self.open_requested.emit,
            Qt.Key.Key_Enter: self.open_requested.emit,
            Qt.Key.Key_S: self.postpone_requested.emit,
            Qt.Key.Key_O: self.open_requested.emit,
            Qt.Key.Key_V: self.visit_requested.emit,
            Qt.Key.Key_C: self.copy_requested.emit,
            Qt.Key.Key_P: self.call_requested.emit,
        }
        return verbs.get(Qt.Key(event.key()))

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        line = self._model.stop_at(index.row())
        if isinstance(line, More):
            self.more_requested.emit(line.section)
        elif line is not None and not self.is_over_check(self.visualRect(index)):
            self.open_requested.emit(line)
