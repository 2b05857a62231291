"""The editor for a reference: type any part of a name, its pinyin or its digits, pick a record."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView, QStyleOptionViewItem, QWidget

from crm_core.model.query import Query, Sort
from crm_core.store.indexes.search import Hit
from desktop.viewmodels.session import Session
from desktop.views.widgets.cell_delegates import TextCell
from desktop.views.widgets.cell_face import SUBTITLE_ROLE
from desktop.views.widgets.editors.contract import FieldValue, LineEditor
from desktop.views.widgets.editors.submitting import SubmitThrough

_ID_ROLE = Qt.ItemDataRole.UserRole + 1
_OFFERED = 20


class HitCell(TextCell):
    """Two lines: the name, and what tells it apart."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        two = bool(index.data(SUBTITLE_ROLE))
        return QSize(super().sizeHint(option, index).width(), 46 if two else 34)


class RecordPicker(LineEditor):
    """Its value is a record's id. Text that was not picked is kept, and is never taken for one."""

    def __init__(self, session: Session, target: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._target = target
        self._id: str | None = None
        self._asked = 0
        self._answered = True
        """Whether what is offered answers what stands there."""
        self._enter_waits = False
        """Enter was pressed before the answer came: its first record is taken."""
        self._hits = QStandardItemModel(self)
        self._completer = QCompleter(self._hits, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self._completer.setWrapAround(False)  # Down on the last marked would mark none.
        self._popup = QListView()
        self._completer.setPopup(self._popup)
        self._popup.setItemDelegate(HitCell(self._popup))
        SubmitThrough(self).watch(self._popup)
        # The stubs know no overloads of signals.
        self._completer.activated[QModelIndex].connect(self._pick)  # type: ignore[index]
        self.textEdited.connect(self._typed)
        self.setPlaceholderText(self.tr("Name, pinyin or last digits…"))

    @property
    def unresolved(self) -> bool:
        """Whether there is text that points at no record."""
        return self._id is None and bool(self.text().strip())

    def popup(self) -> QListView:
        """The list of records found."""
        return self._popup

    def value(self) -> FieldValue:
        if self._id is not None:
            return self._id
        text = self.text().strip()
        # Quoted, so that a name in plain letters can never pass for the id of a record.
        return f"“{text}”" if text else None

    def setValue(self, value: FieldValue) -> None:
        typed = isinstance(value, str) and value.startswith("“")
        self._id = None if value is None or typed else str(value)
        self.setText(str(value).strip("“”") if typed else "")
        if self._id is not None:
            wanted, target = self._id, self._target
            replica = self._session.workspace.replica
            self._session.ask(
                lambda: replica.titles(target, {wanted}),
                lambda titles: self._name(wanted, titles.get(wanted, "…")),
                self,
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self._popup
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        self._enter_waits = enter and popup.isVisible() and not self._answered
        if enter and popup.isVisible():
            if self._enter_waits:
                popup.hide()  # What it lists answers fewer letters than were typed.
            else:
                # The popup offers its keys to us first; it shall act on these itself.
                event.ignore()
            return
        if event.key() == Qt.Key.Key_Down and not popup.isVisible():
            self._look_up(self.text() if self._id is None else "")
            return
        super().keyPressEvent(event)

    def _name(self, record_id: str, title: str) -> None:
        if self._id == record_id:
            self.setText(title)
            self.setCursorPosition(0)

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._id = None
        if text.strip():
            self._look_up(text)
        else:
            self._popup.hide()

    def _look_up(self, text: str) -> None:
        self._asked += 1
        asked = self._asked
        self._answered = False
        self._session.look_up(
            lambda: self._find(text),
            lambda hits: self._take(hits) if asked == self._asked else None,
            self,
        )

    def _take(self, hits: Sequence[Hit]) -> None:
        self._answered = True
        waits, self._enter_waits = self._enter_waits, False
        if waits and hits:
            self._fill(hits)
            self._pick(self._hits.index(0, 0))
        else:
            self._offer(hits)

    def _find(self, text: str) -> list[Hit]:
        """Not on the Qt thread."""
        workspace = self._session.workspace
        if text.strip():
            return workspace.search(text, entities=(self._target,), limit=_OFFERED)
        entity = workspace.replica.registry.entity(self._target)
        query = Query(self._target, sort=(Sort(entity.title),), limit=_OFFERED)
        return [
            Hit(self._target, str(r["id"]), str(r.get(entity.title) or ""), "", 0.0)
            for r in workspace.replica.find(query)
        ]

    def _fill(self, hits: Sequence[Hit]) -> None:
        self._hits.clear()
        for hit in hits:
            item = QStandardItem(hit.title)
            item.setData(hit.id, _ID_ROLE)
            item.setData(hit.subtitle, SUBTITLE_ROLE)
            self._hits.appendRow(item)

    def _offer(self, hits: Sequence[Hit]) -> None:
        self._fill(hits)
        if hits and self.hasFocus():
            self._completer.complete()
            self._popup.setCurrentIndex(self._hits.index(0, 0))
        else:
            self._popup.hide()

    @Slot(QModelIndex)
    def _pick(self, index: QModelIndex) -> None:
        self._id = str(index.data(_ID_ROLE))
        self.setText(str(index.data()))
        self.setCursorPosition(0)
        self.changed.emit()
