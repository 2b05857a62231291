"""Records of one group side by side; the keyboard chooses record and values."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.viewmodels.records.duplicate_review import (
    CHOSEN_ROLE,
    CLOSED_ROLE,
    DIFFERS_ROLE,
    DuplicateReview,
)
from desktop.views.theme.apply import colours
from desktop.views.widgets.cell_face import shade
from desktop.views.widgets.painting import draw_bar, draw_text

_ROW, _LEAST = 36, 150
NAMES = 132
"""How wide the names of fields are."""
_Index = QModelIndex | QPersistentModelIndex


class _Value(QStyledItemDelegate):
    """A value: the chosen one with a bar and a tick, those that differ on a ground of their own."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        c, rect = colours(), QRect(option.rect)
        chosen, differs = bool(index.data(CHOSEN_ROLE)), bool(index.data(DIFFERS_ROLE))
        painter.save()
        painter.setFont(option.font)
        if differs:
            painter.fillRect(rect, shade(c.accent_tone.soft if chosen else c.warn_tone.soft))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, shade(c.hairline))
        text = str(index.data() or "")
        if chosen and text:
            bar = QRectF(rect.left() + 2, rect.top() + 7, 4, rect.height() - 14)
            draw_bar(painter, bar, c.accent, radius=2)
        here = option.widget.currentIndex() == index  # type: ignore[attr-defined]
        if here and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(shade(c.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)  # The bar's would fill the cell.
            painter.drawRect(rect.adjusted(0, 0, -2, -2))
        faint = not text or (bool(index.data(CLOSED_ROLE)) and not chosen)
        ink = c.faint if faint else c.text if chosen or not differs else c.warn_tone.ink
        place = rect.adjusted(14, 0, -8, 0)
        draw_text(painter, place, text or "—", colour=ink, align=Qt.AlignmentFlag.AlignLeft)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(super().sizeHint(option, index).width() + 24, _ROW)


class DuplicateGrid(QTableView):
    """1, 2, 3 choose the record that stays, the arrows move, Space takes a value; Enter merges,
    N says they are not the same, S goes on."""

    kept = Signal(int)
    merge_wanted = Signal()
    apart_wanted = Signal(int)
    """The column the keyboard is in."""
    skip_wanted = Signal()

    def __init__(self, model: DuplicateReview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = model
        self.setModel(model)
        self.setItemDelegate(_Value(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.setDefaultSectionSize(_ROW)
        down.setFixedWidth(NAMES)
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.hide()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        across.setMinimumSectionSize(_LEAST)
        self.doubleClicked.connect(self._take)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, column = Qt.Key(event.key()), max(0, self.currentIndex().column())
        number = event.key() - Qt.Key.Key_1.value
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif 0 <= number < self._review.columnCount():
            self.kept.emit(number)
        elif key is Qt.Key.Key_Space:
            self._take(self.currentIndex())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.merge_wanted.emit()
        elif key is Qt.Key.Key_N:
            self.apart_wanted.emit(column)
        elif key is Qt.Key.Key_S:
            self.skip_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            self._review.take(index.row(), index.column())
