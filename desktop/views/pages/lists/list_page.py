"""A page that lists records of one entity: search, narrow, sort, open, create, delete, copy.

Also the page behind a number: the same list over a given query, with the measure's definition.
This module puts the parts together; each part has a module of its own (`list_…`).
"""

from collections.abc import Collection
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import (
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from crm_core.model.query import Query
from desktop.bus import Change
from desktop.services.online.sync_status import SyncStatus
from desktop.viewmodels.lists.columns import OPENED_WITH, whole_list
from desktop.viewmodels.session import Session
from desktop.views.pages.importing.file_drops import FileDrops
from desktop.views.pages.lists.list_actions import ListActions
from desktop.views.pages.lists.list_columns import ListColumns, opening_shape
from desktop.views.pages.lists.list_copying import copying_allowed
from desktop.views.pages.lists.list_editing import ListEditing
from desktop.views.pages.lists.list_face import ListFace
from desktop.views.pages.lists.list_filters import ListFilters
from desktop.views.pages.lists.list_grouping import ListGrouping
from desktop.views.pages.lists.list_place import ListPlace
from desktop.views.pages.lists.list_question import ListQuestion, asked
from desktop.views.pages.lists.list_teaching import Drill, ListTeaching
from desktop.views.pages.lists.list_views import ListViews
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
    "attachment": "attachment",
    "competitor": "shield",
    "user": "person",
    "team": "building",
    "territory": "globe",
}


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
        self._drill = drill
        self._answered, self._arranging = False, session.status.arranging
        self.filters = ListFilters(session, self._entity)
        for name, codes in OPENED_WITH.get(entity_name, {}).items() if drill is None else ():
            self.filters.preset(name, list(codes))
        self._make_list(base_query or whole_list(self._entity), columns)
        self.views = self._made_views() if drill is None and not columns else None
        self._words = ListTeaching(session, self._entity, drill, self)
        self._create, self._header = PrimaryButton("", "plus"), PageHeader("")
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
        return self._words.title

    def selected_ids(self) -> list[str]:
        """Ids of the selected records, in the order of the list."""
        return self.doing.selected_ids()

    def retranslate(self) -> None:
        self._create.setText(self.tr("New"))
        self._create.setToolTip(self.tr("New {0} (N)").format(self._words.name))
        self.back.set_name(self.tr("Back (Alt+Left)"))
        self.table.setAccessibleName(self.title())
        self._show_answer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.columns.fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.columns.fit()

    # -- building ------------------------------------------------------------------------------

    def _make_list(self, base: Query, columns: Collection[str]) -> None:
        session, entity = self._session, self._entity
        keeps = self._drill is None and not columns
        kept = opening_shape(session, entity, kept=keeps)
        first = asked(session, base, entity, self.filters.narrowing)
        self.model = session.list_model(
            replace(first, sort=kept.sort or first.sort),
            columns=columns or kept.columns_of(entity),
            parent=self,
        )
        self.question = ListQuestion(session, entity, base, self.model)
        self.table = ListTable()
        self.table.may_copy_rows = copying_allowed(session, entity.name)
        self.doing = ListActions(session, entity, self.model, self.table)
        self.doing.may_add = self._drill is None
        self._face = ListFace(self.model, session.workspace.clock, self)
        self.table.setModel(self._face)
        self.editing = ListEditing(session, entity, self.model, self.table)
        self.place = ListPlace(self.model, self.table)
        self.columns = ListColumns(session, entity, self.model, self.table, shape=kept, keeps=keeps)
        self.grouping = ListGrouping(
            session, entity, self.model, self.table,
            columns=self.columns, button=self.filters.groups,
        )  # fmt: skip

    def _made_views(self) -> ListViews:
        return ListViews(
            self._session, self._entity, self,
            filters=self.filters, columns=self.columns, question=self.question,
        )  # fmt: skip

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
        self._header.add_action(self.doing.more)
        self._header.add_action(self._create)
        if self.views is not None:
            body.addWidget(self.views.bar)
        body.addWidget(self.filters)
        body.addWidget(self.filters.panel)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        sheet = Card()
        sheet.body.setContentsMargins(1, 4, 1, 4)
        sheet.body.addWidget(self._stack, 1)
        framed = row(None, margins=(24, 0, 24, 16))
        framed.addWidget(sheet)
        body.addLayout(framed, 1)
        self._create.setVisible(self.doing.may_create)

    def _connect(self) -> None:
        self._session.changed.connect(self._heard)
        self._session.sync_changed.connect(self._stand)
        self._session.language_changed.connect(self._speak)
        self.filters.narrowed.connect(self._narrow_anew)
        self.filters.left_downwards.connect(self._enter_table)
        self.filters.columns.clicked.connect(self.columns.choose)
        self.table.sort_requested.connect(self._sort)
        self.empty.action_triggered.connect(self._follow_teaching)
        self._create.clicked.connect(self.doing.create_record)
        self.back.clicked.connect(self.back_requested)
        self.model.answered.connect(self._arrived)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self._key("N", self.doing.create_record)
        self._key("Ctrl+Shift+L", self.filters.toggle_panel)
        if self._drill is not None:
            self._key("Esc", self.back_requested)
            return
        FileDrops(self).dropped.connect(self.doing.more.bring_in_file)

    def _key(self, keys: str, slot: object) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)

    # -- what is listed ------------------------------------------------------------------------

    @Slot()
    def _narrow_anew(self) -> None:
        self.place.to_top = True
        self.question.ask(self.filters.narrowing)

    @Slot(int, bool)
    def _sort(self, column_number: int, ascending: bool) -> None:
        order = Qt.SortOrder.AscendingOrder if ascending else Qt.SortOrder.DescendingOrder
        self.place.to_top = True
        self.model.sort(column_number, order)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        targets = {spec.target for spec in self.model.fields if spec.target}
        if change.touches(self._entity.name) or any(change.touches(t) for t in targets):
            narrowing = self.filters.narrowing
            self.question.ask(narrowing) if narrowing.typed.strip() else self.model.refresh()

    @Slot(object)
    def _stand(self, status: SyncStatus) -> None:
        """Names of very many that came get their places: say so, and list anew once they have."""
        if status.arranging is self._arranging:
            return
        self._arranging = status.arranging
        if self._by_name() and not self._arranging:
            self.model.refresh()
        self._show_answer()

    def _by_name(self) -> bool:
        return any(sort.field == self._entity.title for sort in self.model.query.sort[:1])

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        self.columns.fit()  # Words are longer in the one than in the other.

    @Slot()
    def _arrived(self) -> None:
        self._answered, self.place.to_top = True, False
        self._show_answer()

    def _show_answer(self) -> None:
        count, active = self.model.records, self.filters.narrowing.active
        words = self._words.count(count, narrowed=active, cut_off=self.question.cut_off)
        arranging = self._words.arranging() if self._arranging and self._by_name() else ""
        said = [words, arranging, self._words.selected(self.doing.more.selected_rows())]
        self._header.set_text(
            self.title(), " · ".join(filter(None, said)) if self._answered else " "
        )
        self.filters.panel.show_count(words if self._answered else "")
        if count or not self._answered:
            self._stack.setCurrentWidget(self.table)
            return
        self._words.teach(self.empty, narrowed=active, may_create=self.doing.may_create)
        self._stack.setCurrentWidget(self.empty)

    @Slot()
    def _selected(self) -> None:
        self._show_answer()

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
            self.doing.create_record()
