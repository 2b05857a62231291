"""How the cells of a record list look: roles the delegates ask for, and a delegate per kind."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crm_core.clock import CHINA, Clock, parse_moment
from crm_core.model.schema import FieldSpec, Kind
from crm_core.model.values import Record
from desktop.viewmodels.lists.record_list import NUMERIC, ListRole, RecordListModel
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.cell_delegates import (
    AvatarCell,
    MoneyCell,
    RelativeTimeCell,
    StatusCell,
    TextCell,
)
from desktop.views.widgets.cell_face import (
    LEFT,
    MOMENT_ROLE,
    RIGHT,
    TONE_ROLE,
    CellFace,
)
from desktop.views.widgets.list_table import COPY_ROLE

_WITH_AVATAR = frozenset({"customer", "contact", "lead", "user"})
_DUE_FIELDS = frozenset({"next_contact_on", "next_on", "due_at", "close_on"})
"""Dates that call for something to be done; in the past they are shown in warning ink."""

_TONES = {tone.value: tone for tone in Tone}

_SETTLED: Mapping[str, frozenset[str]] = {
    "state": frozenset({"done", "dropped"}),
    "stage": frozenset({"won", "lost"}),
}
"""Field → codes of records that are over with; their dates call for nothing."""

_Index = QModelIndex | QPersistentModelIndex


class ListFace(QIdentityProxyModel):
    """Answers the roles of the cell delegates from what a RecordListModel knows."""

    def __init__(self, model: RecordListModel, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._records = model
        self.setSourceModel(model)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == TONE_ROLE:
            return self._tone(index)
        if role == MOMENT_ROLE:
            return self._moment(index)
        if role == COPY_ROLE:
            return self._copied(index)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index)
        return self._records.cell(index.row(), index.column(), role)

    def _spec(self, index: _Index) -> FieldSpec | None:
        found = self._records.cell(index.row(), index.column(), ListRole.FIELD)
        return found if isinstance(found, FieldSpec) else None

    def row_faces(self, row: int, columns: Sequence[int]) -> list[CellFace]:
        """All that is drawn of a row, in one answer: see `list_rows`."""
        records = self._records
        if records.rid_at(row) < -1:
            return [CellFace(group=records.cell(row, columns[0], ListRole.GROUP))] * len(columns)
        record, fields = records.record_at(row), records.fields
        if record is None:
            return [CellFace()] * len(columns)
        return [
            self._face(row, fields[column], record) if column < len(fields) else CellFace()
            for column in columns
        ]

    def _face(self, row: int, spec: FieldSpec, record: Record) -> CellFace:
        records = self._records
        value = record.get(spec.name)
        tone = self._tone_of(row, spec, value) or Tone.NEUTRAL
        if spec.kind is Kind.MOMENT and isinstance(value, str):
            return CellFace(tone=tone, moment=parse_moment(value))  # Its cell draws no text.
        text = records.text(row, spec, value)
        return CellFace(text, tone, RIGHT if spec.kind in NUMERIC else LEFT)

    def _tone(self, index: _Index) -> Tone | None:
        spec, value = (
            self._spec(index),
            self._records.cell(index.row(), index.column(), ListRole.VALUE),
        )
        return self._tone_of(index.row(), spec, value) if spec is not None else None

    def _tone_of(self, row: int, spec: FieldSpec, value: object) -> Tone | None:
        if spec.kind is Kind.CHOICE:
            option = spec.choice(str(value))
            if option is not None and option.tone:
                return _TONES.get(option.tone)
        if spec.name not in _DUE_FIELDS or not isinstance(value, str):
            return None
        late = self._passed(spec, value) and not self._settled(row)
        return Tone.WARN if late else None

    def _settled(self, row: int) -> bool:
        """Whether nothing is to be done about the record any more."""
        record = self._records.record_at(row) or {}
        return any(record.get(name) in codes for name, codes in _SETTLED.items())

    def _passed(self, spec: FieldSpec, value: str) -> bool:
        now = self._clock.now()
        if spec.kind is Kind.MOMENT:
            return parse_moment(value) < now
        return value < now.astimezone(CHINA).date().isoformat()

    def _moment(self, index: _Index) -> datetime | None:
        spec, value = (
            self._spec(index),
            self._records.cell(index.row(), index.column(), ListRole.VALUE),
        )
        if spec is None or spec.kind is not Kind.MOMENT or not isinstance(value, str):
            return None
        return parse_moment(value)

    def _copied(self, index: _Index) -> str | None:
        spec, value = (
            self._spec(index),
            self._records.cell(index.row(), index.column(), ListRole.VALUE),
        )
        if spec is not None and spec.kind is Kind.PHONE and isinstance(value, str):
            return "".join(value.split())
        return None

    def _tip(self, index: _Index) -> str | None:
        spec = self._spec(index)
        if spec is None or spec.kind not in (Kind.MOMENT, Kind.LONG_TEXT, Kind.SET, Kind.TEXT):
            return None
        text = str(
            self._records.cell(index.row(), index.column(), Qt.ItemDataRole.DisplayRole) or ""
        )
        return text if spec.kind is Kind.MOMENT or len(text) > 16 else None


def cell_for(entity: str, spec: FieldSpec, *, title: str, parent: QObject) -> TextCell:
    """The delegate of a column."""
    if spec.name == title and entity in _WITH_AVATAR:
        return AvatarCell(parent)
    kinds: dict[Kind, type[TextCell]] = {
        Kind.CHOICE: StatusCell,
        Kind.MOMENT: RelativeTimeCell,
        Kind.MONEY: MoneyCell,
    }
    return kinds.get(spec.kind, TextCell)(parent)
