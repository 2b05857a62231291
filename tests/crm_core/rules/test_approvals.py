"""Approvals: who may decide, which of two decisions counts, and when a request blocks."""

from datetime import timedelta

from msgspec.structs import replace

from crm_core.clock import iso_moment, make_stamp
from crm_core.model.entities import builtin_registry
from crm_core.model.query import matches
from crm_core.permissions import Right, can, visible
from crm_core.rules.approvals import (
    APPROVED,
    PENDING,
    REJECTED,
    WITHDRAWN,
    Approval,
    against,
    first_decision,
    may_decide,
    standing,
)
from crm_core.sync.change import Operation, Verb
from tests.builders import START, an_actor

ASKER, APPROVER = an_actor("u-asker", role="rep"), an_actor("u-boss", role="rep")
RECORD = {
    "state": PENDING, "asked_by": "u-asker", "owner": "u-boss", "asked_at": iso_moment(START),
}  # fmt: skip


def said(
    number: int, value: object, *, before: object = PENDING, field: str = "state"
) -> Operation:
    stamp = make_stamp(number, 0, "a" * 16)
    return Operation(
        replica="a" * 16, replica_seq=number, entity="approval", id="p1", verb=Verb.SET,
        field=field, value=value, before=before, hlc=stamp, base=stamp,  # type: ignore[arg-type]
        group=f"g{number}", actor="u-boss", reason="审批",
    )  # fmt: skip


def test_two_clocks_run_and_what_is_over_blocks() -> None:
    """Row 4.7: a word in 2 hours, a decision in 24."""
    found = [
        standing(RECORD, Approval(), START + timedelta(hours=hours)) for hours in (2, 3, 24, 58)
    ]
    assert [(one.late, one.blocking) for one in found] == [
        (False, False), (True, False), (True, False), (True, True),
    ]  # fmt: skip
    answered = {**RECORD, "first_response_at": iso_moment(START)}
    assert not standing(answered, Approval(), START + timedelta(hours=3)).late
    done = {**RECORD, "state": APPROVED}
    assert not standing(done, Approval(), START + timedelta(days=9)).blocking


def test_the_approver_and_who_leads_decide_and_never_who_asked() -> None:
    assert may_decide(APPROVER, RECORD).allowed
    assert may_decide(an_actor("u-lead", role="manager"), RECORD).allowed
    assert not may_decide(ASKER, RECORD).allowed
    assert not may_decide(an_actor("u-asker", role="manager"), RECORD).allowed
    assert not may_decide(APPROVER, {**RECORD, "state": REJECTED}).allowed


def test_the_server_lets_who_asked_withdraw_and_nothing_else() -> None:
    assert against(ASKER, said(1, WITHDRAWN), RECORD).allowed
    for forged in (
        said(1, APPROVED),
        said(1, "2026-03-02T00:00:00Z", field="decided_at"),
        said(1, "同意", field="comment"),
        said(1, "u-other", field="asked_by"),
    ):
        assert not against(ASKER, forged, RECORD).allowed
    assert against(APPROVER, said(1, APPROVED), RECORD).allowed
    made = replace(said(1, {"state": APPROVED, "asked_by": "u-asker"}), verb=Verb.CREATE, field="")
    assert not against(ASKER, made, None).allowed


def test_the_first_decision_counts_until_it_is_taken_back() -> None:
    first, second = said(1, APPROVED), said(2, REJECTED)
    assert first_decision([first, second]) == (first, [second])
    undone = said(3, PENDING, before=APPROVED)
    again = said(4, REJECTED)
    assert first_decision([first, second, undone, again]) == (again, [])
    knowing = said(2, REJECTED, before=APPROVED)
    assert first_decision([first, knowing]) == (first, [])


def test_who_asked_and_who_decides_both_see_it_and_nobody_else_does() -> None:
    """A lawyer of another team decides; the colleagues of each see what theirs asked or decide."""
    spec = builtin_registry().entity("approval")
    asker = an_actor("u-asker", role="rep", colleagues=["u-mate"])
    lawyer = an_actor("u-boss", role="rep", colleagues=["u-lawyer"])
    mate = an_actor("u-mate", role="rep", colleagues=["u-asker"])
    stranger = an_actor("u-other", role="rep", colleagues=["u-friend"])
    seen = [
        matches(visible(actor, spec), RECORD, START) for actor in (asker, lawyer, mate, stranger)
    ]
    assert seen == [True, True, True, False]
    may = [
        can(actor, Right.EDIT, spec, RECORD).allowed for actor in (asker, lawyer, mate, stranger)
    ]
    assert may == seen
    assert can(asker, Right.CREATE, spec, RECORD).allowed


def test_only_who_asked_withdraws_and_what_was_seen_decided_is_not_decided_again() -> None:
    manager = an_actor("u-lead", role="manager")
    assert not against(manager, said(1, WITHDRAWN), RECORD).allowed
    assert against(ASKER, said(1, WITHDRAWN), RECORD).allowed
    done = {**RECORD, "state": APPROVED}
    assert not against(APPROVER, said(1, REJECTED, before=APPROVED), done).allowed
    # Taking it back first is fine, and so is having decided without knowing of the other.
    assert against(APPROVER, said(1, PENDING, before=APPROVED), done).allowed
    assert against(APPROVER, said(1, REJECTED, before=PENDING), done).allowed
