"""Which editor a part of a rule is given, by what it takes, and what it gives as the rule says it.

Values come from what is there: fields, options, stages, people, pools. What a rule names and is
gone is offered as well, marked, so that nobody loses it by looking.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, get_args, get_origin

from PySide6.QtWidgets import QWidget

from crm_core.model.choices import INDUSTRY, ROLE
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label
from crm_core.model.values import ValueProblem, normalise
from crm_core.rules.automations import Action
from crm_core.rules.bodies import entity_of_part
from crm_core.rules.building import plain_type, types_of
from crm_core.rules.form_words import Takes, option_label, part_of
from crm_core.rules.ruleset import RuleSet
from desktop.services.queries import words_in_use
from desktop.viewmodels.session import Session
from desktop.views.pages.field_editors import contract_of, editor_for
from desktop.views.pages.record_picker import RecordPicker
from desktop.views.widgets.editors.choice import ChoiceBox, Option, Switch
from desktop.views.widgets.editors.contract import FieldValue
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.editors.text import GrowingText, TextLine

Reader = Callable[[FieldValue, Any], object]
"""(what the editor gives, what the rule says now) → what it says then. NotUnderstood."""
_TIMES = (Kind.DATE, Kind.MOMENT)
_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
_CHOOSE = Label("请从列表中选择", "Choose one of the list.")


class NotUnderstood(ValueError):
    """What was typed is none of what the part takes; `label` says why."""

    def __init__(self, label: Label) -> None:
        super().__init__(label.en)
        self.label = label


@dataclass(frozen=True, slots=True)
class Around:
    """What a rule is built in."""

    session: Session
    entity: str
    rules: RuleSet
    people: Mapping[str, str]

    def say(self, label: Label) -> str:
        """In the language of the interface."""
        return label.text(self.session.language)

    def spec(self, name: str) -> EntitySpec | None:
        """An entity, with the company's own fields."""
        registry = self.session.workspace.replica.registry
        return registry.entity(name) if name in registry else None


@dataclass(frozen=True, slots=True)
class Made:
    """An editor that shows what the rule says, and how what it gives is read."""

    widget: QWidget
    read: Reader
    shapes: bool = False
    """Whether other parts are asked for otherwise once it says something else."""


