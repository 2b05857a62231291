"""A few choices side by side, one of which holds; the arrow keys move between them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QWidget

from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.layouts import row

_PADDING = 14


class Segments(QFrame):
    """`values` are what `chosen` carries; their labels come from `set_labels`."""

    chosen = Signal(str)

    def __init__(self, values: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = tuple(values)
        self._group = QButtonGroup(self)
        set_role(self, Role.EDITOR)
        line = row(self, margins=(2, 2, 2, 2), gap=2)
        for place, _ in enumerate(self._values):
            button = QuietButton()
            button.setCheckable(True)
            self._group.addButton(button, place)
            line.addWidget(button)
        self._group.idClicked.connect(self._choose)

    def set_labels(self, labels: Sequence[str], *, name: str) -> None:
        """The words of the choices, and what they are about."""
        self.setAccessibleName(name)
        for place, text in enumerate(labels):
            button = self._group.button(place)
            button.setText(text)
            bold = QFont(button.font())
            bold.setWeight(QFont.Weight.DemiBold)  # As it is drawn while it holds.
            room = QFontMetrics(bold).horizontalAdvance(text)
            button.setMinimumWidth(room + 2 * _PADDING)
            button.setAccessibleName(f"{name}: {text}")

    def value(self) -> str:
        """What holds; empty where nothing does."""
        place = self._group.checkedId()
        return self._values[place] if place >= 0 else ""

    def set_value(self, value: str) -> None:
        """Let `value` hold, without telling."""
        if value in self._values:
            self._group.button(self._values.index(value)).setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            step = None  # Alt and the arrows go back, or move a card.
        place = self._group.checkedId()
        if step is None or place < 0:
            super().keyPressEvent(event)
            return
        button = self._group.button((place + step) % len(self._values))
        button.setFocus(Qt.FocusReason.TabFocusReason)
        button.click()

    @Slot(int)
    def _choose(self, place: int) -> None:
        self.chosen.emit(self._values[place])
