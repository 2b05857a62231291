"""Cards and the metric tile."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop.views.theme.roles import Role, set_role, set_state
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, label, row


class Card(QFrame):
    """A rounded surface with an optional heading; add content to `body`."""

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, Role.CARD)
        self.body: QVBoxLayout = column(self, margins=(16, 14, 16, 14), gap=12)
        self.heading: QLabel = label(heading, Role.HEADING)
        self.heading.setVisible(bool(heading))
        self.body.addWidget(self.heading)

    def set_heading(self, heading: str) -> None:
        """Change the heading; empty hides it."""
        self.heading.setText(heading)
        self.heading.setVisible(bool(heading))


@dataclass(frozen=True, slots=True)
class Metric:
    """What a tile shows. `trend` is a short phrase such as "+12 %"; its tone says if it is good."""

    label: str
    value: str
    unit: str = ""
    trend: str = ""
    trend_tone: Tone = Tone.NEUTRAL


class MetricTile(QFrame):
    """One number; a click, Enter or Space asks for the records behind it."""

    opened = Signal()

    def __init__(self, metric: Metric, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, Role.CARD)
        set_state(self, "clickable", on=True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(148)
        self._label = label("", Role.MUTED)
        self._value = label("", Role.FIGURE)
        self._unit = label("", Role.SMALL)
        self._trend = Chip("")
        body = column(self, margins=(16, 12, 16, 12), gap=4)
        body.addWidget(self._label)
        line = row(None, gap=4)
        line.addWidget(self._value, 0, Qt.AlignmentFlag.AlignBottom)
        line.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        line.addStretch(1)
        line.addWidget(self._trend, 0, Qt.AlignmentFlag.AlignVCenter)
        body.addLayout(line)
        self.set_metric(metric)

    def set_metric(self, metric: Metric) -> None:
        """Show other numbers."""
        self._label.setText(metric.label)
        self._value.setText(metric.value)
        self._unit.setText(metric.unit)
        self._trend.set_text(metric.trend, metric.trend_tone)
        self._trend.setVisible(bool(metric.trend))
        self.setAccessibleName(f"{metric.label} {metric.value}{metric.unit} {metric.trend}".strip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
            return
        super().keyPressEvent(event)
