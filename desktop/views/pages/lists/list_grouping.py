"""The menu by which a list is grouped, and the keys and clicks that open and close its groups."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from desktop.viewmodels.lists.list_groups import UNITS, can_group
from desktop.viewmodels.lists.record_list import RecordListModel
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.list_columns import ListColumns
from desktop.views.theme.apply import colours
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.list_table import ListTable


class ListGrouping(QObject):
    """Gives `button` its menu; what is chosen is part of how the list is set up."""

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        model: RecordListModel,
        table: ListTable,
        *,
        columns: ListColumns,
        button: IconButton,
    ) -> None:
        super().__init__(table)
        self._session, self._entity = session, entity
        self._model, self._columns = model, columns
        self._button = button
        self.menu = QMenu(button)
        self.menu.aboutToShow.connect(self._fill)
        button.setMenu(self.menu)
        button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        table.group_turned.connect(self._turn)
        columns.changed.connect(self._mark)
        model.answered.connect(self._mark)

    def choose(self, text: str) -> None:
        """Group by a field, a date with `:day`, `:week` or `:month`; empty for no groups."""
        self._columns.group(text)

    @Slot()
    def _fill(self) -> None:
        self.menu.clear()
        only = QActionGroup(self.menu)
        self._add(self.menu, only, self.tr("No groups"), "")
        self.menu.addSeparator()
        language = self._session.language
        for spec in self._entity.fields:
            if not can_group(spec):
                continue
            if spec.kind not in (Kind.DATE, Kind.MOMENT):
                self._add(self.menu, only, spec.label.text(language), spec.name)
                continue
            self._add_dates(only, spec)

    def _add_dates(self, only: QActionGroup, spec: FieldSpec) -> None:
        inner = self.menu.addMenu(spec.label.text(self._session.language))
        words = {"day": self.tr("By day"), "week": self.tr("By week"), "month": self.tr("By month")}
        for unit in UNITS:
            self._add(inner, only, words[unit], f"{spec.name}:{unit}")

    def _add(self, menu: QMenu, only: QActionGroup, words: str, text: str) -> QAction:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(self._columns.shape.group == text)
        only.addAction(action)
        action.triggered.connect(lambda: self.choose(text))
        return action

    @Slot(int, object)
    def _turn(self, row: int, opened: bool | None) -> None:
        self._model.turn_group(row, opened=opened)

    @Slot()
    def _mark(self) -> None:
        self._button.set_ink(colours().accent if self._columns.shape.group else "")
