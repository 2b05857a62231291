"""What every field editor offers, and the bases they are made from.

`value()` gives the written form of `crm_core.model.values` or, where what was typed cannot be
understood, the typed text itself: nothing typed is ever lost, and normalising it names the problem.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import isValid

from desktop.views.theme.roles import set_state

FieldValue = None | str | int | bool | list[str]


class FieldEditor(Protocol):
    """An editor of one value. `changed` is emitted after each change made by the person."""

    @property
    def changed(self) -> SignalInstance: ...

    def value(self) -> FieldValue:
        """The value now, in its written form, or what was typed."""

    def setValue(self, value: FieldValue) -> None:
        """Show `value`, without emitting `changed`."""

    def set_error(self, on: bool) -> None:
        """Mark the editor as holding a value that cannot be saved."""

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""


def name_editor(editor: QWidget, name: str) -> None:
    """Have a screen reader call an editor so, and the part of it that has the keyboard."""
    for part in (editor, editor.focusProxy()):
        if part is not None:
            part.setAccessibleName(name)


def tab_through(parts: Sequence[QWidget]) -> None:
    """Have Tab go through widgets in this order, whenever each was made."""
    for part in parts:
        if part.focusProxy() is not None:
            # Else Qt leaves it where it was made; its inner line alone would be met twice.
            part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for one, following in pairwise(parts):
        QWidget.setTabOrder(one, following)


class LineEditor(QLineEdit):
    """Base of the editors which are one line of text."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(self.changed)

    def value(self) -> FieldValue:
        return self.text().strip() or None

    def setValue(self, value: FieldValue) -> None:
        self.setText("" if value is None else str(value))
        self.setCursorPosition(0)

    def set_error(self, on: bool) -> None:
        set_state(self, "error", on=on)

    def set_read_only(self, on: bool) -> None:
        self.setReadOnly(on)


class FocusEcho(QObject):
    """Tells a frame around an inner line edit when the line edit has the focus."""

    def __init__(self, frame: QWidget, inner: QWidget) -> None:
        super().__init__(frame)
        self._frame = frame
        inner.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        focus = event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut)
        if focus and isValid(self._frame):  # A line loses the focus while its frame goes.
            set_state(self._frame, "active", on=event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)
