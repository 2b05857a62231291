"""One of a few things, picked from a list that nothing can be typed into."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.views.theme.roles import set_state
from desktop.views.widgets.editors.contract import FieldValue
from desktop.views.widgets.editors.submitting import SubmitThrough

Options = Sequence[tuple[str, str]]
"""(code, words)"""


class Pick(QComboBox):
    """Keeps the contract of editors; scrolling what it lies on changes nothing."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._through = SubmitThrough(self)
        self.activated.connect(self.changed)

    def offer(self, options: Options) -> None:
        """Offer these, keeping what is picked where it is still among them."""
        held = self.picked()
        self.blockSignals(True)
        self.clear()
        for code, words in options:
            self.addItem(words, code)
        self.setCurrentIndex(max(0, self.findData(held)) if options else -1)
        self.blockSignals(False)

    def picked(self) -> str:
        """The code of what is picked; empty for none."""
        return str(self.currentData() or "")

    def pick(self, code: str) -> None:
        """Pick it, or the first where it is not offered; without telling."""
        self.setCurrentIndex(max(0, self.findData(code)))

    def value(self) -> FieldValue:
        """The code."""
        return self.picked()

    def setValue(self, value: FieldValue) -> None:
        """Pick it."""
        self.pick(str(value or ""))

    def set_error(self, on: bool) -> None:
        """Mark it as not to be saved."""
        set_state(self, "error", on=on)

    def set_read_only(self, on: bool) -> None:
        """Let it be read only."""
        self.setEnabled(not on)

    def showPopup(self) -> None:
        self._through.watch(self.view())
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
