"""Which editor a field is typed in, by its kind. Every editor keeps the FieldEditor contract."""

from functools import partial
from typing import cast

from PySide6.QtWidgets import QWidget

from crm_core.model import whereabouts
from crm_core.model.schema import FieldSpec, Kind
from crm_core.rules.duty import ENTITY as DUTY
from crm_core.rules.timekeeping.working_time import OFFICE, hours_text
from desktop.services.queries import words_in_use
from desktop.services.rules.duties import roles_offered
from desktop.viewmodels.session import Session
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.widgets.editors.choice import ChoiceBox, Option, Switch
from desktop.views.widgets.editors.contract import FieldEditor, FieldValue
from desktop.views.widgets.editors.moment import DateLine, MomentLine
from desktop.views.widgets.editors.money import MoneyLine
from desktop.views.widgets.editors.place import PlaceBox
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.editors.text import GrowingText, TextLine


def editor_for(session: Session, spec: FieldSpec, *, entity: str = "") -> QWidget:
    """A new editor for values of `spec`, read-only where only the system writes the field.

    With `entity`, a set of words of one's own is offered those its records have already.
    """
    editor = _made(session, spec)
    if entity == DUTY:
        editor = _of_a_roster(session, spec) or editor
    if isinstance(editor, TagsEditor) and entity and not spec.choices:
        used = partial(words_in_use, session.workspace, entity, spec.name)
        session.ask(used, editor.suggest, owner=editor)
    if not spec.editable:
        contract_of(editor).set_read_only(True)
    return editor


def contract_of(editor: QWidget) -> FieldEditor:
    """The same widget, known as an editor."""
    return cast("FieldEditor", editor)


def field_value(value: object) -> FieldValue:
    """A draft value as an editor takes it; drafts hold only what editors gave."""
    return cast("FieldValue", value)


def _of_a_roster(session: Session, spec: FieldSpec) -> QWidget | None:
    """A role is called as stages call it, and may be called otherwise; hours show how to be
    written."""
    if spec.name == "hours":
        line = TextLine()
        line.setPlaceholderText(hours_text(OFFICE))
        return line
    if spec.name != "role":
        return None
    box = ChoiceBox()
    offered = partial(roles_offered, session.workspace, session.language)
    session.ask(
        offered, lambda words: box.set_options([Option(one, one) for one in words]), owner=box
    )
    return box


def options_of(spec: FieldSpec, language: str) -> list[Option]:
    """The options of a choice field in the interface's language."""
    offered = (choice for choice in spec.choices if not choice.retired)
    return [Option(choice.code, choice.label.text(language)) for choice in offered]


def _made(session: Session, spec: FieldSpec) -> QWidget:
    if spec.kind is Kind.REF:
        return RecordPicker(session, spec.target)
    if spec.name in whereabouts.FIELDS and not spec.custom:
        return PlaceBox(spec.name)
    if spec.kind is Kind.CHOICE:
        return ChoiceBox(options_of(spec, session.language), closed=True)
    if spec.kind is Kind.SET:
        labels = {choice.code: choice.label.text(session.language) for choice in spec.choices}
        labels |= {item: item for item in spec.suggested if not spec.choices}
        return TagsEditor(labels, free=not spec.choices)
    plain: dict[Kind, type[QWidget]] = {
        Kind.LONG_TEXT: GrowingText,
        Kind.MONEY: MoneyLine,
        Kind.DATE: DateLine,
        Kind.MOMENT: MomentLine,
        Kind.BOOL: Switch,
    }
    return plain.get(spec.kind, TextLine)()
