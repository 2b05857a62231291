"""The header of a group inside a list: a chevron, its name, how many records and what they sum to.

It is one line, which reads on across the columns; who draws a part of the row draws its slice.
"""

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QPainter

from desktop.views.theme.icons import icon
from desktop.views.theme.tokens import Colours
from desktop.views.widgets.painting import draw_text

_CHEVRON, _LEFT = 16, 10


def paint_group(
    painter: QPainter, rect: QRect, face: Any, c: Colours, *, width: int, chosen: bool
) -> None:
    """Paint the part of a header inside `rect`, in the painter's font; `face` is what GROUP_ROLE
    says, `width` that of the whole list in pixels."""
    font = QFont(painter.font())
    painter.setClipRect(rect)
    painter.fillRect(rect, QColor(c.selected if chosen else c.hover))
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(c.hairline))
    line = QRect(_LEFT, rect.top(), width - 2 * _LEFT, rect.height())
    name = "chevron-down" if face.opened else "chevron-right"
    top = rect.center().y() - _CHEVRON // 2
    icon(name, c.muted, size=_CHEVRON).paint(painter, _LEFT, top, _CHEVRON, _CHEVRON)
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    painter.setFont(bold)
    line.setLeft(_LEFT + _CHEVRON + 6)
    draw_text(painter, line, face.label, colour=c.text)
    line.setLeft(line.left() + painter.fontMetrics().horizontalAdvance(face.label) + 12)
    painter.setFont(font)
    draw_text(painter, line, face.detail, colour=c.muted)
