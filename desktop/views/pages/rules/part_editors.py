"""Which editor a part of a rule is given, by what it takes, and what it gives the rule to say."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, get_args, get_origin

from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label
from crm_core.model.values import ValueProblem, normalise
from crm_core.rules.approvals import KIND as APPROVAL
from crm_core.rules.bodies import entity_of_part
from crm_core.rules.building import plain_type, types_of
from crm_core.rules.stage_plan import STAGED
from crm_core.rules.wording.form_words import Takes, option_label, part_of
from desktop.viewmodels.session import Session
from desktop.viewmodels.stage_drafts import records_for
from desktop.views.pages.records.field_editors import contract_of, editor_for
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.pages.rules import part_basics as basics
from desktop.views.pages.rules import part_choices as choices
from desktop.views.pages.rules.part_basics import CHOOSE, Around, Made, NotUnderstood, registry_of
from desktop.views.widgets.editors.choice import Option
from desktop.views.widgets.editors.contract import FieldValue
from desktop.views.widgets.editors.text import GrowingText

_TIMES = (Kind.DATE, Kind.MOMENT)
_ABOUT = (
    "lead", "customer", "contact", "opportunity", "visit", "follow_up", "task", "attachment",
    "comment", "approval", "content_push", "competitor", "product", "user",
)  # fmt: skip
_ASKED_ABOUT = ("opportunity", "lead", "customer")
"""What approvals can be about; an empty choice means any of them."""
_Maker = Callable[[Around, Any, EntitySpec | None, Any], Made]


def part_editor(around: Around, body: object, name: str) -> Made | None:
    """The editor of one part of a body; None where there is none, and it is kept as it is."""
    takes = part_of(type(body), name).takes
    hint, value = plain_type(types_of(type(body))[name]), getattr(body, name)
    about = around.spec(entity_of_part(body, name, around.entity, registry_of(around)))
    if takes in _BY_TAKES:
        return _BY_TAKES[takes](around, body, about, value)
    if hint is Label:
        return basics.words(around, value)
    if hint is bool:
        return basics.switch(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _options(around, hint, value)
    if hint in (int, float):
        return basics.number(hint, value)
    if get_origin(hint) is tuple and get_args(hint)[0] is str:
        return basics.several({}, value, free=True)
    return basics.text(value) if hint is str else None


def _options(around: Around, hint: type[StrEnum], value: Any) -> Made:
    offered = [Option(str(one), around.say(option_label(hint, str(one)))) for one in hint]
    made = basics.choice(offered, str(value), needed=str(value) != "")
    return Made(made.widget, lambda given, now: hint(str(made.read(given, now))), shapes=True)


def about_options(session: Session, kind: str) -> list[Option]:
    """The kinds of records that a rule of this kind may be about."""
    offered = entity_options(session)
    if kind == "stage":
        return [one for one in offered if one.code in STAGED]
    if kind == APPROVAL:
        return [one for one in offered if one.code in _ASKED_ABOUT]
    return offered


def entity_options(session: Session) -> list[Option]:
    """The kinds of records a rule may be about."""
    registry = session.workspace.replica.registry
    return [
        Option(name, registry.entity(name).label.text(session.language))
        for name in _ABOUT
        if name in registry
    ]


# -- fields and values -----------------------------------------------------------------------------


def _fields(
    around: Around, about: EntitySpec | None, wanted: Callable[[FieldSpec], bool]
) -> dict[str, str]:
    every = about.fields if about is not None else ()
    return {one.name: around.say(one.label) for one in every if wanted(one)}


def _field(wanted: Callable[[FieldSpec], bool], *, shapes: bool = True) -> _Maker:
    def make(around: Around, _body: Any, about: EntitySpec | None, value: Any) -> Made:
        found = _fields(around, about, wanted)
        made = basics.choice([Option(*pair) for pair in found.items()], str(value))
        return Made(made.widget, made.read, shapes)

    return make


def _field_list(wanted: Callable[[FieldSpec], bool]) -> _Maker:
    def make(around: Around, _body: Any, about: EntitySpec | None, value: Any) -> Made:
        return basics.several(_fields(around, about, wanted), value)

    return make


def _entity(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    made = basics.choice(entity_options(around.session), str(value))
    return Made(made.widget, made.read, shapes=True)


def _near(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    found = records_for(around.entity, registry_of(around))
    made = basics.choice([Option(code, around.say(name)) for code, name in found], str(value))
    return Made(made.widget, made.read, shapes=True)


def _value(around: Around, body: Any, about: EntitySpec | None, value: Any) -> Made:
    spec = about.find(str(body.field)) if about is not None else None
    if spec is None or spec.kind is Kind.SET:
        return basics.text(value)
    editor = editor_for(around.session, spec)
    contract_of(editor).setValue(value)

    def read(given: FieldValue, _now: object) -> object:
        if isinstance(editor, RecordPicker) and editor.unresolved:
            raise NotUnderstood(CHOOSE)
        try:
            return normalise(spec, given)
        except ValueProblem as problem:
            raise NotUnderstood(Label(problem.chinese, problem.english)) from problem

    return Made(editor, read)


def _any(_spec: FieldSpec) -> bool:
    return True


_BY_TAKES: Mapping[Takes, _Maker] = {
    Takes.PROSE: lambda _a, _b, _e, value: basics.text(value, GrowingText()),
    Takes.LINES: lambda _a, _b, _e, value: basics.lines(value),
    Takes.WORDS: lambda _a, _b, _e, value: basics.several({}, value, free=True),
    Takes.ENTITY: _entity,
    Takes.NEAR: _near,
    Takes.FIELD: _field(_any),
    Takes.FIELDS: _field_list(_any),
    Takes.MOMENT: _field(lambda spec: spec.kind in _TIMES, shapes=False),
    Takes.MOMENTS: _field_list(lambda spec: spec.kind in _TIMES),
    Takes.REF: _field(lambda spec: spec.kind is Kind.REF),
    Takes.VALUE: _value,
    **choices.BY_TAKES,
}
