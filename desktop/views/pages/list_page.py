"""A page that lists records of one entity: search, narrow, sort, open, create, delete, copy.

Also the page behind a number: the same list over a given query, with the measure's definition.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import (
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from crm_core.model.query import Query
from crm_core.permissions import Right
from desktop.bus import Change
from desktop.services.commands import do_delete, do_delete_many
from desktop.viewmodels.columns import OPENED_WITH, column_widths, heading, narrowed, whole_list
from desktop.viewmodels.record_defaults import can_be_typed
from desktop.viewmodels.session import Session
from desktop.views.pages.list_copying import copying_allowed
from desktop.views.pages.list_face import ListFace, cell_for
from desktop.views.pages.list_filters import ListFilters
from desktop.views.pages.list_menu import RowMenu
from desktop.views.pages.record_dialog import RecordDialog, Subject
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import IconButton, PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.list_table import ListTable
from desktop.views.widgets.reactive import Reactive

_ICONS = {
    "customer": "customers",
    "contact": "person",
    "lead": "lead",
    "opportunity": "opportunity",
    "visit": "visit",
    "follow_up": "phone",
    "task": "task",
    "product": "product",
}


_MOST_HITS = 400
"""What the search index is asked for; more matches than this are not told apart by it."""
_SCROLL_BAR = 14
"""Kept free at the right, so that a bar which appears later does not call for another."""


@dataclass(frozen=True, slots=True)
class Drill:
    """The list behind a number: its title and what the number counts."""

    title: str
    definition: str = ""


class ListPage(Reactive, QWidget):
    """Records of one entity. N creates, Enter opens, Delete puts in the bin, Ctrl+F searches."""

    back_requested = Signal()

    def __init__(
        self,
        session: Session,
        entity_name: str,
        base_query: Query | None = None,
        parent: QWidget | None = None,
        *,
        drill: Drill | None = None,
        columns: Collection[str] = (),
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._entity = session.workspace.entity(entity_name)
        self._base = base_query or whole_list(self._entity)
        self._drill = drill
        self._asked = 0
        self._drawn = self._cut_off = self._answered = self._to_top = False
        self._kept_rid: object = None
        self._kept_scroll = 0
        self.filters = ListFilters(session, self._entity)
        if drill is None:
            for name, codes in OPENED_WITH.get(entity_name, {}).items():
                self.filters.preset(name, list(codes))
        first = narrowed(self._base, self._entity, self.filters.narrowing)
        columns = columns or self._entity.list_fields
        self.model = session.list_model(first, columns=columns, parent=self)
        self.table = ListTable()
        self._dress_table()
        self._create = PrimaryButton("", "plus")
        self._header = PageHeader("")
        self.back = IconButton("chevron-left", "")
        self.empty = EmptyState(_ICONS.get(entity_name, "table"), "", "")
        self._definition = label("", Role.MUTED, wrap=True)
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()
        self.model.refresh()

    @classmethod
    def for_query(
        cls, session: Session, query: Query, title: str, definition: str = ""
    ) -> "ListPage":
        """The records behind a number, with a way back."""
        return cls(session, query.entity, query, drill=Drill(title, definition))

    def title(self) -> str:
        """What the page lists, in the language of the moment."""
        if self._drill is not None:
            return self._drill.title
        return heading(self._entity, self._session.language)

    def selected_ids(self) -> list[str]:
        """Ids of the selected records, in the order of the list."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        records = (self.model.record_at(row) for row in rows)
        return [str(record["id"]) for record in records if record is not None]

    def retranslate(self) -> None:
        self._create.setText(self.tr("New"))
        self._create.setToolTip(self.tr("New {0} (N)").format(self._name()))
        self.back.set_name(self.tr("Back (Alt+Left)"))
        self.table.setAccessibleName(self.title())
        self._show_answer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit_columns()

    # -- building ------------------------------------------------------------------------------

    def _dress_table(self) -> None:
        self.table.may_copy_rows = copying_allowed(self._session, self._entity.name)
        self._face = ListFace(self.model, self._session.workspace.clock, self)
        self.table.setModel(self._face)
        for place, spec in enumerate(self.model.fields):
            title = self._entity.title
            cell = cell_for(self._entity.name, spec, title=title, parent=self.table)
            self.table.setItemDelegateForColumn(place, cell)

    def _fit_columns(self) -> None:
        """Share the width, until the person has drawn a column to a width of their own."""
        if not self._drawn:
            room = self.table.width() - _SCROLL_BAR
            widths = column_widths(self._entity, self.model.fields, room)
            self.table.set_column_widths(dict(enumerate(widths)))

    @Slot(int, int)
    def _column_drawn(self, _column: int, _width: int) -> None:
        # Layout moves sections as well; only a pressed button is a person.
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._drawn = True

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        body: QVBoxLayout = column(self, gap=0)
        head = row(None, gap=0)
        head.addSpacing(16 if self._drill else 0)
        head.addWidget(self.back)
        head.addWidget(self._header, 1)
        body.addLayout(head)
        self.back.setVisible(self._drill is not None)
        inner = self._header.layout()
        if self._drill is not None and inner is not None:
            inner.setContentsMargins(8, 20, 24, 12)
        self._definition.setContentsMargins(24, 0, 24, 12)
        self._definition.setText(self._drill.definition if self._drill else "")
        body.addWidget(self._definition)
        self._definition.setVisible(bool(self._definition.text()))
        self._header.add_action(self._create)
        body.addWidget(self.filters)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        sheet = Card()
        sheet.body.setContentsMargins(1, 4, 1, 4)
        sheet.body.addWidget(self._stack, 1)
        framed = row(None, margins=(24, 0, 24, 16))
        framed.addWidget(sheet)
        body.addLayout(framed, 1)
        self._create.setVisible(self._may_create())

    def _connect(self) -> None:
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        self.filters.narrowed.connect(self._narrow_anew)
        self.filters.left_downwards.connect(self._enter_table)
        self.table.column_resized.connect(self._column_drawn)
        self.table.row_opened.connect(self._open)
        self.table.sort_requested.connect(self._sort)
        self.table.menu_requested.connect(self._show_menu)
        self.empty.action_triggered.connect(self._follow_teaching)
        self._create.clicked.connect(self.create_record)
        self.back.clicked.connect(self.back_requested)
        self.model.modelAboutToBeReset.connect(self._keep_place)
        self.model.modelReset.connect(self._replaced)
        self.model.answered.connect(self._arrived)
        self._key("N", self.create_record)
        if self._drill is not None:
            self._key("Esc", self.back_requested)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.delete_selected)

    def _key(self, keys: str, slot: object) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)

    # -- what is listed ------------------------------------------------------------------------

    @Slot()
    def _narrow_anew(self) -> None:
        self._to_top = True
        self._narrow()

    def _narrow(self) -> None:
        self._asked += 1
        asked, by, entity = self._asked, self.filters.narrowing, self._entity
        if not by.typed.strip():
            self._cut_off = False
            self.model.show_query(narrowed(self._ordered(), entity, by))
            return
        workspace = self._session.workspace

        def found(hits: tuple[str, ...]) -> None:
            if asked == self._asked:
                self._cut_off = len(hits) >= _MOST_HITS
                query = narrowed(self._ordered(), entity, replace(by, found=hits))
                self.model.show_query(query)

        self._session.ask(
            lambda: tuple(
                h.id for h in workspace.search(by.typed, entities=(entity.name,), limit=_MOST_HITS)
            ),
            found,
            self,
        )

    def _ordered(self) -> Query:
        """The query the page was opened with, in the order asked for since."""
        return replace(self._base, sort=self.model.query.sort)

    @Slot(int, bool)
    def _sort(self, column_number: int, ascending: bool) -> None:
        order = Qt.SortOrder.AscendingOrder if ascending else Qt.SortOrder.DescendingOrder
        self._to_top = True
        self.model.sort(column_number, order)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        targets = {spec.target for spec in self.model.fields if spec.target}
        if change.touches(self._entity.name) or any(change.touches(t) for t in targets):
            self._narrow() if self.filters.narrowing.typed.strip() else self.model.refresh()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()

    @Slot()
    def _keep_place(self) -> None:
        record = self.model.record_at(self.table.currentIndex().row())
        self._kept_rid = record["rid"] if record is not None else None
        self._kept_scroll = self.table.verticalScrollBar().value()

    @Slot()
    def _replaced(self) -> None:
        place = self.model.row_of(self._kept_rid) if isinstance(self._kept_rid, int) else -1
        if place >= 0:
            self.table.selectRow(place)
        # The rows have their places only after the layout, which would come later.
        self.table.doItemsLayout()
        self.table.verticalScrollBar().setValue(0 if self._to_top else self._kept_scroll)

    @Slot()
    def _arrived(self) -> None:
        self._answered, self._to_top = True, False
        self._show_answer()

    def _show_answer(self) -> None:
        count = self.model.rowCount()
        self._header.set_text(self.title(), self._count_words(count) if self._answered else " ")
        if count or not self._answered:
            self._stack.setCurrentWidget(self.table)
            return
        self._teach()
        self._stack.setCurrentWidget(self.empty)

    def _count_words(self, count: int) -> str:
        words = self.tr("1 record") if count == 1 else self.tr("{0} records").format(f"{count:,}")
        if self._cut_off:
            words = self.tr("{0} or more, type on to narrow it down").format(words)
        narrowed_down = self.filters.narrowing.active
        return self.tr("{0} after filters").format(words) if narrowed_down else words

    def _teach(self) -> None:
        name, many = self._name(), heading(self._entity, self._session.language).lower()
        if self.filters.narrowing.active:
            self.empty.set_text(
                self.tr("No {0} match").format(many),
                self.tr("Try fewer letters, pinyin initials or the last four digits of a phone."),
                action=self.tr("Clear filters"),
            )
            return
        if self._drill is not None:
            self.empty.set_text(
                self.tr("No records behind this number"),
                self.tr("Nothing fits it at the moment; the list fills by itself. Esc goes back."),
                action=self.tr("Back"),
            )
            return
        teaching = self.tr("What you and your colleagues record appears here, offline too.")
        action = self.tr("New {0} (N)").format(name) if self._may_create() else ""
        self.empty.set_text(self.tr("No {0} yet").format(many), teaching, action=action)

    def _name(self) -> str:
        name = self._entity.label.text(self._session.language)
        return name if self._session.language.startswith("zh") else name.lower()

    # -- what can be done ----------------------------------------------------------------------

    def _may_create(self) -> bool:
        may = self._session.workspace.may(Right.CREATE, self._entity.name)
        return may.allowed and can_be_typed(self._entity) and self._drill is None

    @Slot()
    def create_record(self) -> None:
        """Open the sheet for a new record."""
        if not self._may_create():
            return
        sheet = RecordDialog(self._session, Subject(self._entity.name), self.window())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.saved.connect(self._created)
        sheet.open()

    @Slot(str)
    def _created(self, record_id: str) -> None:
        self._session.open_requested.emit(self._entity.name, record_id)

    @Slot(int)
    def _open(self, row_number: int) -> None:
        record = self.model.record_at(row_number)
        if record is not None:
            self._session.open_requested.emit(self._entity.name, str(record["id"]))

    @Slot()
    def delete_selected(self) -> None:
        """Put the selected records in the bin; the toast offers to take it back."""
        ids = self.selected_ids()
        if len(ids) == 1:
            self._session.run(do_delete, self._entity.name, ids[0])
        elif ids:
            self._session.run(do_delete_many, self._entity.name, ids)

    @Slot()
    def _enter_table(self) -> None:
        if self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)

    @Slot()
    def _follow_teaching(self) -> None:
        if self.filters.narrowing.active:
            self.filters.clear_all()
            self.filters.search.setFocus()
        elif self._drill is not None:
            self.back_requested.emit()
        else:
            self.create_record()

    @Slot(int)
    def _show_menu(self, row_number: int) -> None:
        menu = RowMenu(self.table)
        menu.opened.connect(self._open_current)
        menu.deleted.connect(self.delete_selected)
        menu.show_at(row_number)

    @Slot()
    def _open_current(self) -> None:
        self._open(self.table.currentIndex().row())
