"""The page a day starts with: what is late, what is due, who waits, and one key for each.

Rows 4.17 (daily task list), 2.8 and 2.18 (leads and what is left of their time), 6.18 (what to
say).
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from crm_core.model.number_words import counted as in_number
from desktop.bus import Change
from desktop.services.commands.tasks import do_finish_task, do_snooze
from desktop.viewmodels.calling import number_for
from desktop.viewmodels.session import Session
from desktop.viewmodels.suggestions import Speaker, Suggestion, suggestion_for
from desktop.viewmodels.today import (
    Day,
    Line,
    Section,
    read_day,
    team_overdue,
    tomorrow_morning,
    waiting_leads,
)
from desktop.views.pages.plans.today_advice import AdvicePanel
from desktop.views.pages.plans.today_drawing import Heading, More, Row
from desktop.views.pages.plans.today_list import TodayList, TodayModel
from desktop.views.pages.syncing.lease_note import LeaseNote
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import PrimaryButton, QuietButton
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import centred, column, label
from desktop.views.widgets.reactive import Reactive

if TYPE_CHECKING:
    from desktop.views.pages.plans.snooze_menu import SnoozeMenu

_WATCHED = (
    "task", "lead", "customer", "follow_up", "visit", "user", "team", "opportunity", "contact",
    "approval", "exemption", "rule_version", "special_day",
)  # fmt: skip
_SNOOZED = ("task", "lead", "opportunity")
"""What can be put off; a birthday cannot."""
_SETTLE_MS = 120
_MINUTE_MS = 60_000
_WIDEST = 1040


class TodayPage(Reactive, QWidget):
    """Today's tasks and the leads that wait, refreshed on change and every minute."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._day: Day | None = None
        self._header = PageHeader("")
        self._visit = PrimaryButton("", "plus")
        self.all_leads = QuietButton("", "lead")
        self.team_overdue = QuietButton("", "clock")
        self.approvals = QuietButton("", "handshake")
        self._keys = label("", Role.SMALL)
        self.lease = LeaseNote(session)
        self.model = TodayModel(self)
        self.list = TodayList(self.model)
        self.advice = AdvicePanel()
        self.snooze: SnoozeMenu | None = None
        self.empty = EmptyState("today", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.refresh()

    @property
    def day(self) -> Day | None:
        """What is shown, once it has been read."""
        return self._day

    def title(self) -> str:
        """The name of the page."""
        return self.tr("Today")

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        workspace = self._session.workspace
        self._session.ask(lambda: read_day(workspace), self._show, owner=self)

    def retranslate(self) -> None:
        self._visit.setText(self.tr("Log a visit"))
        self._visit.setToolTip(self.tr("Log a visit (V)"))
        self.all_leads.setText(self.tr("All waiting leads"))
        self.list.setAccessibleName(self.tr("What to do today"))
        self.list.waiting = self.tr("Reading…")
        self._say_keys()
        self.empty.set_text(
            self.tr("Nothing to do today"),
            self.tr(
                "Promises you make in a visit come here by themselves, with their date. "
                "Leads nobody has answered appear before their time is over."
            ),
            action=self.tr("Log a visit"),
        )
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._day is not None:  # Else the first answer is on its way.
            self.refresh()
        self.list.setFocus()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        body = centred(self, _WIDEST)
        self._header.add_action(self.approvals)
        self._header.add_action(self.team_overdue)
        self._header.add_action(self.all_leads)
        self._header.add_action(self._visit)
        body.addWidget(self._header)
        notes = column(None, margins=(24, 0, 24, 4))
        notes.addWidget(self.lease)
        body.addLayout(notes)
        card = QFrame()
        set_role(card, Role.CARD)
        column(card, margins=(8, 2, 8, 8)).addWidget(self._stack)
        inset = column(None, margins=(24, 4, 24, 0))
        inset.addWidget(card)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        body.addLayout(inset, 1)
        below = column(None, margins=(24, 10, 24, 0))
        below.addWidget(self.advice)
        body.addLayout(below)
        self._keys.setContentsMargins(24, 10, 24, 14)
        body.addWidget(self._keys)

    def _connect(self) -> None:
        self._soon.timeout.connect(self.refresh)
        self._minute.timeout.connect(self.refresh)
        self._minute.start()
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        self._visit.clicked.connect(self._log_visit)
        self.all_leads.clicked.connect(self._show_leads)
        self.team_overdue.clicked.connect(self._show_team)
        self.approvals.clicked.connect(lambda: self._session.place_requested.emit("approvals"))
        self.empty.action_triggered.connect(self._log_visit)
        self.list.finish_requested.connect(self._finish)
        self.list.postpone_requested.connect(self._postpone)
        self.list.open_requested.connect(self._open)
        self.list.visit_requested.connect(self._visit_of)
        self.list.more_requested.connect(self._show_leads)
        self.list.moved.connect(self._moved)
        self.list.snooze_requested.connect(self._choose_snooze)
        self.list.copy_requested.connect(self._copy_words)
        self.list.call_requested.connect(self._call)
        self.advice.call_requested.connect(self._call_current)

    # -- what is shown -------------------------------------------------------------------------

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if any(change.touches(entity) for entity in _WATCHED):
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()

    def _show(self, day: Day) -> None:
        self._day = day
        self._draw()

    def _draw(self) -> None:
        day = self._day
        if day is None:
            self._header.set_text(self.tr("Today"))
            self.team_overdue.hide()
            self.approvals.hide()
            self.all_leads.hide()
            self._keys.hide()
            return
        self._header.set_text(self._greeting(day), self._summary(day))
        self.all_leads.setVisible(day.leads_waiting > day.count(Section.LEADS))
        self.team_overdue.setText(self.tr("Overdue in the team: {0}").format(day.team_overdue))
        self.team_overdue.setVisible(day.team_overdue > 0)
        self.approvals.setText(self.tr("To approve: {0}").format(day.approvals))
        self.approvals.setVisible(day.approvals > 0)
        current, place = self.list.current_stop(), self.list.currentIndex().row()
        self.model.now = day.now
        self.model.set_rows(self._rows(day))
        kept = self.model.row_of(current.id) if current is not None else -1
        self.list.go_to(kept if kept >= 0 else max(place, 0))
        self._stack.setCurrentWidget(self.list if day.lines else self.empty)
        self._keys.setVisible(bool(day.lines))
        self._advise()

    @Slot()
    def _moved(self) -> None:
        self._say_keys()
        self._advise()

    def _advise(self) -> None:
        """Say of the line under the keyboard why it is there, and what one could say."""
        line, day = self.list.current(), self._day
        if line is None or day is None or not day.lines:
            self.advice.show_suggestion(Suggestion(), callable_=False)
            return
        account = self._session.workspace.account
        speaker = Speaker(account.user_name, account.organisation)
        said = suggestion_for(line, speaker, day.now, self._session.language)
        self.advice.show_suggestion(said, callable_=bool(line.customer) or line.entity != "task")

    def _say_keys(self) -> None:
        stop = self.list.current_stop()
        if isinstance(stop, More):
            words = self.tr("Enter shows all of them")
        elif stop is not None and stop.entity != "task":
            words = self.tr("Enter open   ·   S tomorrow   ·   Shift+S later…   ·   V log a visit")
        else:
            words = self.tr(
                "Space done   ·   Enter open   ·   S tomorrow 9:00   ·   Shift+S later…   ·   "
                "V log a visit"
            )
        self._keys.setText(words)

    def _rows(self, day: Day) -> list[Row]:
        rows: list[Row] = []
        names = {
            Section.OVERDUE: self.tr("Overdue"),
            Section.TODAY: self.tr("Due today"),
            Section.LEADS: self.tr("Leads nobody has answered"),
            Section.QUOTES: self.tr("Deals that have waited too long"),
            Section.BIRTHDAYS: self.tr("Birthdays"),
            Section.UPCOMING: self.tr("Coming up"),
            Section.UNDATED: self.tr("Without a date"),
        }
        for section in Section:
            lines = [line for line in day.lines if line.section is section]
            leads = section is Section.LEADS
            note = self._limit_note(lines) if leads else ""
            count = day.leads_waiting if leads else len(lines)
            if lines:
                rows += [Heading(section, names[section], count, note), *lines]
            if lines and count > len(lines):
                rows.append(More(section, self.tr("All {0}").format(count)))
        return rows

    def _limit_note(self, lines: list[Line]) -> str:
        """Within how long leads want an answer, where all of them go by one clock."""
        found = {(x.clock.limit_hours, x.clock.working) for x in lines if x.clock is not None}
        if len(found) != 1:
            return ""
        [(hours, working)] = found
        form = (
            self.tr("first response within {0} working hours")
            if working
            else self.tr("first response within {0} hours")
        )
        return form.format(f"{hours:g}")

    def _greeting(self, day: Day) -> str:
        hour = day.now.hour
        hello = (
            self.tr("Good night, {0}")
            if hour < 5
            else self.tr("Good morning, {0}")
            if hour < 12
            else self.tr("Good afternoon, {0}")
            if hour < 18
            else self.tr("Good evening, {0}")
        )
        return hello.format(day.name)

    def _summary(self, day: Day) -> str:
        counted = (
            (day.count(Section.OVERDUE), self.tr("{0} overdue")),
            (day.count(Section.TODAY), self.tr("{0} due today")),
            (day.leads_over, self.tr("{0} leads over time")),
            (day.done_today, self.tr("{0} done today")),
        )
        parts = [self._date(day), *(form.format(number) for number, form in counted if number)]
        return in_number("   ·   ".join(parts))

    def _date(self, day: Day) -> str:
        weekdays = (
            self.tr("Monday"), self.tr("Tuesday"), self.tr("Wednesday"), self.tr("Thursday"),
            self.tr("Friday"), self.tr("Saturday"), self.tr("Sunday"),
        )  # fmt: skip
        now = day.now
        form = self.tr("{weekday}, {year}-{month:02}-{day:02}")
        weekday = weekdays[now.weekday()]
        return form.format(weekday=weekday, year=now.year, month=now.month, day=now.day)

    # -- verbs ---------------------------------------------------------------------------------

    @Slot(object)
    def _finish(self, line: Line) -> None:
        if line.entity == "task":
            self._session.run(do_finish_task, line.id)
        else:
            self._open(line)

    @Slot(object)
    def _postpone(self, line: Line) -> None:
        self._snooze(line, tomorrow_morning(self._session.workspace.clock.now()))

    @Slot(object)
    def _choose_snooze(self, line: Line) -> None:
        if line.entity not in _SNOOZED:
            return
        clock = self._session.workspace.clock
        from desktop.views.pages.plans.snooze_menu import SnoozeMenu

        self.snooze = SnoozeMenu(clock.now, snoozed=line.snoozed, parent=self)
        self.snooze.chosen.connect(lambda until: self._snooze(line, until or None))
        place = self.list.visualRect(self.model.index(self.model.row_of(line.id)))
        self.snooze.open_at(self.list.viewport().mapToGlobal(place.bottomLeft()))

    def _snooze(self, line: Line, until: str | None) -> None:
        if line.entity in _SNOOZED:
            self._session.run(do_snooze, line.entity, line.id, until)

    @Slot(object)
    def _copy_words(self, _line: Line) -> None:
        self.advice.copy_words()

    @Slot()
    def _call_current(self) -> None:
        line = self.list.current()
        if line is not None:
            self._call(line)

    @Slot(object)
    def _call(self, line: Line) -> None:
        workspace = self._session.workspace
        self._session.ask(lambda: number_for(workspace, line), self._copy_number, owner=self)

    def _copy_number(self, number: str) -> None:
        QGuiApplication.clipboard().setText(number)
        self.advice.say(self.tr("{0} is on the clipboard: dial it.").format(number))

    @Slot(object)
    def _open(self, line: Line) -> None:
        if line.entity == "task" and line.customer:
            self._session.open_requested.emit("customer", line.customer)
        else:
            self._session.open_requested.emit(line.entity, line.id)

    @Slot(object)
    def _visit_of(self, line: Line) -> None:
        self._session.visit_requested.emit(line.customer)

    @Slot()
    def _log_visit(self) -> None:
        self._session.visit_requested.emit("")

    @Slot()
    def _show_team(self) -> None:
        query = team_overdue(self._session.workspace)
        self._session.drill_requested.emit(query, self.tr("Overdue tasks of the team"), "")

    @Slot()
    def _show_leads(self) -> None:
        aside = self._day.aside if self._day is not None else ()
        query = waiting_leads(self._session.workspace, aside)
        self._session.drill_requested.emit(query, self.tr("Leads nobody has answered"), "")
