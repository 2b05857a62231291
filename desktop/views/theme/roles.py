"""Names by which the stylesheet finds a widget: a `role`, and on/off states such as `error`."""

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class Role(StrEnum):
    """What a widget is for; the stylesheet has one rule for each."""

    TITLE = "title"
    HEADING = "heading"
    BODY = "body"
    STRONG = "strong"
    MUTED = "muted"
    SMALL = "small"
    FIGURE = "figure"
    OVERLINE = "overline"
    ERROR_TEXT = "error-text"
    PRIMARY = "primary"
    GHOST = "ghost"
    QUIET = "quiet"
    DANGER = "danger"
    ICON = "icon"
    CARD = "card"
    SHEET = "sheet"
    SIDEBAR = "sidebar"
    RAIL = "rail"
    LAUNCHER = "launcher"
    PANEL = "panel"
    HAIRLINE = "hairline"
    PAGE = "page"
    EDITOR = "editor"
    BARE = "bare"


def set_role(widget: QWidget, role: Role) -> None:
    """Give `widget` its rule of the stylesheet."""
    widget.setProperty("role", role.value)
    _repolish(widget)


def set_state(widget: QWidget, name: str, *, on: bool) -> None:
    """Turn the state `name` (`error`, `active`…) of `widget` on or off."""
    if bool(widget.property(name)) is on:
        return
    widget.setProperty(name, on)
    _repolish(widget)


def _repolish(widget: QWidget) -> None:
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # It has not been dressed at all yet: it will be by what is said of it then.
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
