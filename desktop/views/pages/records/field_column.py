"""All fields of one record in cards by section, each edited in place and with its history."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec, Kind, Label
from crm_core.model.values import Record, display
from crm_core.permissions import Verdict
from desktop.bus import Change
from desktop.services.commands.verbs import Done, do_change
from desktop.services.rules.requirements import remarks_on
from desktop.viewmodels.session import Session
from desktop.views.pages.records.field_editors import field_value
from desktop.views.pages.records.inline_field import InlineField
from desktop.views.pages.records.places_after import fill_places, with_places
from desktop.views.pages.records.record_dialog import sections_of
from desktop.views.theme.roles import Role
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.contract import FieldValue
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.reactive import Reactive


class FieldColumn(Reactive, QScrollArea):
    """Shows a record; writes one field at a time. Fields being typed in are never overwritten."""

    history_requested = Signal(str)

    def __init__(self, session: Session, entity: EntitySpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._entity = entity
        self._record: Record = {}
        self._names: Mapping[str, str] = {}
        self.fields: dict[str, InlineField] = {}
        self._headings: dict[str, QLabel] = {}
        self._drafts: dict[tuple[str, str], FieldValue] = {}
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        session.changed.connect(self._heard)
        self._build()

    def _build(self) -> None:
        """A card for every section of the entity, as it is arranged now."""
        inner = QWidget()
        body = column(inner, margins=(0, 0, 4, 24), gap=12)
        self.fields, self._headings = {}, {}
        for section, specs in sections_of(self._entity).items():
            card = Card()
            card.body.setContentsMargins(16, 12, 8, 12)
            card.body.setSpacing(2)
            heading = label("", Role.OVERLINE)
            heading.setContentsMargins(0, 0, 0, 6)
            self._headings[section] = heading
            card.body.addWidget(heading)
            for spec in specs:
                field = InlineField(self._session, spec, may=self._may, entity=self._entity.name)
                field.around = self._shown_record
                field.saving.connect(self._save)
                field.history_requested.connect(self.history_requested)
                if spec.dormant:
                    field.hide()
                self.fields[spec.name] = field
                card.body.addWidget(field)
            body.addWidget(card)
        body.addStretch(1)
        self.setWidget(inner)
        self.retranslate()

    @Slot(object)
    def _heard(self, change: Change) -> None:
        """An administrator arranged the fields anew, or added one: here, or on another device."""
        if not (change.touches("layout") or change.touches("custom_field")):
            return
        entity = self._session.workspace.entity(self._entity.name)
        if entity == self._entity:
            return
        self._lay_aside()
        self._entity = entity
        self._build()
        for name, field in self.fields.items():
            field.show_value(self._record.get(name), self._text(name))
        self._take_up()

    def show_record(self, record: Record, names: Mapping[str, str]) -> None:
        """Show the stored values; `names` are those of the records pointed at.

        Open editors stay as they are. With another record, what they hold is laid aside, and is
        there again when their record is.
        """
        another = record.get("id") != self._record.get("id")
        if another:
            self._lay_aside()
        self._record, self._names = record, names
        for name, field in self.fields.items():
            field.show_value(record.get(name), self._text(name))
        self._look_over()
        if another:
            self._take_up()

    def _look_over(self) -> None:
        """Say below the fields what lacks or can hardly be so; those that sleep come out then."""
        record, workspace = self._record, self._session.workspace
        whole = workspace.replica.registry.entity(self._entity.name)

        def answer(remarks: Mapping[str, Label]) -> None:
            if record is not self._record:
                return
            for name, field in self.fields.items():
                said = remarks.get(name)
                field.set_remark(said.text(self._session.language) if said else "")
                if field.spec.dormant:
                    field.setVisible(said is not None or record.get(name) is not None)

        self._session.ask(lambda: remarks_on(workspace, whole, record), answer, self)

    def busy(self) -> bool:
        """Whether something is being typed."""
        return any(field.editing for field in self.fields.values())

    def commit(self) -> None:
        """Save what is being typed, where it can be saved."""
        for field in self.fields.values():
            field.commit()

    def _lay_aside(self) -> None:
        for name, field in self.fields.items():
            if field.editing:
                self._drafts[str(self._record.get("id")), name] = field.typed()
                field.cancel()

    def _take_up(self) -> None:
        for name, field in self.fields.items():
            key = (str(self._record.get("id")), name)
            if key in self._drafts:
                field.resume(self._drafts.pop(key))

    def retranslate(self) -> None:
        for section, heading in self._headings.items():
            found = self._entity.sections.get(section)
            heading.setText(found.text(self._session.language) if found else section)
        for field in self.fields.values():
            field.retranslate()

    def _shown_record(self) -> Record:
        return self._record

    def _may(self, name: str) -> Verdict:
        """Whether the person may write a field of the record shown, as it stands."""
        return self._session.workspace.may_write(self._entity.name, self._record, name)

    def _text(self, name: str) -> str:
        spec, value = self._entity.field_spec(name), self._record.get(name)
        if spec.kind is Kind.REF and value is not None:
            return self._names.get(str(value), "…")
        return display(spec, value, self._session.language)

    @Slot(str, object)
    def _save(self, name: str, value: object) -> None:
        field, record_id = self.fields[name], str(self._record["id"])
        changes = with_places(self._entity, self._record, name, field_value(value))

        def done(_done: Done) -> None:
            if self._record.get("id") == record_id:
                self._record = {**self._record, **changes}
                for changed in changes.keys() & self.fields.keys():
                    self.fields[changed].show_value(self._record[changed], self._text(changed))
                self._look_over()
                field.accepted()
                fill_places(self._session, self._entity, self._record, after=name)

        def failed(error: KnownError) -> None:
            if self._record.get("id") == record_id:
                field.refused(error.sentence(self._session.language))

        self._session.run(
            do_change, self._entity.name, record_id, changes,
            on_done=done, on_error=failed, initiator=self,
        )  # fmt: skip
