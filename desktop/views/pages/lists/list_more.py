"""What can be done with a whole list: the menu behind the dots in its header, and its keys.

The sheets are loaded when they are first wanted, so that a list opens without waiting for them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from crm_core.errors import KnownError
from crm_core.intake.kinds import kinds
from crm_core.model.schema import EntitySpec
from crm_core.permissions import Right
from desktop.viewmodels.lists.record_list import RecordListModel
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.list_scope import Chosen
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.list_table import ListTable

if TYPE_CHECKING:
    from desktop.views.pages.lists.bulk_sheet import BulkSheet
    from desktop.views.pages.lists.export_sheet import ExportSheet
    from desktop.views.pages.records.print_sheet import PrintSheet


class ListMore(IconButton):
    """Put it beside the other buttons of the header."""

    def __init__(
        self, session: Session, entity: EntitySpec, model: RecordListModel, table: ListTable
    ) -> None:
        self._words: dict[QAction, Callable[[], str]] = {}
        super().__init__("more", "")
        self._session = session
        self._entity = entity
        self._model = model
        self._table = table
        self._menu = QMenu(self)
        self._edit = self._add("Ctrl+B", lambda: self.tr("Edit many…"), self.edit_many)
        self._import = self._add("Ctrl+Shift+I", lambda: self.tr("Import…"), self.bring_in)
        self._export = self._add("Ctrl+Shift+X", lambda: self.tr("Export…"), self.export)
        self._print = self._add("Ctrl+P", lambda: self.tr("Print…"), self.print_list)
        self._menu.addSeparator()
        self._bin = self._menu.addAction("")
        self._bin.triggered.connect(lambda: session.place_requested.emit("bin"))
        self._words[self._bin] = lambda: self.tr("Recycle bin")
        self._menu.aboutToShow.connect(self._enable)
        self.setMenu(self._menu)
        self.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_name(self.tr("More for this list"))
        for action, words in self._words.items():
            action.setText(words())

    def actions_for_rows(self) -> list[QAction]:
        """What the menu of a row offers as well."""
        self._enable()
        return [self._edit] if self._edit.isVisible() else []

    def chosen(self) -> list[int]:
        """Row ids of the selected rows, in the order of the list; reads nothing."""
        ranges = self._table.selectionModel().selection()
        spans = [range(one.top(), one.bottom() + 1) for one in ranges]  # type: ignore[attr-defined]
        rows = sorted({row for span in spans for row in span})
        rids = (self._model.rid_at(row) for row in rows)
        return [rid for rid in rids if rid >= 0]

    def selected_rows(self) -> int:
        """How many rows are selected; reads nothing."""
        ranges = self._table.selectionModel().selection()
        spans = sorted((one.top(), one.bottom()) for one in ranges)  # type: ignore[attr-defined]
        count, below = 0, 0
        for top, bottom in spans:  # Parts of one row can be ranges of their own.
            count += max(0, bottom + 1 - max(top, below))
            below = max(below, bottom + 1)
        return count

    @Slot()
    def edit_many(self) -> BulkSheet | None:
        """Open the sheet for the selected records, or for all of the list."""
        return self._bulk(Right.EDIT)

    @Slot()
    def delete_many(self) -> BulkSheet | None:
        """Open the sheet that previews a deletion."""
        return self._bulk(Right.DELETE)

    @Slot()
    def bring_in(self) -> None:
        """Open the wizard for files of such records."""
        if self._importable():
            self._session.import_requested.emit(self._entity.name, "")

    @Slot(object)
    def bring_in_file(self, path: Path) -> None:
        """A file was dropped on the list."""
        if self._importable():
            self._session.import_requested.emit(self._entity.name, str(path))

    @Slot()
    def export(self) -> ExportSheet | None:
        """Open the sheet that writes a file."""
        if not self._permit(Right.EXPORT) or not self._model.rowCount():
            return None
        from desktop.views.pages.lists.export_sheet import ExportSheet

        shown = tuple(spec.name for spec in self._model.fields)
        sheet = ExportSheet(
            self._session, self._entity, self._scope(), shown=shown, parent=self._table.window()
        )
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()
        return sheet

    @Slot()
    def print_list(self) -> PrintSheet | None:
        """Open the sheet that prints."""
        if not self._permit(Right.EXPORT) or not self._model.rowCount():
            return None
        from desktop.views.pages.records.print_sheet import for_list

        shown = tuple(spec.name for spec in self._model.fields)
        sheet = for_list(
            self._session, self._entity, self._scope(), shown=shown, parent=self._table.window()
        )
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()
        return sheet

    def _bulk(self, right: Right) -> BulkSheet | None:
        if not self._permit(right) or not self._model.rowCount():
            return None
        from desktop.views.pages.lists.bulk_sheet import BulkSheet

        deletes, window = right is Right.DELETE, self._table.window()
        sheet = BulkSheet(
            self._session, self._entity, self._scope(), deletes=deletes, parent=window
        )
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()
        return sheet

    def _scope(self) -> Chosen:
        rids = self.chosen()
        # One row is selected all the time; several are a choice somebody made.
        several = rids if len(rids) > 1 else []
        return Chosen(several, self._model.query, self._model.records)

    def _add(self, keys: str, words: Callable[[], str], slot: Callable[[], object]) -> QAction:
        action = self._menu.addAction("")
        action.setShortcut(QKeySequence(keys))
        # The page's widgets share the action, so that its keys work wherever the focus is there.
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._table.addAction(action)
        action.triggered.connect(slot)
        self._words[action] = words
        return action

    def _importable(self) -> bool:
        name = self._entity.name
        return name in kinds(self._session.workspace.replica.registry) and self._allowed(
            Right.CREATE
        )

    def _permit(self, right: Right) -> bool:
        """Whether it may be done; who pressed its keys without the right is told why not."""
        verdict = self._session.workspace.may(right, self._entity.name)
        if not verdict.allowed:
            error = KnownError(verdict.chinese, verdict.english, code="forbidden")
            self._session.failed.emit(error)
        return verdict.allowed

    def _allowed(self, right: Right) -> bool:
        return self._session.workspace.may(right, self._entity.name).allowed

    @Slot()
    def _enable(self) -> None:
        self._edit.setVisible(self._allowed(Right.EDIT))
        self._import.setVisible(self._importable())
        for action in (self._export, self._print):
            action.setVisible(self._allowed(Right.EXPORT))
        for action in (self._edit, self._export, self._print):
            action.setEnabled(self._model.rowCount() > 0)
