"""Drawing shared by painted widgets and delegates: pills, dots, bars, initials, elided text."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextLayout

from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE, ToneColours
from desktop.views.widgets.cell_face import shade

PILL_HEIGHT = 20
_PILL_PADDING = 8
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_LEFT_MIDDLE = Qt.AlignmentFlag.AlignLeft | _MIDDLE
_WIDEST = 1.1
"""No letter is wider than this many times its font's size; a Chinese one is as wide as high."""


def pill_width(font: QFont, text: str, *, dot: bool = False) -> int:
    """The width in pixels of a pill around `text`."""
    return _around(sized(font, TYPE.small), text, dot=dot)


def draw_pill(
    painter: QPainter, rect: QRectF, text: str, *, tone: ToneColours, dot: bool = False
) -> None:
    """A rounded pill filling `rect`, with an optional status dot before the text."""
    _draw_pill(painter, rect, text, sized(painter.font(), TYPE.small), tone=tone, dot=dot)


def draw_status(painter: QPainter, rect: QRect, text: str, *, tone: ToneColours) -> None:
    """A pill with a dot at the left of `rect`, as wide as its text where there is room."""
    font = sized(painter.font(), TYPE.small)  # Once: every row of a list has one of these.
    wanted = _around(font, text, dot=True) + 2
    top = rect.center().y() - PILL_HEIGHT / 2 + 0.5
    place = QRectF(rect.left(), top, min(wanted, rect.width()), PILL_HEIGHT)
    _draw_pill(painter, place, text, font, tone=tone, dot=True, whole=wanted <= rect.width())


def _around(font: QFont, text: str, *, dot: bool) -> int:
    advance = QFontMetrics(font).horizontalAdvance(text)
    return advance + 2 * _PILL_PADDING + (10 if dot else 0)


def _draw_pill(
    painter: QPainter, rect: QRectF, text: str, font: QFont, *,
    tone: ToneColours, dot: bool, whole: bool = False,
) -> None:  # fmt: skip
    """`whole`: the text is known to fit."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(tone.soft))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    inner = rect.adjusted(_PILL_PADDING, 0, -_PILL_PADDING, 0)
    if dot:
        draw_dot(painter, QPointF(inner.left() + 3, rect.center().y()), tone.solid)
        inner.setLeft(inner.left() + 10)
    painter.setFont(font)
    painter.setPen(shade(tone.ink))
    fitted = text if whole else elided(painter, text, inner.width() + 1)
    painter.drawText(inner.adjusted(0, 0, 2, 0), _LEFT_MIDDLE, fitted)
    painter.restore()


def draw_dot(painter: QPainter, centre: QPointF, colour: str, *, radius: float = 3.0) -> None:
    """A filled dot."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(colour))
    painter.drawEllipse(centre, radius, radius)


def draw_initial(painter: QPainter, rect: QRectF, name: str, *, tone: ToneColours) -> None:
    """A disc with the first character of `name`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(tone.soft))
    painter.drawEllipse(rect)
    painter.setPen(shade(tone.ink))
    painter.setFont(sized(painter.font(), max(9, round(rect.height() * 0.5)), bold=True))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name.strip()[:1].upper())
    painter.restore()


def draw_bar(painter: QPainter, rect: QRectF, colour: str, *, radius: float = 3.0) -> None:
    """A filled bar with rounded corners."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(colour))
    painter.drawRoundedRect(rect, radius, radius)


def draw_focus_ring(painter: QPainter, rect: QRectF, colour: str) -> None:
    """The ring that shows where the keyboard is."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 6, 6)
    painter.restore()


def draw_text(
    painter: QPainter,
    rect: QRect | QRectF,
    text: str,
    *,
    colour: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line of text, vertically centred, cut with an ellipsis where it does not fit."""
    painter.setPen(shade(colour))
    place = QRectF(rect)
    fitted = elided(painter, text, place.width())
    if fitted:
        painter.drawText(place, align | _MIDDLE, fitted)


def elided(painter: QPainter, text: str, width: float) -> str:
    """`text` on one line, cut to `width` pixels in the painter's font."""
    one_line = " ".join(text.split("\n")) if "\n" in text else text
    size = painter.font().pixelSize()
    if size > 0 and len(one_line) * size * _WIDEST < width:
        return one_line  # Measuring costs as much as drawing, and most cells have room.
    return painter.fontMetrics().elidedText(one_line, Qt.TextElideMode.ElideRight, round(width))


def broken(painter: QPainter, text: str, width: float, *, lines: int) -> list[str]:
    """`text` in at most so many lines of `width` pixels, whatever is left over in the last one."""
    layout, found = QTextLayout(text, painter.font()), list[str]()
    layout.beginLayout()
    while len(found) < lines - 1 and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        found.append(text[line.textStart() :][: line.textLength()])
    layout.endLayout()
    rest = text[sum(map(len, found)) :]
    return [*found, rest] if rest and lines > 0 else found
