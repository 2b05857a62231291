"""Bars from the left, one a line: a list of them, and a ranking with oneself in it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.pictured import Mark
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.cell_face import shade
from desktop.views.widgets.painting import draw_bar, draw_text
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.signs import draw_alarm, fill

_ROW, _TALL, _FOOT = 30, 40, 22
_RIGHT = Qt.AlignmentFlag.AlignRight
TOP = 5
"""How many of a ranking are shown beside oneself."""


class BarPicture(Picture):
    """One bar a mark; a thin line says where the bar ended in the period before, a dashed one where
    red begins."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: tuple[str, ...] = ()
        self._gap = -1
        self._full: float | None = None
        self._threshold: float | None = None
        self._legend = ""

    def set_scale(
        self, *, full: float | None = None, threshold: float | None = None, legend: str = ""
    ) -> None:
        """`full`: what a whole bar stands for, the greatest value by default; `threshold`: where
        red begins; `legend` explains the lines."""
        self._full, self._threshold, self._legend = full, threshold, legend

    def show_marks(self, marks: Sequence[Mark], *, numbers: Sequence[str] = ()) -> None:
        """Show these; `numbers` stand before the labels."""
        self._numbers, self._gap = tuple(numbers), -1
        self.take(marks)

    def spot(self, place: int) -> QRectF:
        skipped, high = 12 if 0 <= self._gap <= place else 0, self._high()
        return QRectF(0, place * high + skipped, self.width(), high)

    def needed(self) -> QSize:
        return QSize(220, max(len(self.marks), 1) * _ROW + round(self._beside_rows()) + 2)

    def draw(self, painter: QPainter) -> None:
        metrics = self.fontMetrics()
        shown = max((metrics.horizontalAdvance(m.shown) for m in self.marks), default=0)
        label = max((metrics.horizontalAdvance(m.label) for m in self.marks), default=0)
        label = min(label + 10, round(self.width() * 0.34))
        top = max((max(m.value or 0, m.before or 0) for m in self.marks), default=0.0) or 1.0
        top = max(top, self._full or 0.0, self._threshold or 0.0)
        for place in range(len(self.marks)):
            self._draw_one(painter, place, label, shown + 8, top)
        if self._gap >= 0:
            y = self._gap * self._high() + 6
            painter.setPen(QPen(shade(colours().outline), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(8, y), QPointF(self.width() - 8, y))
        if self._legend:
            painter.setFont(sized(self.font(), TYPE.small))
            y = len(self.marks) * self._high() + (12 if self._gap >= 0 else 0)
            foot = QRectF(8, y, self.width() - 16, _FOOT)
            draw_text(painter, foot, self._legend, colour=colours().muted)

    def _lines(self, painter: QPainter, place: int, left: float, scale: float) -> None:
        """Where red begins, and where the bar ended before; `scale` is pixels a unit."""
        c, before, area = colours(), self.marks[place].before, self.spot(place)
        if self._threshold is not None and self._threshold > 0:
            x = left + scale * self._threshold
            painter.setPen(QPen(shade(c.bad_tone.solid), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if before is not None:
            x, middle = left + scale * max(before, 0.0), area.center().y()
            painter.setPen(QPen(shade(c.text), 2))
            painter.drawLine(QPointF(x, middle - 8), QPointF(x, middle + 8))

    def _beside_rows(self) -> float:
        return (12 if self._gap >= 0 else 0) + (_FOOT if self._legend else 0)

    def _high(self) -> float:
        """Lines share what room there is, as far as they still read as a list."""
        room = (self.height() - self._beside_rows()) / max(len(self.marks), 1)
        return float(min(max(room, _ROW), _TALL))

    def _draw_one(
        self, painter: QPainter, place: int, label: float, shown: float, top: float
    ) -> None:
        c, mark, area = colours(), self.marks[place], self.spot(place)
        if mark.mine:
            draw_bar(painter, area.adjusted(0, 1, 0, -1), c.selected, radius=6)
        elif place == self.hovered:
            draw_bar(painter, area.adjusted(0, 1, 0, -1), c.hover, radius=6)
        left = area.left() + 8
        if self._numbers:
            painter.setFont(sized(self.font(), TYPE.small))
            number = QRectF(left, area.top(), 20, area.height())
            draw_text(painter, number, self._numbers[place], colour=c.faint)
            left += 24
        painter.setFont(sized(self.font(), TYPE.body, bold=mark.mine))
        draw_text(
            painter, QRectF(left, area.top(), label, area.height()), mark.label, colour=c.text
        )
        left += label + 4
        right = area.right() - shown - 24
        track = QRectF(left, area.center().y() - 5, max(right - left, 4), 10)
        draw_bar(painter, track, c.hairline if mark.mine else c.hover, radius=5)
        full = track.width()
        if mark.value:
            track.setWidth(max(full * mark.value / top, 8))
            tone = c.bad_tone if mark.red else c.accent_tone
            fill(painter, track, tone.solid, radius=5, hatched=mark.red)
        self._lines(painter, place, track.left(), full / top)
        if mark.red:
            draw_alarm(painter, QPointF(area.right() - shown - 14, area.center().y()), c)
        ink = c.bad_tone.ink if mark.red else c.text
        value = QRectF(area.right() - shown - 6, area.top(), shown, area.height())
        draw_text(painter, value, mark.shown, colour=ink, align=_RIGHT)


class RankingPicture(BarPicture):
    """The first five, and oneself with one's place where one is not among them."""

    def show_ranking(self, marks: Sequence[Mark]) -> list[int]:
        """Show the best of `marks` (best first); which of them are shown, by place."""
        own = next((i for i, mark in enumerate(marks) if mark.mine), -1)
        kept = list(range(min(TOP, len(marks))))
        gap = -1
        if own >= TOP:
            gap = len(kept) if own > TOP else -1
            kept.append(own)
        self.show_marks([marks[i] for i in kept], numbers=[str(i + 1) for i in kept])
        self._gap = gap
        self.updateGeometry()
        return kept
