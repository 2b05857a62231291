"""What a new rule begins with, by kind, and copies of rules there are."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from crm_core.clock import new_id
from crm_core.model.schema import Label
from crm_core.rules.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.clocks import Clock, Level
from crm_core.rules.documents import Document
from crm_core.rules.pools import Pool
from crm_core.rules.routing import Route
from desktop.services.workspace import Workspace


def _automation() -> Automation:
    return Automation(Trigger(On.CREATED), (Action(Do.NOTIFY, title="新线索：[姓名]"),))


def _clock() -> Clock:
    words = Label("[name] 已超过 [limit] 小时", "[name]: more than [limit] hours")
    level = Level(after_hours=24.0, to=("owner",), task=words)
    return Clock(start=("received_at",), limit_hours=24.0, levels=(level,))


_BEGINNINGS: Mapping[str, tuple[str, Callable[[], object]]] = {
    "automation": ("lead", _automation),
    "clock": ("lead", _clock),
    "route": ("lead", Route),
    "pool": ("lead", Pool),
}
"""Kind → the entity it is most often about, and its first body."""
NEW_KINDS: tuple[str, ...] = tuple(_BEGINNINGS)


def new_document(workspace: Workspace, kind: str) -> Document[object]:
    """A rule of that kind with which to begin; not written down yet."""
    entity, body = _BEGINNINGS[kind]
    return Document(
        id=new_id(workspace.clock), kind=kind, label=Label("新规则", "New rule"), entity=entity,
        body=body(),
    )  # fmt: skip


def copy_of(workspace: Workspace, document: Document[object]) -> Document[object]:
    """Another rule that says the same, by another name."""
    zh, en = document.label.zh[:50], document.label.en[:50]
    label = Label(f"{zh} 副本", f"{en} (copy)")
    return replace(
        document, id=new_id(workspace.clock), label=label, position=document.position + 1
    )
