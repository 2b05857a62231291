"""What has to be approved, by whom and how soon; and who may say so (rows 4.7, 4.8).

The body of rules of the kind `approval`. Its two clocks are rules of the kind `clock` on the entity
`approval`; what ships of both is here. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from datetime import datetime

from crm_core.clock import parse_moment
from crm_core.model.query import Op, Test
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.permissions import ADMIN, Actor, Verdict
from crm_core.rules.documents import Document, When
from crm_core.rules.identity import act_key
from crm_core.rules.timekeeping.clocks import CLOCK, Clock, Level
from crm_core.sync.change import Operation, Verb

KIND = "approval"
ENTITY = "approval"
PENDING, APPROVED, REJECTED, WITHDRAWN = "pending", "approved", "rejected", "withdrawn"
DECIDED = (APPROVED, REJECTED)
FIRST_DECISION = "先作出的决定有效"
"""The reason of what the server writes where two people decided without knowing of each other."""
_OF_WHO_DECIDES = frozenset({"decided_at", "decided_by", "comment", "first_response_at"})
_ALLOWED = Verdict(allowed=True)


@dataclass(frozen=True, slots=True)
class Approval:
    """One thing that is approved, of records of `Document.entity` (empty: of any)."""

    approvers: tuple[str, ...] = ("lead",)
    """See `recipients`: lead, upper, role:…, user:… The first that is found is proposed."""
    first_hours: float = 2
    final_hours: float = 24
    clauses: tuple[str, ...] = ()
    """Offered with 同意, taken into the comment by one key."""
    when: When = with_default(default_factory=When)
    """Of which records it may be asked."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one request stands."""

    waits_hours: int
    late: bool
    """Nobody has looked at it in time."""
    blocking: bool
    """Nobody has decided in time: 阻塞项."""


def standing(record: Record, body: Approval, now: datetime) -> Standing:
    """For how long a request has waited, and whether that is too long."""
    asked = record.get("asked_at")
    hours = (now - parse_moment(asked)).total_seconds() / 3600 if isinstance(asked, str) else 0.0
    pending = record.get("state") == PENDING
    late = pending and not record.get("first_response_at") and hours > body.first_hours
    return Standing(max(0, int(hours)), late, pending and hours > body.final_hours)


def may_decide(actor: Actor, record: Record) -> Verdict:
    """The approver decides, or who leads; never who asked, unless nobody else is there to ask."""
    if record.get("state") != PENDING:
        return _CLOSED
    mine = record.get("owner") == actor.user_id
    leads = actor.role in ("manager", ADMIN) and record.get("asked_by") != actor.user_id
    return _ALLOWED if mine or leads else _NOT_YOURS


_CLOSED = Verdict(
    allowed=False,
    chinese="这项审批已经有结论了，没有改动。",
    english="This was decided already; nothing was changed.",
)
_NOT_YOURS = Verdict(
    allowed=False,
    chinese="只有审批人或主管可以决定，申请人可以撤回。没有改动。",
    english="Only the approver or a manager decides; who asked may withdraw. Nothing was changed.",
)


def against(actor: Actor, operation: Operation, record: Record | None) -> Verdict:
    """Whether an operation on an approval is one its author may do; `record` as it was before."""
    if operation.verb is Verb.CREATE:
        values = operation.created_values
        fresh = not any(values.get(name) for name in _OF_WHO_DECIDES)
        fresh = fresh and values.get("state") == PENDING
        return _ALLOWED if fresh or actor.role == ADMIN else _NOT_YOURS
    if operation.verb is not Verb.SET or record is None or actor.role == ADMIN:
        return _ALLOWED
    asker = record.get("asked_by") == actor.user_id and record.get("owner") != actor.user_id
    decides = operation.field in _OF_WHO_DECIDES
    decides = decides or (operation.field == "state" and operation.value in DECIDED)
    changes_hands = operation.field == "asked_by"
    if (asker and decides) or changes_hands:
        return _NOT_YOURS
    if operation.field == "state" and operation.value != PENDING:
        if operation.value == WITHDRAWN and record.get("asked_by") != actor.user_id:
            return _NOT_YOURS
        # Who saw that it was decided takes that back first; who did not see it is heard, and the
        # first decision counts (`first_decision`).
        if operation.before in (*DECIDED, WITHDRAWN):
            return _CLOSED
    return _ALLOWED


def exemption_of(request: str) -> str:
    """The id of the exemption that granting a request makes: of two managers who grant it without
    knowing of each other both make this one (row 6.10)."""
    return act_key("exemption-request", request, "granted")


def recheck_of(exemption: str) -> str:
    """The id of the task that asks to look again at an exemption."""
    return act_key("exemption-recheck", exemption, "granted")


def first_decision(said: Sequence[Operation]) -> tuple[Operation | None, list[Operation]]:
    """Of everything said about the state of one request, in order of stamp: the decision that
    counts, and those made beside it without knowing of it. Taking a decision back opens it again.
    """
    first: Operation | None = None
    others: list[Operation] = []
    for one in said:
        if one.reason == FIRST_DECISION:
            continue
        if one.value == PENDING:
            first, others = None, []
        elif first is None:
            first = one
        elif one.before == PENDING and one.group != first.group:
            others.append(one)
    return first, others


def _document(name: str, label: Label, body: Approval, position: int) -> Document[Approval]:
    return Document(f"approval-{name}", KIND, label, "opportunity", body, position=position)


SHIPPED: tuple[Document[object], ...] = (
    _document(
        "contract", Label("法务合同审核", "Contract review"),
        Approval(
            ("role:legal", "lead"),
            clauses=(
                "同意。付款方式按标准条款：预付 30%，验收后 30 天内付清。",
                "同意。违约金不超过合同额的 5%，争议由我方所在地法院管辖。",
                "同意。请补充保密条款和数据处理条款后签署。",
            ),
        ),
        10,
    ),
    _document(
        "discount", Label("折扣申请", "Discount"),
        Approval(
            ("lead",),
            clauses=(
                "同意，本次有效，有效期至本月底。",
                "同意，条件是客户本月内签约并预付 30%。",
            ),
        ),
        20,
    ),
    _document(
        "support", Label("技术支持介入", "Technical support"),
        Approval(("role:support", "lead"), clauses=("同意，已安排工程师，今天内联系客户。",)),
        30,
    ),
    Document(
        "clock-approval-first", CLOCK, Label("审批首次响应", "First answer to a request"), ENTITY,
        Clock(
            start=("asked_at",), limit_hours=2,
            runs_when=When(Test("state", Op.EQ, PENDING)), stop_fields=("first_response_at",),
            levels=(
                Level(
                    2, ("owner",),
                    Label("2 小时内请先响应审批：[title]", "A request waits for a word: [title]"),
                ),
            ),
        ),
        position=110, remark="4.7",
    ),
    Document(
        "clock-approval-final", CLOCK, Label("审批完成时限", "Decision in time"), ENTITY,
        Clock(
            start=("asked_at",), limit_hours=24,
            runs_when=When(Test("state", Op.EQ, PENDING)), stop_fields=("decided_at",),
            levels=(
                Level(
                    24, ("owner", "upper"),
                    Label(
                        "阻塞项：「[title]」24 小时还没有审批结论",
                        "Blocking: no decision on “[title]” in 24 hours",
                    ),
                ),
            ),
        ),
        position=120, remark="4.7",
    ),
)  # fmt: skip
