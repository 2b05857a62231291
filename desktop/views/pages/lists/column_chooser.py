"""The sheet in which somebody chooses the columns of a list and their order."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from crm_core.model.schema import EntitySpec
from desktop.viewmodels.lists.list_shape import MOST_FROZEN, ListShape
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.segments import Segments
from desktop.views.widgets.sheet import Sheet

_NAME = Qt.ItemDataRole.UserRole


class ColumnList(QListWidget):
    """Fields with a tick; drag or Alt+Up and Alt+Down move one, Space ticks it."""

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setMinimumHeight(360)

    def fill(self, fields: Iterable[tuple[str, str, bool]]) -> None:
        """Show (name, label, ticked)."""
        self.clear()
        for name, words, ticked in fields:
            item = QListWidgetItem(words, self)
            item.setData(_NAME, name)
            kept = item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled
            item.setFlags(kept | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.setCurrentRow(0)

    def ticked(self) -> tuple[str, ...]:
        """Names of the fields ticked, in their order."""
        items = (self.item(place) for place in range(self.count()))
        return tuple(
            str(item.data(_NAME)) for item in items if item.checkState() == Qt.CheckState.Checked
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._move(step)
            return
        super().keyPressEvent(event)

    def _move(self, step: int) -> None:
        place = self.currentRow()
        if 0 <= place + step < self.count():
            self.insertItem(place + step, self.takeItem(place))
            self.setCurrentRow(place + step)
            self.moved.emit()


class ColumnChooser(Sheet):
    """Emits `chosen` with the ListShape wanted."""

    chosen = Signal(object)

    def __init__(
        self, session: Session, entity: EntitySpec, shape: ListShape, parent: QWidget | None = None
    ) -> None:
        self._session, self._entity, self._shape = session, entity, shape
        self.columns = ColumnList()
        self.frozen = Segments([str(number) for number in range(MOST_FROZEN + 1)])
        self.reset = QuietButton("", "undo")
        self._hint = label("", Role.MUTED, wrap=True)
        self._frozen_words = label("", Role.BODY)
        super().__init__("", "", parent)
        self.body.addWidget(self._hint)
        self.body.addWidget(self.columns, 1)
        line = row(None)
        line.addWidget(self._frozen_words)
        line.addStretch(1)
        line.addWidget(self.frozen)
        self.body.addLayout(line)
        self.body.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignLeft)
        self._fill(shape)
        self.reset.clicked.connect(self._reset)
        self.submitted.connect(self._submit_shape)
        self.columns.setFocus()

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Columns"))
        self.primary.setText(self.tr("Show these columns"))
        self.reset.setText(self.tr("As the list came"))
        self._hint.setText(
            self.tr("Space ticks a field. Drag it, or press Alt+Up and Alt+Down, to move it.")
        )
        self._frozen_words.setText(self.tr("Columns that stay at the left"))
        self.columns.setAccessibleName(self.tr("Columns"))
        numbers = [self.tr("None"), *(str(n) for n in range(1, MOST_FROZEN + 1))]
        self.frozen.set_labels(numbers, name=self._frozen_words.text())

    def _fill(self, shape: ListShape) -> None:
        shown = shape.columns_of(self._entity)
        others = (spec.name for spec in self._entity.fields if spec.name not in shown)
        language = self._session.language
        self.columns.fill(
            (name, self._entity.field_spec(name).label.text(language), name in shown)
            for name in (*shown, *others)
        )
        self.frozen.set_value(str(shape.frozen))

    @Slot()
    def _reset(self) -> None:
        self._shape = replace(self._shape, columns=(), widths={}, frozen=ListShape().frozen)
        self._fill(self._shape)

    @Slot()
    def _submit_shape(self) -> None:
        names = self.columns.ticked()
        if not names:
            self.message.show_message(self.tr("Tick at least one field."), Tone.WARN)
            return
        own = names == self._entity.list_fields
        frozen = int(self.frozen.value() or 0)
        self.chosen.emit(replace(self._shape, columns=() if own else names, frozen=frozen))
        self.accept()
