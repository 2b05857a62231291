"""One stage being edited: name, hours, who has to help, what it asks for, where it leads to."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crm_core.clock import new_id
from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.stages import StageBody
from crm_core.rules.stages_shipped import SHIPPED
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
_SHIPPED = frozenset(one.id for one in SHIPPED)


class StageForm(Reactive, QFrame):
    """What is typed stays until it is saved or another stage is opened with it saved."""

    saved = Signal(object)
    """Document, ready to be written."""
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
        self, document: Document[StageBody], every: Sequence[Document[StageBody]], *, may: bool
    ) -> None:
        """Show a stage; `every`: of its kind, in order. `may`: whether it may be changed."""
        self.document, language, self._may = document, self._session.language, may
        body = document.body
        self.name.setValue(document.label.zh)
        self.english.setValue(document.label.en)
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
        self.message.show_message("", Tone.NEUTRAL)
        self.set_dirty(False)

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
        clock = self._session.workspace.clock
        move = str(self.onwards.value() or "")
        body = body_with(
            document.body, asks, hours=int(hours.strip() or "0"),
            role=str(self.role.value() or ""),
            move=move if self.onwards.findData(move) >= 0 else _NOWHERE,
            new_id=lambda: f"i{new_id(clock)[-12:]}",
        )  # fmt: skip
        label = Label(name.strip(), str(self.english.value() or "").strip() or name.strip())
        self.message.show_message("", Tone.NEUTRAL)
        self.saved.emit(replace(document, label=label, body=body))

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

    @Slot()
    def _switch(self) -> None:
        if self.document is not None:
            self.switched.emit(self.document, not self.document.active)
