"""One group of doubles as it is decided: which record stays, and whose value each field has."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crm_core.matching.survivorship import (
    Suggestion,
    compared,
    empty,
    said,
    suggested_survivor,
    suggestions,
)
from crm_core.model.schema import FieldSpec, Kind
from crm_core.model.values import Value, display
from desktop.services.duplicates import Review
from desktop.viewmodels.records.likeness_words import why

CHOSEN_ROLE = Qt.ItemDataRole.UserRole + 20
"""Whether the record that stays will hold this value."""
DIFFERS_ROLE = Qt.ItemDataRole.UserRole + 21
CLOSED_ROLE = Qt.ItemDataRole.UserRole + 22
"""Whether the person may not choose here."""
_HIDDEN_SECTIONS = frozenset({"system"})
_Index = QModelIndex | QPersistentModelIndex


class DuplicateReview(QAbstractTableModel):
    """Fields down, records across; a row whose records say different things is marked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.review: Review | None = None
        self.survivor = 0
        self._language = "zh_CN"
        self._rows: tuple[FieldSpec, ...] = ()
        self._open: frozenset[str] = frozenset()
        self._held: dict[str, Suggestion] = {}
        self._decided: dict[str, int] = {}
        """Field → the place of the record whose value a person took."""

    def show_review(self, review: Review | None, language: str) -> None:
        """Take another group, with the suggestions for it."""
        self.beginResetModel()
        self.review, self._language, self._decided = review, language, {}
        self._rows, self._held, self._open = (), {}, frozenset()
        if review is not None:
            self._open = frozenset(spec.name for spec in compared(review.entity))
            self._rows = tuple(spec for spec in review.entity.fields if self._shown(spec))
            self.survivor = suggested_survivor(review.entity, review.members)
            self._suggest()
        self.endResetModel()

    def keep(self, place: int) -> None:
        """Another record stays; what a person took stays taken."""
        if self.review is not None and 0 <= place < len(self.review.members):
            self.survivor = place
            self._suggest()
            self._repaint()

    def take(self, row: int, place: int) -> None:
        """The field of that row has the value of that record."""
        if self.review is None or not 0 <= row < len(self._rows):
            return
        spec = self._rows[row]
        if spec.name in self._open and 0 <= place < len(self.review.members):
            self._decided[spec.name] = place
            self._repaint()

    @property
    def survivor_id(self) -> str:
        """The id of the record that stays; empty where nothing is shown."""
        return self._id(self.survivor) if self.review is not None else ""

    @property
    def loser_ids(self) -> list[str]:
        """The ids of the others."""
        if self.review is None:
            return []
        return [self._id(n) for n in range(len(self.review.members)) if n != self.survivor]

    def record_id(self, place: int) -> str:
        """The id of the record in a column; empty where there is none."""
        there = self.review is not None and 0 <= place < len(self.review.members)
        return self._id(place) if there else ""

    def changes(self) -> dict[str, object]:
        """What the survivor is to hold that it does not hold now."""
        if self.review is None:
            return {}
        own = self.review.members[self.survivor].record
        chosen = {name: self._chosen(name) for name in self._open if name in self._held}
        return {name: value for name, value in chosen.items() if value != own.get(name)}

    def differing(self) -> int:
        """In how many fields the records say different things."""
        return sum(one.differs for one in self._held.values())

    # -- Qt --------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        if self.review is None or (parent is not None and parent.isValid()):
            return 0
        return len(self.review.members)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.review is None or not index.isValid():
            return None
        spec, place = self._rows[index.row()], index.column()
        value = self.review.members[place].record.get(spec.name)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._said(spec, value)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{spec.label.text(self._language)} {place + 1}: {self._said(spec, value)}"
        if role == DIFFERS_ROLE:
            return self._differs(spec)
        if role == CLOSED_ROLE:
            return spec.name not in self._open
        if role == CHOSEN_ROLE:
            return self._is_chosen(spec, value, place)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or self.review is None:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return str(section + 1)
        spec = self._rows[section]
        name = spec.label.text(self._language)
        return f"≠ {name}" if self._differs(spec) else name

    # -- inside ----------------------------------------------------------------------------------

    def _id(self, place: int) -> str:
        assert self.review is not None
        return str(self.review.members[place].record["id"])

    def _shown(self, spec: FieldSpec) -> bool:
        assert self.review is not None
        if spec.section in _HIDDEN_SECTIONS:
            return False
        return any(not empty(one.record.get(spec.name)) for one in self.review.members)

    def _suggest(self) -> None:
        assert self.review is not None
        found = suggestions(self.review.entity, self.review.members, self.survivor)
        self._held = {one.field: one for one in found}

    def _differs(self, spec: FieldSpec) -> bool:
        held = self._held.get(spec.name)
        if held is not None:
            return held.differs
        assert self.review is not None
        values = (one.record.get(spec.name) for one in self.review.members)
        return len({said(spec, value) for value in values if not empty(value)}) > 1

    def _chosen(self, name: str) -> Value:
        assert self.review is not None
        if name in self._decided:
            return self.review.members[self._decided[name]].record.get(name)
        return self._held[name].value

    def _is_chosen(self, spec: FieldSpec, value: Value, place: int) -> bool:
        if spec.name in self._decided:
            return self._decided[spec.name] == place
        held = self._held.get(spec.name)
        if held is None:
            return place == self.survivor
        if held.source is None:
            return not empty(value)  # Put together from all of them.
        return held.source == place

    def _said(self, spec: FieldSpec, value: Value) -> str:
        assert self.review is not None
        if empty(value):
            return ""
        if spec.kind is Kind.REF:
            return self.review.titles.get((spec.target, str(value)), "…")
        return display(spec, value, self._language)

    def _repaint(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def why_alike(review: Review, place: int, language: str) -> str:
    """Why a member is taken for the first of its group."""
    like = review.likenesses[place]
    return "" if like is None else why(like.reasons, language)


def titles_of(titles: Sequence[str]) -> str:
    """The names of a group in one line, each once."""
    return " / ".join(dict.fromkeys(title for title in titles if title))
