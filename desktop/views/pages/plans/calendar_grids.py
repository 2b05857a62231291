"""The painted calendars: hours of a day or a week, a month, and days as a list."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent

from desktop.services.agenda import Item, holiday_on
from desktop.services.commands.agenda import at_minutes
from desktop.views.pages.plans.calendar_canvas import CalendarCanvas
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE, Colours
from desktop.views.widgets.painting import draw_bar, draw_text

HOUR, GUTTER, HEAD, LINE = 48, 56, 52, 22
_ALL_DAY_MOST = 3
_RIGHT = Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignHCenter


class TimeGrid(CalendarCanvas):
    """One column a day; their names and whole days stay above the hours while those scroll."""

    offset = 0
    """How far it is scrolled."""

    def set_offset(self, offset: int) -> None:
        """Keep the head in sight."""
        self.offset = offset
        self.refit()

    def item_at(self, place: QPointF) -> Item | None:
        found = super().item_at(place)
        under = place.y() < self.offset + self._top()
        return None if found is not None and found.start is not None and under else found

    def sizeHint(self) -> QSize:
        return QSize(640, round(self._top()) + 24 * HOUR + 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    def y_of(self, moment: datetime) -> float:
        """Where a moment lies."""
        return self._top() + (moment.hour * 60 + moment.minute) * HOUR / 60

    def day_at(self, place: QPointF) -> date | None:
        if self.agenda is None or place.x() < GUTTER:
            return None
        column = int((place.x() - GUTTER) // self._wide())
        return self.agenda.first + timedelta(days=min(max(column, 0), self.agenda.days - 1))

    def spot_at(self, place: QPointF, item: Item) -> datetime | date | None:
        day = self.day_at(place)
        if day is None or item.start is None:
            return day
        return at_minutes(day, round((place.y() - self._top()) * 60 / HOUR))

    def place_items(self) -> None:
        if self.agenda is None:
            return
        self.setMinimumHeight(self.sizeHint().height())
        for number in range(self.agenda.days):
            items = self.agenda.on(self.agenda.first + timedelta(days=number))
            left = GUTTER + number * self._wide()
            whole = [one for one in items if one.start is None]
            for place, item in enumerate(whole[:_ALL_DAY_MOST]):
                top = self.offset + HEAD + place * LINE
                box = QRectF(left + 2, top, self._wide() - 4, LINE - 2)
                self.boxes.append((box, item))
            self._place_hours([one for one in items if one.start is not None], left)

    def _place_hours(self, items: list[Item], left: float) -> None:
        """Those that overlap stand side by side."""
        for group in _overlapping(items):
            columns: list[datetime] = []
            places: list[tuple[int, Item]] = []
            for item in group:
                start = item.start
                if start is None:
                    continue
                free = next((n for n, end in enumerate(columns) if end <= start), len(columns))
                columns[free : free + 1] = [_end(item)]
                places.append((free, item))
            wide = (self._wide() - 4) / max(len(columns), 1)
            for place, item in places:
                if item.start is not None:
                    high = max(item.minutes * HOUR / 60, 20) - 2
                    at = self.y_of(item.start)
                    self.boxes.append((QRectF(left + 2 + place * wide, at, wide - 2, high), item))

    def paint_ground(self, painter: QPainter, c: Colours) -> None:
        if self.agenda is None:
            return
        painter.setFont(sized(self.font(), TYPE.small))
        for hour in range(24):
            y = self._top() + hour * HOUR
            painter.fillRect(QRectF(GUTTER, y, self.width() - GUTTER, 1), QColor(c.hairline))
            if hour:
                words = QRectF(0, y - 9, GUTTER - 8, 18)
                draw_text(painter, words, f"{hour:02}:00", colour=c.faint, align=_RIGHT)
        for number in range(self.agenda.days):
            left = GUTTER + number * self._wide()
            painter.fillRect(QRectF(left, HEAD - 4, 1, self.height()), QColor(c.hairline))
        self._paint_now(painter, c)

    def paint_over(self, painter: QPainter, c: Colours) -> None:
        if self.agenda is None:
            return
        head = QRectF(0, self.offset, self.width(), self._top() - 2)
        painter.fillRect(head, QColor(c.surface))
        painter.fillRect(QRectF(0, head.bottom(), self.width(), 1), QColor(c.hairline))
        for number in range(self.agenda.days):
            self._paint_day(painter, number, c)

    def _paint_day(self, painter: QPainter, number: int, c: Colours) -> None:
        assert self.agenda is not None
        day, left = self.agenda.first + timedelta(days=number), GUTTER + number * self._wide()
        area = QRectF(left, self.offset, self._wide(), HEAD)
        if day == self.cursor_day and self.agenda.days > 1:
            draw_bar(painter, area.adjusted(2, 4, -2, -6), c.selected, radius=6)
        today = day == self.agenda.now.date()
        painter.setFont(sized(self.font(), TYPE.small))
        ink = c.accent if today else c.faint if day.weekday() > 4 else c.muted
        draw_text(painter, area.adjusted(0, 6, 0, -26), self.weekdays[day.weekday()], colour=ink,
                  align=_MIDDLE)  # fmt: skip
        holiday = holiday_on(day, self.language)
        said = f"{day.day} {holiday}" if holiday else str(day.day)
        painter.setFont(sized(self.font(), TYPE.body, bold=today))
        draw_text(painter, area.adjusted(4, 22, -4, -8), said,
                  colour=c.accent if today or holiday else c.text, align=_MIDDLE)  # fmt: skip

    def _paint_now(self, painter: QPainter, c: Colours) -> None:
        assert self.agenda is not None
        now = self.agenda.now
        number = (now.date() - self.agenda.first).days
        if not 0 <= number < self.agenda.days:
            return
        y, left = self.y_of(now), GUTTER + number * self._wide()
        painter.setPen(QPen(QColor(c.bad_tone.solid), 1.5))
        painter.drawLine(QPointF(left, y), QPointF(left + self._wide(), y))
        painter.setBrush(QColor(c.bad_tone.solid))
        painter.drawEllipse(QPointF(left + 1, y), 3, 3)

    def _wide(self) -> float:
        days = self.agenda.days if self.agenda is not None else 1
        return max(self.width() - GUTTER, days) / days

    def _top(self) -> float:
        whole = 0
        if self.agenda is not None:
            days = [self.agenda.first + timedelta(days=n) for n in range(self.agenda.days)]
            whole = max(sum(i.start is None for i in self.agenda.on(day)) for day in days)
        return HEAD + min(whole, _ALL_DAY_MOST) * LINE + 4


class MonthGrid(CalendarCanvas):
    """Six weeks; each day lists what fits and counts the rest."""

    month = 1

    def sizeHint(self) -> QSize:
        return QSize(640, 520)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    def step_over(self) -> int:
        return 7

    def day_at(self, place: QPointF) -> date | None:
        if self.agenda is None or place.y() < LINE:
            return None
        column = min(max(int(place.x() * 7 // self.width()), 0), 6)
        line = min(int((place.y() - LINE) // self._high()), self._weeks() - 1)
        return self.agenda.first + timedelta(days=line * 7 + column)

    def spot_at(self, place: QPointF, item: Item) -> datetime | date | None:
        day = self.day_at(place)
        if day is None or item.start is None:
            return day
        return at_minutes(day, item.start.hour * 60 + item.start.minute)

    def place_items(self) -> None:
        if self.agenda is None:
            return
        room = max(int((self._high() - 26) // LINE), 1)
        for number in range(self.agenda.days):
            cell = self._cell(number)
            items = self.agenda.on(self.agenda.first + timedelta(days=number))
            fits = room if len(items) <= room else room - 1
            for place, item in enumerate(items[:fits]):
                box = QRectF(cell.left() + 3, cell.top() + 24 + place * LINE, cell.width() - 6, 20)
                self.boxes.append((box, item))

    def paint_ground(self, painter: QPainter, c: Colours) -> None:
        if self.agenda is None:
            return
        painter.setFont(sized(self.font(), TYPE.small))
        for number, name in enumerate(self.weekdays):
            head = QRectF(number * self.width() / 7, 0, self.width() / 7, LINE)
            draw_text(painter, head, name, colour=c.faint, align=_MIDDLE)
        for number in range(self.agenda.days):
            self._paint_cell(painter, number, c)

    def _paint_cell(self, painter: QPainter, number: int, c: Colours) -> None:
        assert self.agenda is not None
        day, cell = self.agenda.first + timedelta(days=number), self._cell(number)
        if day == self.cursor_day:
            painter.fillRect(cell, QColor(c.selected))
        painter.fillRect(QRectF(cell.left(), cell.top(), cell.width(), 1), QColor(c.hairline))
        if number % 7:
            painter.fillRect(QRectF(cell.left(), cell.top(), 1, cell.height()), QColor(c.hairline))
        today, outside = day == self.agenda.now.date(), day.month != self.month
        disc = QRectF(cell.left() + 4, cell.top() + 3, 20, 20)
        if today:
            draw_bar(painter, disc, c.accent, radius=10)
        ink = c.on_accent if today else c.faint if outside else c.text
        painter.setFont(sized(self.font(), TYPE.small, bold=today))
        draw_text(painter, disc, str(day.day), colour=ink, align=_MIDDLE)
        painter.setFont(sized(self.font(), TYPE.small))
        beside = QRectF(disc.right() + 4, disc.top(), cell.right() - disc.right() - 8, 20)
        draw_text(painter, beside, holiday_on(day, self.language), colour=c.accent)
        shown = sum(item.day == day for _, item in self.boxes)
        hidden = len(self.agenda.on(day)) - shown
        if hidden > 0:
            rest = QRectF(cell.left() + 8, cell.top() + 24 + shown * LINE, cell.width() - 12, 20)
            draw_text(painter, rest, f"+{hidden}", colour=c.muted)

    def _weeks(self) -> int:
        return self.agenda.days // 7 if self.agenda is not None else 6

    def _high(self) -> float:
        return (self.height() - LINE) / max(self._weeks(), 1)

    def _cell(self, number: int) -> QRectF:
        wide = self.width() / 7
        return QRectF(number % 7 * wide, LINE + number // 7 * self._high(), wide, self._high())


class DayList(CalendarCanvas):
    """Days with something in them, one below the other."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    def day_at(self, place: QPointF) -> date | None:
        below = [item.day for box, item in self.boxes if box.top() - 40 <= place.y()]
        return below[-1] if below else None

    def _walk(self, across: int, down: int) -> None:
        """Up and down go from item to item, whatever the day."""
        if across:
            super()._walk(across, down)
            return
        places = [item for _, item in self.boxes]
        if places:
            ids = [item.id for item in places]
            here = ids.index(self.current) if self.current in ids else (-1 if down > 0 else 0)
            self._select(places[min(max(here + down, 0), len(places) - 1)])

    def place_items(self) -> None:
        y, last = 0.0, None
        for item in self.agenda.items if self.agenda is not None else ():
            if item.day != last:
                y, last = y + 36, item.day
            self.boxes.append((QRectF(8, y, self.width() - 16, 40), item))
            y += 44
        self.setMinimumHeight(round(y) + 16)

    def paint_ground(self, painter: QPainter, c: Colours) -> None:
        last = None
        for box, item in self.boxes:
            if item.day != last:
                last = item.day
                holiday = holiday_on(last, self.language)
                name = f"{last.month}/{last.day} {self.weekdays[last.weekday()]} {holiday}"
                today = self.agenda is not None and last == self.agenda.now.date()
                painter.setFont(sized(self.font(), TYPE.body, bold=True))
                head = QRectF(8, box.top() - 30, self.width() - 16, 24)
                draw_text(painter, head, name, colour=c.accent if today else c.text)
                painter.fillRect(
                    QRectF(8, box.top() - 5, self.width() - 16, 1), QColor(c.hairline)
                )  # fmt: skip


def _end(item: Item) -> datetime:
    assert item.start is not None
    return item.start + timedelta(minutes=max(item.minutes, 25))


def _overlapping(items: list[Item]) -> list[list[Item]]:
    """In groups that touch each other in time."""
    groups: list[list[Item]] = []
    until: datetime | None = None
    for item in items:
        if item.start is None:
            continue
        if until is None or item.start >= until:
            groups.append([])
            until = _end(item)
        groups[-1].append(item)
        until = max(until, _end(item))
    return groups
