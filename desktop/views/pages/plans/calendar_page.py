"""The calendar: day, week, month and a list of days; everything can be moved, and taken back."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QStackedWidget, QWidget

from crm_core.clock import CHINA
from crm_core.errors import KnownError
from crm_core.model.number_words import counted
from crm_core.permissions import Right
from desktop.bus import Change
from desktop.services.agenda import Agenda, Item, read_agenda
from desktop.services.commands.agenda import do_export_days, do_move_item
from desktop.viewmodels.session import Session
from desktop.views.pages.plans.calendar_canvas import CalendarCanvas
from desktop.views.pages.plans.calendar_grids import HOUR, DayList, MonthGrid, TimeGrid
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

_WATCHED = ("visit", "task", "follow_up", "opportunity", "customer", "lead")
_SETTLE_MS, _MINUTE_MS = 120, 60_000
_LIST_DAYS = 30
_MORNING = 8


class Span(StrEnum):
    """How much is shown."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    LIST = "list"


class CalendarPage(Reactive, QWidget):
    """The person's own days. D, W, M, L change the span, T goes to today."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.agenda: Agenda | None = None
        self.day = self._today()
        self.span = Span.WEEK
        self._woken = False
        self._header = PageHeader("")
        self.spans = Segments([span.value for span in Span])
        self.spans.set_value(self.span.value)
        self.spans.setFixedHeight(36)
        self._back, self._on = IconButton("chevron-left", ""), IconButton("chevron-right", "")
        self.today_button, self.export_button = GhostButton(), GhostButton("", "calendar")
        self._visit = PrimaryButton("", "plus")
        self.hours, self.month, self.list = TimeGrid(), MonthGrid(), DayList()
        self.empty = EmptyState("calendar", "", "")
        self._scrolls: dict[CalendarCanvas, QScrollArea] = {
            canvas: QScrollArea() for canvas in (self.hours, self.list)
        }
        self._stack = QStackedWidget()
        self._keys = label("", Role.SMALL)
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.refresh()

    def title(self) -> str:
        """The name of the page."""
        return self.tr("Calendar")

    @property
    def canvas(self) -> CalendarCanvas:
        """The calendar that is shown."""
        grids = {Span.MONTH: self.month, Span.LIST: self.list}
        return grids.get(self.span, self.hours)

    # -- what is shown ---------------------------------------------------------------------------

    def range(self) -> tuple[date, int]:
        """The first day that is read, and how many."""
        if self.span is Span.DAY:
            return self.day, 1
        monday = self.day - timedelta(days=self.day.weekday())
        if self.span is Span.WEEK:
            return monday, 7
        if self.span is Span.LIST:
            return self.day, _LIST_DAYS
        first = self.day.replace(day=1)
        return first - timedelta(days=first.weekday()), 42

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        workspace, (first, days) = self._session.workspace, self.range()
        self._session.ask(
            lambda: read_agenda(workspace, first, days), self._show, owner=self
        )  # fmt: skip

    def show_span(self, span: Span) -> None:
        """Show more or less."""
        self.span = span
        self.spans.set_value(span.value)
        self._draw()
        self.refresh()
        self.canvas.setFocus()

    def show_day(self, day: date) -> None:
        """Go to a day; what is read already is not read again."""
        self.day = day
        self._draw()
        if self._known() is None:
            self.refresh()

    def _show(self, agenda: Agenda) -> None:
        if (agenda.first, agenda.days) != self.range():
            return
        self.agenda = agenda
        self._draw()

    def _draw(self) -> None:
        self._header.set_text(self._heading(), self._summary())
        canvas = self.canvas
        canvas.set_cursor(self.day)
        first, days = self.range()
        known = self._known()
        now = self._session.workspace.clock.now().astimezone(CHINA)
        # Until they are read, the days are there without what lies in them.
        canvas.show_agenda(known or Agenda(now, first, days, ()))
        nothing = known is not None and not known.items and self.span is Span.LIST
        self._stack.setCurrentWidget(self.empty if nothing else self._holder())

    def _known(self) -> Agenda | None:
        """What was read, if it is of the days that are shown."""
        agenda = self.agenda
        fits = agenda is not None and (agenda.first, agenda.days) == self.range()
        return agenda if fits else None

    def _holder(self) -> QWidget:
        self.month.month = self.day.month
        return self.month if self.span is Span.MONTH else self._scrolls[self.canvas]

    def _heading(self) -> str:
        if self.span is Span.MONTH:
            form = self.tr("{year}-{month:02}")
            return form.format(year=self.day.year, month=self.day.month)
        first, days = self.range()
        if days == 1:
            form = self.tr("{year}-{month:02}-{day:02}, {weekday}")
            return form.format(
                year=first.year, month=first.month, day=first.day,
                weekday=self._weekdays()[first.weekday()],
            )  # fmt: skip
        last = first + timedelta(days=days - 1)
        form = self.tr("{year}: {month}/{day} – {month2}/{day2}")
        return form.format(
            year=first.year, month=first.month, day=first.day, month2=last.month, day2=last.day
        )

    def _summary(self) -> str:
        known = self._known()
        if known is None:
            return self.tr("Reading…")
        visits = sum(item.entity == "visit" for item in known.items)
        rest = len(known.items) - visits
        return counted(self.tr("{0} visits   ·   {1} other").format(visits, rest))

    def _weekdays(self) -> tuple[str, ...]:
        return (
            self.tr("Mon"), self.tr("Tue"), self.tr("Wed"), self.tr("Thu"), self.tr("Fri"),
            self.tr("Sat"), self.tr("Sun"),
        )  # fmt: skip

    def retranslate(self) -> None:
        spans = [self.tr("Day"), self.tr("Week"), self.tr("Month"), self.tr("List")]
        self.spans.set_labels(spans, name=self.tr("What is shown"))
        self._back.set_name(self.tr("Earlier (PgUp)"))
        self._on.set_name(self.tr("Later (PgDown)"))
        self.today_button.setText(self.tr("Today (T)"))
        self.export_button.setText(self.tr("Export…"))
        self.export_button.setToolTip(self.tr("These days as an iCalendar file (Ctrl+E)"))
        self._visit.setText(self.tr("Log a visit"))
        self._keys.setText(
            self.tr(
                "D W M L day, week, month, list   ·   arrows walk   ·   Alt+arrows move   ·   "
                "Enter open   ·   T today"
            )
        )
        self.empty.set_text(
            self.tr("Nothing in these days"),
            self.tr(
                "Visits, tasks with a date, next steps and expected closings come here by "
                "themselves."
            ),
            action=self.tr("Log a visit"),
        )
        for canvas in (self.hours, self.month, self.list):
            canvas.weekdays = self._weekdays()
            canvas.language = self._session.language
            canvas.setAccessibleName(self.tr("Calendar"))
            canvas.update()
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self.canvas.setFocus()

    @Slot()
    def _to_morning(self) -> None:
        """Once the hours have their height: the night is above."""
        bar = self._scrolls[self.hours].verticalScrollBar()
        if not self._woken and bar.maximum():
            self._woken = True
            bar.setValue(_MORNING * HOUR)

    # -- building --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        body = column(self, gap=0)
        for part in (self._back, self._on, self.today_button, self.spans, self.export_button,
                     self._visit):  # fmt: skip
            self._header.add_action(part)
        body.addWidget(self._header)
        card = QFrame()
        set_role(card, Role.CARD)
        column(card, margins=(4, 4, 4, 4)).addWidget(self._stack)
        inset = column(None, margins=(24, 4, 24, 0))
        inset.addWidget(card)
        for canvas, scroll in self._scrolls.items():
            scroll.setWidgetResizable(True)
            scroll.setFrameShape(QFrame.Shape.NoFrame)
            scroll.setWidget(canvas)
            self._stack.addWidget(scroll)
        self._stack.addWidget(self.month)
        self._stack.addWidget(self.empty)
        body.addLayout(inset, 1)
        self._keys.setContentsMargins(24, 10, 24, 14)
        body.addWidget(self._keys)

    def _connect(self) -> None:
        self._soon.timeout.connect(self.refresh)
        self._minute.timeout.connect(self.refresh)
        self._minute.start()
        bar = self._scrolls[self.hours].verticalScrollBar()
        bar.rangeChanged.connect(self._to_morning)
        bar.valueChanged.connect(self.hours.set_offset)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        self.spans.chosen.connect(lambda value: self.show_span(Span(value)))
        self._back.clicked.connect(lambda: self._turn(-1))
        self._on.clicked.connect(lambda: self._turn(1))
        self.today_button.clicked.connect(self.go_today)
        self.export_button.clicked.connect(self._choose_target)
        self._visit.clicked.connect(self._log_visit)
        self.empty.action_triggered.connect(self._log_visit)
        for canvas in (self.hours, self.month, self.list):
            canvas.day_moved.connect(self.show_day)
            canvas.day_opened.connect(self._open_day)
            canvas.opened.connect(self._open)
            canvas.shifted.connect(self._shift)
        keys = {
            "D": lambda: self.show_span(Span.DAY), "W": lambda: self.show_span(Span.WEEK),
            "M": lambda: self.show_span(Span.MONTH), "L": lambda: self.show_span(Span.LIST),
            "T": self.go_today, "PgUp": lambda: self._turn(-1), "PgDown": lambda: self._turn(1),
            "V": self._log_visit, "Ctrl+E": self._choose_target,
        }  # fmt: skip
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # -- verbs -----------------------------------------------------------------------------------

    @Slot()
    def go_today(self) -> None:
        """To the day that is now."""
        self.show_day(self._today())

    def export_to(self, path: Path) -> None:
        """Write the days that are shown to a file."""
        first, days = self.range()
        self._session.run(do_export_days, first, days, path, self._session.language)

    def _today(self) -> date:
        return self._session.workspace.clock.now().astimezone(CHINA).date()

    def _turn(self, direction: int) -> None:
        if self.span is Span.MONTH:
            middle = self.day.replace(day=15) + timedelta(days=31 * direction)
            self.show_day(middle.replace(day=1))
            return
        days = {Span.DAY: 1, Span.WEEK: 7, Span.LIST: _LIST_DAYS}[self.span]
        self.show_day(self.day + timedelta(days=days * direction))

    @Slot(object)
    def _open(self, item: Item) -> None:
        self._session.open_requested.emit(item.entity, item.id)

    @Slot(object)
    def _open_day(self, day: date) -> None:
        self.day = day
        self.show_span(Span.DAY)

    @Slot(object, object)
    def _shift(self, item: Item, to: datetime | date) -> None:
        self._session.run(do_move_item, item.entity, item.id, to)
        day = to.date() if isinstance(to, datetime) else to
        if day != self.day:
            self.show_day(day)

    @Slot()
    def _log_visit(self) -> None:
        self._session.visit_requested.emit("")

    @Slot()
    def _choose_target(self) -> None:
        verdict = self._session.workspace.may(Right.EXPORT, "visit")
        if not verdict.allowed and not self._session.workspace.may(Right.EXPORT, "task").allowed:
            refused = KnownError(verdict.chinese, verdict.english, code="forbidden")
            self._session.failed.emit(refused)
            return
        first, _ = self.range()
        name = f"{first.isoformat()}.ics"
        chosen, _ = QFileDialog.getSaveFileName(
            self.window(), self.tr("Export to"), name, "*.ics"
        )  # fmt: skip
        if chosen:
            path = Path(chosen)
            self.export_to(path if path.suffix else path.with_suffix(".ics"))

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if any(change.touches(entity) for entity in _WATCHED):
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
