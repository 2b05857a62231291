"""Taking a widget away for good.

Qt deletes it at a later turn of the event loop. Should the last reference Python holds go in the
middle of that, or a moment before, both sides delete it, and the program ends with a fault of
memory: so the reference is held until Qt has finished.
"""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLayout, QWidget

_retired: dict[int, QWidget] = {}


def retire(widget: QWidget) -> None:
    """Hide a widget now and have Qt delete it soon."""
    number = id(widget)
    _retired[number] = widget
    widget.destroyed.connect(partial(_gone, number))
    widget.hide()
    widget.deleteLater()


def clear(layout: QLayout, start: int = 0) -> None:
    """Take everything out of a layout from a place on; its widgets go for good."""
    while (item := layout.takeAt(start)) is not None:
        widget = item.widget()
        if widget is not None:
            retire(widget)


def _gone(number: int) -> None:
    # Not now: this is called from within its destructor.
    QTimer.singleShot(0, partial(_retired.pop, number, None))
