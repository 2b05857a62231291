"""How the lines of the Today page are worded and drawn; no keys and no model here."""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from desktop.viewmodels.today import Line, Section
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.tokens import TYPE, Colours, Tone
from desktop.views.widgets.painting import PILL_HEIGHT, draw_pill, draw_text, pill_width

CHECK_WIDTH = 44
"""The place at the left where a click finishes a task."""
_ICONS = {
    "promise": "promise", "next": "calendar", "reminder": "bell", "lead": "lead",
    "quote": "opportunity", "deal": "opportunity", "birthday": "star",
}  # fmt: skip
_CALM = ("next", "reminder", "todo")
"""Kinds whose mark stays quiet; the pill at the right says that they are late."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a part of the day."""

    section: Section
    text: str
    count: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """The way to all lines of a part of the day that lists only some."""

    section: Section
    text: str

    @property
    def id(self) -> str:
        """Told apart from records, which have no colon in their ids."""
        return f"more:{self.section}"


Row = Heading | Line | More


def due_words(line: Line, now: datetime | None) -> str:
    """When a task is due, or what is left of the clock of a lead, in a few words."""
    if line.section is Section.LEADS:
        return _left_words(line) if line.clock is not None else ""
    if line.kind == "deal":
        return _left_words(line)
    if now is not None and line.section is Section.QUOTES and line.promised is not None:
        days = (now - line.promised).days
        return QCoreApplication.translate("TodayList", "{0} d without an answer").format(days)
    if line.due is None or now is None:
        return ""
    if line.section is Section.BIRTHDAYS:
        return _day_words(line.due, now)
    if line.section is Section.OVERDUE:
        return _late_words(line.due, now)
    said = _moment_words(line.due, now)
    if line.snoozed:
        return QCoreApplication.translate("TodayList", "put off to {0}").format(said)
    return said


def _day_words(day: datetime, now: datetime) -> str:
    days = (day.date() - now.date()).days
    if days == 0:
        return QCoreApplication.translate("TodayList", "today")
    return f"{_weekday(day)} {day.month}/{day.day}"


def _moment_words(due: datetime, now: datetime) -> str:
    days = (due.date() - now.date()).days
    clock = f"{due:%H:%M}"
    if days == 0:
        return clock
    if days == 1:
        return QCoreApplication.translate("TodayList", "tomorrow {0}").format(clock)
    return f"{_weekday(due)} {due.month}/{due.day} {clock}"


