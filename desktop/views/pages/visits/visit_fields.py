"""What is filled in beside the note of a visit: customer, time, purpose, place, the follow-up."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from crm_core.model.entities import FOLLOW_UP, VISIT
from crm_core.model.schema import FieldSpec
from desktop.services.commands.visits import Form
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.visit_assembly import CONCLUSION_LIMIT
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.contract import name_editor
from desktop.views.widgets.editors.moment import MomentLine
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_ACTION_WIDTH = 170
_PLACES = ((0, 0, 2), (0, 2, 1), (1, 0, 1), (1, 1, 1), (1, 2, 1))
"""Line, column and width of customer, purpose, time, minutes and place."""
_DURATIONS = ("15", "30", "45", "60", "90", "120")
_PHRASES = (
    ("预算有限", "tight budget"),
    ("关注售后", "cares about service"),
    ("需对比3家", "comparing three"),
    ("需上级审批", "needs approval"),
)
"""Row 3.1: quick phrases of a conclusion."""


class _Labelled(QWidget):
    """An editor below its name."""

    def __init__(self, editor: QWidget) -> None:
        super().__init__()
        self.editor = editor
        self._label: QLabel = label("", Role.SMALL)
        self._label.setBuddy(editor)
        body = column(self, gap=3)
        body.addWidget(self._label)
        body.addWidget(editor)

    def set_name(self, name: str) -> None:
        self._label.setText(name)
        name_editor(self.editor, name)


class VisitFields(Reactive, QWidget):
    """Customer, time, how long, purpose and place."""

    def __init__(
        self,
        session: Session,
        model: VisitDraftModel,
        *,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._model = model
        self.customer = RecordPicker(session, "customer")
        self.started = MomentLine(today=today)
        self.minutes = ChoiceBox([Option(one, one) for one in _DURATIONS])
        self.purpose = ChoiceBox()
        self.place = TextLine()
        self._rows = [
            _Labelled(one)
            for one in (self.customer, self.purpose, self.started, self.minutes, self.place)
        ]
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        self._arrange(visit=True)
        for place, share in ((0, 5), (1, 3), (2, 4)):
            grid.setColumnStretch(place, share)
        self._connect()
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        language = self._session.language
        names = ("customer", "purpose", "started_at")
        words = [VISIT.field_spec(name).label.text(language) for name in names]
        words += [self.tr("Minutes"), VISIT.field_spec("place").label.text(language)]
        for part, name in zip(self._rows, words, strict=True):
            part.set_name(name)
        self._rows[0].set_name(f"{words[0]} *")
        self.customer.setToolTip(self.tr("Who it was about (Ctrl+L)"))
        self.purpose.set_options(_options(VISIT.field_spec("purpose"), language))

    @Slot()
    def refresh(self) -> None:
        """Show the model's header where it differs from what is on the screen."""
        header = self._model.header
        self._arrange(visit=header.form == Form.VISIT)
        if self.customer.value() != (header.customer_id or None) and not self.customer.unresolved:
            self.customer.setValue(header.customer_id or None)
        self.started.setValue(header.started_at)
        self.minutes.setValue(str(header.minutes) if header.minutes else None)
        self.purpose.setValue(header.purpose)
        if not self.place.hasFocus():
            self.place.setValue(header.place)

    def _arrange(self, *, visit: bool) -> None:
        """A call has neither purpose, length nor place."""
        for number, part in enumerate(self._rows):
            line, place, span = _PLACES[number] if visit or number != 2 else _PLACES[1]
            if self._grid.indexOf(part) < 0 or number == 2:
                self._grid.addWidget(part, line, place, 1, span)
            part.setVisible(visit or number in (0, 2))  # Once it has a parent.

    def take_over(self) -> None:
        """Hand the model what is on the screen, also where it is still being typed."""
        minutes = str(self.minutes.value() or "")
        self._model.set_header(
            started_at=str(self.started.value() or ""),
            minutes=int(minutes) if minutes.isdecimal() else None,
            place=str(self.place.value() or ""),
        )

    def _connect(self) -> None:
        self.customer.changed.connect(self._customer_changed)
        self.customer.textEdited.connect(self._customer_changed)
        for editor in (self.started, self.minutes, self.place):
            editor.changed.connect(self.take_over)
        self.purpose.changed.connect(self._purpose_chosen)
        self._model.header_changed.connect(self.refresh)
        self._session.language_changed.connect(self.retranslate)

    @Slot()
    def _purpose_chosen(self) -> None:
        decided = tuple({*self._model.header.decided, "purpose"})
        self._model.set_header(purpose=self.purpose.value(), decided=decided)

    @Slot()
    def _customer_changed(self) -> None:
        chosen = None if self.customer.unresolved else self.customer.value()
        self._model.set_customer(str(chosen or ""))


