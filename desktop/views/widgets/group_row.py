"""The header of a group inside a list: a chevron, its name, how many records and what they sum to.

Each cell of the row paints its slice of the one line, so that it reads on across the columns.
"""

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from desktop.views.theme.icons import icon
from desktop.views.theme.tokens import Colours
from desktop.views.widgets.painting import draw_text

_CHEVRON, _LEFT = 16, 10


def paint_group(painter: QPainter, option: QStyleOptionViewItem, face: Any, c: Colours) -> None:
    """Paint one cell of a header; `face` is what GROUP_ROLE says."""
    rect: QRect = option.rect
    chosen = option.state & QStyle.StateFlag.State_Selected
    painter.setClipRect(rect)
    painter.fillRect(rect, QColor(c.selected if chosen else c.hover))
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(c.hairline))
    width = option.widget.width() if option.widget is not None else rect.width()
    line = QRect(_LEFT, rect.top(), width - 2 * _LEFT, rect.height())
    name = "chevron-down" if face.opened else "chevron-right"
    top = rect.center().y() - _CHEVRON // 2
    icon(name, c.muted, size=_CHEVRON).paint(painter, _LEFT, top, _CHEVRON, _CHEVRON)
    bold = QFont(option.font)
    bold.setWeight(QFont.Weight.DemiBold)
    painter.setFont(bold)
    line.setLeft(_LEFT + _CHEVRON + 6)
    draw_text(painter, line, face.label, colour=c.text)
    line.setLeft(line.left() + painter.fontMetrics().horizontalAdvance(face.label) + 12)
    painter.setFont(option.font)
    draw_text(painter, line, face.detail, colour=c.muted)
