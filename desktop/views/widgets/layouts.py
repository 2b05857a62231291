"""Short ways to write the layouts and labels that all widgets share."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

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
