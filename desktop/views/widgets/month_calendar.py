"""A month to pick a day from, drawn in the theme: today ringed, other months faint, no red."""

from datetime import date

from PySide6.QtCore import QDate, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.icons import icon
from desktop.views.widgets.painting import draw_bar

_ARROWS = {"qt_calendar_prevmonth": "chevron-left", "qt_calendar_nextmonth": "chevron-right"}


class MonthCalendar(QCalendarWidget):
    """Arrow keys move, Enter or a click chooses."""

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = QDate(today.year, today.month, today.day)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        faint = QTextCharFormat()
        faint.setForeground(QColor(colours().faint))
        faint.setBackground(QColor(colours().surface))
        self.setHeaderTextFormat(faint)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(day, faint)
        for name, drawn in _ARROWS.items():
            arrow = self.findChild(QToolButton, name)
            if isinstance(arrow, QToolButton):
                arrow.setIcon(icon(drawn, colours().muted))

    def sizeHint(self) -> QSize:
        return QSize(288, 264)

    def paintCell(self, painter: QPainter, rect: QRect, day: QDate | date) -> None:
        shown = QDate(day.year, day.month, day.day) if isinstance(day, date) else day
        c = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = min(rect.width(), rect.height(), 30) - 2
        disc = QRectF(0, 0, size, size)
        disc.moveCenter(QRectF(rect).center())
        ink = c.text if shown.month() == self.monthShown() else c.faint
        if shown == self.selectedDate():
            draw_bar(painter, disc, c.accent, radius=size / 2)
            ink = c.on_accent
        elif shown == self._today:
            painter.setPen(QPen(QColor(c.accent), 1.5))
            painter.drawEllipse(disc.adjusted(1, 1, -1, -1))
            ink = c.accent
        painter.setPen(QColor(ink))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(shown.day()))
        painter.restore()
