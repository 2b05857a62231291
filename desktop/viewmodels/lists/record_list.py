"""A virtual list of any entity: an array of row ids, and pages of rows fetched when looked at.

Opening 100,000 rows costs one query for integers; a page of 200 rows by primary key takes a few
milliseconds, so it is read where it is needed, while the query for ids runs in the background.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from crm_core.model.query import Query, Sort
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Registry
from crm_core.model.values import Record, Value, display
from desktop.viewmodels.lists.list_groups import (
    GroupBy,
    Groups,
    group_by,
    group_detail,
    group_label,
    place_of,
    read_groups,
)

PAGE_ROWS = 20
"""Rows read at once, on the Qt thread: about what a screen shows, in a few milliseconds."""
FIRST_ROWS = 400
"""Rows of a new question that are asked for before the rest."""
NUMERIC = frozenset({Kind.MONEY, Kind.INTEGER, Kind.DECIMAL})
"""Kinds that stand at the right of their column."""
Index = QModelIndex | QPersistentModelIndex


class ListRole(IntEnum):
    """What delegates ask for beside the text."""

    VALUE = Qt.ItemDataRole.UserRole + 1
    """The value in its written form."""
    FIELD = Qt.ItemDataRole.UserRole + 2
    """The FieldSpec of the column."""
    RECORD_ID = Qt.ItemDataRole.UserRole + 3
    GROUP = Qt.ItemDataRole.UserRole + 44
    """The GroupFace of a group's header; None for a record."""
    TONE = Qt.ItemDataRole.UserRole + 4
    """The tone of a choice: neutral good warn bad."""


class RecordSource(Protocol):
    """What the list reads from; the replica is one."""

    @property
    def registry(self) -> Registry:
        """Entities and fields."""

    def row_ids(self, query: Query) -> Sequence[int]:
        """Row ids of the answer."""

    def rows(self, entity: str, rids: Sequence[int]) -> list[dict[str, Value]]:
        """Records of a page."""

    def titles(self, entity: str, ids: set[str]) -> dict[str, str]:
        """Names of records pointed at."""

    def tallies(
        self, query: Query, name: str, *, letters: int = 0, total: str = ""
    ) -> list[tuple[Value, int, int | None]]:
        """Records by the values of a field."""


Background = Callable[[Callable[[], Any], Callable[[Any], None]], object]
"""Runs the first function off the Qt thread and hands its result to the second on it."""


@dataclass(frozen=True, slots=True)
class GroupFace:
    """What the header of a group shows."""

    label: str
    detail: str
    opened: bool


@dataclass(slots=True)
class _Page:
    records: Mapping[Value, dict[str, Value]]
    """By row id."""
    titles: Mapping[str, Mapping[str, str]]


