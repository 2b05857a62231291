"""Who is on duty: the coming two weeks by day, and the lines that say so (row 4.16).

`N` adds a line, Enter changes the current one, Delete takes it out; each is taken back by Ctrl+Z.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from crm_core.model.entities_duty import DUTY, WEEKDAYS
from crm_core.model.values import Record, Value
from crm_core.rules.duty import ENTITY, OFF, WEEKLY, day_words
from desktop.bus import Change
from desktop.services.commands.verbs import do_delete
from desktop.services.rules.duties import DutyDay, DutyDesk, DutyLine, read_duties
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

DAYS, LINES = "days", "lines"
_SETTLE_MS, _MINUTE_MS = 150, 60_000
_WATCHED = (ENTITY, "absence", "special_day", "user", "rule_version")


class DutyPage(Reactive, QWidget):
    """Everybody looks at it; those who write rules keep it."""

    back_requested = Signal()
    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.desk: DutyDesk | None = None
        self._header, self._back = PageHeader(""), IconButton("chevron-left", "")
        self.which, self.role = Segments((DAYS, LINES)), ChoiceBox()
        self.which.set_value(DAYS)
        self.add, self.edit = PrimaryButton("", "plus"), GhostButton("", "edit")
        self.remove = GhostButton("", "trash")
        self.standing = label("", Role.BODY, wrap=True)
        self.hint = label("", Role.MUTED, wrap=True)
        self.table, self.empty = FactTable(), EmptyState("calendar", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    @property
    def current(self) -> DutyLine | None:
        """The line the keyboard is on."""
        if self.desk is None or self.which.value() != LINES:
            return None
        key = self.table.current_key()
        return next((one for one in self.desk.lines if one.record["id"] == key), None)

    def retranslate(self) -> None:
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self.which.set_labels([self.tr("Next two weeks"), self.tr("Lines")], name=self.tr("Shown"))
        self.role.setAccessibleName(self.tr("Role on duty"))
        self.add.setText(self.tr("New line"))
        self.add.setToolTip("N")
        self.edit.setText(self.tr("Change…"))
        self.remove.setText(self.tr("Delete"))
        self.remove.setToolTip("Delete")
        self.table.setAccessibleName(self.tr("On duty"))
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()
        self._minute.start()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def reload(self) -> None:
        """Read the roster again in the background."""
        if not self.isVisible():
            self._minute.stop()
            return
        workspace = self._session.workspace
        self._session.ask(lambda: read_duties(workspace), self._came, owner=self)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        head = with_way_back(self._back, self._header)
        for button in (self.remove, self.edit, self.add):
            self._header.add_action(button)
        said = column(None, margins=(24, 0, 24, 0), gap=2)
        said.addWidget(self.standing)
        said.addWidget(self.hint)
        tools = row(None, margins=(24, 0, 24, 0), gap=12)
        tools.addWidget(self.which)
        tools.addStretch(1)
        self.role.setMinimumWidth(200)
        tools.addWidget(self.role)
        frame = QFrame()
        set_role(frame, Role.CARD)
        inside = column(frame, margins=(1, 1, 1, 1), gap=0)
        inside.addWidget(self.table)
        self._stack.addWidget(frame)
        self._stack.addWidget(self.empty)
        under = column(None, margins=(24, 0, 24, 16), gap=0)
        under.addWidget(self._stack, 1)
        body = column(self, gap=8)
        for part in (head, said, tools):
            body.addLayout(part)
        body.addLayout(under, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.which.chosen.connect(lambda _: self._show())
        self.role.changed.connect(self._show)
        self.add.clicked.connect(self.new_line)
        self.empty.action_triggered.connect(self.new_line)
        self.edit.clicked.connect(self.change_line)
        self.remove.clicked.connect(self.delete_line)
        self.table.row_opened.connect(lambda _: self.change_line())
        self.table.current_changed.connect(lambda _: self._offer())
        self._soon.timeout.connect(self.reload)
        self._minute.timeout.connect(self.reload)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(lambda _: self.reload())
        acts: dict[str, Callable[[], object]] = {"N": self.new_line, "Delete": self.delete_line}
        for keys, act in acts.items():
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    # -- showing -------------------------------------------------------------------------------

    def _came(self, desk: DutyDesk) -> None:
        self.desk = desk
        kept = self.role.value()
        self.role.blockSignals(True)
        self.role.set_options([Option(one, one) for one in desk.roles])
        self.role.setValue(kept)
        self.role.blockSignals(False)
        self._show()
        self.shown.emit()

    @Slot()
    def _show(self) -> None:
        line = self.role.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("All roles"))
        desk = self.desk
        self._header.set_text(
            self.tr("On duty"), self.tr("Who of a role helps when; stages name them")
        )
        if desk is None:
            return
        language, wanted = self._session.language, self.role.value()
        colon = "：" if language.startswith("zh") else ": "
        self.standing.setText(
            "\n".join(
                f"{one.role}{colon}{one.words(language, desk.now)}"
                for one in desk.standing if not wanted or one.role == wanted
            )
        )  # fmt: skip
        self.standing.setVisible(bool(self.standing.text()))
        self._hint(desk)
        if self.which.value() == DAYS:
            self._show_days(desk, wanted)
        else:
            self._show_lines(desk, wanted)
        self._teach(desk)
        self._stack.setCurrentIndex(0 if desk.lines else 1)
        self._offer()

    def _hint(self, desk: DutyDesk) -> None:
        comma = "、" if self._session.language.startswith("zh") else ", "
        words = self.tr("Stages also name, without a roster: {0}")
        self.hint.setText(words.format(comma.join(self._named(desk))))
        self.hint.setVisible(bool(desk.lacking and desk.lines))

    def _named(self, desk: DutyDesk) -> list[str]:
        """What stages call those who help and nobody keeps a roster of."""
        return [one.text(self._session.language) for one in desk.lacking]

    def _show_days(self, desk: DutyDesk, wanted: object) -> None:
        self.table.set_columns(
            (
                FactColumn(self.tr("Day"), 14), FactColumn(self.tr("Role on duty"), 18),
                FactColumn(self.tr("Who"), 56), FactColumn(self.tr("Note"), 12, chips=True),
            )
        )  # fmt: skip
        shown = [one for one in desk.days if not wanted or one.role == wanted]
        self.table.show_rows([(f"{one.day}{one.role}", self._day(one, desk)) for one in shown])

    def _day(self, one: DutyDay, desk: DutyDesk) -> tuple[Fact, ...]:
        language = self._session.language
        comma = "；" if language.startswith("zh") else "; "
        by: dict[str, list[str]] = {}
        for turn in one.turns:
            end = f"{turn.end:%H:%M}".replace("00:00", "24:00")
            by.setdefault(turn.user, []).append(f"{turn.begin:%H:%M}–{end}")
        names = {found: standing.name(found) for standing in desk.standing for found in by}
        said = comma.join(f"{names.get(user, user)} {' '.join(at)}" for user, at in by.items())
        note = Fact("")
        if one.gap:
            note = Fact(self.tr("Nobody"), Tone.BAD)
        elif one.holiday:
            note = Fact(self.tr("Holiday"), Tone.NEUTRAL)
        elif one.covered:
            note = Fact(self.tr("Stands in"), Tone.WARN)
        day = f"{one.day:%m-%d} {day_words(one.day, language)}"
        return Fact(day), Fact(one.role), Fact(said or "—"), note

    def _show_lines(self, desk: DutyDesk, wanted: object) -> None:
        self.table.set_columns(
            (
                FactColumn(self.tr("Role on duty"), 16), FactColumn(self.tr("Kind"), 10),
                FactColumn(self.tr("Who"), 18), FactColumn(self.tr("When"), 40),
                FactColumn(self.tr("Note"), 16, chips=True),
            )
        )  # fmt: skip
        shown = [one for one in desk.lines if not wanted or one.record.get("role") == wanted]
        self.table.show_rows([(str(one.record["id"]), self._line(one)) for one in shown])

    def _line(self, one: DutyLine) -> tuple[Fact, ...]:
        language, held = self._session.language, one.record
        kind = DUTY.field_spec("kind").choice(str(held.get("kind")))
        who = one.user or (self.tr("nobody") if held.get("kind") == OFF else "—")
        if one.covers:
            who = self.tr("{0} for {1}").format(who, one.covers)
        note = Fact("")
        if one.trouble is not None:
            note = Fact(one.trouble.text(language), Tone.BAD)
        elif one.over:
            note = Fact(self.tr("Over"), Tone.NEUTRAL)
        label_ = kind.label.text(language) if kind is not None else str(held.get("kind"))
        return Fact(str(held.get("role"))), Fact(label_), Fact(who), Fact(self._when(held)), note

    def _when(self, record: Record) -> str:
        language, parts = self._session.language, []
        days = record.get("weekdays")
        if isinstance(days, list) and days and record.get("kind") == WEEKLY:
            names = [one.label.text(language) for one in WEEKDAYS if one.code in days]
            parts.append(("、" if language.startswith("zh") else ", ").join(names))
        first, last = record.get("from_on"), record.get("until_on")
        if record.get("kind") != WEEKLY and (not first or not last or first == last):
            parts.append(str(first or last or ""))
        elif first or last:
            parts.append(f"{first or '…'} – {last or '…'}")
        usual = self.tr("office hours") if record.get("kind") == WEEKLY else ""
        parts.append(str(record.get("hours") or usual))
        if record.get("holidays"):
            parts.append(self.tr("holidays too"))
        return " · ".join(part for part in parts if part)

    def _teach(self, desk: DutyDesk) -> None:
        comma = "、" if self._session.language.startswith("zh") else ", "
        words = self.tr(
            "Say who of a role is on duty on which weekdays; holidays and absences are left out "
            "by themselves. Whoever is stuck in a stage then sees whom to ask, also offline."
        )
        if desk.lacking:
            named = self.tr("Stages name: {0}.").format(comma.join(self._named(desk)))
            words = f"{words} {named}"
        action = self.tr("New line") if desk.writable else ""
        self.empty.set_text(self.tr("No roster yet"), words, action=action)

    @Slot()
    def _offer(self) -> None:
        writable = self.desk is not None and self.desk.writable
        self.add.setVisible(writable)
        listed = writable and self.which.value() == LINES and bool(self.desk and self.desk.lines)
        for button in (self.edit, self.remove):
            button.setVisible(listed)
            button.setEnabled(self.current is not None)

    # -- doing ---------------------------------------------------------------------------------

    @Slot()
    def new_line(self) -> None:
        """A new line, of the role that is looked at or the first that needs one."""
        desk = self.desk
        if desk is None or not desk.writable:
            return
        wanted = self.role.value()
        usual = next(iter((*self._named(desk), *desk.roles)), "")
        known = str(wanted) if wanted in desk.roles else usual
        first: dict[str, Value] = {"weekdays": [one.code for one in WEEKDAYS[:5]]}
        first |= {"role": known} if known else {}
        RecordDialog.over(self._session, Subject(ENTITY, initial=first), self.window())

    @Slot()
    def change_line(self) -> None:
        """Change the current line."""
        one = self.current
        if one is not None and self.desk is not None and self.desk.writable:
            RecordDialog.over(self._session, Subject(ENTITY, record=one.record), self.window())

    @Slot()
    def delete_line(self) -> None:
        """Take the current line out; Ctrl+Z brings it back."""
        one = self.current
        if one is not None and self.desk is not None and self.desk.writable:
            self._session.run(do_delete, ENTITY, str(one.record["id"]))

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and any(change.touches(name) for name in _WATCHED):
            self._soon.start()
