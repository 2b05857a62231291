"""The first columns of a list once more, laid over it while it is scrolled sideways."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QHeaderView

from desktop.views.theme.apply import colours
from desktop.views.widgets.list_rows import RowsView


class FrozenColumns(RowsView):
    """Shares model, selection and delegates with its table, which keeps focus and keyboard."""

    pointed_at = Signal(int)
    """The row under the mouse, or -1."""
    pressed_at = Signal(int)
    menu_wanted = Signal(QModelIndex)

    def __init__(self, table: RowsView, header: QHeaderView) -> None:
        super().__init__(table)
        self._table = table
        self.setHorizontalHeader(header)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setAutoScroll(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(table.selectionMode())
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(24)
        self.setModel(table.model())
        self.setSelectionModel(table.selectionModel())
        self.hide()

    def match(self, columns: int) -> None:
        """Show as many columns, at the widths, heights and place of the table's."""
        table, header = self._table, self._table.horizontalHeader()
        self.hovered = table.hovered
        self.verticalHeader().setDefaultSectionSize(table.verticalHeader().defaultSectionSize())
        width = 0
        for place in range(header.count()):
            self.setColumnHidden(place, place >= columns)
            if place < columns:
                self.setItemDelegateForColumn(place, table.itemDelegateForColumn(place))
                self.setColumnWidth(place, table.columnWidth(place))
                width += table.columnWidth(place)
        height = header.height() + table.viewport().height()
        self.setGeometry(table.frameWidth(), table.frameWidth(), width + 1, height)
        self.horizontalHeader().setFixedHeight(header.height())
        self.follow()

    @Slot()
    def follow(self) -> None:
        """Stand at the same row as the table."""
        self.verticalScrollBar().setValue(self._table.verticalScrollBar().value())

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        edge = self.viewport().rect()
        painter.setPen(colours().outline)
        painter.drawLine(edge.right(), edge.top(), edge.right(), edge.bottom())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._table.setFocus(Qt.FocusReason.MouseFocusReason)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed_at.emit(index.row())
        elif index.isValid() and event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed_at.emit(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        QApplication.sendEvent(self._table.verticalScrollBar(), event)
