"""A PDF on a printer: its pages drawn as fine as printers are, one picture a page."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from desktop.services.papers.pdf_pages import draw_page

_WIDTH = 2_300
"""Pixels across an A4 page: about 280 an inch."""


def print_pdf(content: bytes, parent: QWidget) -> bool:
    """Ask for a printer and print; whether anything was."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    if QPrintDialog(printer, parent).exec() != QPrintDialog.DialogCode.Accepted:
        return False
    paint_pdf(content, printer)
    return True


def paint_pdf(content: bytes, printer: QPrinter) -> int:
    """Paint every page on the printer; how many."""
    painter, number, pages = QPainter(printer), 0, 1
    try:
        while number < pages:
            drawn = draw_page(content, number, width=_WIDTH)
            pages = drawn.pages
            if number:
                printer.newPage()
            image = QImage(
                drawn.pixels, drawn.width, drawn.height, drawn.width * 4,
                QImage.Format.Format_RGB32,
            )  # fmt: skip
            whole = QRectF(printer.pageLayout().fullRectPixels(printer.resolution()))
            size = image.size().scaled(whole.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawImage(QRectF(0, 0, size.width(), size.height()), image)
            number += 1
    finally:
        painter.end()
    return number
