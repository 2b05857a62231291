"""Rules of approval in a replay: of each request of the past, who would have been asked, whether it
could have been asked at all, and whether the word and the decision came in time (rows 4.7, 4.8)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from crm_core.clock import parse_moment
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.approvals import ENTITY, PENDING, Approval
from crm_core.rules.documents import Document
from crm_core.rules.recipients import People
from crm_core.rules.replaying.past import Past
from crm_core.rules.replaying.replay import Fired, Heard, Timer
from crm_core.sync.change import Operation, Verb

FIRST, FINAL = 1, 2
"""Which of the two times a moment is about."""
_COMPANY = frozenset({"user", "team"})
_NOBODY = Label("没有可以审批的人", "There is nobody to decide")
_LATE = {
    FIRST: ("first", Label("响应超时", "No word in time")),
    FINAL: ("final", Label("阻塞", "Blocking")),
}


class ApprovalReplay:
    """Requests that name one of these rules; those asked freely are nobody's."""

    def __init__(self, rules: Iterable[Document[Approval]]) -> None:
        self._rules = {one.id: one for one in rules}
        self._people: People | None = None

    @property
    def entities(self) -> frozenset[str]:
        """Requests, and who there was to decide."""
        return frozenset({ENTITY, *_COMPANY})

    @property
    def looks_at(self) -> frozenset[str]:
        """What requests are about."""
        return frozenset(one.entity for one in self._rules.values() if one.entity)

    def begin(self, past: Past) -> Heard:
        """The times of requests that wait already."""
        for record in past.every(ENTITY):
            rule = self._rules.get(str(record.get("rule")))
            if rule is not None and record.get("state") == PENDING:
                yield from _times(rule, record, past.now)

    def on_act(self, operations: Sequence[Operation], past: Past) -> Heard:
        """Somebody may have asked."""
        if any(one.entity in _COMPANY for one in operations):
            self._people = None
        for one in operations:
            if one.entity == ENTITY and one.verb is Verb.CREATE:
                yield from self._asked(one.id, past)

    def on_timer(self, timer: Timer, past: Past) -> Heard:
        """A request that waits for longer than its rule says."""
        record, rule = past.get(ENTITY, timer.record), self._rules.get(timer.rule)
        if record is None or rule is None or record.get("state") != PENDING:
            return
        if timer.mark == FIRST and record.get("first_response_at"):
            return
        what, said = _LATE[timer.mark]
        hours = rule.body.first_hours if timer.mark == FIRST else rule.body.final_hours
        why = Label(f"提交后满 {hours:g} 小时", f"{hours:g} hours after it was asked")
        yield Fired(rule.id, ENTITY, timer.record, past.now, why, (), what, False, said)

    def _asked(self, record_id: str, past: Past) -> Iterator[Fired | Timer]:
        record = past.get(ENTITY, record_id)
        rule = self._rules.get(str((record or {}).get("rule")))
        if record is None or rule is None or not _may_be_asked(rule, record, past):
            return
        people, asker = self.people(past), str(record.get("asked_by") or "")
        found = people.recipients(rule.body.approvers, asker or None)
        approver = next((one for one in found if one != asker), "")
        name, by = people.name(approver), people.name(asker) or "—"
        result = Label(f"{name}审批", f"{name} decides") if approver else _NOBODY
        yield Fired(
            rule.id, ENTITY, record_id, past.now, Label(f"{by}提交", f"{by} asked"),
            (approver,) if approver else (), f"ask:{approver}", judged=False, result=result,
        )  # fmt: skip
        yield from _times(rule, record, past.now)

    def people(self, past: Past) -> People:
        """Who there was at the time."""
        if self._people is None:
            self._people = People(list(past.every("user")), list(past.every("team")))
        return self._people


def _may_be_asked(rule: Document[Approval], record: Record, past: Past) -> bool:
    """Whether the rule may be asked of what the request is about, as it was then; of something that
    is not here, as it happened."""
    target = record.get(rule.entity) if rule.entity else None
    about = past.get(rule.entity, target) if isinstance(target, str) else None
    return about is None or rule.body.when.holds(about, past.now)


def _times(rule: Document[Approval], record: Record, now: datetime) -> Iterator[Timer]:
    asked = record.get("asked_at")
    begun = parse_moment(asked) if isinstance(asked, str) and asked else now
    for mark, hours in ((FIRST, rule.body.first_hours), (FINAL, rule.body.final_hours)):
        at = begun + timedelta(hours=hours)
        if at > now:
            yield Timer(at, rule.id, str(record["id"]), mark)
