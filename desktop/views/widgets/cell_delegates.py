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
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from crm_core.clock import CHINA
from crm_core.model.values import format_fen
from desktop.views.theme.apply import colours
from desktop.views.theme.tokens import Colours, Tone
from desktop.views.widgets.group_row import paint_group
from desktop.views.widgets.painting import (
    PILL_HEIGHT,
    draw_initial,
    draw_pill,
    draw_text,
    pill_width,
)

TONE_ROLE = Qt.ItemDataRole.UserRole + 41
"""A Tone for the cell: chips take it as their colour, text and times as their ink."""

MOMENT_ROLE = Qt.ItemDataRole.UserRole + 42
"""An aware datetime, for RelativeTimeCell."""

SUBTITLE_ROLE = Qt.ItemDataRole.UserRole + 43
"""A second, fainter line below the text; shown where the row is high enough."""

HOVERED_ROW = "hoveredRow"
"""The view's property with the row under the mouse, or -1."""

SHOWS_CELL = "showsCell"
"""The view's property that is true where keys act on the current cell, not only on its row."""

_Index = QModelIndex | QPersistentModelIndex
_PADDING = 8


class TextCell(QStyledItemDelegate):
    """Plain text, and the ground that all cells share: hover, selection, current row's bar."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        painter.save()
        c = colours()
        rect: QRect = option.rect
        if paint_group(painter, option, index, c):
            painter.restore()
            return
        self._paint_ground(painter, option, index, c)
        painter.setFont(option.font)
        self.paint_content(painter, rect.adjusted(_PADDING, 0, -_PADDING, 0), index, c)
        painter.restore()

    def paint_content(self, painter: QPainter, rect: QRect, index: _Index, c: Colours) -> None:
        """Draw the cell's own content inside `rect`."""
        paint_lines(painter, rect, index, c)

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, index: _Index, c: Colours
    ) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        view = option.widget
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(c.selected))
        elif view.property(HOVERED_ROW) == index.row():
            painter.fillRect(rect, QColor(c.hover))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(c.hairline))
        current = isinstance(view, QTableView) and view.currentIndex() == index
        if current and view.property(SHOWS_CELL) and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(c.accent))
            painter.drawRect(rect.adjusted(0, 1, -1, -3))
        if isinstance(view, QTableView) and _starts_current_row(view, index):
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height() - 1), QColor(c.accent))


class StatusCell(TextCell):
    """A chip; its colour comes from TONE_ROLE."""

    def paint_content(self, painter: QPainter, rect: QRect, index: _Index, c: Colours) -> None:
        text = str(index.data() or "")
        if not text:
            return
        width = min(pill_width(painter.font(), text, dot=True) + 2, rect.width())
        top = rect.center().y() - PILL_HEIGHT / 2 + 0.5
        place = QRectF(rect.left(), top, width, PILL_HEIGHT)
        draw_pill(painter, place, text, tone=c.tone(_tone(index)), dot=True)


class AvatarCell(TextCell):
    """The first character in a disc, then the name (and SUBTITLE_ROLE below it)."""

    def paint_content(self, painter: QPainter, rect: QRect, index: _Index, c: Colours) -> None:
        size = min(26, rect.height() - 8)
        disc = QRectF(rect.left() + 2, rect.center().y() - size / 2 + 0.5, size, size)
        draw_initial(painter, disc, str(index.data() or "?"), tone=c.accent_tone)
        paint_lines(painter, rect.adjusted(size + 12, 0, 0, 0), index, c)


class RelativeTimeCell(TextCell):
    """MOMENT_ROLE as "3 hours ago"; the full time is the tooltip the model gives."""

    def paint_content(self, painter: QPainter, rect: QRect, index: _Index, c: Colours) -> None:
        moment = index.data(MOMENT_ROLE)
        text = relative_time(moment, self.now()) if isinstance(moment, datetime) else ""
        tone = _tone(index)
        ink = c.muted if tone is Tone.NEUTRAL else c.tone(tone).ink
        draw_text(painter, rect, text, colour=ink)

    def now(self) -> datetime:
        """The moment everything is relative to; overridden in tests."""
        return datetime.now(tz=UTC)


class MoneyCell(TextCell):
    """Right-aligned figures. The cell's data is whole fen, or text which is shown as it is."""

    def paint_content(self, painter: QPainter, rect: QRect, index: _Index, c: Colours) -> None:
        value = index.data()
        is_fen = isinstance(value, int) and not isinstance(value, bool)
        text = format_fen(value) if is_fen else str(value or "")
        draw_text(painter, rect, text, colour=c.text, align=Qt.AlignmentFlag.AlignRight)


def paint_lines(painter: QPainter, rect: QRect, index: _Index, c: Colours) -> None:
    """The text of `index`, with its SUBTITLE_ROLE below where there is room for two lines."""
    tone = _tone(index)
    ink = c.text if tone is Tone.NEUTRAL else c.tone(tone).ink
    given = index.data(Qt.ItemDataRole.TextAlignmentRole)
    align = Qt.AlignmentFlag(int(given)) if given else Qt.AlignmentFlag.AlignLeft
    align &= Qt.AlignmentFlag.AlignHorizontal_Mask
    subtitle = str(index.data(SUBTITLE_ROLE) or "")
    text = str(index.data() if index.data() is not None else "")
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
    days = (now.astimezone(CHINA).date() - moment.astimezone(CHINA).date()).days
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
    local = moment.astimezone(CHINA)
    if days == 0:
        form = (
            translate("RelativeTime", "{0} h ago")
            if seconds > 0
            else translate("RelativeTime", "in {0} h")
        )
        return form.format(int(abs(seconds) // 3600))
    return _day_phrase(days, local, now.astimezone(CHINA))


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


def _starts_current_row(view: QTableView, index: _Index) -> bool:
    if view.currentIndex().row() != index.row():
        return False
    header = view.horizontalHeader()
    before = range(header.visualIndex(index.column()))
    return all(header.isSectionHidden(header.logicalIndex(place)) for place in before)


def _tone(index: _Index) -> Tone:
    value = index.data(TONE_ROLE)
    return value if isinstance(value, Tone) else Tone(str(value)) if value else Tone.NEUTRAL
