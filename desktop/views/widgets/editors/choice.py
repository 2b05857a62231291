"""Editors for options: a searchable list, and a switch."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QCompleter, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.roles import set_state
from desktop.views.widgets.editors.contract import FieldValue
from desktop.views.widgets.editors.submitting import SubmitThrough
from desktop.views.widgets.painting import draw_bar, draw_dot, draw_focus_ring


@dataclass(frozen=True, slots=True)
class Option:
    """One option: the code that is stored and the words that are shown."""

    code: str
    label: str


class ChoiceBox(QComboBox):
    """Options to pick or to find by typing any part; empty text means no value."""

    changed = Signal()

    def __init__(
        self,
        options: Sequence[Option] = (),
        parent: QWidget | None = None,
        *,
        closed: bool = False,
    ) -> None:
        """`closed`: nothing but an option can be the value, so a part of one may stand for it."""
        super().__init__(parent)
        self._closed = closed
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(12)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setWrapAround(False)  # Down on the last marked would mark none.
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        self._through = SubmitThrough(self)
        self.set_options(options)
        self.activated.connect(self._announce)
        line = self.lineEdit()
        if line is not None:
            line.textEdited.connect(self._typed)
            line.editingFinished.connect(self._settle)

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other options, keeping the value where it is still among them."""
        kept = self.value()
        self.clear()
        for option in options:
            self.addItem(option.label, option.code)
        self.setValue(kept)

    def value(self) -> FieldValue:
        text = self.currentText().strip()
        if not text:
            return None
        for index in range(self.count()):
            if self.itemText(index).casefold() == text.casefold():
                return str(self.itemData(index))
        fitting = self._fitting()
        return text if fitting < 0 else str(self.itemData(fitting))

    def setValue(self, value: FieldValue) -> None:
        index = self.findData(value) if value is not None else -1
        self.setCurrentIndex(index)
        if index < 0:
            self.setEditText("" if value is None else str(value))

    def set_error(self, on: bool) -> None:
        set_state(self, "error", on=on)

    def set_read_only(self, on: bool) -> None:
        self.setEnabled(not on)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling a form must not change the values it passes over.
        event.ignore()

    def showPopup(self) -> None:
        self._through.watch(self.view())
        super().showPopup()

    @Slot()
    def _typed(self) -> None:
        # The list of what fits is made at the first letter: a form has many boxes.
        completer = self.completer()
        self._through.watch(completer.popup() if completer is not None else None)
        self.changed.emit()

    @Slot()
    def _settle(self) -> None:
        """Take the one option that what was typed is a part of: "重点" is "A 重点"."""
        fitting = self._fitting()
        if fitting >= 0:
            self.setCurrentIndex(fitting)
            self.changed.emit()

    def _fitting(self) -> int:
        """The place of the one option that what was typed is only a part of; else -1."""
        if not self._closed:
            return -1
        text = self.currentText().strip().casefold()
        labels = [self.itemText(index).casefold() for index in range(self.count())]
        fitting = [index for index, label in enumerate(labels) if text and text in label]
        return fitting[0] if text not in labels and len(fitting) == 1 else -1

    @Slot()
    def _announce(self) -> None:
        self.changed.emit()


class Switch(QAbstractButton):
    """On or off; an unset value shows as off and stays None until it is switched."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._set = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._announce)

    def value(self) -> FieldValue:
        return self.isChecked() if self._set else None

    def setValue(self, value: FieldValue) -> None:
        self._set = value is not None
        self.setChecked(bool(value))

    def set_error(self, on: bool) -> None:
        set_state(self, "error", on=on)

    def set_read_only(self, on: bool) -> None:
        self.setEnabled(not on)

    def sizeHint(self) -> QSize:
        return QSize(42, 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        area = self.rect().toRectF()
        area.setSize(self.sizeHint().toSizeF())
        area.moveTop((self.height() - area.height()) / 2)
        track = area.adjusted(3, 3, -3, -3)
        ground = c.accent if self.isChecked() else c.outline
        if bool(self.property("error")):
            ground = c.bad_tone.solid
        draw_bar(painter, track, ground, radius=track.height() / 2)
        knob = track.center()
        knob.setX(track.right() - 10 if self.isChecked() else track.left() + 10)
        draw_dot(painter, knob, QColor(c.surface).name(), radius=7)
        if self.hasFocus():
            draw_focus_ring(painter, area, c.accent)

    @Slot()
    def _announce(self) -> None:
        self._set = True
        self.changed.emit()
