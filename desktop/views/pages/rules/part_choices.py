"""Editors for parts of rules that name people, roles, other rules, stages, measures, tags."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from crm_core.insight.catalogue import MEASURES
from crm_core.model.choices import INDUSTRY, LEAD_GRADE
from crm_core.model.schema import EntitySpec, Label
from crm_core.rules.firing.automations import Action
from crm_core.rules.stage_plan import stage_documents
from crm_core.rules.stages import StageBody
from crm_core.rules.wording.form_words import OPTIONS, Takes
from crm_core.rules.wording.part_words import asked_names
from desktop.services.queries import words_in_use
from desktop.services.rules.duties import roles_offered
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.pages.rules.part_basics import (
    CHOOSE,
    Around,
    Made,
    NotUnderstood,
    choice,
    registry_of,
    several,
)
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.contract import FieldValue

_Maker = Callable[[Around, Any, EntitySpec | None, Any], Made]
_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LEFT = Label("⚠ 已不在的同事", "⚠ somebody gone")
_RECIPIENTS = {
    "owner": Label("负责人", "The owner"), "lead": Label("主管", "Their lead"),
    "upper": Label("上级主管", "The lead above"),
}  # fmt: skip


def _stages(around: Around, _body: Any, about: EntitySpec | None, value: Any) -> Made:
    spec = about.find("stage") if about is not None else None
    labels = {one.code: around.say(one.label) for one in spec.choices} if spec else {}
    return several(labels, value)


def _stage(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    """Where a stage moves on to: the others of its kind, in their order."""
    own = around.body.code if isinstance(around.body, StageBody) else ""
    others = [
        Option(one.body.code, around.say(one.label))
        for one in stage_documents(around.rules, around.entity)
        if one.active and one.body.code != own
    ]
    return choice(others, str(value))


def _asked(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    body = around.body
    language = around.session.language
    return several(asked_names(body, language) if isinstance(body, StageBody) else {}, value)


def _record(entity: str) -> _Maker:
    def make(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
        picker = RecordPicker(around.session, entity)
        picker.setValue(value or None)

        def read(given: FieldValue, _now: object) -> object:
            if picker.unresolved:
                raise NotUnderstood(CHOOSE)
            return str(given or "")

        return Made(picker, read)

    return make


def _rule(kind: str) -> _Maker:
    def make(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
        there = [one for one in around.rules.documents if one.kind == kind]
        return choice([Option(one.id, around.say(one.label)) for one in there], str(value))

    return make


def _options(options: Mapping[str, Label], *, free: bool = False) -> _Maker:
    def make(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
        offered = [Option(code, around.say(name)) for code, name in options.items()]
        return choice(offered, str(value), free=free)

    return make


def _task_kind(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    spec = registry_of(around).entity("task").field_spec("kind")
    return choice([Option(o.code, around.say(o.label)) for o in spec.choices], str(value))


def _tag(around: Around, _body: Action, about: EntitySpec | None, value: Any) -> Made:
    made = choice([], str(value), free=True)
    box = made.widget
    if about is not None and about.find("tags") is not None and isinstance(box, ChoiceBox):
        used = partial(words_in_use, around.session.workspace, about.name, "tags")
        around.session.ask(
            used, lambda words: box.set_options([Option(one, one) for one in words]), owner=box
        )
    return made


def _recipients(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    shown = {code: around.say(words) for code, words in _RECIPIENTS.items()}
    shown |= {f"role:{code}": around.say(name) for code, name in around.roles.items()}
    shown |= {f"user:{key}": name for key, name in around.people.items()}
    gone = [one for one in value if one not in shown and one.startswith("user:")]
    return several({**shown, **dict.fromkeys(gone, around.say(_LEFT))}, value)


def _role(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    offered = [Option(code, around.say(name)) for code, name in around.roles.items()]
    return choice(offered, str(value), free=True)


def _on_duty(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    """Rosters, and the roles that stages name; another may be typed before its roster is there."""
    made = choice([], str(value), free=True)
    box = made.widget
    if isinstance(box, ChoiceBox):
        offered = partial(roles_offered, around.session.workspace, around.session.language)
        around.session.ask(
            offered, lambda words: box.set_options([Option(one, one) for one in words]), owner=box
        )
    return made


def _weekdays(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    names = _DAYS if around.session.language.startswith("zh") else _DAYS_EN
    made = several({str(n): name for n, name in enumerate(names)}, [str(one) for one in value])

    def read(given: FieldValue, now: Any) -> object:
        chosen: Any = made.read(given, tuple(map(str, now)))
        return tuple(sorted(map(int, chosen)))

    return Made(made.widget, read)


def _industries(around: Around, _body: Any, _about: EntitySpec | None, value: Any) -> Made:
    return several({one.code: around.say(one.label) for one in INDUSTRY}, value)


BY_TAKES: Mapping[Takes, _Maker] = {
    Takes.STAGES: _stages,
    Takes.STAGE: _stage,
    Takes.ASKED: _asked,
    Takes.USER: _record("user"),
    Takes.TEAM: _record("team"),
    Takes.ARTICLE: _record("article"),
    Takes.ROLE: _role,
    Takes.ON_DUTY: _on_duty,
    Takes.GRADE: _options({one.code: one.label for one in LEAD_GRADE}, free=True),
    Takes.MEASURE: _options({key: one.label for key, one in MEASURES.items()}),
    Takes.TONE: _options(OPTIONS["Tone"]),
    Takes.TAG: _tag,
    Takes.KIND_OF_TASK: _task_kind,
    Takes.POOL: _rule("pool"),
    Takes.APPROVAL: _rule("approval"),
    Takes.RECIPIENTS: _recipients,
    Takes.INDUSTRIES: _industries,
    Takes.WEEKDAYS: _weekdays,
}
"""What is taken → what makes its editor."""