def part_editor(around: Around, body: object, name: str) -> Made | None:
    """The editor of one part of a body; None where there is none, and it is kept as it is."""
    takes = part_of(type(body), name).takes
    hint, value = plain_type(types_of(type(body))[name]), getattr(body, name)
    about = around.spec(entity_of_part(body, name, around.entity, _registry(around)))
    if takes in _BY_TAKES:
        return _BY_TAKES[takes](around, body, about, value)
    if hint is Label:
        return _words(around, value)
    if hint is bool:
        return _switch(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        offered = [Option(str(one), around.say(option_label(hint, str(one)))) for one in hint]
        made = _choice(offered, str(value), needed=True)
        return Made(made.widget, lambda given, now: hint(str(made.read(given, now))), shapes=True)
    if hint in (int, float):
        return _number(hint, value)
    if get_origin(hint) is tuple and get_args(hint)[0] is str:
        return _several({}, value, free=True)
    return _text(value) if hint is str else None


def _registry(around: Around) -> Any:
    return around.session.workspace.replica.registry


def _choice(
    options: Iterable[Option], value: str, *, needed: bool = False, free: bool = False
) -> Made:
    offered = list(options)
    codes = {one.code for one in offered}
    if value and value not in codes:
        offered.append(Option(value, value if free else f"⚠ {value}"))
        codes.add(value)
    box = ChoiceBox(offered)
    box.setValue(value or None)

    def read(given: FieldValue, _now: object) -> object:
        code = str(given or "")
        if (code and not free and code not in codes) or (needed and not code):
            raise NotUnderstood(_CHOOSE)
        return code

    return Made(box, read)


def _several(labels: Mapping[str, str], value: Iterable[str], *, free: bool = False) -> Made:
    kept = tuple(value)
    shown = {**{one: f"⚠ {one}" for one in kept if not free and one not in labels}, **labels}
    editor = TagsEditor(shown, free=free)
    editor.line.setPlaceholderText("")
    editor.setValue(list(kept))

    def read(given: FieldValue, now: Any) -> object:
        chosen = given if isinstance(given, list) else []
        if not free and any(one not in shown for one in chosen):
            raise NotUnderstood(_CHOOSE)
        # The order they were named in is part of what a rule says.
        return (
            *(one for one in now if one in chosen),
            *(one for one in chosen if one not in now),
        )

    return Made(editor, read)


def _text(value: object, widget: QWidget | None = None) -> Made:
    editor = widget or TextLine()
    contract_of(editor).setValue(str(value) if value is not None else None)
    return Made(editor, lambda given, _now: str(given or ""))


def _words(around: Around, value: Label) -> Made:
    editor = TextLine()
    editor.setValue(around.say(value))
    zh = around.session.language.startswith("zh")

    def read(given: FieldValue, now: Any) -> object:
        text = str(given or "")
        if now.zh == now.en:
            return Label(text, text)
        return Label(text, now.en) if zh else Label(now.zh, text)

    return Made(editor, read)


def _switch(value: bool) -> Made:
    editor = Switch()
    editor.setValue(value)
    return Made(editor, lambda given, _now: bool(given))


def _number(kind: Any, value: float) -> Made:
    editor = TextLine()
    editor.setValue(f"{value:g}")

    def read(given: FieldValue, _now: object) -> object:
        text = unicodedata.normalize("NFKC", str(given or "0"))
        if not _NUMBER.fullmatch(text) or (kind is int and "." in text):
            whole = Label("这里要填整数", "A whole number")
            raise NotUnderstood(whole if kind is int else Label("这里要填数字", "A number"))
        return kind(text)

    return Made(editor, read)


# -- by what they take -------------------------------------------------------------------------

_Maker = Callable[[Around, Any, EntitySpec | None, Any], Made]


def _fields(
    around: Around, about: EntitySpec | None, wanted: Callable[[FieldSpec], bool]
) -> dict[str, str]:
    every = about.fields if about is not None else ()
    return {one.name: around.say(one.label) for one in every if wanted(one)}


def _field(wanted: Callable[[FieldSpec], bool], *, shapes: bool = True) -> _Maker:
    def make(around: Around, _body: Any, about: EntitySpec | None, value: Any) -> Made:
        found = _fields(around, about, wanted)
        made = _choice([Option(*pair) for pair in found.items()], str(value))
        return Made(made.widget, made.read, shapes)

    return make


def _field_list(wanted: Callable[[FieldSpec], bool]) -> _Maker:
    def make(around: Around, _body: Any, about: EntitySpec | None, value: Any) -> Made:
        return _several(_fields(around, about, wanted), value)

    return make


def _entity(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    made = _choice(entity_options(around.session), str(value))
    return Made(made.widget, made.read, shapes=True)


def entity_options(session: Session) -> list[Option]:
    """The kinds of records a rule may be about."""
    registry = session.workspace.replica.registry
    return [
        Option(name, registry.entity(name).label.text(session.language))
        for name in _ABOUT
        if name in registry
    ]


_ABOUT = (
    "lead", "customer", "contact", "opportunity", "visit", "follow_up", "task", "attachment",
    "comment", "approval", "content_push", "competitor", "product", "user",
)  # fmt: skip


def _stages(around: Around, _body: Any, about: EntitySpec | None, value: Any) -> Made:
    spec = about.find("stage") if about is not None else None
    labels = {one.code: around.say(one.label) for one in spec.choices} if spec else {}
    return _several(labels, value)


def _value(around: Around, body: Any, about: EntitySpec | None, value: Any) -> Made:
    spec = about.find(str(body.field)) if about is not None else None
    if spec is None or spec.kind is Kind.SET:
        return _text(value)
    editor = editor_for(around.session, spec)
    contract_of(editor).setValue(value)

    def read(given: FieldValue, _now: object) -> object:
        if isinstance(editor, RecordPicker) and editor.unresolved:
            raise NotUnderstood(_CHOOSE)
        try:
            return normalise(spec, given)
        except ValueProblem as problem:
            raise NotUnderstood(Label(problem.chinese, problem.english)) from problem

    return Made(editor, read)


def _record(entity: str) -> _Maker:
    def make(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
        picker = RecordPicker(around.session, entity)
        picker.setValue(value or None)

        def read(given: FieldValue, _now: object) -> object:
            if picker.unresolved:
                raise NotUnderstood(_CHOOSE)
            return str(given or "")

        return Made(picker, read)

    return make


def _rule(kind: str) -> _Maker:
    def make(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
        there = [one for one in around.rules.documents if one.kind == kind]
        return _choice([Option(one.id, around.say(one.label)) for one in there], str(value))

    return make


def _role(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    return _choice([Option(o.code, around.say(o.label)) for o in ROLE], str(value), free=True)


def _task_kind(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    spec = _registry(around).entity("task").field_spec("kind")
    return _choice([Option(o.code, around.say(o.label)) for o in spec.choices], str(value))


def _tag(around: Around, _body: Action, about: EntitySpec | None, value: Any) -> Made:
    made = _choice([], str(value), free=True)
    box = made.widget
    if about is not None and about.find("tags") is not None and isinstance(box, ChoiceBox):
        used = partial(words_in_use, around.session.workspace, about.name, "tags")
        around.session.ask(
            used, lambda words: box.set_options([Option(one, one) for one in words]), owner=box
        )
    return made


def _recipients(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    labels = {
        "owner": Label("负责人", "The owner"), "lead": Label("主管", "Their lead"),
        "upper": Label("上级主管", "The lead above"),
    }  # fmt: skip
    shown = {code: around.say(words) for code, words in labels.items()}
    shown |= {f"role:{one.code}": around.say(one.label) for one in ROLE}
    return _several({**shown, **{f"user:{k}": n for k, n in around.people.items()}}, value)


def _weekdays(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    names = _DAYS if around.session.language.startswith("zh") else _DAYS_EN
    made = _several({str(n): name for n, name in enumerate(names)}, [str(one) for one in value])

    def read(given: FieldValue, now: Any) -> object:
        chosen: Any = made.read(given, tuple(map(str, now)))
        return tuple(sorted(map(int, chosen)))

    return Made(made.widget, read)


def _industries(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    return _several({one.code: around.say(one.label) for one in INDUSTRY}, value)


def _any(_spec: FieldSpec) -> bool:
    return True


_BY_TAKES: Mapping[Takes, _Maker] = {
    Takes.PROSE: lambda _a, _b, _e, value: _text(value, GrowingText()),
    Takes.WORDS: lambda _a, _b, _e, value: _several({}, value, free=True),
    Takes.ENTITY: _entity,
    Takes.FIELD: _field(_any),
    Takes.FIELDS: _field_list(_any),
    Takes.MOMENT: _field(lambda spec: spec.kind in _TIMES, shapes=False),
    Takes.MOMENTS: _field_list(lambda spec: spec.kind in _TIMES),
    Takes.REF: _field(lambda spec: spec.kind is Kind.REF),
    Takes.VALUE: _value,
    Takes.STAGES: _stages,
    Takes.USER: _record("user"),
    Takes.TEAM: _record("team"),
    Takes.ARTICLE: _record("article"),
    Takes.ROLE: _role,
    Takes.TAG: _tag,
    Takes.KIND_OF_TASK: _task_kind,
    Takes.POOL: _rule("pool"),
    Takes.APPROVAL: _rule("approval"),
    Takes.RECIPIENTS: _recipients,
    Takes.INDUSTRIES: _industries,
    Takes.WEEKDAYS: _weekdays,
}
