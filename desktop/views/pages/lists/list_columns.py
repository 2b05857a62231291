"""The columns of a list as its person wants them: chosen, ordered, drawn wide, kept at the left.

What was set up is remembered on this device, see `viewmodels.list_shape`.
"""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from crm_core.model.query import Sort
from crm_core.model.schema import EntitySpec
from desktop.viewmodels.lists.columns import column_widths
from desktop.viewmodels.lists.list_shape import MOST_FROZEN, ListShape, keep_shape, kept_shape
from desktop.viewmodels.lists.record_list import RecordListModel
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.column_chooser import ColumnChooser
from desktop.views.pages.lists.list_face import cell_for
from desktop.views.widgets.list_table import ListTable

_SCROLL_BAR = 14
"""Kept free at the right, so that a bar which appears later does not call for another."""
_SETTLED_MS = 400


def opening_shape(session: Session, entity: EntitySpec, *, kept: bool) -> ListShape:
    """The set-up a list opens with; not `kept`: as the entity comes."""
    return kept_shape(session.workspace, entity.name) if kept else ListShape()


class ListColumns(QObject):
    """Keeps model and table at one ListShape, and writes down what the person makes of it."""

    changed = Signal()
    """Somebody has set the list up differently."""

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        model: RecordListModel,
        table: ListTable,
        *,
        shape: ListShape,
        keeps: bool,
    ) -> None:
        super().__init__(table)
        self._session, self._entity = session, entity
        self._model, self._table = model, table
        self._keeps = keeps
        self._cells: list[QObject] = []
        self.shape = self.plain = shape
        self.in_view = False
        """Whether a saved view is shown: what is done to it then is not the list's own set-up."""
        model.group_by(shape.group)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settle.timeout.connect(self._write_down)
        table.column_resized.connect(self._drawn)
        table.sort_requested.connect(self._sorted)
        table.columns_moved.connect(self._moved)
        table.header_menu_requested.connect(self._show_menu)
        self._dress()
        self._point_at_order()

    def fit(self) -> None:
        """Share the width among the columns nobody has drawn to a width of their own."""
        room = self._table.width() - _SCROLL_BAR
        fields = self._model.fields
        own = {n: self.shape.widths.get(spec.name) for n, spec in enumerate(fields)}
        rest = [spec for n, spec in enumerate(fields) if own[n] is None]
        room -= sum(width for width in own.values() if width is not None)
        language = self._session.language
        shared = iter(column_widths(self._entity, rest, max(room, 0), language) if rest else ())
        widths = {n: width if width is not None else next(shared) for n, width in own.items()}
        self._table.set_column_widths(widths)
        self._table.set_frozen(min(self.shape.frozen, len(fields) - 1))

    def take(self, shape: ListShape) -> None:
        """Set the list up like this; whoever calls sees to its order and groups."""
        self.shape = shape
        self._model.set_columns(shape.columns_of(self._entity))
        self._model.group_by(shape.group)
        self._dress()
        self._point_at_order()
        self.fit()

    def group(self, text: str) -> None:
        """Group the list by something else, see `list_groups`."""
        self._become(replace(self.shape, group=text))
        self._model.refresh()

    @Slot()
    def choose(self) -> None:
        """Open the sheet in which columns are chosen."""
        sheet = ColumnChooser(self._session, self._entity, self.shape, self._table.window())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.chosen.connect(self._chosen)
        sheet.open()

    # -- inside --------------------------------------------------------------------------------

    def _dress(self) -> None:
        old, self._cells = self._cells, []
        for place, spec in enumerate(self._model.fields):
            title = self._entity.title
            cell = cell_for(self._entity.name, spec, title=title, parent=self._table)
            self._table.setItemDelegateForColumn(place, cell)
            self._cells.append(cell)
        for former in old:
            former.deleteLater()

    def _point_at_order(self) -> None:
        names = [spec.name for spec in self._model.fields]
        sort = self.shape.sort[:1]
        header = self._table.horizontalHeader()
        shown = bool(sort) and sort[0].field in names
        header.setSortIndicatorShown(shown)
        if shown:
            down = Qt.SortOrder.DescendingOrder if sort[0].descending else None
            order = down or Qt.SortOrder.AscendingOrder
            header.setSortIndicator(names.index(sort[0].field), order)

    def _become(self, shape: ListShape) -> None:
        self.take(shape)
        self._write_down()
        self.changed.emit()

    @Slot(object)
    def _chosen(self, shape: ListShape) -> None:
        self._become(shape)

    @Slot(int, int)
    def _drawn(self, place: int, width: int) -> None:
        # Layout moves sections as well; only a pressed button is a person.
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.shape = self.shape.with_width(self._model.fields[place].name, width)
            self._settle.start()

    @Slot(int, bool)
    def _sorted(self, place: int, ascending: bool) -> None:
        sort = (Sort(self._model.fields[place].name, descending=not ascending),)
        self.shape = replace(self.shape, sort=sort)
        self._write_down()
        self.changed.emit()

    @Slot(list)
    def _moved(self, order: Sequence[int]) -> None:
        names = [spec.name for spec in self._model.fields]
        self._become(replace(self.shape, columns=tuple(names[place] for place in order)))

    @Slot(int, QPoint)
    def _show_menu(self, place: int, where: QPoint) -> None:
        spec, names = self._model.fields[place], [one.name for one in self._model.fields]
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        up = menu.addAction(self.tr("Sort ascending"))
        up.triggered.connect(lambda: self._sort(place, ascending=True))
        down = menu.addAction(self.tr("Sort descending"))
        down.triggered.connect(lambda: self._sort(place, ascending=False))
        menu.addSeparator()
        if place + 1 == self.shape.frozen:
            free = menu.addAction(self.tr("Let all columns scroll"))
            free.triggered.connect(lambda: self._become(replace(self.shape, frozen=0)))
        elif place < min(MOST_FROZEN, len(names) - 1):
            freeze = menu.addAction(self.tr("Freeze up to here"))
            freeze.triggered.connect(lambda: self._become(replace(self.shape, frozen=place + 1)))
        if len(names) > 1:
            left = tuple(name for name in names if name != spec.name)
            hide = menu.addAction(self.tr("Hide this column"))
            hide.triggered.connect(lambda: self._become(replace(self.shape, columns=left)))
        menu.addSeparator()
        menu.addAction(self.tr("Choose columns…")).triggered.connect(self.choose)
        menu.popup(where)

    def _sort(self, place: int, *, ascending: bool) -> None:
        order = Qt.SortOrder.AscendingOrder if ascending else Qt.SortOrder.DescendingOrder
        header = self._table.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSortIndicator(place, order)
        self._table.sort_requested.emit(place, ascending)

    @Slot()
    def _write_down(self) -> None:
        self._settle.stop()
        if not self._keeps:
            return
        widths = self.shape.widths
        self.plain = replace(self.plain, widths=widths) if self.in_view else self.shape
        workspace, entity, shape = self._session.workspace, self._entity.name, self.plain
        self._session.ask(lambda: keep_shape(workspace, entity, shape), lambda _: None, self)
