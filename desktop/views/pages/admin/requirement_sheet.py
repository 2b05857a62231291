"""What records of one kind must have when they are so and so: those in force, and a new one."""

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crm_core.errors import KnownError
from crm_core.model.query import Op, Test
from crm_core.model.schema import EntitySpec, Kind
from crm_core.rules.required import Needed
from desktop.services.commands.requirements import (
    NewRequirement,
    do_create_requirement,
    do_switch_requirement,
)
from desktop.services.commands.verbs import Done
from desktop.services.rules.requirements import every_requirement
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.choice import ChoiceBox, Option, Switch
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.sheet import Sheet


class RequirementSheet(Sheet):
    """A switch for each one there is, and below a new one in a sentence."""

    def __init__(self, session: Session, entity: EntitySpec, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._entity = session, entity
        self.switches: dict[str, Switch] = {}
        language = session.language
        choices = [f for f in entity.fields if f.kind is Kind.CHOICE]
        labels = {f.name: f.label.text(language) for f in entity.fields if f.editable}
        self.field = ChoiceBox([Option(f.name, f.label.text(language)) for f in choices])
        self.value = ChoiceBox()
        self.fields = TagsEditor(labels, free=False)
        self.who = TextLine()
        self._rows = [
            FieldRow(self.tr("When"), self.field, required=True),
            FieldRow(self.tr("is"), self.value, required=True),
            FieldRow(self.tr("Must be filled"), self.fields, required=True),
            FieldRow(self.tr("Called"), self.who, required=True),
        ]
        self._lay_out_parts()
        self.field.changed.connect(self._field_chosen)
        self.submitted.connect(self._save)
        name = entity.label.text(language)
        self.set_heading(self.tr("Required when: {0}").format(name))
        self.primary.setText(self.tr("Add"))
        if choices:
            self.field.setValue(choices[0].name)
        self._field_chosen()

    def _lay_out_parts(self) -> None:
        words = self.tr(
            "Forms, lists and bulk edits ask for it; what comes from imports and older devices is "
            "kept and shown as incomplete."
        )
        self.body.addWidget(label(words, Role.MUTED, wrap=True))
        known = every_requirement(self._session.workspace, self._entity.name)
        if known:
            card = Card()
            for one, on in known:
                card.body.addLayout(self._line(one, on))
            self.body.addWidget(card)
        self.body.addWidget(label(self.tr("A new one"), Role.OVERLINE))
        for line in self._rows:
            self.body.addWidget(line)
            line.changed.connect(self._typed)
        self.body.addStretch(1)
        self.setMinimumWidth(560)

    def _line(self, one: Needed, on: bool) -> QHBoxLayout:
        language = self._session.language
        switch = Switch()
        switch.setValue(on)
        switch.setAccessibleName(one.label.text(language))
        switch.clicked.connect(partial(self._switch, one.id))
        self.switches[one.id] = switch
        names = [s.label.text(language) for s in self._entity.fields if s.name in one.fields]
        comma = "、" if language.startswith("zh") else ", "
        words = column(None, gap=2)
        words.addWidget(label(one.label.text(language), Role.BODY))
        words.addWidget(label(comma.join(names), Role.SMALL, wrap=True))
        made = row(None, gap=12)
        made.addLayout(words, 1)
        made.addWidget(switch, 0, Qt.AlignmentFlag.AlignVCenter)
        return made

    @Slot()
    def _typed(self) -> None:
        self.set_dirty(True)

    @Slot()
    def _field_chosen(self) -> None:
        spec = self._entity.find(str(self.field.value()))
        options = spec.choices if spec else ()
        language = self._session.language
        self.value.set_options([Option(o.code, o.label.text(language)) for o in options])

    def _switch(self, requirement_id: str) -> None:
        on = bool(self.switches[requirement_id].value())
        self._session.run(do_switch_requirement, requirement_id, on, initiator=self)

    @Slot()
    def _save(self) -> None:
        found = self.fields.value()
        names = [str(one) for one in found] if isinstance(found, list) else []
        there = (
            self.field.findData(self.field.value()) >= 0,
            self.value.findData(self.value.value()) >= 0,
            bool(names),
            bool(self.who.value()),
        )
        for line, filled in zip(self._rows, there, strict=True):
            line.set_error("" if filled else self.tr("This field must not be empty."))
        if not all(there):
            return
        new = NewRequirement(
            name=str(self.who.value()), entity=self._entity.name, fields=names,
            when=Test(str(self.field.value()), Op.EQ, str(self.value.value())),
        )  # fmt: skip
        self.primary.setEnabled(False)
        self._session.run(
            do_create_requirement, new, on_done=self._done, on_error=self._failed, initiator=self
        )

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
