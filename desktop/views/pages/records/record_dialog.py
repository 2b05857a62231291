"""The sheet in which a record of any entity is created or changed as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Record, Value, ValueProblem
from desktop.services.commands.verbs import Done, do_change
from desktop.services.rules.requirements import requirements_of
from desktop.services.unique import do_create_once
from desktop.viewmodels.records.form import FormModel
from desktop.viewmodels.records.record_defaults import starting_values
from desktop.viewmodels.records.unsaved_forms import UnsavedForm
from desktop.viewmodels.session import Session
from desktop.views.pages.asked_rows import show_asked
from desktop.views.pages.records.draft_keeper import DraftKeeper
from desktop.views.pages.records.field_editors import contract_of, editor_for, field_value
from desktop.views.pages.records.likely_panel import LikelyPanel
from desktop.views.pages.records.place_rows import PlaceRows
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Subject:
    """What the sheet is about: a new record (with first values) or one that exists."""

    entity: str
    record: Record | None = None
    initial: Mapping[str, Value] = field(default_factory=dict)
    typed: Mapping[str, object] = field(default_factory=dict)
    """What was typed into it before, and not saved."""
    draft_key: str = ""
    """Under which that is kept; empty for nothing."""


class RecordDialog(Sheet):
    """Ctrl+Enter saves; what cannot be saved stays in its field with the reason below it."""

    saved = Signal(str)
    """The id of the record."""

    @classmethod
    def over(cls, session: Session, subject: Subject, window: QWidget) -> "RecordDialog":
        """One that opens over `window` and is gone once it is closed."""
        made = cls(session, subject, window)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.open()
        return made

    def __init__(self, session: Session, subject: Subject, parent: QWidget | None = None) -> None:
        self._session = session
        self._spec: EntitySpec = session.workspace.entity(subject.entity)
        self._subject = subject
        self._rows: dict[str, FieldRow] = {}
        super().__init__("", "", parent)
        first = self._first_values() if subject.record is None else subject.record
        workspace = session.workspace
        self.form = FormModel(
            self._spec, first, language=session.language, parent=self,
            needed=requirements_of(workspace), clock=workspace.clock,
        )  # fmt: skip
        self.form.problem_changed.connect(self._show_problem)
        self.form.dirty_changed.connect(self.set_dirty)
        self.submitted.connect(self._save)
        self.alike = LikelyPanel(session, subject.entity)
        self.alike.opened.connect(self._open_other)
        for name, value in subject.typed.items():
            if self._spec.find(name) is not None:
                self.form.type_in(name, value)
        self._keeper = DraftKeeper(session, self, self.draft, key=subject.draft_key)
        self.places = PlaceRows(session, self.form, self._rows, self)
        self._lay_out_fields()
        if subject.record is None and subject.typed:
            self.alike.watch({name: self.form.value(name) for name in self._rows})
        show_asked(self.form, self._rows)
        self._say()
        self.setMinimumWidth(560)
        self.resize(600, 680)
        QTimer.singleShot(0, self, self._focus_first)

    def row(self, name: str) -> FieldRow:
        """The row of a field; KeyError where the form does not offer it."""
        return self._rows[name]

    def draft(self) -> UnsavedForm | None:
        """What closing now would lose; None where that is nothing."""
        record, typed = self._subject.record, self.form.drafted()
        known = str(record["id"]) if record is not None else ""
        if not (self.form.dirty and typed):
            return None
        return UnsavedForm(self._spec.name, known, typed, self._keeper.key)

    def keep_draft(self) -> None:
        """Have what is typed written down now."""
        self._keeper.keep()

    def has_row(self, name: str) -> bool:
        """Whether the form offers the field."""
        return name in self._rows

    def retranslate(self) -> None:
        super().retranslate()
        self._say()

    def _say(self) -> None:
        name = self._spec.label.text(self._session.language)
        new = self._subject.record is None
        lower = name if self._session.language.startswith("zh") else name.lower()
        heading = self.tr("New {0}") if new else self.tr("Edit {0}")
        self.set_heading(heading.format(lower))
        self.primary.setText(self.tr("Create") if new else self.tr("Save"))
        for field_name, row in self._rows.items():
            row.set_name(self._spec.field_spec(field_name).label.text(self._session.language))

    # -- fields --------------------------------------------------------------------------------

    def _lay_out_fields(self) -> None:
        inner = QWidget()
        body = column(inner, margins=(24, 12, 24, 16), gap=8)
        new = self._subject.record is None
        for section, every in sections_of(self._spec).items():
            specs = [spec for spec in every if spec.editable or not new]
            if not specs:
                continue
            if body.count():
                body.addSpacing(12)
            heading = self._spec.sections.get(section)
            if heading is not None and section != "basic":
                body.addWidget(label(heading.text(self._session.language), Role.OVERLINE))
            self._add_rows(body, specs)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        self._area = area
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(area, 1)
        warned = column(None, margins=(24, 8, 24, 8))
        warned.addWidget(self.alike)
        self.body.addLayout(warned)

    def _add_rows(self, body: QVBoxLayout, specs: list[FieldSpec]) -> None:
        for spec in specs:
            editor = editor_for(self._session, spec, entity=self._spec.name)
            contract_of(editor).setValue(field_value(self.form.value(spec.name)))
            name = spec.label.text(self._session.language)
            row = FieldRow(name, editor, required=spec.required)
            row.setProperty("field", spec.name)
            row.changed.connect(self._typed)
            self._rows[spec.name] = row
            body.addWidget(row)

    def _first_values(self) -> dict[str, Value]:
        workspace = self._session.workspace
        user, clock = workspace.actor.user_id, workspace.clock
        return starting_values(self._spec, user_id=user, clock=clock) | dict(self._subject.initial)

    @Slot()
    def _typed(self) -> None:
        row = self.sender()
        if isinstance(row, FieldRow):
            name = str(row.property("field"))
            self.form.type_in(name, contract_of(row.editor).value())
            self.places.typed(name)
            show_asked(self.form, self._rows)
            self._keeper.start()
            if not self.asking():
                self.message.show_message("", Tone.NEUTRAL)  # It speaks of the last attempt.
            if self._subject.record is None:
                self.alike.watch({name: self.form.value(name) for name in self._rows})

    @Slot(str, str)
    def _open_other(self, entity: str, record_id: str) -> None:
        """See the one that is there already; what was typed waits to be gone on with."""
        self._keeper.leave()
        self.set_dirty(False)
        self.reject()
        self._session.open_requested.emit(entity, record_id)

    @Slot(str, str)
    def _show_problem(self, name: str, sentence: str) -> None:
        row = self._rows.get(name)
        if row is None:
            return
        editor = row.editor
        if sentence and isinstance(editor, RecordPicker) and editor.unresolved:
            sentence = self.tr("Choose one of the records found, or leave this empty.")
        if self._spec.field_spec(name).kind in (Kind.PHONE, Kind.EMAIL):
            row.set_error_soon(sentence)  # Every number is too short until it is typed.
        else:
            row.set_error(sentence)

    @Slot()
    def _focus_first(self) -> None:
        wanted = (n for n, row in self._rows.items() if self.form.value(n) in (None, ""))
        name = next(wanted, next(iter(self._rows), ""))
        if name:
            self._rows[name].editor.setFocus(Qt.FocusReason.TabFocusReason)

    # -- saving --------------------------------------------------------------------------------

    @Slot()
    def _save(self) -> None:
        for name, row in self._rows.items():
            value = contract_of(row.editor).value()
            if value != self.form.value(name):
                self.form.type_in(name, value)
        wrong = [name for name in self.form.check_all() if name in self._rows]
        if wrong:
            for name in wrong:
                self._rows[name].show_late()
            self._point_at(wrong[0], len(wrong))
            return
        record = self._subject.record
        refusal = self.alike.refuse() if record is None else ""
        self.message.show_message(refusal, Tone.BAD)
        if refusal:
            return
        self._set_busy(True)
        if record is None:
            self._run(do_create_once, self._spec.name, self.form.complete(), self.alike.despite)
        else:
            self._run(do_change, self._spec.name, str(record["id"]), self.form.changes())

    def _run(self, command: Callable[..., Done], *arguments: object) -> None:
        self._session.run(
            command, *arguments, on_done=self._done, on_error=self._failed, initiator=self
        )

    def _point_at(self, name: str, count: int) -> None:
        one = self.tr("One field needs attention before this can be saved.")
        more = self.tr("{0} fields need attention before this can be saved.").format(count)
        self.message.show_message(one if count == 1 else more, Tone.BAD)
        row = self._rows[name]
        self._area.ensureWidgetVisible(row, 0, 48)
        row.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_busy(self, busy: bool) -> None:
        self.primary.setEnabled(not busy)
        self.cancel.setEnabled(not busy)

    def _done(self, done: Done) -> None:
        self._set_busy(False)
        self.set_dirty(False)
        self.saved.emit(done.record_id)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self._set_busy(False)
        sentence = error.sentence(self._session.language)
        if isinstance(error, ValueProblem) and error.field in self._rows:
            self._rows[error.field].set_error(sentence)
            self._point_at(error.field, 1)
            return
        self.message.show_message(sentence, Tone.BAD)


def sections_of(entity: EntitySpec) -> dict[str, list[FieldSpec]]:
    """The fields by section, sections and fields in the order of the registry."""
    order = [*entity.sections, *(s.section for s in entity.fields)]
    found: dict[str, list[FieldSpec]] = {name: [] for name in order}
    for spec in entity.fields:
        found[spec.section].append(spec)
    return {name: specs for name, specs in found.items() if specs}
