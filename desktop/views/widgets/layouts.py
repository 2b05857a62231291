"""Short ways to write the layouts and labels that all widgets share."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.views.theme.roles import Role, set_role

Margins = tuple[int, int, int, int]


def column(owner: QWidget | None, *, margins: Margins = (0, 0, 0, 0), gap: int = 8) -> QVBoxLayout:
    """A vertical layout on `owner` (None: to be nested)."""
    made = QVBoxLayout(owner) if owner is not None else QVBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(gap)
    return made


def row(owner: QWidget | None, *, margins: Margins = (0, 0, 0, 0), gap: int = 8) -> QHBoxLayout:
    """A horizontal layout on `owner` (None: to be nested)."""
    made = QHBoxLayout(owner) if owner is not None else QHBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(gap)
    return made


def label(text: str, role: Role, *, wrap: bool = False) -> QLabel:
    """A label with its role of the stylesheet."""
    made = QLabel(text)
    made.setWordWrap(wrap)
    set_role(made, role)
    return made


def hairline() -> QFrame:
    """A one-pixel separator."""
    made = QFrame()
    set_role(made, Role.HAIRLINE)
    return made


def centred(page: QWidget, widest: int) -> QVBoxLayout:
    """A page's content in the middle, no wider than `widest` pixels, stacked without gaps."""
    sides, inner = row(page, gap=0), QWidget()
    inner.setMaximumWidth(widest)
    sides.addStretch(1)
    sides.addWidget(inner, 1000)
    sides.addStretch(1)
    return column(inner, gap=0)


def scrolled(inner: QWidget) -> QScrollArea:
    """An area without a frame that scrolls `inner`; the keyboard stays with what is inside."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area


def scrolled_list(widest: int) -> tuple[QScrollArea, QVBoxLayout]:
    """A page's list of rows at the left, no wider than `widest` pixels: the area and the rows."""
    inner, held = QWidget(), QWidget()
    set_role(inner, Role.PAGE)
    sides = row(inner, margins=(24, 0, 24, 16), gap=0)
    held.setMaximumWidth(widest)
    rows = column(held, gap=10)
    sides.addWidget(held, 1000, Qt.AlignmentFlag.AlignTop)
    sides.addStretch(1)
    return scrolled(inner), rows
