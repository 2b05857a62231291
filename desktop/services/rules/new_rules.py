"""What a new rule begins with, by kind, and copies of rules there are."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from crm_core.clock import new_id
from crm_core.model.schema import Label
from crm_core.rules.approvals import Approval
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.limits import Limit, Side
from crm_core.rules.pools import Pool
from crm_core.rules.routing import Route
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import Factor, Scoring
from crm_core.rules.stage_plan import stage_documents
from crm_core.rules.stages import LOST, WON, StageBody
from crm_core.rules.timekeeping.clocks import Clock, Level
from desktop.services.workspace import Workspace

ENDS = (WON, LOST)


def _automation() -> Automation:
    return Automation(Trigger(On.CREATED), (Action(Do.NOTIFY, title="新线索：[姓名]"),))


def _clock() -> Clock:
    words = Label("[name] 已超过 [limit] 小时", "[name]: more than [limit] hours")
    level = Level(after_hours=24.0, to=("owner",), task=words)
    return Clock(start=("received_at",), limit_hours=24.0, levels=(level,))


def _approval() -> Approval:
    return Approval(("lead",), clauses=("同意。",))


def _score() -> Scoring:
    return Scoring((Factor("f1", Label("新的加分项", "What counts"), When(), 10),))


_BEGINNINGS: Mapping[str, tuple[str, Callable[[], object]]] = {
    "automation": ("lead", _automation),
    "clock": ("lead", _clock),
    "route": ("lead", Route),
    "pool": ("lead", Pool),
    "score": ("lead", _score),
    "stage": ("opportunity", lambda: StageBody("")),
    "approval": ("opportunity", _approval),
    "limit": ("lead", lambda: Limit("", Side.ABOVE, 0.0)),
}
"""Kind → the entity it is most often about, and its first body."""
NEW_KINDS: tuple[str, ...] = tuple(_BEGINNINGS)


def new_document(workspace: Workspace, kind: str, rules: RuleSet) -> Document[object]:
    """A rule of that kind with which to begin, beside those there are; not written down yet."""
    entity, body = _BEGINNINGS[kind]
    if kind == "stage":
        open_ones = [one for one in stage_documents(rules, entity) if one.body.code not in ENDS]
        last = max((one.position for one in open_ones), default=0)
        code = f"s{new_id(workspace.clock)[-10:]}"
        return Document(
            f"stage-{entity}-{code}", kind, Label("新阶段", "New stage"), entity, StageBody(code),
            position=last + 1,
        )  # fmt: skip
    return Document(
        id=new_id(workspace.clock), kind=kind, label=Label("新规则", "New rule"), entity=entity,
        body=body(),
    )  # fmt: skip


def copy_of(workspace: Workspace, document: Document[object]) -> Document[object]:
    """Another rule that says the same, by another name."""
    zh, en = document.label.zh[:50], document.label.en[:50]
    label = Label(f"{zh} 副本", f"{en} (copy)")
    made = replace(
        document, id=new_id(workspace.clock), label=label, position=document.position + 1
    )
    if isinstance(document.body, StageBody):  # Two stages of one code would be one.
        code = f"s{new_id(workspace.clock)[-10:]}"
        body = replace(document.body, code=code)
        return replace(made, id=f"stage-{document.entity}-{code}", body=body)
    return made
