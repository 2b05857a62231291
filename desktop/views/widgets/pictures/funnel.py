"""A funnel: how many came to each step, and what was lost on the way there."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.pictured import Mark, Passage
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.cell_face import shade
from desktop.views.widgets.painting import draw_text
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.signs import blend, draw_alarm, fill

_ROW = 40
_BAR = 24
_CENTRE, _RIGHT = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight


class FunnelPicture(Picture):
    """One bar a step, centred; between two stands the loss, the worst with a triangle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ways: tuple[Passage, ...] = ()

    def show_steps(self, marks: Sequence[Mark], ways: Sequence[Passage]) -> None:
        """Steps in order, and what became of those of each; the last may have no passage."""
        self._ways = tuple(ways)
        self.take(marks)

    def spot(self, place: int) -> QRectF:
        high = self._high()
        return QRectF(0, place * high, self.width(), high)

    def needed(self) -> QSize:
        return QSize(300, _ROW * max(len(self.marks), 1))

    def draw(self, painter: QPainter) -> None:
        top = max((mark.value or 0.0 for mark in self.marks), default=0.0) or 1.0
        for place in range(len(self._ways)):
            self._way(painter, place, top)
        for place in range(len(self.marks)):
            self._step_of(painter, place, top)

    def _step_of(self, painter: QPainter, place: int, top: float) -> None:
        c, mark, area = colours(), self.marks[place], self.spot(place)
        middle = area.top() + _BAR / 2
        ink = c.accent if place == self.hovered else c.text
        painter.setFont(self.font())
        name = QRectF(4, area.top(), self._side() - 8, _BAR)
        draw_text(painter, name, mark.label, colour=ink)
        bar = self._bar(place, top)
        fill(
            painter, bar, c.bad_tone.solid if mark.red else c.accent_tone.solid,
            radius=4, hatched=mark.red,
        )  # fmt: skip
        painter.setFont(sized(self.font(), TYPE.body, bold=True))
        wide = painter.fontMetrics().horizontalAdvance(mark.shown) + 12
        if bar.width() > wide and not mark.red:
            draw_text(painter, bar, mark.shown, colour=c.on_accent, align=_CENTRE)
        else:
            beside = QRectF(bar.right() + 6, middle - 12, wide + 20, 24)
            draw_text(painter, beside, mark.shown, colour=c.text)

    def _way(self, painter: QPainter, place: int, top: float) -> None:
        c, way = colours(), self._ways[place]
        above = self._bar(place, top)
        last = place + 1 >= len(self.marks)
        below = above.translated(0, self._high()) if last else self._bar(place + 1, top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade(blend(c.surface, c.accent_tone.solid, 0.16)))
        corners = [above.bottomLeft(), above.bottomRight(), below.topRight(), below.topLeft()]
        if not last:
            painter.drawPolygon(QPolygonF(corners))
        painter.setFont(sized(self.font(), TYPE.small, bold=way.worst))
        room = QRectF(
            self.width() - self._aside(), above.bottom() - 2, self._aside() - 6,
            below.top() - above.bottom() + 4,
        )  # fmt: skip
        said = "  ·  ".join(part for part in (way.lost, way.kept) if part)
        ink = c.bad_tone.ink if way.worst else c.muted
        draw_text(painter, room, said, colour=ink, align=_RIGHT)
        if way.worst:
            wide = painter.fontMetrics().horizontalAdvance(said)
            draw_alarm(painter, QPointF(room.right() - wide - 12, room.center().y()), c)

    def _bar(self, place: int, top: float) -> QRectF:
        area, side = self.spot(place), self._side()
        room = self.width() - side - self._aside()
        wide = max(room * (self.marks[place].value or 0.0) / top, 3.0)
        return QRectF(side + (room - wide) / 2, area.top(), wide, _BAR)

    def _side(self) -> float:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(m.label) for m in self.marks), default=0)
        return float(min(widest + 16, 140))

    def _aside(self) -> float:
        metrics = self.fontMetrics()
        said = (metrics.horizontalAdvance(f"{w.lost}  ·  {w.kept}") for w in self._ways)
        return float(min(max(said, default=0) + 28, self.width() * 0.4))

    def _high(self) -> float:
        room = self.height() / max(len(self.marks), 1)
        return float(min(max(room, _ROW), 58))