class RecordListModel(QAbstractTableModel):
    """Rows of one query, columns of chosen fields."""

    answered = Signal()
    """An answer has arrived and is shown, whether or not it differs from what was there."""

    def __init__(
        self,
        source: RecordSource,
        query: Query,
        background: Background,
        *,
        columns: Sequence[str] = (),
        language: str = "zh",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._background = background
        self._query = query
        self._columns = tuple(columns)
        self._known: tuple[Registry, list[FieldSpec]] | None = None
        self._language = language
        self._rids = array("q")
        self._shown: Query | None = None
        """What the rows answer."""
        self._complete = True
        self._pages: dict[int, _Page] = {}
        self._asked = 0
        self._group = ""
        self._groups: Groups | None = None

    @property
    def entity(self) -> EntitySpec:
        """The entity listed."""
        return self._source.registry.entity(self._query.entity)

    @property
    def query(self) -> Query:
        """What is listed, in which order."""
        return self._query

    @property
    def fields(self) -> list[FieldSpec]:
        """The fields of the columns."""
        registry = self._source.registry
        if self._known is None or self._known[0] is not registry:
            names = self._columns or self.entity.list_fields
            found = [spec for name in names if (spec := self.entity.find(name)) is not None]
            self._known = registry, found
        return self._known[1]

    def set_columns(self, columns: Sequence[str]) -> None:
        """Show other fields of the same records, or the same in another order."""
        if tuple(columns) != tuple(spec.name for spec in self.fields):
            self.beginResetModel()
            self._columns, self._known = tuple(columns), None
            self._pages.clear()
            self.endResetModel()

    def refresh(self) -> None:
        """Ask again; the rows on screen stay until the answer is there."""
        self._asked += 1
        asked, query = self._asked, self._query
        by = group_by(self.entity, self._group, self.fields) if self._group else None
        if by is not None:
            self._ask_groups(by, query, asked)
            return
        self._groups = None

        def rest() -> None:
            self._background(lambda: array("q", self._source.row_ids(query)), arrived)

        def arrived(rids: array[int]) -> None:
            if asked == self._asked:
                self._shown, self._complete = query, True
                self._replace(rids)
                self.answered.emit()

        def begun(rids: array[int]) -> None:
            if asked != self._asked:
                return
            if len(rids) < FIRST_ROWS:
                arrived(rids)
                return
            self._shown, self._complete = query, False
            self._replace(rids)
            rest()

        if query == self._shown or query.limit is not None:
            rest()
            return
        first = replace(query, limit=FIRST_ROWS)
        self._background(lambda: array("q", self._source.row_ids(first)), begun)

    def show_query(self, query: Query) -> None:
        """List something else."""
        self._query = query
        self.refresh()

    def order_by(self, sort: tuple[Sort, ...]) -> None:
        """The order of whatever is asked next."""
        self._query = replace(self._query, sort=sort)

    def group_by(self, text: str) -> None:
        """What the next answer is grouped by (see `list_groups.group_by`); empty for nothing."""
        if text != self._group:
            self._group, self._shown = text, None

    @property
    def records(self) -> int:
        """How many records the answer has, in closed groups as well."""
        return len(self._rids) if self._groups is None else self._groups.records

    def turn_group(self, row: int, *, opened: bool | None = None) -> None:
        """Open or close the group whose header a row is; None: the other way round."""
        groups, place = self._groups, place_of(self.rid_at(row))
        if groups is None or place < 0 or groups.is_open(place) is opened:
            return
        group = groups.groups[place]
        groups.turned[group.key] = not groups.is_open(place)
        if group.rids is not None or not groups.is_open(place):
            self._replace(groups.numbers())
            return
        query = groups.of_group(place)

        def arrived(rids: array[int]) -> None:
            group.rids = rids
            if groups is self._groups:
                self._replace(groups.numbers())

        self._background(lambda: array("q", self._source.row_ids(query)), arrived)

    def _ask_groups(self, by: GroupBy, query: Query, asked: int) -> None:
        former = self._groups
        kept = former.turned if former is not None and former.by.spec == by.spec else {}

        def arrived(groups: Groups) -> None:
            if asked == self._asked:
                groups.turned.update(kept)
                self._groups, self._shown, self._complete = groups, None, True
                self._replace(groups.numbers())
                self.answered.emit()

        self._background(lambda: read_groups(self._source, by, query, dict(kept)), arrived)

    def _header(self, number: int, column: int, role: int) -> Any:
        """What a group's header shows; its first column says it all for a screen reader."""
        place, groups = place_of(number), self._groups
        if groups is None or not 0 <= place < len(groups.groups):
            return None
        group = groups.groups[place]
        label = group_label(groups.by, group, self._language)
        detail = group_detail(groups.by, group, self._language)
        if role == ListRole.GROUP:
            return GroupFace(label, detail, opened=groups.is_open(place))
        texts = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        return f"{label} {detail}" if role in texts and column == 0 else None

    def set_language(self, language: str) -> None:
        """Show labels and choices in another language."""
        self._language = language
        self._pages.clear()
        if self._rids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rids) - 1, 0))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.fields) - 1)

    def record_at(self, row: int) -> Record | None:
        """The record of a row; None when it has gone since the list was made."""
        if not 0 <= row < len(self._rids):
            return None
        return self._page(row).records.get(self._rids[row])

    def rid_at(self, row: int) -> int:
        """The row id of a row; -1 where the list has no such row. Reads nothing."""
        return self._rids[row] if 0 <= row < len(self._rids) else -1

    def row_of(self, rid: int) -> int:
        """Where a row id stands now; -1 where it is not in the list."""
        try:
            return self._rids.index(rid)
        except ValueError:
            return -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Rows of the answer."""
        return 0 if parent.isValid() else len(self._rids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Columns shown."""
        return 0 if parent.isValid() else len(self.fields)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Field labels."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.fields):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.fields[section].label.text(self._language)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell, for reading, for delegates or for copying."""
        return self.cell(index.row(), index.column(), role)

    def cell(self, row: int, column: int, role: int) -> Any:
        """`data` without an index: what draws a screen asks two thousand times."""
        number = self.rid_at(row)
        if number < -1:
            return self._header(number, column, role)
        record = self.record_at(row)
        if record is None or column >= len(self.fields):
            return None
        spec = self.fields[column]
        value = record.get(spec.name)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(row, spec, value)
        return self._extra(role, spec, value, record)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column, in SQL. Long texts have no order that would be worth the wait."""
        if 0 <= column < len(self.fields) and self.fields[column].kind is not Kind.LONG_TEXT:
            descending = order == Qt.SortOrder.DescendingOrder
            sort = (Sort(self.fields[column].name, descending=descending),)
            self.show_query(replace(self._query, sort=sort))

    def _extra(self, role: int, spec: FieldSpec, value: Value, record: Record) -> Any:
        if role == ListRole.VALUE:
            return value
        if role == ListRole.FIELD:
            return spec
        if role == ListRole.RECORD_ID:
            return record["id"]
        if role == ListRole.TONE and spec.kind is Kind.CHOICE:
            option = spec.choice(str(value))
            return option.tone if option else None
        if role == Qt.ItemDataRole.TextAlignmentRole and spec.kind in NUMERIC:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def text(self, row: int, spec: FieldSpec, value: Value) -> str:
        """How a value in this row reads."""
        if spec.kind is Kind.REF and isinstance(value, str):
            return self._titles_at(row).get(spec.target, {}).get(value, "…")
        text = display(spec, value, self._language)
        return text.replace("\n", " ") if spec.kind is Kind.LONG_TEXT else text

    def _titles_at(self, row: int) -> Mapping[str, Mapping[str, str]]:
        return self._page(row).titles

    def _page(self, row: int) -> _Page:
        """What was read together with this row; read now where it was not."""
        return self._pages.get(row) or self._read(row)

    def _read(self, row: int) -> _Page:
        """A screen from this row on, which is drawn from the top; where what follows is known,
        somebody scrolls back: then what is above it."""
        back = row + 1 in self._pages
        first = max(row - PAGE_ROWS + 1, 0) if back else row
        last = row if back else min(row + PAGE_ROWS, len(self._rids)) - 1
        missing = [one for one in range(first, last + 1) if one not in self._pages]
        records = self._source.rows(self._query.entity, [self._rids[one] for one in missing])
        page = _Page({r["rid"]: r for r in records}, self._titles(records))
        self._pages.update(dict.fromkeys(missing, page))
        return page

    def _titles(self, records: Sequence[Record]) -> dict[str, dict[str, str]]:
        wanted: dict[str, set[str]] = {}
        for spec in self.fields:
            if spec.kind is Kind.REF:
                ids = {str(v) for r in records if (v := r.get(spec.name)) is not None}
                wanted.setdefault(spec.target, set()).update(ids)
        return {target: self._source.titles(target, ids) for target, ids in wanted.items() if ids}

    @property
    def complete(self) -> bool:
        """Whether all rows are here; those of a long list come a moment after the first."""
        return self._complete

    def _replace(self, rids: array[int]) -> None:
        before = len(self._rids)
        if len(rids) > before > 0 and rids[:before] == self._rids:
            self._pages.clear()
            self.beginInsertRows(QModelIndex(), before, len(rids) - 1)
            self._rids = rids
            self.endInsertRows()
            self.dataChanged.emit(self.index(0, 0), self.index(before - 1, self.columnCount() - 1))
            return
        if rids == self._rids:
            self._pages.clear()
            if rids:
                last = self.index(len(rids) - 1, self.columnCount() - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._rids = rids
        self._pages.clear()
        self.endResetModel()
