"""A new freeze rule in a sentence: of these records, while a field is so, these fields stay."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from crm_core.model.query import Op, Test
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.permissions import STRUCTURE
from desktop.services.commands.roles import NewGuard, do_create_guard
from desktop.services.commands.verbs import Done
from desktop.viewmodels.roles import role_names
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import label
from desktop.views.widgets.sheet import Sheet


class GuardSheet(Sheet):
    """Entity, the choice field and its value, the fields that stay, who is exempt, the reason."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._entities = [
            entity
            for entity in session.workspace.replica.registry
            if entity.name not in STRUCTURE and _choice_fields(entity)
        ]
        language = session.language
        self.entity = ChoiceBox([Option(e.name, e.label.text(language)) for e in self._entities])
        self.field, self.value = ChoiceBox(), ChoiceBox()
        self.frozen, self.exempt = TagsEditor(), TagsEditor()
        self.reason = TextLine()
        self._rows = [
            FieldRow(self.tr("Records"), self.entity, required=True),
            FieldRow(self.tr("While"), self.field, required=True),
            FieldRow(self.tr("is"), self.value, required=True),
            FieldRow(self.tr("Frozen fields"), self.frozen),
            FieldRow(self.tr("Not for roles"), self.exempt),
            FieldRow(self.tr("Reason shown"), self.reason, required=True),
        ]
        self.body.addWidget(
            label(self.tr("No field named: the whole record is frozen."), Role.MUTED, wrap=True)
        )
        for line in self._rows:
            self.body.addWidget(line)
            line.changed.connect(self._typed)
        self.entity.changed.connect(self._entity_chosen)
        self.field.changed.connect(self._field_chosen)
        self.submitted.connect(self._save)
        self.set_heading(self.tr("New freeze rule"))
        self.primary.setText(self.tr("Create"))
        self.entity.setValue("opportunity")
        names = role_names(session.workspace.replica, language)
        self._roles = {name: code for code, name in names.items()}
        self.exempt.setValue([names[code] for code in ("manager", "admin")])
        self._entity_chosen()

    @Slot()
    def _typed(self) -> None:
        self.set_dirty(True)

    def _chosen(self) -> EntitySpec | None:
        return next((e for e in self._entities if e.name == self.entity.value()), None)

    @Slot()
    def _entity_chosen(self) -> None:
        entity, language = self._chosen(), self._session.language
        fields = _choice_fields(entity) if entity else []
        self.field.set_options([Option(f.name, f.label.text(language)) for f in fields])
        if fields:
            self.field.setValue(fields[0].name)
        self._field_chosen()

    @Slot()
    def _field_chosen(self) -> None:
        entity, language = self._chosen(), self._session.language
        spec = entity.find(str(self.field.value())) if entity else None
        options = spec.choices if spec else ()
        self.value.set_options([Option(o.code, o.label.text(language)) for o in options])

    @Slot()
    def _save(self) -> None:
        entity = self._chosen()
        wanted = [
            (self._rows[0], entity is not None),
            (self._rows[1], self.field.findData(self.field.value()) >= 0),
            (self._rows[2], self.value.findData(self.value.value()) >= 0),
            (self._rows[5], bool(self.reason.value())),
        ]
        for line, there in wanted:
            line.set_error("" if there else self.tr("This field must not be empty."))
        names = self._named_fields(entity)
        if names is None or entity is None or not all(there for _, there in wanted):
            return
        roles = [self._roles.get(str(name), str(name)) for name in _texts(self.exempt.value())]
        new = NewGuard(
            name=str(self.reason.value()), entity=entity.name, fields=names, exempt=roles,
            condition=Test(str(self.field.value()), Op.EQ, str(self.value.value())),
        )  # fmt: skip
        self.primary.setEnabled(False)
        self._session.run(
            do_create_guard, new, on_done=self._done, on_error=self._failed, initiator=self
        )

    def _named_fields(self, entity: EntitySpec | None) -> list[str] | None:
        """The fields named by label; None, and said, where one is not known."""
        if entity is None:
            return None
        known = {f.label.text(self._session.language): f.name for f in entity.fields}
        named = _texts(self.frozen.value())
        strange = [name for name in named if name not in known]
        said = self.tr("Not a field of these records: {0}").format("、".join(strange))
        self._rows[3].set_error(said if strange else "")
        return None if strange else [known[name] for name in named]

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)


def _choice_fields(entity: EntitySpec) -> list[FieldSpec]:
    return [spec for spec in entity.fields if spec.kind is Kind.CHOICE]


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
