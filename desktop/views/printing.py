"""Paints a printout on paper or into a PDF: title above, page numbers below, Chinese throughout.

Works on any thread; the device is the caller's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from desktop.services.papers.printouts import Head, PrintedList, PrintedRecord
from desktop.views.theme.fonts import app_font

_INK, _MUTED, _LINE = QColor("#1a1f1e"), QColor("#5c6664"), QColor("#c9d1cf")
_MARGIN_MM = 15
_LABEL_SHARE = 0.24
Left, Right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_WRAPPED = Left | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, slots=True)
class Words:
    """What the paper itself says, translated by whoever prints."""

    page: str
    """With {0} and {1}: page so and so of so many."""
    left_out: str = ""


def pdf(path: str) -> QPdfWriter:
    """A PDF file to paint on."""
    made = QPdfWriter(path)
    made.setResolution(144)
    made.setCreator("Suixing")
    return made


def shape(device: QPagedPaintDevice, *, landscape: bool) -> None:
    """A4 with our margins."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    turned = QPageLayout.Orientation
    device.setPageOrientation(turned.Landscape if landscape else turned.Portrait)
    layout = device.pageLayout()
    layout.setUnits(QPageLayout.Unit.Millimeter)
    margins = layout.margins()
    for set_side in (margins.setLeft, margins.setRight, margins.setTop, margins.setBottom):
        set_side(_MARGIN_MM)
    device.setPageMargins(margins, QPageLayout.Unit.Millimeter)


def paint_list(device: QPagedPaintDevice, printed: PrintedList, words: Words) -> int:
    """Paint a table; how many pages that made."""
    shape(device, landscape=True)
    paper = _Paper(device, printed.head, words)
    try:
        return paper.table(printed)
    finally:
        paper.painter.end()


def paint_record(device: QPagedPaintDevice, printed: PrintedRecord, words: Words) -> int:
    """Paint one record; how many pages that made."""
    shape(device, landscape=False)
    paper = _Paper(device, printed.head, words)
    try:
        return paper.record(printed)
    finally:
        paper.painter.end()


_Block = tuple[float, Callable[[float], None]]
"""(height, paint it at y)"""


