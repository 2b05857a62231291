"""One field of a form: its label, its editor, the problem below it, and the way to its history."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.editors.contract import FieldEditor, name_editor
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

LABEL_WIDTH = 104
_PATIENCE_MS = 1200
"""So long after a key a value is taken for typed."""


class FieldRow(Reactive, QWidget):
    """A label beside an editor. `editor` must be a QWidget which keeps the FieldEditor contract."""

    history_requested = Signal()
    changed = Signal()

    def __init__(
        self,
        name: str,
        editor: QWidget,
        *,
        required: bool = False,
        history: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self._contract: FieldEditor = editor  # type: ignore[assignment]
        self._required = required
        self._label = label("", Role.MUTED)
        self._label.setFixedWidth(LABEL_WIDTH)
        self._label.setMinimumHeight(32)
        self._label.setBuddy(editor)
        self._problem = label("", Role.ERROR_TEXT, wrap=True)
        self._problem.hide()
        self._late, self._waited = "", False
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self.show_late)
        self._history = IconButton("history", "")
        self._history.setVisible(history)
        self._history.clicked.connect(self._ask_history)
        self._contract.changed.connect(self._changed)
        line = row(None, gap=4)
        line.addWidget(editor, 1)
        line.addWidget(self._history, 0, Qt.AlignmentFlag.AlignTop)
        right = column(None, gap=2)
        right.addLayout(line)
        right.addWidget(self._problem)
        self._below = right
        body = row(self, gap=12)
        body.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(right, 1)
        self.set_name(name)
        self.retranslate()

    def set_name(self, name: str) -> None:
        """Change the label; the editor takes it as its accessible name."""
        self._name = name
        self._label.setText(f"{name} *" if self._required else name)
        name_editor(self.editor, name)

    def set_required(self, on: bool) -> None:
        """Mark the field as one that must be filled, or not."""
        if on != self._required:
            self._required = on
            self.set_name(self._name)

    def widen_name(self, pixels: int) -> None:
        """Give the name more room, on forms whose names are long."""
        self._label.setFixedWidth(pixels)

    def set_error_soon(self, sentence: str) -> None:
        """As `set_error`, but not while somebody is still typing the value."""
        if sentence and not self.error() and self.editor.hasFocus():
            self._late, self._waited = sentence, True
            self._patience.start()
        else:
            self.set_error(sentence)

    @Slot()
    def show_late(self) -> None:
        """Show what was held back."""
        if self._waited:
            self.set_error(self._late)

    def set_error(self, sentence: str) -> None:
        """Show what is wrong with the value; empty takes it away. What was typed stays."""
        self._waited = False
        self._patience.stop()
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self._contract.set_error(bool(sentence))
        self.editor.setAccessibleDescription(sentence)

    def add_below(self, part: QWidget) -> None:
        """Put something below the editor and its problem."""
        self._below.addWidget(part)

    def error(self) -> str:
        return self._problem.text()

    def retranslate(self) -> None:
        self._history.set_name(self.tr("History of this field"))

    @Slot()
    def _changed(self) -> None:
        self.changed.emit()

    @Slot()
    def _ask_history(self) -> None:
        self.history_requested.emit()
