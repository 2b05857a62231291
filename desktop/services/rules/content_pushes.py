"""Content that is queued to be sent: read with its text and whom it is for, approved, sent by hand,
left out (rows 2.15, 3.13). Every verb is one act and taken back as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_core.errors import KnownError
from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.schema import Label
from crm_core.model.values import Record, display
from crm_core.permissions import visible
from crm_core.rules.firing import pushes
from crm_core.rules.firing.pushes import APPROVED, DROPPED, ENTITY, FAILED, SENDING, SENT, WAITING
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace

TO_DECIDE, ON_THE_WAY, OVER = "waiting", "going", "over"
VIEWS = (TO_DECIDE, ON_THE_WAY, OVER)
_STATES = {
    TO_DECIDE: (WAITING, FAILED), ON_THE_WAY: (APPROVED, SENDING), OVER: (SENT, DROPPED),
}  # fmt: skip
_MOST = 200
_REASON = "内容推送"


@dataclass(frozen=True, slots=True)
class Push:
    """One thing to be sent, ready to be shown."""

    record: Record
    name: str
    """Of whom it is for."""
    email: str
    target: tuple[str, str]
    text: str
    """What would go out, or went."""
    refusal: Label | None
    """Why it cannot go by mail."""

    @property
    def id(self) -> str:
        """Of its record."""
        return str(self.record["id"])

    @property
    def state(self) -> str:
        """How it stands."""
        return str(self.record.get("state"))


def read_pushes(workspace: Workspace, view: str) -> list[Push]:
    """Those of one view, the oldest first; of what is over the newest. Not for the Qt thread."""
    seen = visible(workspace.actor, workspace.replica.registry.entity(ENTITY))
    where = All((seen, Test("state", Op.IN, _STATES[view])))
    sort = Sort("queued_at", descending=view == OVER)
    found = workspace.replica.find(Query(ENTITY, where, (sort,), _MOST))
    articles = workspace.replica.find(Query("article")) if found else []
    return [_push(workspace, one, articles) for one in found]


def waiting_pushes(workspace: Workspace) -> int:
    """How many wait for a decision."""
    seen = visible(workspace.actor, workspace.replica.registry.entity(ENTITY))
    return workspace.replica.count(
        Query(ENTITY, All((seen, Test("state", Op.IN, _STATES[TO_DECIDE]))))
    )


def do_approve_push(workspace: Workspace, push: Push, text: str) -> Done:
    """Have the server send this text. KnownError("cannot_send") with the reason, "forbidden"."""
    refusal = pushes.why_not(push.email, _consent(workspace, push), text)
    if refusal is not None:
        raise KnownError(f"{refusal.zh}。", f"{refusal.en}.", code="cannot_send")
    return _turn(workspace, push, {"state": APPROVED, "body": text, "problem": None},
                 Label("已交给服务器发送", "Handed to the server to be sent"))  # fmt: skip


def do_mark_sent(workspace: Workspace, push: Push, text: str) -> Done:
    """Say that somebody sent it themselves."""
    values = {
        "state": SENT, "sent_at": workspace.clock.iso(), "problem": None, "body": text or None,
    }  # fmt: skip
    return _turn(workspace, push, values, Label("已记为手动发送", "Marked as sent by hand"))


def do_drop_push(workspace: Workspace, push: Push) -> Done:
    """Not to be sent."""
    return _turn(workspace, push, {"state": DROPPED}, Label("不再推送", "Not to be sent"))


def do_requeue_push(workspace: Workspace, push: Push) -> Done:
    """Back to where somebody decides; what is on its way already may still arrive."""
    return _turn(workspace, push, {"state": WAITING, "problem": None},
                 Label("已放回待推送", "Waiting again"))  # fmt: skip


def _turn(workspace: Workspace, push: Push, values: Mapping[str, object], words: Label) -> Done:
    title = str(push.record.get("title") or "")[:40]
    with workspace.write(_REASON) as (unit, committed):
        unit.change(ENTITY, push.id, values)
    return done(
        committed, f"{words.zh}：{title}", f"{words.en}: {title}", record_id=push.id
    )  # fmt: skip


def _push(workspace: Workspace, record: Record, articles: Sequence[Record]) -> Push:
    target = _target(record)
    about = (workspace.replica.record(*target) if target[1] else None) or {}
    name, email = str(about.get("name") or ""), str(about.get("email") or "")
    text = str(record.get("body") or "") or _proposed(workspace, record, target[0], about, articles)
    refusal = pushes.why_not(email, about.get("consent"), text)
    return Push(record, name, email, target, text, refusal)


def _proposed(
    workspace: Workspace, record: Record, entity: str, about: Record, articles: Sequence[Record]
) -> str:
    article = next((one for one in articles if one["id"] == record.get("article")), None)
    cases = pushes.matching_cases(
        (one for one in articles if one is not article), _words(workspace, entity, about)
    )
    return pushes.composed(
        str(about.get("name") or ""), article, cases, workspace.account.user_name
    )


def _words(workspace: Workspace, entity: str, about: Record) -> list[str]:
    """What cases are looked for by: the industry, what they want, their tags."""
    if not entity:
        return []
    spec = workspace.replica.registry.entity(entity)
    named = [spec.find(name) for name in ("industry", "need", "interest")]
    said = [display(one, about.get(one.name)) for one in named if one and about.get(one.name)]
    tags = about.get("tags")
    return [*said, *map(str, tags if isinstance(tags, list) else ())]


def _target(record: Record) -> tuple[str, str]:
    for entity in ("lead", "customer"):
        if record.get(entity):
            return entity, str(record[entity])
    return "", ""


def _consent(workspace: Workspace, push: Push) -> object:
    return (workspace.replica.record(*push.target) or {}).get("consent") if push.target[1] else None
