"""Pictures of a board on A4 pages: figures side by side, everything else one below the other."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QPageLayout, QPageSize, QPainter, QPdfWriter

from desktop.services.papers.export_tables import Figures
from desktop.views.theme.apply import on_paper
from desktop.views.theme.fonts import app_font
from desktop.views.widgets.painting import elided
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.figure import FigurePicture

_INK, _MUTED = QColor("#1a1f1e"), QColor("#5c6664")
_DOTS = 144
_GAP, _HEAD, _ADVICE = 24.0, 66.0, 44.0
_ABREAST = 3
"""Figures in a row."""
_LARGEST = 1.6

Part = tuple[Figures, Picture]


def pages(parts: Sequence[Part]) -> bytes:
    """A PDF of these, each with its name, of when it is and what is red about it."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(held)
    writer.setResolution(_DOTS)
    writer.setCreator("Suixing")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(15, 15, 15, 15), QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    wide, high = float(writer.width()), float(writer.height())
    y = 0.0
    with on_paper():
        for line in _rows(parts):
            count = _ABREAST if isinstance(line[0][1], FigurePicture) else 1
            cell = (wide - _GAP * (count - 1)) / count
            needed = max(_needed(part, cell) for part in line)
            if y and y + needed > high:
                writer.newPage()
                y = 0.0
            for place, part in enumerate(line):
                area = QRectF(place * (cell + _GAP), y, cell, min(needed, high - y))
                _paint(painter, part, area)
            y += needed + _GAP
    painter.end()
    return bytes(held.data().data())


def _rows(parts: Sequence[Part]) -> Iterator[list[Part]]:
    line: list[Part] = []
    for part in parts:
        figure = isinstance(part[1], FigurePicture)
        if line and (not figure or len(line) == _ABREAST):
            yield line
            line = []
        if figure:
            line.append(part)
        else:
            yield [part]
    if line:
        yield line


def _needed(part: Part, wide: float) -> float:
    advice = _ADVICE if _advises(part) else 0.0
    return _HEAD + part[1].height() * _scale(part[1], wide) + advice


def _advises(part: Part) -> bool:
    """A figure says itself what to do."""
    return bool(part[0].advice) and not isinstance(part[1], FigurePicture)


def _scale(picture: Picture, wide: float) -> float:
    return min(wide / max(picture.width(), 1), _LARGEST)


def _paint(painter: QPainter, part: Part, area: QRectF) -> None:
    figures, picture = part
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for top, high, size, ink in ((0, 34, 24, _INK), (34, 22, 15, _MUTED)):
        painter.setFont(app_font(size, bold=ink is _INK))
        painter.setPen(ink)
        text = figures.title if ink is _INK else figures.about
        place = QRectF(area.left(), area.top() + top, area.width(), high)
        painter.drawText(place, left, elided(painter, text, area.width()))
    below = _ADVICE if _advises(part) else 0.0
    room = area.height() - _HEAD - below
    scale = min(_scale(picture, area.width()), room / max(picture.height(), 1))
    painter.save()
    painter.translate(area.left(), area.top() + _HEAD)
    painter.scale(scale, scale)
    painter.setFont(picture.font())
    picture.draw(painter)
    painter.restore()
    if below:
        painter.setFont(app_font(16))
        painter.setPen(_INK)
        said = QRectF(area.left(), area.bottom() - below, area.width(), below)
        painter.drawText(said, int(Qt.TextFlag.TextWordWrap), figures.advice)
