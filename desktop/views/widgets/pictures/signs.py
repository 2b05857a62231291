"""Drawing shared by pictures: the signs of red that need no colour, fills and inks."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from desktop.views.theme.tokens import Colours, contrast
from desktop.views.widgets.cell_face import shade


def draw_alarm(painter: QPainter, centre: QPointF, c: Colours, *, size: float = 9.0) -> None:
    """The sign of a value past its threshold: a triangle, so that it is not said by colour only."""
    half = size / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(c.bad_tone.solid))
    corners = [
        QPointF(centre.x(), centre.y() - half),
        QPointF(centre.x() + half, centre.y() + half),
        QPointF(centre.x() - half, centre.y() + half),
    ]
    painter.drawPolygon(QPolygonF(corners))
    painter.restore()


def fill(painter: QPainter, rect: QRectF, colour: str, *, radius: float, hatched: bool) -> None:
    """A rounded area; hatched, it also reads as another one in grey."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    painter.fillPath(path, QBrush(shade(colour)))
    if hatched:
        lines = QColor("#ffffff")
        lines.setAlphaF(0.42)
        painter.setClipPath(path)
        painter.setPen(QPen(lines, 1.6))
        x = rect.left() - rect.height()
        while x < rect.right():
            painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()))
            x += 6
    painter.restore()


def blend(ground: str, ink: str, share: float) -> str:
    """`share` of `ink` on `ground`, as #rrggbb."""
    a, b = QColor(ground), QColor(ink)
    mixed = (
        round(x + (y - x) * share)
        for x, y in ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    )
    return QColor(*mixed).name()


def readable(ground: str, c: Colours) -> str:
    """The ink that reads best on `ground`."""
    return max((c.text, c.on_accent, "#ffffff"), key=lambda ink: contrast(ink, ground))
