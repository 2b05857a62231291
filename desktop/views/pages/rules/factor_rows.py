"""The points of a scoring model as sliders, each with its exact number beside it (row 2.1)."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSlider, QSpinBox, QWidget

from crm_core.rules.scoring import MOST_POINTS, Factor, Grade, Scoring
from desktop.views.theme.roles import Role
from desktop.views.widgets.layouts import column, hairline, label, row

_NUMBER_WIDTH = 64
_PAGE_STEP = 10


class Slider(QSlider):
    """The wheel scrolls the page it is on, rather than moving what somebody passes over."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(-MOST_POINTS, MOST_POINTS)
        self.setPageStep(_PAGE_STEP)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Number(QSpinBox):
    """As the slider; typing it is exact."""

    def __init__(self, most: int, *, signed: bool) -> None:
        super().__init__()
        self._signed = signed
        self.setRange(-most, most)
        self.setFixedWidth(_NUMBER_WIDTH)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)

    def textFromValue(self, value: int) -> str:
        return f"+{value}" if value > 0 and self._signed else str(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class FactorRow(QWidget):
    """One factor."""

    moved = Signal(str, int)

    def __init__(self, factor: Factor, language: str, held: str) -> None:
        super().__init__()
        self._id = factor.id
        self.slider, self.number = Slider(), Number(MOST_POINTS, signed=True)
        name = factor.label.text(language)
        self.slider.setAccessibleName(name)
        self.number.setAccessibleName(name)
        body = column(self, margins=(0, 6, 0, 6), gap=2)
        head = row(None, gap=8)
        head.addWidget(label(name, Role.BODY), 1)
        self.share: QLabel = label(held, Role.SMALL)
        head.addWidget(self.share)
        body.addLayout(head)
        line = row(None, gap=12)
        line.addWidget(self.slider, 1)
        line.addWidget(self.number)
        body.addLayout(line)
        if factor.why is not None:
            body.addWidget(label(factor.why.text(language), Role.SMALL, wrap=True))
        self.set_points(factor.points)
        self.slider.valueChanged.connect(self._take)
        self.number.valueChanged.connect(self._take)

    def set_points(self, points: int) -> None:
        """Show other points without telling of it."""
        for part in (self.slider, self.number):
            with QSignalBlocker(part):
                part.setValue(points)

    @Slot(int)
    def _take(self, points: int) -> None:
        self.set_points(points)
        self.moved.emit(self._id, points)


class FactorRows(QScrollArea):
    """All factors of a model, and from how many points each grade is reached."""

    moved = Signal(str, int)
    """Factor, its points."""
    graded = Signal(str, int)
    """Grade, the least points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows: dict[str, FactorRow] = {}
        self.grades: dict[str, Number] = {}

    def show_model(
        self, model: Scoring, shares: Mapping[str, str], language: str, *, may: bool
    ) -> None:
        """Show a model; `shares` says of each factor how many leads it holds of."""
        inner = QFrame()
        body = column(inner, margins=(20, 14, 20, 14), gap=2)
        body.addLayout(self._grade_line(model.grades))
        body.addSpacing(6)
        body.addWidget(hairline())
        self.rows = {}
        for factor in model.factors:
            made = FactorRow(factor, language, shares.get(factor.id, ""))
            made.moved.connect(self.moved)
            self.rows[factor.id] = made
            body.addWidget(made)
        body.addStretch(1)
        inner.setEnabled(may)
        self.setWidget(inner)

    def set_points(self, model: Scoring) -> None:
        """Put every slider where the model has it."""
        for factor in model.factors:
            self.rows[factor.id].set_points(factor.points)
        for grade in model.grades:
            if grade.code in self.grades:
                with QSignalBlocker(self.grades[grade.code]):
                    self.grades[grade.code].setValue(grade.least)

    def _grade_line(self, grades: tuple[Grade, ...]) -> QHBoxLayout:
        line = row(None, gap=8)
        self.grades = {}
        ordered = sorted(grades, key=lambda one: -one.least)
        for grade in ordered:
            number = Number(10 * MOST_POINTS, signed=False)
            with QSignalBlocker(number):
                number.setValue(grade.least)
            words = self.tr("Grade {0} from").format(grade.code)
            number.setAccessibleName(words)
            number.valueChanged.connect(
                lambda value, code=grade.code: self.graded.emit(code, value)
            )
            self.grades[grade.code] = number
            line.addWidget(label(f"{grade.code} ≥", Role.BODY))
            line.addWidget(number)
            line.addSpacing(8)
        line.addStretch(1)
        return line
