"""What is filled in on the follow-up sheet: whom, what was done, what came of it, what comes next.

A digit chooses the action, Alt with a digit puts in a phrase or a next step. Reads and writes
nothing; the sheet does.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QWidget

from crm_core.clock import CHINA
from crm_core.model.schema import Label
from desktop.viewmodels.follow_up import (
    AFTER_ACTION,
    CONCLUSION_LIMIT,
    PHRASES,
    STEPS,
    Step,
    Typed,
    Wrong,
    joined,
    problems,
    workday,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.visits.follow_up_parts import AboutPicker, ActionKeys, NextDay, ShortText
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.flow import FlowBox
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_DAY_WIDTH = 216


class FollowUpFields(Reactive, QWidget):
    """The three fields and whom they are about."""

    touched = Signal()
    """Something was typed or chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._by_itself = ("", "")
        """Next step and day as the action or a preset put them in; whatever differs is typed."""
        action = session.workspace.replica.registry.entity("follow_up").field_spec("action")
        self.about = AboutPicker(session)
        self.action = ActionKeys(action.choices)
        self.conclusion = ShortText(minimum=2, maximum=4)
        self.next_step = TextLine()
        self.next_day = NextDay(today=self.today)
        self.problems: dict[str, QLabel] = {}
        self._names: dict[str, QLabel] = {}
        self._count = label("", Role.SMALL)
        self._phrases = [QuietButton() for _ in PHRASES]
        self._steps = [QuietButton() for _ in STEPS]
        self._lay_out()
        self._connect()
        self.retranslate()

    def today(self) -> date:
        """The day in China."""
        return self._session.workspace.clock.now().astimezone(CHINA).date()

    def typed(self) -> Typed:
        """What stands in the fields now."""
        entity, record_id = self.about.subject()
        return Typed(
            entity=entity,
            id=record_id,
            title=self.about.text(),
            action=self.action.value(),
            conclusion=self.conclusion.toPlainText().strip(),
            next_step=self.next_step.text().strip(),
            next_day=self.next_day.typed(),
        )

    def restore(self, typed: Typed) -> None:
        """Show what was typed before."""
        self.about.show_subject(typed.entity, typed.id, typed.title)
        self.action.set_value(typed.action)
        self.conclusion.setPlainText(typed.conclusion)
        self.next_step.setText(typed.next_step)
        self.next_day.setValue(typed.next_day or None)

    def point_at(self, wrong: Mapping[str, Wrong]) -> None:
        """Say at each field what is wrong with it, and go to the first."""
        for name, reason in wrong.items():
            self.problems[name].setText(self._sentence(reason))
            self.problems[name].show()
            self._editor(name).setAccessibleDescription(self._sentence(reason))
        self._editor(next(iter(wrong))).setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_problem(self, name: str) -> None:
        """The field is right now."""
        self.problems[name].clear()
        self.problems[name].hide()

    def retranslate(self) -> None:
        names = {
            "about": self.tr("With whom"),
            "action": self.tr("What you did"),
            "conclusion": self.tr("What came of it"),
            "next_step": self.tr("What comes next"),
        }
        for name, words in names.items():
            needed = name in ("about", "action")
            self._names[name].setText(f"{words} *" if needed else words)
            self._editor(name).setAccessibleName(words)
        self.next_day.line.setAccessibleName(self.tr("On which day"))
        self.about.setPlaceholderText(self.tr("Customer, contact or lead: name, initials, digits…"))
        self.conclusion.setPlaceholderText(self.tr("In a sentence; Alt+1 to 6 puts in a phrase"))
        self.next_step.setPlaceholderText(self.tr("It becomes a task; Alt+1 to 6 puts one in"))
        self.next_day.line.setPlaceholderText(self.tr("Tomorrow, +3, 11-30"))
        self.action.set_language(self._session.language)
        self._name_buttons(self._phrases, PHRASES)
        self._name_buttons(self._steps, [step.label for step in STEPS])
        self._show_count()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._body = column(self, gap=10)
        self._add("about", self.about)
        self._add("action", self.action)
        self._add("conclusion", self.conclusion, below=self._phrases, aside=self._count)
        holder = QWidget()
        line = row(holder, gap=8)
        line.addWidget(self.next_step, 1)
        self.next_day.setFixedWidth(_DAY_WIDTH)
        line.addWidget(self.next_day)
        self._add("next_step", holder, below=self._steps)
        self.problems["next_on"] = self.problems["next_step"]
        self._body.addStretch(1)

    def _add(
        self,
        name: str,
        editor: QWidget,
        *,
        below: Sequence[QuietButton] = (),
        aside: QLabel | None = None,
    ) -> None:
        part = column(None, gap=3)
        head = row(None)
        self._names[name] = label("", Role.SMALL)
        self._names[name].setBuddy(editor)
        head.addWidget(self._names[name])
        head.addStretch(1)
        if aside is not None:
            head.addWidget(aside)
        part.addLayout(head)
        part.addWidget(editor)
        self.problems[name] = label("", Role.ERROR_TEXT, wrap=True)
        self.problems[name].hide()
        part.addWidget(self.problems[name])
        if below:
            box = FlowBox(gap=2)
            for button in below:
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                box.flow.addWidget(button)
            part.addWidget(box)
        self._body.addLayout(part)

    def _connect(self) -> None:
        self.action.chosen.connect(self._acted)
        self.conclusion.changed.connect(self._touched)
        self.conclusion.entered.connect(self._to_next_step)
        self.next_step.changed.connect(self._touched)
        self.next_step.returnPressed.connect(self._to_day)
        self.next_day.changed.connect(self._touched)
        self.about.changed.connect(self._touched)
        for buttons, slot in (
            (self._phrases, self._phrase_clicked),
            (self._steps, self._step_clicked),
        ):
            for number, button in enumerate(buttons):
                button.setProperty("number", number)
                button.clicked.connect(slot)
        for number in range(max(len(PHRASES), len(STEPS))):
            keys = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            keys.setProperty("number", number)
            keys.activated.connect(self._alt_pressed)

    def _name_buttons(self, buttons: Sequence[QuietButton], words: Sequence[Label]) -> None:
        native = QKeySequence.SequenceFormat.NativeText
        for number, (button, said) in enumerate(zip(buttons, words, strict=True), 1):
            button.setText(said.text(self._session.language))
            button.setToolTip(QKeySequence(f"Alt+{number}").toString(native))

    def _editor(self, name: str) -> QWidget:
        editors: dict[str, QWidget] = {
            "about": self.about, "action": self.action, "conclusion": self.conclusion,
            "next_step": self.next_step, "next_on": self.next_day.line,
        }  # fmt: skip
        return editors[name]

    # -- typing --------------------------------------------------------------------------------

    @Slot(str)
    def _acted(self, code: str) -> None:
        if self._next() in (self._by_itself, ("", "")):
            self._put_step(AFTER_ACTION.get(self.action.value()))
        self._touched()
        if code:
            self.conclusion.setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_step(self, step: Step | None) -> None:
        """Put in a next step with its day, or take out what was put in before."""
        day = workday(self.today(), step.days).isoformat() if step else None
        self.next_step.setText(step.label.text(self._session.language) if step else "")
        self.next_day.setValue(day)
        self._by_itself = self._next()

    def _next(self) -> tuple[str, str]:
        return self.next_step.text().strip(), self.next_day.typed()

    @Slot()
    def _touched(self) -> None:
        self._show_count()
        wrong = problems(self.typed(), first=False, today=self.today())
        for name in [n for n, shown in self.problems.items() if shown.text()]:
            if name not in wrong and not (name == "next_step" and "next_on" in wrong):
                self.clear_problem(name)
        self.touched.emit()

    def _show_count(self) -> None:
        length = len(self.conclusion.toPlainText().strip())
        self._count.setText(f"{length} / {CONCLUSION_LIMIT}")
        over = length > CONCLUSION_LIMIT
        set_role(self._count, Role.ERROR_TEXT if over else Role.SMALL)
        self.conclusion.set_error(over)

    @Slot()
    def _alt_pressed(self) -> None:
        sender = self.sender()
        number = int(sender.property("number")) if sender is not None else 0
        in_next = self.next_step.hasFocus() or self.next_day.line.hasFocus()
        (self._add_step if in_next else self._add_phrase)(number)

    @Slot()
    def _phrase_clicked(self) -> None:
        self._clicked(self._add_phrase)

    @Slot()
    def _step_clicked(self) -> None:
        self._clicked(self._add_step)

    def _clicked(self, put_in: Callable[[int], None]) -> None:
        button = self.sender()
        if button is not None:
            put_in(int(button.property("number")))

    def _add_phrase(self, number: int) -> None:
        if number < len(PHRASES):
            self.add_to_conclusion(PHRASES[number].text(self._session.language))

    def add_to_conclusion(self, words: str) -> None:
        """Write `words` behind what stands in the conclusion."""
        self.conclusion.setPlainText(joined(self.conclusion.toPlainText(), words))
        cursor = self.conclusion.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.conclusion.setTextCursor(cursor)
        self.conclusion.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_step(self, number: int) -> None:
        if number < len(STEPS):
            self._put_step(STEPS[number])
            self._touched()
            self.next_day.line.setFocus(Qt.FocusReason.OtherFocusReason)
            self.next_day.line.selectAll()

    @Slot()
    def _to_next_step(self) -> None:
        self.next_step.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _to_day(self) -> None:
        self.next_day.line.setFocus(Qt.FocusReason.TabFocusReason)

    def _sentence(self, reason: Wrong) -> str:
        digits = f"1–{len(self.action.chips)}"
        return {
            Wrong.NOBODY: self.tr("Choose one of the records found."),
            Wrong.NO_ACTION: self.tr("Choose what you did: press {0}.").format(digits),
            Wrong.FIRST_WITHOUT_ACTION: self.tr(
                "This is the first follow-up: it needs one of these actions. Press {0}."
            ).format(digits),
            Wrong.TOO_LONG: self.tr("At most {0} characters.").format(CONCLUSION_LIMIT),
            Wrong.NOT_A_DAY: self.tr("No day: write tomorrow, +3 or 11-30."),
            Wrong.PAST: self.tr("That day is over."),
        }[reason]
