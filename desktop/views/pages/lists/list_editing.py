"""Editing in the cells of a list: F2, Enter or a double click; Tab and the arrows go on.

The title's column opens the record; every other cell that may be written is edited in its place.
"""

from PySide6.QtCore import QModelIndex as Index
from PySide6.QtCore import QObject, QPersistentModelIndex, QPoint, Qt, Slot

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Record, Value
from crm_core.permissions import Verdict
from desktop.services.commands.verbs import Done, do_change
from desktop.viewmodels.lists.record_list import RecordListModel
from desktop.viewmodels.session import Session
from desktop.views.pages.records.cell_field import CellField
from desktop.views.pages.records.places_after import fill_places, with_places
from desktop.views.widgets.list_table import ListTable
from desktop.views.widgets.retiring import retire

_LEAST_WIDTH = 180


class ListEditing(QObject):
    """One open editor at most; what is typed in it stays until it is saved or taken back."""

    def __init__(
        self, session: Session, entity: EntitySpec, model: RecordListModel, table: ListTable
    ) -> None:
        super().__init__(table)
        self._session, self._entity = session, entity
        self._model, self._table = model, table
        self._record_id = ""
        self._rid: Value = None
        self._record: Record = {}
        self.field: CellField | None = None
        table.begins_edit = self.begin
        table.verticalScrollBar().valueChanged.connect(self._place)
        table.horizontalScrollBar().valueChanged.connect(self._place)
        model.modelReset.connect(self._place_again)

    def begin(self, index: Index | QPersistentModelIndex, *, wanted: bool = False) -> bool:
        """Open the editor of a cell; False where Enter or a double click opens the record instead.

        `wanted`: somebody asked for the editor itself (F2), and is told why there is none.
        """
        record = self._model.record_at(index.row())
        if record is None or not 0 <= index.column() < len(self._model.fields):
            return False
        spec = self._entity.find(self._model.fields[index.column()].name)
        whole = self._session.workspace.replica.registry.entity(self._entity.name)
        if spec is None or (not wanted and not _in_place(spec, whole)):
            return False
        verdict = self._may(record, spec)
        if not verdict.allowed:
            self._session.failed.emit(
                KnownError(verdict.chinese, verdict.english, code="forbidden")
            )
            return True
        if self.field is not None:
            self.field.commit()
            if self.field is not None:
                return True  # It holds something that cannot be saved yet.
        self._open(record, spec, index)
        return True

    def _may(self, record: Record, spec: FieldSpec) -> Verdict:
        workspace = self._session.workspace
        whole = workspace.replica.registry.entity(self._entity.name).field_spec(spec.name)
        if not whole.editable:
            return Verdict(
                allowed=False,
                chinese=f"「{spec.label.zh}」由系统填写，不能手工修改。",
                english=f"“{spec.label.en}” is written by the system and cannot be typed.",
            )
        return workspace.may_write(self._entity.name, record, spec.name)

    def _open(self, record: Record, spec: FieldSpec, index: Index | QPersistentModelIndex) -> None:
        self._record_id, self._rid = str(record["id"]), record["rid"]
        value = record.get(spec.name)
        if spec.kind is Kind.BOOL:
            self._record = record
            self._save(spec.name, not value)
            return
        self._table.setCurrentIndex(self._table.model().index(index.row(), index.column()))
        field = CellField(self._session, spec, self._table)
        self.field = field
        self._record = record
        field.around = lambda: record
        field.show_value(value, str(self._table.model().index(index.row(), index.column()).data()))
        field.saving.connect(self._save)
        field.finished.connect(self._closed)
        field.moved.connect(self._go_on)
        field.show()
        field.begin()
        self._place()

    @Slot()
    def _place(self) -> None:
        """Lay the editor over its cell."""
        if self.field is None:
            return
        names = [spec.name for spec in self._model.fields]
        row = self._model.row_of(self._rid) if isinstance(self._rid, int) else -1
        if row < 0 or self.field.spec.name not in names:
            return  # The record has left the list: its editor stays where it is.
        cell = self._table.visualRect(
            self._table.model().index(row, names.index(self.field.spec.name))
        )
        corner = self._table.viewport().mapTo(self._table, QPoint(cell.left(), cell.top()))
        wanted = max(self.field.sizeHint().height(), cell.height())
        width = max(cell.width(), _LEAST_WIDTH)
        top = min(corner.y(), self._table.height() - wanted)
        left = max(0, min(corner.x(), self._table.width() - width))
        self.field.setGeometry(left, top, width, wanted)
        self.field.raise_()

    @Slot()
    def _place_again(self) -> None:
        if self.field is not None:
            self._table.doItemsLayout()
            self._place()

    @Slot(str, object)
    def _save(self, name: str, value: Value) -> None:
        field = self.field

        changes = with_places(self._entity, self._record, name, value)
        record = {**self._record, **changes}

        def saved(_done: Done) -> None:
            fill_places(self._session, self._entity, record, after=name)
            if field is not None and field is self.field:
                field.accepted()

        def refused(error: KnownError) -> None:
            if field is None:
                self._session.failed.emit(error)
            elif field is self.field:
                field.refused(error.sentence(self._session.language))
                self._place()

        self._session.run(
            do_change, self._entity.name, self._record_id, changes,
            on_done=saved, on_error=refused,
        )  # fmt: skip

    @Slot()
    def _closed(self) -> None:
        field, self.field = self.field, None
        if field is not None:
            retire(field)
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int, int)
    def _go_on(self, columns: int, rows: int) -> None:
        """Open the next cell that may be written, along the row and on to the next."""
        here = self._table.currentIndex()
        if rows:
            self.begin(self._table.model().index(here.row() + rows, here.column()))
            return
        record, place = self._model.record_at(here.row()), here.column() + columns
        while record is not None and 0 <= place < len(self._model.fields):
            spec = self._entity.find(self._model.fields[place].name)
            if spec is not None and self._takes_part(record, spec):
                self.begin(self._table.model().index(here.row(), place))
                return
            place += columns

    def _takes_part(self, record: Record, spec: FieldSpec) -> bool:
        in_place = spec.kind is not Kind.BOOL and spec.name != self._entity.title
        return in_place and self._may(record, spec).allowed


def _in_place(spec: FieldSpec, entity: EntitySpec) -> bool:
    """Whether Enter edits the cell: the title opens its record, and so does what nobody types."""
    return spec.name != entity.title and entity.field_spec(spec.name).editable
