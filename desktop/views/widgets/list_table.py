"""The list every page shows its records in: one row per record, no grid, all by keyboard."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyleOptionHeader,
    QWidget,
)

from desktop.views.theme.tokens import Density
from desktop.views.widgets.cell_delegates import TextCell
from desktop.views.widgets.cell_face import GROUP_ROLE
from desktop.views.widgets.list_frozen import FrozenColumns
from desktop.views.widgets.list_rows import RowsView

COPY_ROLE = Qt.ItemDataRole.UserRole + 40
"""What Ctrl+C takes instead of the shown text, such as a phone number without its spaces."""


_TURNING: dict[Qt.Key, bool | None] = {
    Qt.Key.Key_Left: False, Qt.Key.Key_Right: True, Qt.Key.Key_Space: None,
    Qt.Key.Key_Return: None, Qt.Key.Key_Enter: None,
}  # fmt: skip


class BeginEdit(Protocol):
    """Opens the editor of a cell."""

    def __call__(self, index: QModelIndex, *, wanted: bool = False) -> bool:
        """Whether the cell saw to it."""


def _no_editing(index: QModelIndex, *, wanted: bool = False) -> bool:
    return wanted and not index.isValid()


class _SortHeader(QHeaderView):
    """A header whose arrow points up while the order is ascending, and that selects nothing.

    Qt's own asks, each time it is drawn, of every row whether it is selected: in a long list with
    everything selected that takes a second for every ten thousand rows.
    """

    def setSelectionModel(self, selection: QItemSelectionModel) -> None:
        super().setSelectionModel(QItemSelectionModel(selection.model(), self))

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, section: int) -> None:
        super().initStyleOptionForIndex(option, section)
        # Fusion draws ascending as an arrow down, which people read as "largest first".
        arrow = QStyleOptionHeader.SortIndicator
        turned = {arrow.SortDown: arrow.SortUp, arrow.SortUp: arrow.SortDown}
        option.sortIndicator = turned.get(option.sortIndicator, option.sortIndicator)


class ListTable(RowsView):
    """A virtualised table: give it a model with `setModel`. Enter or double click opens a row."""

    row_opened = Signal(int)
    column_resized = Signal(int, int)
    sort_requested = Signal(int, bool)
    menu_requested = Signal(int)
    header_menu_requested = Signal(int, QPoint)
    """(column, where on the screen)"""
    group_turned = Signal(int, object)
    """(row of a group's header, whether it is to be open; None: the other way round)"""
    columns_moved = Signal(list)
    """Columns in the order somebody drew them to; whoever hears it gives the model that order."""

    def __init__(
        self, density: Density = Density.COMFORTABLE, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setHorizontalHeader(_SortHeader(Qt.Orientation.Horizontal, self))
        self._restoring = False
        self._frozen = 0
        self._over: FrozenColumns | None = None
        self.may_copy_rows: Callable[[], bool] = lambda: True
        """Asked before several rows go to the clipboard; who refuses says why."""
        self.begins_edit: BeginEdit = _no_editing
        """Asked on Enter, F2 (`wanted`) and a double click; False: the row is opened instead."""
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setItemDelegate(TextCell(self))
        self._dress_headers()
        self.set_density(density)
        self.doubleClicked.connect(self._open_index)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def set_density(self, density: Density) -> None:
        """Change the height of the rows."""
        self.verticalHeader().setDefaultSectionSize(int(density))

    def hovered_row(self) -> int:
        """The row under the mouse, or -1."""
        return self.hovered

    def selectRow(self, row: int) -> None:
        """Choose this row alone, whatever keys are held: with Shift, Qt's own begins at the row
        chosen before, which may be gone."""
        chosen = QItemSelectionModel.SelectionFlag.ClearAndSelect
        whole = chosen | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.model().index(row, 0), whole)

    def set_column_widths(self, widths: dict[int, int]) -> None:
        """Restore widths in pixels that `column_resized` told before; emits nothing."""
        self._restoring = True
        for column, width in widths.items():
            self.setColumnWidth(column, width)
        self._restoring = False

    def set_frozen(self, columns: int) -> None:
        """Keep the first columns in sight while the list is scrolled sideways."""
        self._frozen = columns
        self._place_frozen()

    def frozen_view(self) -> FrozenColumns | None:
        """What lies over the list at the left, while it does."""
        return self._over if self._over is not None and self._over.isVisible() else None

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a cell into sight, not under the columns that stay at the left."""
        header, bar = self.horizontalHeader(), self.horizontalScrollBar()
        across = bar.value()
        super().scrollTo(index, hint)
        if index.column() < self._frozen:
            bar.setValue(across)  # It is in sight wherever the rest stands.
            return
        taken = sum(self.columnWidth(c) for c in range(self._frozen))
        hidden = taken - header.sectionViewportPosition(index.column())
        if bar.value() and hidden > 0:
            bar.setValue(bar.value() - hidden)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        # What the stylesheet makes see-through Qt draws anew at each step; else it moves the
        # picture and draws only the rows that come into sight. The ground is the same colour.
        if not self.viewport().autoFillBackground():
            self.viewport().setAutoFillBackground(True)
        super().scrollContentsBy(dx, dy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_frozen()

    @Slot()
    def copy_selection(self) -> None:
        """Put the current cell, or all selected rows as tab-separated lines, on the clipboard."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if len(rows) > 1:
            if not self.may_copy_rows():
                return
            text = "\n".join("\t".join(self._row_texts(row)) for row in rows)
        else:
            text = copy_text(self.currentIndex())
        if text:
            QGuiApplication.clipboard().setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if index.data(GROUP_ROLE) is not None and event.key() in _TURNING:
            self.group_turned.emit(index.row(), _TURNING[Qt.Key(event.key())])
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._open_index(index, whole=control)
        elif event.key() == Qt.Key.Key_F2 and index.isValid():
            self.begins_edit(index, wanted=True)
        elif event.key() == Qt.Key.Key_Menu and index.isValid():
            self.menu_requested.emit(index.row())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.data(GROUP_ROLE) is not None:
            if event.button() == Qt.MouseButton.LeftButton:
                self.group_turned.emit(index.row(), None)
        elif event.button() == Qt.MouseButton.RightButton and index.isValid():
            self.menu_requested.emit(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _dress_headers(self) -> None:
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(24)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionsClickable(True)
        header.setFixedHeight(34)
        header.setMinimumSectionSize(48)
        header.setSortIndicatorShown(False)
        header.sectionResized.connect(self._resized)
        header.sectionClicked.connect(self._sort_by)
        header.setSectionsMovable(True)
        header.sectionMoved.connect(self._column_moved)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._ask_header_menu)
        self.horizontalScrollBar().valueChanged.connect(self._place_frozen)

    @Slot(int)
    def _hover(self, row: int) -> None:
        before = self.hovered_row()
        if row == before:
            return
        for view in (self, self._over):
            if view is not None:
                view.hovered = row
                for one in (before, row):
                    top, height = view.rowViewportPosition(one), view.rowHeight(one)
                    view.viewport().update(0, top, view.viewport().width(), height)

    @Slot()
    def _place_frozen(self) -> None:
        """Lay the first columns over the list where it hides them, and only there."""
        wanted = self._frozen > 0 and self.horizontalScrollBar().value() > 0
        if self._over is None:
            if not wanted:
                return
            self._over = self._made_frozen()
        if wanted:
            self._over.match(self._frozen)
        self._over.setVisible(wanted)
        if wanted:
            self._over.raise_()

    def _made_frozen(self) -> FrozenColumns:
        header = _SortHeader(Qt.Orientation.Horizontal)
        over = FrozenColumns(self, header)
        header.setDefaultAlignment(self.horizontalHeader().defaultAlignment())
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._turn_order)
        over.doubleClicked.connect(self.doubleClicked)
        over.pointed_at.connect(self._hover)
        over.menu_wanted.connect(self._menu_at)
        over.pressed_at.connect(self._pressed_at)
        self.verticalScrollBar().valueChanged.connect(over.follow)
        return over

    @Slot(int)
    def _pressed_at(self, row: int) -> None:
        if self.model().index(row, 0).data(GROUP_ROLE) is not None:
            self.group_turned.emit(row, None)

    @Slot(QModelIndex)
    def _menu_at(self, index: QModelIndex) -> None:
        self.menu_requested.emit(index.row())

    @Slot(int)
    def _turn_order(self, column: int) -> None:
        """Sort from where the header of the list itself is out of sight."""
        header, order = self.horizontalHeader(), Qt.SortOrder.AscendingOrder
        if header.sortIndicatorSection() == column and header.sortIndicatorOrder() == order:
            order = Qt.SortOrder.DescendingOrder
        header.setSortIndicator(column, order)
        self._sort_by(column)

    @Slot(QPoint)
    def _ask_header_menu(self, place: QPoint) -> None:
        header = self.horizontalHeader()
        column = header.logicalIndexAt(place)
        if column >= 0:
            self.header_menu_requested.emit(column, header.viewport().mapToGlobal(place))

    @Slot(int, int, int)
    def _column_moved(self, _column: int, _old: int, _new: int) -> None:
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        header.blockSignals(True)
        for place in range(header.count()):
            header.moveSection(header.visualIndex(place), place)
        header.blockSignals(False)
        self.columns_moved.emit(order)

    def _row_texts(self, row: int) -> list[str]:
        model = self.model()
        shown = (c for c in range(model.columnCount()) if not self.isColumnHidden(c))
        return [copy_text(model.index(row, column)) for column in shown]

    @Slot(int, int, int)
    def _resized(self, column: int, _old: int, new: int) -> None:
        header = self.horizontalHeader()
        stretched = header.visualIndex(column) == header.count() - 1
        if not stretched and not self._restoring:
            self.column_resized.emit(column, new)
        if self.frozen_view() is not None:
            self._place_frozen()

    @Slot(int)
    def _sort_by(self, column: int) -> None:
        header = self.horizontalHeader()
        # Qt has turned its order before it tells of the click: ascending on a column's first.
        header.setSortIndicatorShown(True)
        ascending = header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        self.sort_requested.emit(column, ascending)

    @Slot(QModelIndex)
    def _open_index(self, index: QModelIndex, *, whole: bool = False) -> None:
        if index.data(GROUP_ROLE) is not None:
            return  # The first click of the two has turned it.
        if whole or not self.begins_edit(index):
            self.row_opened.emit(index.row())


def copy_text(index: QModelIndex | QPersistentModelIndex) -> str:
    """What one cell gives to the clipboard: its COPY_ROLE, or else its text on one line.

    A text made of digits, spaces and dashes only is a phone number: it loses its spaces.
    """
    special = index.data(COPY_ROLE)
    text = str(special if special is not None else index.data() or "")
    text = " ".join(text.split())
    plain = text.replace(" ", "").replace("-", "")
    is_phone = plain.lstrip("+").isdecimal() and 7 <= len(plain) <= 16
    return plain if is_phone and not _is_date(text) else text


def _is_date(text: str) -> bool:
    parts = text.split("-")
    return len(parts) == 3 and [len(part) for part in parts] == [4, 2, 2]
