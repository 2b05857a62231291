"""Delegates for the cells of lists: text, status chip, avatar with name, relative time, money."""

from datetime import UTC, date, datetime
from functools import lru_cache

from PySide6.QtCore import (
    QCoreApplication,
    QDate,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from crm_core.clock import CHINA
from crm_core.model.values import format_fen
from desktop.views.theme.apply import colours
from desktop.views.theme.tokens import Colours, Tone
from desktop.views.widgets.cell_face import RIGHT, CellFace, face_of, shade
from desktop.views.widgets.painting import (
    draw_initial,
    draw_status,
    draw_text,
)

_Index = QModelIndex | QPersistentModelIndex
PADDING = 8
"""Pixels left and right of what a cell shows."""


class TextCell(QStyledItemDelegate):
    """Plain text; tables draw the ground below their cells (`list_rows`), lists have it here."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        c, rect = colours(), option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, shade(c.selected))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, shade(c.hairline))
        painter.setFont(option.font)
        self.paint_content(painter, rect.adjusted(PADDING, 0, -PADDING, 0), face_of(index), c)
        painter.restore()

    def paint_content(self, painter: QPainter, rect: QRect, face: CellFace, c: Colours) -> None:
        """Draw the cell's own content inside `rect`."""
        paint_lines(painter, rect, face, c)


class StatusCell(TextCell):
    """A chip; its colour comes from TONE_ROLE."""

    def paint_content(self, painter: QPainter, rect: QRect, face: CellFace, c: Colours) -> None:
        text = face.text
        if text:
            draw_status(painter, rect, text, tone=c.tone(face.tone))


class AvatarCell(TextCell):
    """The first character in a disc, then the name (and SUBTITLE_ROLE below it)."""

    def paint_content(self, painter: QPainter, rect: QRect, face: CellFace, c: Colours) -> None:
        size = min(26, rect.height() - 8)
        disc = QRectF(rect.left() + 2, rect.center().y() - size / 2 + 0.5, size, size)
        draw_initial(painter, disc, str(face.value or "?"), tone=c.accent_tone)
        paint_lines(painter, rect.adjusted(size + 12, 0, 0, 0), face, c)


class RelativeTimeCell(TextCell):
    """MOMENT_ROLE as "3 hours ago"; the full time is the tooltip the model gives."""

    def paint_content(self, painter: QPainter, rect: QRect, face: CellFace, c: Colours) -> None:
        text = relative_time(face.moment, self.now()) if face.moment is not None else ""
        ink = c.muted if face.tone is Tone.NEUTRAL else c.tone(face.tone).ink
        draw_text(painter, rect, text, colour=ink)

    def now(self) -> datetime:
        """The moment everything is relative to; overridden in tests."""
        return datetime.now(tz=UTC)


class MoneyCell(TextCell):
    """Right-aligned figures. The cell's data is whole fen, or text which is shown as it is."""

    def paint_content(self, painter: QPainter, rect: QRect, face: CellFace, c: Colours) -> None:
        value = face.value
        is_fen = isinstance(value, int) and not isinstance(value, bool)
        text = format_fen(value) if is_fen else str(value or "")
        draw_text(painter, rect, text, colour=c.text, align=RIGHT)


def paint_lines(painter: QPainter, rect: QRect, face: CellFace, c: Colours) -> None:
    """The text of a cell, with its subtitle below where there is room for two lines."""
    ink = c.text if face.tone is Tone.NEUTRAL else c.tone(face.tone).ink
    align, subtitle, text = face.align, face.subtitle, face.text
    if not subtitle or rect.height() < 40:
        draw_text(painter, rect, text, colour=ink, align=align)
        return
    half = rect.height() // 2
    draw_text(painter, rect.adjusted(0, 3, 0, -half), text, colour=ink, align=align)
    font = painter.font()
    font.setPixelSize(12)
    painter.setFont(font)
    draw_text(painter, rect.adjusted(0, half - 1, 0, -4), subtitle, colour=c.faint, align=align)


def relative_time(moment: datetime, now: datetime) -> str:
    """`moment` (aware) as people say it: minutes and hours today, then days, then the date."""
    seconds = (now - moment).total_seconds()
    here, local = now.astimezone(CHINA), moment.astimezone(CHINA)
    days = (here.date() - local.date()).days
    translate = QCoreApplication.translate
    if abs(seconds) < 60:
        return translate("RelativeTime", "just now")
    if abs(seconds) < 3600:
        form = (
            translate("RelativeTime", "{0} min ago")
            if seconds > 0
            else translate("RelativeTime", "in {0} min")
        )
        return form.format(int(abs(seconds) // 60))
    if days == 0:
        form = (
            translate("RelativeTime", "{0} h ago")
            if seconds > 0
            else translate("RelativeTime", "in {0} h")
        )
        return form.format(int(abs(seconds) // 3600))
    return _day_phrase(days, local, here)


def _day_phrase(days: int, local: datetime, now: datetime) -> str:
    translate = QCoreApplication.translate
    if days == 1:
        return translate("RelativeTime", "yesterday {0}").format(f"{local:%H:%M}")
    if days == -1:
        return translate("RelativeTime", "tomorrow {0}").format(f"{local:%H:%M}")
    if 1 < days < 7:
        return translate("RelativeTime", "{0} days ago").format(days)
    if -7 < days < -1:
        return translate("RelativeTime", "in {0} days").format(-days)
    if local.year == now.year:
        form = translate("RelativeTime", "MMM d")
        return _spelled(form, QLocale().name(), local.date())
    return f"{local:%Y-%m-%d}"


@lru_cache(maxsize=1024)
def _spelled(form: str, locale: str, day: date) -> str:
    """A date in the words of a locale, which takes a millisecond each time."""
    return QLocale(locale).toString(QDate(day.year, day.month, day.day), form)
