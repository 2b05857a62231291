"""One stage being edited: name, hours, who has to help, what it asks for, where it leads to."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crm_core.clock import new_id
from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.stages import StageBody
from crm_core.rules.stocked.stages_shipped import SHIPPED
from desktop.viewmodels.session import Session
from desktop.viewmodels.stage_drafts import (
    BY_RULE,
    asks_of,
    body_with,
    faults,
    is_end,
    move_of,
)
from desktop.views.pages.rules.stage_asks import AskList
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton, QuietButton
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.reactive import Reactive

_NOWHERE = ""
_PAUSE_MS = 400
"""After the last key, before what is typed is written down."""
_SHIPPED = frozenset(one.id for one in SHIPPED)


class StageForm(Reactive, QFrame):
    """What is typed stays until it is saved or another stage is opened with it saved."""

    saved = Signal(object)
    """Document, ready to be written."""
    typed = Signal(object)
    """The document as far as it is typed, a moment after the last key; it need not be right."""
    given_up = Signal(object)
    """What was typed into this document earlier, and not saved, is not wanted."""
    switched = Signal(object, bool)
    dropped = Signal(object)
    """Have it say again what ships, or delete it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, Role.CARD)
        self._session = session
        self.document: Document[StageBody] | None = None
        self.dirty = self._may = False
        self.name, self.english, self.hours, self.role = (TextLine() for _ in range(4))
        self.onwards = ChoiceBox()
        self.asks = AskList(session)
        self.message = InlineMessage()
        self.save, self.parts = PrimaryButton("", "check"), GhostButton("", "edit")
        self.switch, self.drop = QuietButton("", "pause"), QuietButton("", "undo")
        self._rows = [
            FieldRow("", self.name, required=True), FieldRow("", self.english),
            FieldRow("", self.hours), FieldRow("", self.role), FieldRow("", self.onwards),
        ]  # fmt: skip
        self._lay_out()
        for line in self._rows:
            line.changed.connect(self._typed)
        self.asks.changed.connect(self._typed)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._say_typed)
        self.message.action_triggered.connect(lambda: self.given_up.emit(self.document))
        self.save.clicked.connect(self.keep)
        self.switch.clicked.connect(self._switch)
        self.drop.clicked.connect(lambda: self.dropped.emit(self.document))
        self.retranslate()

    def retranslate(self) -> None:
        names = (
            self.tr("Name"), self.tr("English name"), self.tr("Standard hours"),
            self.tr("Who has to help"), self.tr("Goes on by itself"),
        )  # fmt: skip
        for line, name in zip(self._rows, names, strict=True):
            line.set_name(name)
        self.hours.setPlaceholderText(self.tr("hours; 0 for no limit"))
        self.role.setPlaceholderText(self.tr("for example technical support"))
        self.save.setText(self.tr("Save draft (Ctrl+S)"))
        self.parts.setText(self.tr("Conditions and moves…"))
        self.parts.setToolTip(
            self.tr("Conditions with and, or, not; which records count; several moves")
        )
        self.asks.retranslate()
        self._say_switch()

    def show_stage(
        self, document: Document[StageBody], every: Sequence[Document[StageBody]], *, may: bool,
        left: Document[StageBody] | None = None,
    ) -> None:  # fmt: skip
        """Show a stage; `every`: of its kind, in order. `may`: whether it may be changed. `left`:
        as it was typed earlier and not saved."""
        self.document, language, self._may = document, self._session.language, may
        shown = left or document
        body = shown.body
        self.name.setValue(shown.label.zh)
        self.english.setValue(shown.label.en)
        self.hours.setValue(str(body.standard_hours))
        self.role.setValue(body.role.zh)
        after = every[every.index(document) + 1 :] if document in every else ()
        options = [Option(_NOWHERE, self.tr("No, a person moves it on"))]
        options += [
            Option(one.body.code, self.tr("To “{0}” once all is there").format(
                one.label.text(language)))
            for one in after if one.active
        ]  # fmt: skip
        if move_of(body) == BY_RULE:
            options.append(Option(BY_RULE, self.tr("As its rule says (Conditions and moves)")))
        self.onwards.set_options(options)
        self.onwards.setValue(move_of(body))
        self.asks.show_asks(document.entity, asks_of(body), may=may)
        for line in self._rows:
            line.setEnabled(may)
        end = is_end(document)
        self._rows[2].setVisible(not end)
        self._rows[3].setVisible(not end)
        self._rows[4].setVisible(not end)
        self.asks.setVisible(not end)
        self.save.setVisible(may)
        self.parts.setVisible(may and not is_end(document))
        self.switch.setVisible(may and not end)
        self._say_switch()
        self._say_left(left)

    def _say_left(self, left: Document[StageBody] | None) -> None:
        """That what is shown was typed earlier, with the way back to what is saved."""
        self._pause.stop()
        words = self.tr("What you had typed and not saved is here again.") if left else ""
        self.message.show_message(words, Tone.NEUTRAL, action=self.tr("Give it up") if left else "")
        self.set_dirty(left is not None)

    def set_dirty(self, on: bool) -> None:
        """Whether something typed is not saved."""
        self.dirty = on
        self.save.setEnabled(on)

    @Slot()
    def keep(self) -> None:
        """Save what was typed, or say what is wrong with it."""
        document = self.document
        if document is None or not self.dirty:
            return
        name, hours = str(self.name.value() or ""), str(self.hours.value() or "")
        asks = self.asks.asks
        fault = faults(asks, hours, name)
        if fault is not None:
            self.message.show_message(fault.sentence.text(self._session.language), Tone.BAD)
            return
        self.message.show_message("", Tone.NEUTRAL)
        self._pause.stop()
        self.saved.emit(self._as_typed(document))

    def _as_typed(self, document: Document[StageBody]) -> Document[StageBody]:
        """The stage as the form says it; hours that are no number stay what they were."""
        clock, name = self._session.workspace.clock, str(self.name.value() or "").strip()
        hours, move = str(self.hours.value() or "").strip(), str(self.onwards.value() or "")
        known = int(hours or "0") if (hours or "0").isdigit() else document.body.standard_hours
        body = body_with(
            document.body, self.asks.asks, hours=known, role=str(self.role.value() or ""),
            move=move if self.onwards.findData(move) >= 0 else _NOWHERE,
            new_id=lambda: f"i{new_id(clock)[-12:]}",
        )  # fmt: skip
        label = Label(name, str(self.english.value() or "").strip() or name)
        return replace(document, label=label, body=body)

    @Slot()
    def _say_typed(self) -> None:
        if self.document is not None and self.dirty:
            self.typed.emit(self._as_typed(self.document))

    def _lay_out(self) -> None:
        inner = QWidget()
        body = column(inner, margins=(20, 16, 20, 16), gap=10)
        for line in self._rows:
            body.addWidget(line)
        body.addSpacing(6)
        body.addWidget(self.asks)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inner)
        outer = column(self, margins=(0, 0, 0, 0), gap=0)
        outer.addWidget(area, 1)
        said = column(None, margins=(20, 0, 20, 0))
        said.addWidget(self.message)
        outer.addLayout(said)
        foot = row(None, margins=(20, 8, 20, 14), gap=8)
        foot.addWidget(self.save)
        foot.addWidget(self.parts)
        foot.addStretch(1)
        foot.addWidget(self.drop)
        foot.addWidget(self.switch)
        outer.addLayout(foot)

    def _say_switch(self) -> None:
        on = self.document is None or self.document.active
        self.switch.setText(self.tr("Take out of use") if on else self.tr("Use it again"))
        ships = self.document is not None and self.document.id in _SHIPPED
        self.drop.setText(self.tr("As it ships") if ships else self.tr("Delete"))
        self.drop.setVisible(self._may)

    @Slot()
    def _typed(self) -> None:
        self.set_dirty(True)
        self._pause.start()

    @Slot()
    def _switch(self) -> None:
        if self.document is not None:
            self.switched.emit(self.document, not self.document.active)