class _Paper:
    """One printout being painted."""

    def __init__(self, device: QPagedPaintDevice, head: Head, words: Words) -> None:
        self._device, self._head, self._words = device, head, words
        self.painter = QPainter(device)
        view = self.painter.viewport()
        self._width, self._height = float(view.width()), float(view.height())
        dots = float(self.painter.device().logicalDpiY())
        self._point = dots / 72
        self._fonts = {
            name: app_font(max(round(points * self._point), 1), bold=bold)
            for name, points, bold in (
                ("title", 14, True), ("head", 9, True), ("text", 9, False), ("small", 7.5, False),
            )
        }  # fmt: skip
        self._top, self._foot = 34 * self._point, 18 * self._point

    def table(self, printed: PrintedList) -> int:
        """Rows of one height, the headings again on every page."""
        row = 17 * self._point
        room = self._height - self._top - self._foot - row
        many = max(int(room // row), 1)
        parts = [printed.rows[n : n + many] for n in range(0, len(printed.rows), many)] or [()]
        columns = self._columns(printed.weights)
        for number, rows in enumerate(parts, 1):
            self._begin(number, len(parts))
            y = self._top
            self._row(y, row, columns, printed.headings, printed.right, font="head")
            for cells in rows:
                y += row
                self._row(y, row, columns, cells, printed.right, font="text")
        if printed.left_out:
            self._text(self._left_out_place(), self._words.left_out, "small", _MUTED, Left)
        return len(parts)

    def record(self, printed: PrintedRecord) -> int:
        """Sections of labels and texts, cut into pages between lines."""
        blocks: list[_Block] = []
        for heading, lines in printed.sections:
            blocks.append(self._heading(heading))
            blocks += [self._line(name, text) for name, text in lines]
        pages = self._cut(blocks)
        for number, page in enumerate(pages, 1):
            self._begin(number, len(pages))
            y = self._top
            for height, paint in page:
                paint(y)
                y += height
        return len(pages)

    # -- inside --------------------------------------------------------------------------------

    def _begin(self, number: int, of: int) -> None:
        if number > 1:
            self._device.newPage()
        p = self._point
        self._text(QRectF(0, 0, self._width * 0.6, 22 * p), self._head.title, "title", _INK, Left)
        about = QRectF(self._width * 0.6, 0, self._width * 0.4, 22 * p)
        self._text(about, self._head.about, "small", _MUTED, Right)
        self._rule(26 * p)
        said = self._words.page.format(number, of)
        foot = QRectF(0, self._height - 14 * p, self._width, 14 * p)
        self._text(foot, said, "small", _MUTED, Right)

    def _columns(self, weights: Sequence[int]) -> list[tuple[float, float]]:
        total, x, found = max(sum(weights), 1), 0.0, list[tuple[float, float]]()
        for weight in weights:
            width = self._width * weight / total
            found.append((x, width))
            x += width
        return found

    def _row(
        self, y: float, height: float, columns: Sequence[tuple[float, float]],
        cells: Sequence[str], right: Sequence[bool], *, font: str,
    ) -> None:  # fmt: skip
        gap = 4 * self._point
        for (x, width), text, at_right in zip(columns, cells, right, strict=True):
            place = QRectF(x, y, width - gap, height)
            self._text(place, text, font, _INK, Right if at_right else Left)
        self._rule(y + height)

    def _heading(self, text: str) -> _Block:
        height = 26 * self._point

        def paint(y: float) -> None:
            place = QRectF(0, y + 6 * self._point, self._width, height - 6 * self._point)
            self._text(place, text, "head", _MUTED, Left)
            self._rule(y + height)

        return height, paint

    def _line(self, name: str, text: str) -> _Block:
        pad, label = 3 * self._point, self._width * _LABEL_SHARE
        area = QRectF(0, 0, self._width - label, 1_000_000)
        metrics = QFontMetricsF(self._fonts["text"], self.painter.device())
        height = metrics.boundingRect(area, _WRAPPED, text or " ").height()
        # A text longer than a page is cut by it; a printout is no archive.
        height = min(height, self._height - self._top - self._foot - 2 * pad)

        def paint(y: float) -> None:
            self._pen("text", _MUTED)
            self.painter.drawText(QRectF(0, y + pad, label - pad, height), _WRAPPED, name)
            self._pen("text", _INK)
            place = QRectF(label, y + pad, self._width - label, height)
            self.painter.drawText(place, _WRAPPED, text)

        return height + 2 * pad, paint

    def _cut(self, blocks: Sequence[_Block]) -> list[list[_Block]]:
        room, pages, used = self._height - self._top - self._foot, [list[_Block]()], 0.0
        for block in blocks:
            if used + block[0] > room and pages[-1]:
                pages.append([])
                used = 0.0
            pages[-1].append(block)
            used += block[0]
        return pages

    def _left_out_place(self) -> QRectF:
        height = 14 * self._point
        return QRectF(0, self._height - height, self._width * 0.7, height)

    def _text(
        self, place: QRectF, text: str, font: str, ink: QColor, side: Qt.AlignmentFlag
    ) -> None:
        metrics = QFontMetricsF(self._fonts[font], self.painter.device())
        one_line = " ".join(text.split())
        cut = metrics.elidedText(one_line, Qt.TextElideMode.ElideRight, place.width())
        self._pen(font, ink)
        self.painter.drawText(place, side | _MIDDLE, cut)

    def _pen(self, font: str, ink: QColor) -> None:
        chosen: QFont = self._fonts[font]
        self.painter.setFont(chosen)
        self.painter.setPen(ink)

    def _rule(self, y: float) -> None:
        self.painter.setPen(QPen(_LINE, max(self._point * 0.5, 1)))
        self.painter.drawLine(0, int(y), int(self._width), int(y))
