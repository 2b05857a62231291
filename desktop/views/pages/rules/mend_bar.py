"""What is gone from a rule put right by one press, below the part that speaks of it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from crm_core.rules.mending import Mend
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.flow import FlowBox
from desktop.views.widgets.layouts import column


class MendBar(QWidget):
    """`mended` carries the rule as it is then; `choose_asked`: the keyboard goes to the place."""

    mended = Signal(object)
    choose_asked = Signal()

    def __init__(self, ways: Sequence[Mend], language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ways = tuple(ways)
        self._language = language
        self.buttons: list[GhostButton] = []
        box = FlowBox(gap=6)
        for way in ways:
            button = GhostButton(way.label.text(language), "chevron-down" if way.choices else "")
            button.clicked.connect(partial(self._press, way, button))
            self.buttons.append(button)
            box.flow.addWidget(button)
        column(self).addWidget(box)
        self.setAccessibleName(self.tr("Ways to put it right"))

    def _press(self, way: Mend, button: GhostButton) -> None:
        if way.after is not None:
            self.mended.emit(way.after)
        elif way.choices:
            self.menu(way).popup(button.mapToGlobal(QPoint(0, button.height())))
        else:
            self.choose_asked.emit()

    def menu(self, way: Mend) -> QMenu:
        """What may stand in its place."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for label, after in way.choices:
            menu.addAction(label.text(self._language)).triggered.connect(
                partial(self.mended.emit, after)
            )
        return menu
