"""The editor of one cell, laid over a list: a field of a record's page without its label."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from crm_core.model.schema import FieldSpec
from desktop.viewmodels.session import Session
from desktop.views.pages.records.inline_field import InlineField
from desktop.views.theme.apply import colours
from desktop.views.widgets.editors.money import MoneyLine
from desktop.views.widgets.editors.text import TextLine


class CellField(InlineField):
    """`finished` tells that the editor is closed, saved or not; `moved` where to go next."""

    finished = Signal()
    moved = Signal(int, int)
    """(columns, rows) to go on by, once what was typed is saved."""

    def __init__(self, session: Session, spec: FieldSpec, parent: QWidget) -> None:
        self._next: tuple[int, int] | None = None
        super().__init__(session, spec, parent)
        self.setObjectName("cellField")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        keep = self._history.sizePolicy()
        keep.setRetainSizeWhenHidden(False)
        self._history.setSizePolicy(keep)
        body = self.layout()
        if body is not None:
            body.setContentsMargins(0, 5, 0, 4)
        self._label.hide()
        self.face.hide()

    def retint(self) -> None:
        c = colours()
        rule = f"#cellField {{ background: {c.surface}; }}"
        # A style sheet changes the palette, which calls for the tint again.
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.editing and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = self._step(event)
            if step is not None:
                self._next = step
                self.commit()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A line lets Enter through when it has saved; the list below would open the record.
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def refused(self, sentence: str) -> None:
        super().refused(sentence)
        self._next = None
        self.adjustSize()

    def cancel(self) -> None:
        self._next = None
        super().cancel()

    def _finish(self) -> None:
        super()._finish()
        self.face.hide()
        step, self._next = self._next, None
        self.finished.emit()
        if step is not None:
            self.moved.emit(*step)

    def _step(self, event: QKeyEvent) -> tuple[int, int] | None:
        """Where a key goes on to; None for one that belongs to the editor."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return (1 if key == Qt.Key.Key_Tab else -1), 0
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and isinstance(
            self.editor, TextLine | MoneyLine
        ):
            return 0, (1 if key == Qt.Key.Key_Down else -1)
        return None

    def _show_history_button(self, *, left: bool = False) -> None:
        del left  # A cell has no room for them, wherever the mouse is.
        self._history.hide()
        self._open.hide()
