"""Editors for dates and moments: typed freely, or picked from a calendar.

Understood while typing: 2026-3-5, 2026/3/5, 3-5, 3月5日, 今天, 明天, 后天, 大后天, +3; for
moments a time behind it (15:30, 下午3点半). The calendar button is on Alt+Down.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from PySide6.QtCore import QDate, QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QWidget, QWidgetAction

from crm_core.clock import CHINA
from desktop.views.theme.roles import Role, set_role, set_state
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.editors.contract import FieldValue, FocusEcho
from desktop.views.widgets.layouts import row
from desktop.views.widgets.month_calendar import MonthCalendar

_WORDS = {"今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2, "大后天": 3, "昨天": -1}
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")
_TIME = re.compile(r"(上午|早上|中午|下午|晚上)?(\d{1,2})(?::(\d{1,2})|点(半|\d{1,2}分?)?)")

Today = Callable[[], date]


def china_today() -> date:
    """Today's date in China Standard Time."""
    return datetime.now(tz=CHINA).date()


class DateLine(QFrame):
    """A date, as `YYYY-MM-DD`."""

    changed = Signal()

    def __init__(self, *, today: Today = china_today, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        set_role(self, Role.EDITOR)
        self.line = QLineEdit()
        set_role(self.line, Role.BARE)
        self._button = IconButton("calendar", self.tr("Pick a date"))
        layout = row(self, margins=(8, 1, 2, 1), gap=4)
        layout.addWidget(self.line, 1)
        layout.addWidget(self._button)
        self.setFixedHeight(32)
        self.setFocusProxy(self.line)
        self.line.setPlaceholderText(self._example())
        self.line.textEdited.connect(self.changed)
        self.line.editingFinished.connect(self._write_out)
        self._button.clicked.connect(self.open_calendar)
        FocusEcho(self, self.line)

    def value(self) -> FieldValue:
        text = self.line.text().strip()
        return self._read(text) or text or None

    def setValue(self, value: FieldValue) -> None:
        self.line.setText("" if value is None else self._show(str(value)))
        self.line.setCursorPosition(0)

    def set_error(self, on: bool) -> None:
        set_state(self, "error", on=on)

    def set_read_only(self, on: bool) -> None:
        self.line.setReadOnly(on)
        self._button.setVisible(not on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Down and alt and not self.line.isReadOnly():
            self.open_calendar()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._button.set_name(self.tr("Pick a date"))
        super().changeEvent(event)

    @Slot()
    def open_calendar(self) -> None:
        """Show a calendar below the field."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        today = self._today()
        calendar = MonthCalendar(today, menu)
        known = QDate.fromString(str(self.value() or "")[:10], "yyyy-MM-dd")
        calendar.setSelectedDate(
            known if known.isValid() else QDate(today.year, today.month, today.day)
        )
        calendar.activated.connect(self._picked)
        calendar.clicked.connect(self._picked)
        calendar.activated.connect(menu.close)
        calendar.clicked.connect(menu.close)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(calendar)
        menu.addAction(holder)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
        calendar.setFocus()

    @Slot(QDate)
    def _picked(self, day: QDate) -> None:
        self._take(date(day.year(), day.month(), day.day()))
        self.changed.emit()
        self.line.setFocus()

    @Slot()
    def _write_out(self) -> None:
        understood = self._read(self.line.text().strip())
        if understood:
            self.line.setText(self._show(understood))

    def _example(self) -> str:
        return "2026-01-31"

    def _take(self, day: date) -> None:
        self.line.setText(day.isoformat())

    def _read(self, text: str) -> str | None:
        day = read_date(text, self._today())
        return day.isoformat() if day else None

    def _show(self, written: str) -> str:
        return written


class MomentLine(DateLine):
    """A moment, typed in China Standard Time, as UTC `YYYY-MM-DDTHH:MM:SSZ`."""

    def _example(self) -> str:
        return "2026-01-31 15:30"

    def _take(self, day: date) -> None:
        old = read_moment(self.line.text(), self._today())
        clock = old.timetz() if old else time(9, 0, tzinfo=CHINA)
        self.line.setText(f"{datetime.combine(day, clock):%Y-%m-%d %H:%M}")

    def _read(self, text: str) -> str | None:
        moment = read_moment(text, self._today())
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None

    def _show(self, written: str) -> str:
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            return written
        return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment.tzinfo else written


def read_date(text: str, today: date) -> date | None:
    """The date that `text` means for someone on `today`, or None."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _WORDS:
        return today + timedelta(days=_WORDS[plain])
    if re.fullmatch(r"[+-]\d{1,3}", plain):
        return today + timedelta(days=int(plain))
    found = _DATE.fullmatch(plain)
    if not found:
        return None
    year, month, day = (int(part) if part else today.year for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_moment(text: str, today: date) -> datetime | None:
    """The moment, in China Standard Time, that `text` means; nine o'clock where no time is said."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    found = _TIME.search(plain)
    rest = (plain[: found.start()] if found else plain).strip()
    day = read_date(rest, today) if rest else today if found else None
    clock = _clock(found) if found else time(9, 0)
    trailing = plain[found.end() :].strip() if found else ""
    if day is None or clock is None or trailing:
        return None
    return datetime.combine(day, clock, tzinfo=CHINA)


def _clock(found: re.Match[str]) -> time | None:
    half, hour_text, minute_text, after = found.groups()
    hour = int(hour_text)
    if half in ("下午", "晚上") and hour < 12:
        hour += 12
    minute = 30 if after == "半" else int((minute_text or after or "0").rstrip("分"))
    try:
        return time(hour, minute)
    except ValueError:
        return None
