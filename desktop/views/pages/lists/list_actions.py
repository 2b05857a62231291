"""What can be done with the records of a list: create, open, delete, and the menu of a row."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from crm_core.model.schema import EntitySpec
from crm_core.permissions import Right
from desktop.services.commands.verbs import do_delete, do_delete_many
from desktop.viewmodels.lists.record_list import RecordListModel
from desktop.viewmodels.records.record_defaults import can_be_typed
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.list_menu import RowMenu
from desktop.views.pages.lists.list_more import ListMore
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.widgets.list_table import ListTable

_WITHOUT_PREVIEW = 20
"""Up to so many records are deleted at once; of more the person sees first what will happen."""


class ListActions(QObject):
    """Acts on what is selected in one table; N, Enter and Delete lead here."""

    def __init__(
        self, session: Session, entity: EntitySpec, model: RecordListModel, table: ListTable
    ) -> None:
        super().__init__(table)
        self._session = session
        self._entity = entity
        self._model = model
        self._table = table
        self.may_add = True
        """Off where the list is not the place to add to, such as behind a number."""
        self.more = ListMore(session, entity, model, table)
        """What can be done with the whole list: a button for the header."""
        table.row_opened.connect(self.open)
        table.menu_requested.connect(self._show_menu)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.delete_selected)

    @property
    def may_create(self) -> bool:
        """Whether somebody could add a record here."""
        may = self._session.workspace.may(Right.CREATE, self._entity.name)
        return may.allowed and can_be_typed(self._entity) and self.may_add

    def selected_ids(self) -> list[str]:
        """Ids of the selected records, in the order of the list."""
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        records = (self._model.record_at(row) for row in rows)
        return [str(record["id"]) for record in records if record is not None]

    @Slot()
    def create_record(self) -> None:
        """Open the sheet for a new record."""
        if not self.may_create:
            return
        subject = Subject(self._entity.name)
        sheet = RecordDialog.over(self._session, subject, self._table.window())
        sheet.saved.connect(self._created)

    @Slot(int)
    def open(self, row_number: int) -> None:
        """Show the record of a row on its page."""
        record = self._model.record_at(row_number)
        if record is not None:
            self._session.open_requested.emit(self._entity.name, str(record["id"]))

    @Slot()
    def delete_selected(self) -> None:
        """Put the selected records in the bin; the toast offers to take it back."""
        if len(self.more.chosen()) > _WITHOUT_PREVIEW:
            self.more.delete_many()
            return
        ids = self.selected_ids()
        if len(ids) == 1:
            self._session.run(do_delete, self._entity.name, ids[0])
        elif ids:
            self._session.run(do_delete_many, self._entity.name, ids)

    @Slot(str)
    def _created(self, record_id: str) -> None:
        self._session.open_requested.emit(self._entity.name, record_id)

    @Slot(int)
    def _show_menu(self, row_number: int) -> None:
        menu = RowMenu(self._table, self.more.actions_for_rows())
        menu.opened.connect(self._open_current)
        menu.deleted.connect(self.delete_selected)
        menu.show_at(row_number)

    @Slot()
    def _open_current(self) -> None:
        self.open(self._table.currentIndex().row())
