"""Calls, deals that move and fields that change: one act with the talk, or nothing at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_core.model.query import Query
from crm_core.notes.types import FieldGuess, NoteFields, Span
from desktop.services.commands.verbs import do_create, do_undo
from desktop.services.commands.visits import (
    Change,
    FollowUpDraft,
    Form,
    NewCustomer,
    TaskDraft,
    VisitDraft,
    do_log_visit,
)
from desktop.services.commands.wordings import Pair
from desktop.services.lookalikes import alike, called
from desktop.services.note_moves import for_contact, suggested
from desktop.services.rules.reasons import reason_words
from desktop.services.rules.stage_gates import GateClosed
from desktop.services.workspace import Workspace
from tests.builders import FakeClock
from tests.desktop.services.office import Office, a_workspace

AT = "2026-03-02T09:00:00"


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[Workspace]:
    workspace = a_workspace(tmp_path / "anna", "anna", "a" * 16, clock=FakeClock().clock)
    yield workspace
    workspace.close()


def a_deal(anna: Workspace, **more: object) -> tuple[str, str]:
    """(customer, deal)"""
    hospital = {"name": "协和医院", "kind": "organisation"}
    customer = do_create(anna, "customer", hospital).record_id
    deal = {"name": "检验科项目", "customer": customer, "stage": "quote", "close_on": "2026-04-01"}
    return customer, do_create(anna, "opportunity", {**deal, **more}).record_id


def stage_of(anna: Workspace, deal: str) -> object:
    record = anna.replica.record("opportunity", deal)
    assert record is not None
    return record["stage"]


def test_a_call_is_a_follow_up_that_keeps_all_that_was_said(anna: Workspace) -> None:
    customer, _ = a_deal(anna)
    draft = VisitDraft(
        customer, AT, form=Form.FOLLOW_UP, summary="电话里说太贵", objections=("price",),
        budget_max=2_000_000, captured_by="voice", transcript="电话 里 说 太贵",
        tasks=(TaskDraft("发报价单", kind="promise"),),
        follow_up=FollowUpDraft("called", "异议：价格", "发报价单"),
    )  # fmt: skip
    done = do_log_visit(anna, draft)
    made = anna.replica.record("follow_up", done.record_id)
    assert made is not None
    assert (made["action"], made["objections"], made["budget_max"]) == (
        "called", ["price"], 2_000_000,
    )  # fmt: skip
    assert (made["transcript"], made["captured_by"]) == ("电话 里 说 太贵", "voice")
    (task,) = anna.replica.find(Query("task"))
    assert (task["customer"], task["visit"]) == (customer, None)
    assert anna.replica.count(Query("visit")) == 0
    (reason,) = {o.reason for o in anna.replica.history("follow_up", done.record_id)}
    assert reason_words(reason, "en") == "From voice note"
    assert reason_words(reason, "zh_CN") == "语音记录"
    do_undo(anna, done.group)
    assert anna.replica.count(Query("follow_up")) == anna.replica.count(Query("task")) == 0


def test_a_gate_opens_by_what_the_same_act_writes_or_nothing_is_written(anna: Workspace) -> None:
    customer, deal = a_deal(anna)
    move = Change("opportunity", deal, "stage", "negotiate")
    draft = VisitDraft(
        customer, AT, form=Form.FOLLOW_UP, follow_up=FollowUpDraft("called"), changes=(move,)
    )
    with pytest.raises(GateClosed) as caught:
        do_log_visit(anna, draft)
    assert "已报价的跟进记录" in caught.value.chinese
    assert anna.replica.count(Query("follow_up")) == 0
    quoted = VisitDraft(
        customer, AT, form=Form.FOLLOW_UP, follow_up=FollowUpDraft("quoted"), changes=(move,)
    )
    done = do_log_visit(anna, quoted)
    assert stage_of(anna, deal) == "negotiate"
    assert "商机已推进" in done.sentence_zh
    do_undo(anna, done.group)
    assert stage_of(anna, deal) == "quote"


def test_sets_gain_items_and_sums_are_filled(anna: Workspace) -> None:
    customer, deal = a_deal(anna, competitors=["康析生物"])
    changes = (
        Change("opportunity", deal, "competitors", ["海川"]),
        Change("opportunity", deal, "amount", 28_000_000),
    )
    do_log_visit(anna, VisitDraft(customer, AT, changes=changes))
    record = anna.replica.record("opportunity", deal)
    assert record is not None
    assert (sorted(record["competitors"]), record["amount"]) == (["康析生物", "海川"], 28_000_000)  # type: ignore[arg-type]


def test_a_new_customer_comes_with_its_first_call(anna: Workspace) -> None:
    draft = VisitDraft(
        "", AT, form=Form.FOLLOW_UP, new_customer=NewCustomer("同和检验所"), new_contact="谢经理"
    )
    done = do_log_visit(anna, draft)
    (customer,) = anna.replica.find(Query("customer"))
    (contact,) = anna.replica.find(Query("contact"))
    assert (customer["name"], contact["customer"]) == ("同和检验所", customer["id"])
    made = anna.replica.record("follow_up", done.record_id)
    assert made is not None
    assert (made["customer"], made["contact"]) == (customer["id"], contact["id"])


def test_only_open_deals_ahead_are_suggested_with_what_they_lack(anna: Workspace) -> None:
    customer, deal = a_deal(anna)
    fields = NoteFields(stage="negotiate", budget_max=20_000.0, competitor=("海川",))
    found = suggested(anna, customer, fields)
    (move,) = found.moves
    assert (move.id, move.before, move.after) == (deal, "quote", "negotiate")
    assert [one.requirement.id for one in move.lacking] == ["quoted"]
    assert [(one.field, one.value) for one in found.updates] == [
        ("amount", "2000000"), ("competitors", "海川"),
    ]  # fmt: skip
    assert suggested(anna, customer, NoteFields(stage="need")).moves == ()
    assert suggested(anna, customer, NoteFields(stage="lost")).moves[0].lacking == ()
    assert suggested(anna, "", fields).moves == ()
    do_create(anna, "opportunity", {"name": "二期", "customer": customer, "stage": "need"})
    several = suggested(anna, customer, fields)
    assert len(several.moves) == 2
    assert several.updates == ()


def test_a_name_that_sounds_the_same_is_met_before_it_is_added(anna: Workspace) -> None:
    customer, _ = a_deal(anna)
    do_create(anna, "contact", {"name": "陈伟明", "customer": customer})
    assert [hit.title for hit in alike(anna, "contact", "陈维铭")] == ["陈伟明"]
    assert called(anna, "contact", "陈维铭") == []
    assert alike(anna, "contact", "Bob") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王敏说了算，电话13812345678", {"part": "decision", "phone": "13812345678"}),
        ("王敏说了不算", {}),
        ("王敏说要院长拍板才行", {}),
        ("王敏觉得贵，他一个人就能定", {"part": "decision"}),
        ("王敏13812345678，李四13912345678", {}),
        ("订单号138123456789012", {}),
    ],
)
def test_what_is_said_of_a_person_is_suggested_where_nothing_stands(
    anna: Workspace, text: str, found: dict[str, str]
) -> None:
    customer, _ = a_deal(anna)
    contact = do_create(anna, "contact", {"name": "王敏", "customer": customer}).record_id
    fields = NoteFields(guesses=(FieldGuess("contact", "王敏", Span(0, 2), 0.9, "王敏"),))
    updates = for_contact(anna, contact, fields, text)
    assert {one.field: one.value for one in updates} == found
    do_log_visit(
        anna,
        VisitDraft(
            customer, AT, changes=tuple(Change(u.entity, u.id, u.field, u.value) for u in updates)
        ),
    )
    assert for_contact(anna, contact, fields, text) == ()


def test_a_call_its_deal_and_its_words_reach_a_colleague_and_go_again(office: Office) -> None:
    anna, ben = office.desk("one"), office.desk("two", "ben")
    customer, deal = a_deal(anna)
    draft = VisitDraft(
        customer, AT, form=Form.FOLLOW_UP, summary="电话里说太贵", objections=("price",),
        captured_by="voice", transcript="电话 里 说 太贵", follow_up=FollowUpDraft("quoted"),
        changes=(Change("opportunity", deal, "stage", "negotiate"),),
        learnt=(Pair("披肩差", "批间差", "word"),),
    )  # fmt: skip
    done = do_log_visit(anna, draft)
    for desk in (anna, ben):
        desk.client.sync_once()
    assert anna.replica.refusals() == []
    made = ben.replica.record("follow_up", done.record_id)
    assert made is not None
    assert (made["transcript"], made["objections"]) == ("电话 里 说 太贵", ["price"])
    assert stage_of(ben, deal) == "negotiate"
    words = [(w["heard"], w["meant"]) for w in ben.replica.find(Query("wording"))]
    assert ("披肩差", "批间差") in words
    do_undo(anna, done.group)
    for desk in (anna, ben):
        desk.client.sync_once()
    assert ben.replica.record("follow_up", done.record_id) is None
    assert stage_of(ben, deal) == "quote"
    assert ("披肩差", "批间差") not in [
        (w["heard"], w["meant"]) for w in ben.replica.find(Query("wording"))
    ]