class FollowUpFields(Reactive, QWidget):
    """The three-field follow-up that goes with the visit (row 3.1); the next step is a card."""

    def __init__(
        self, session: Session, model: VisitDraftModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._model = model
        self.action = ChoiceBox()
        self.conclusion = TextLine()
        self.conclusion.setMaxLength(CONCLUSION_LIMIT)
        self._rows = [_Labelled(self.action), _Labelled(self.conclusion)]
        self._rows[0].setFixedWidth(_ACTION_WIDTH)
        self._phrases = [QuietButton() for _ in _PHRASES]
        body = column(self, gap=6)
        line = row(None, gap=12)
        for part in self._rows:
            line.addWidget(part)
        body.addLayout(line)
        quick = row(None, gap=0, margins=(_ACTION_WIDTH, 0, 0, 0))
        for button in self._phrases:
            button.clicked.connect(self._add_phrase)
            quick.addWidget(button)
        quick.addStretch(1)
        body.addLayout(quick)
        self.action.changed.connect(self._action_taken)
        self.conclusion.changed.connect(self._taken)
        model.cards_changed.connect(self.refresh)
        model.header_changed.connect(self.refresh)
        session.language_changed.connect(self.retranslate)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        language = self._session.language
        action = FOLLOW_UP.field_spec("action")
        self.action.set_options(_options(action, language))
        follow_up = self.tr("Follow-up")
        self._rows[0].set_name(f"{follow_up} *")
        conclusion = FOLLOW_UP.field_spec("conclusion").label.text(language)
        self._rows[1].set_name(conclusion)
        for button, (zh, en) in zip(self._phrases, _PHRASES, strict=True):
            button.setText(self._session.say(zh, en))

    @Slot()
    def refresh(self) -> None:
        """Show what would be saved: the own conclusion, else the one made from the cards."""
        self.action.setValue(self._model.header.action or None)
        if self._model.header.conclusion:
            if not self.conclusion.hasFocus():
                self.conclusion.setValue(self._model.header.conclusion)
        else:
            self.conclusion.clear()
        made = self._model.conclusion
        self.conclusion.setPlaceholderText(made or self.tr("Made from the note"))
        self.conclusion.setToolTip(made)

    @Slot()
    def _action_taken(self) -> None:
        self._model.set_action(str(self.action.value() or ""))

    @Slot()
    def _taken(self) -> None:
        self._model.set_header(conclusion=self.conclusion.text())

    @Slot()
    def _add_phrase(self) -> None:
        button = self.sender()
        if isinstance(button, QuietButton):
            before = self.conclusion.text() or self._model.conclusion
            joined = f"{before}；{button.text()}" if before else button.text()
            self.conclusion.setText(joined[:CONCLUSION_LIMIT])
            self._taken()
            self.conclusion.setFocus(Qt.FocusReason.OtherFocusReason)


def _options(spec: FieldSpec, language: str) -> list[Option]:
    return [Option(choice.code, choice.label.text(language)) for choice in spec.choices]