def _late_words(due: datetime, now: datetime) -> str:
    late = now - due
    if late.days:
        return QCoreApplication.translate("TodayList", "{0} d late").format(late.days)
    hours = int(late.total_seconds() // 3600)
    if hours:
        return QCoreApplication.translate("TodayList", "{0} h late").format(hours)
    minutes = int(late.total_seconds() // 60)
    if not minutes:
        return QCoreApplication.translate("TodayList", "due now")
    return QCoreApplication.translate("TodayList", "{0} min late").format(minutes)


def _left_words(line: Line) -> str:
    """In the unit of its clock: a day of working time has no agreed length."""
    translate, hours = QCoreApplication.translate, line.hours_left
    working = line.clock is not None and line.clock.working
    if hours < 0:
        if -hours >= 48 and not working:
            return translate("TodayList", "{0} d over").format(int(-hours // 24))
        form = (
            translate("TodayList", "{0} working h over")
            if working
            else translate("TodayList", "{0} h over")
        )
        return form.format(int(-hours))
    if hours < 1:
        return translate("TodayList", "{0} min left").format(int(hours * 60))
    form = (
        translate("TodayList", "{0} working h left")
        if working
        else translate("TodayList", "{0} h left")
    )
    return form.format(int(hours))


def _weekday(day: datetime) -> str:
    translate = QCoreApplication.translate
    names = (
        translate("TodayList", "Mon"),
        translate("TodayList", "Tue"),
        translate("TodayList", "Wed"),
        translate("TodayList", "Thu"),
        translate("TodayList", "Fri"),
        translate("TodayList", "Sat"),
        translate("TodayList", "Sun"),
    )
    return names[day.weekday()]


def beside_title(line: Line) -> str:
    """What it is about, where the title does not say so itself."""
    return "" if line.about in line.title else line.about


def spoken(found: Row, now: datetime | None) -> str:
    """What a screen reader says: as much as is seen."""
    if isinstance(found, More):
        return found.text
    if isinstance(found, Heading):
        return f"{found.text} {found.count}"
    parts = (found.title, beside_title(found), due_words(found, now))
    return " · ".join(part for part in parts if part)


def paint_heading(
    painter: QPainter, option: QStyleOptionViewItem, heading: Heading, c: Colours
) -> None:
    """The name of a part of the day, its count and a note at the right."""
    area = QRectF(option.rect).adjusted(12, 14, -12, 0)
    painter.setFont(sized(option.font, TYPE.body, bold=True))
    late = heading.section is Section.OVERDUE
    draw_text(painter, area, heading.text, colour=c.bad_tone.ink if late else c.text)
    beside = area.adjusted(painter.fontMetrics().horizontalAdvance(heading.text) + 8, 0, 0, 0)
    painter.setFont(sized(option.font, TYPE.small))
    draw_text(painter, beside, str(heading.count), colour=c.faint)
    align = Qt.AlignmentFlag.AlignRight
    draw_text(painter, area, heading.note, colour=c.faint, align=align)
    painter.fillRect(QRectF(area.left(), option.rect.bottom(), area.width(), 1), QColor(c.hairline))


def paint_more(painter: QPainter, option: QStyleOptionViewItem, more: More, c: Colours) -> None:
    """The words that lead on, below the titles."""
    area = QRectF(option.rect).adjusted(CHECK_WIDTH + 26, 0, -12, 0)
    painter.setFont(option.font)
    draw_text(painter, area, more.text, colour=c.accent)


def paint_check(painter: QPainter, rect: QRect, *, overdue: bool, hot: bool) -> None:
    """The round mark that finishes a task."""
    c = colours()
    centre = QPointF(rect.left() + 22, rect.center().y() + 0.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ring = c.accent if hot else c.bad_tone.solid if overdue else c.outline
    painter.setPen(QPen(QColor(ring), 1.6))
    painter.setBrush(QColor(c.accent_tone.soft) if hot else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, 8, 8)
    if hot:
        pixmap = icon_pixmap("check", c.accent, size=12)
        painter.drawPixmap(QPointF(centre.x() - 6, centre.y() - 6), pixmap)


def _tone_of(line: Line) -> Tone:
    if line.section is Section.OVERDUE or (line.section is Section.LEADS and line.hours_left < 0):
        return Tone.BAD
    if line.section is Section.LEADS and line.clock is not None and line.clock.warned:
        return Tone.WARN
    if line.section is Section.QUOTES:
        return Tone.WARN
    return Tone.NEUTRAL


def paint_due(
    painter: QPainter, option: QStyleOptionViewItem, line: Line, c: Colours, now: datetime | None
) -> float:
    """Paint at the right end when it is due; the x where that begins."""
    text, tone, area = due_words(line, now), _tone_of(line), QRectF(option.rect)
    if not text:
        return area.right() - 12
    width = pill_width(option.font, text)
    place = QRectF(area.right() - 12 - width, area.center().y() - PILL_HEIGHT / 2, width + 2, 20)
    if tone is Tone.NEUTRAL:
        painter.setFont(sized(option.font, TYPE.small))
        draw_text(painter, place, text, colour=c.muted, align=Qt.AlignmentFlag.AlignRight)
    else:
        draw_pill(painter, place, text, tone=c.tone(tone))
    return place.left()


def paint_words(
    painter: QPainter, option: QStyleOptionViewItem, line: Line, words: QRectF, c: Colours
) -> None:
    """The mark of the kind, the title, and what it is about."""
    tone = Tone.WARN if line.kind == "promise" else _tone_of(line)
    ink = c.faint if tone is Tone.NEUTRAL or line.kind in _CALM else c.tone(tone).solid
    pixmap = icon_pixmap(_ICONS.get(line.kind, "note"), ink, size=16)
    painter.drawPixmap(QPointF(words.left(), words.center().y() - 8), pixmap)
    words = words.adjusted(26, 0, 0, 0)
    painter.setFont(option.font)
    wide = painter.fontMetrics().horizontalAdvance(line.title) + 4
    said = beside_title(line)
    about = painter.fontMetrics().horizontalAdvance(said) + 4
    room = words.width() - min(about, words.width() * 0.4) - 16
    title = QRectF(words.left(), words.top(), min(wide, max(room, 60.0)), words.height())
    draw_text(painter, title, line.title, colour=c.text)
    beside = QRectF(title.right() + 12, words.top(), words.right() - title.right() - 12, 44)
    beside.setHeight(words.height())
    draw_text(painter, beside, said, colour=c.faint)
