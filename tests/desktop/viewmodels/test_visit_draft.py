"""Cards, decisions that outlive edits, what is saved, and what is kept (rows 3.1–3.4, 3.14)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.model.values import ValueProblem
from crm_core.notes.types import Span
from desktop.viewmodels.visits.note_sound import Said, Sound
from desktop.viewmodels.visits.unsaved_visits import (
    KEPT,
    Unsaved,
    forget_unsaved,
    keep_unsaved,
    unsaved_visits,
)
from desktop.viewmodels.visits.visit_assembly import (
    CONCLUSION_LIMIT,
    Header,
    Note,
    assemble,
    budget_of,
    closed_up,
    conclusion_of,
    shown,
)
from desktop.viewmodels.visits.visit_cards import Card, Decision, Field, budget_text, edited, merged
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from tests.builders import KEY, a_replica
from tests.desktop.visits import NOTE, Desk, a_desk

HEARD = "记录 林 女士 咨询 雅思 基础班 预算 一万八 关注 上课 时间 明天 下午 给 她 发 课程 介绍"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path / "profile") as made:
        yield made


def read(qtbot: QtBot, model: VisitDraftModel) -> None:
    qtbot.waitUntil(lambda: not model.reading)


def write(qtbot: QtBot, model: VisitDraftModel, text: str) -> None:
    model.set_text(text)
    read(qtbot, model)


def only(model: VisitDraftModel, field: Field) -> Card:
    (card,) = [card for card in model.cards if card.field is field]
    return card


def values(desk: Desk, entity: str) -> list[dict[str, Any]]:
    return list(desk.workspace.replica.find(Query(entity)))


def a_card(field: Field, value: str, **more: Any) -> Card:
    return Card(f"{field}:{value}", field, value, value, **more)


# -- decisions ------------------------------------------------------------------------------------


def test_decisions_survive_more_typing(qtbot: QtBot, desk: Desk) -> None:
    model = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    write(qtbot, model, NOTE)
    model.accept(only(model, Field.PRODUCT).key)
    model.drop(only(model, Field.CONCERN).key)
    model.edit(only(model, Field.BUDGET).key, "2万", None)
    promise = only(model, Field.PROMISE)
    model.edit(promise.key, "发课程介绍和报价", "2026-03-04T02:00:00Z")
    write(qtbot, model, NOTE + "她觉得有点贵。")
    assert only(model, Field.PRODUCT).decision is Decision.ACCEPTED
    assert only(model, Field.CONCERN).decision is Decision.DROPPED
    assert only(model, Field.BUDGET).value == "2万"
    kept = only(model, Field.PROMISE)
    assert (kept.key, kept.value, kept.due) == (
        promise.key, "发课程介绍和报价", "2026-03-04T02:00:00Z",
    )  # fmt: skip
    assert only(model, Field.OBJECTION).decision is Decision.OPEN


def test_another_value_is_open_again_and_typed_values_stay(qtbot: QtBot, desk: Desk) -> None:
    model = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    write(qtbot, model, "林女士预算一万八。")
    model.accept(only(model, Field.BUDGET).key)
    write(qtbot, model, "林女士预算两万八。")
    card = only(model, Field.BUDGET)
    assert (card.value, card.decision) == ("28000", Decision.OPEN)
    model.edit(card.key, "3万", None)
    write(qtbot, model, "林女士。")
    assert only(model, Field.BUDGET).value == "3万"


def test_dropping_twice_takes_back_in(qtbot: QtBot, desk: Desk) -> None:
    model = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    write(qtbot, model, NOTE)
    key = only(model, Field.CONCERN).key
    model.drop(key)
    model.drop(key)
    assert only(model, Field.CONCERN).decision is Decision.OPEN
    model.drop("no such card")


def test_an_emptied_card_is_dropped_and_a_longer_promise_is_the_same_card() -> None:
    card = a_card(Field.PRODUCT, "雅思基础班")
    assert edited(card, "  ", None).decision is Decision.DROPPED
    old = replace(a_card(Field.PROMISE, "发资料"), guess="发资料|None")
    new = replace(a_card(Field.PROMISE, "发资料和报价"), guess="发资料和报价|None")
    assert [one.key for one in merged([old], [new])] == [old.key]


@given(st.lists(st.sampled_from(["雅思基础班", "托福", "听力"]), unique=True), st.data())
def test_reading_again_changes_no_decision(products: list[str], data: st.DataObject) -> None:
    fresh = [a_card(Field.PRODUCT, one) for one in products]
    decided = [replace(c, decision=data.draw(st.sampled_from(Decision))) for c in fresh]
    again = merged(decided, fresh)
    assert {c.key: c.decision for c in again} == {c.key: c.decision for c in decided}
    assert merged(again, fresh) == again


# -- speaking -------------------------------------------------------------------------------------


def test_dictated_words_are_closed_up_and_their_places_kept(qtbot: QtBot, desk: Desk) -> None:
    model = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    model.add_spoken(HEARD)
    read(qtbot, model)
    assert model.note.text == HEARD.replace(" ", "")
    for card in model.cards:
        assert card.span is not None
        shown = model.note.text[card.span.start : card.span.end]
        assert shown == card.words.replace(" ", "")
    assert only(model, Field.PRODUCT).value == "雅思基础班"
    model.add_spoken("  ")
    assert model.note.spoken == (HEARD,)


def test_latin_words_keep_their_spaces() -> None:
    assert closed_up("用 i phone 发 了 PPT") == "用i phone发了PPT"


@given(st.lists(st.text("中文ab ", min_size=1, max_size=6), max_size=6), st.data())
def test_places_point_at_the_same_characters(words: list[str], data: st.DataObject) -> None:
    said = " ".join(" ".join(words).split())
    note = Note("前言\n" + closed_up(said), (said,) if said else ())
    read = note.readable
    start = data.draw(st.integers(0, len(read)))
    end = data.draw(st.integers(start, len(read)))
    place = note.place(Span(start, end))
    assert "".join(note.text[place.start : place.end].split()) == "".join(read[start:end].split())


# -- saving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("18000", (1_800_000, 1_800_000)),
        ("1.8万", (1_800_000, 1_800_000)),
        ("2-3万", (2_000_000, 3_000_000)),
        ("2万~3万", (2_000_000, 3_000_000)),
        ("30000 - 20000", (2_000_000, 3_000_000)),
        (">=2万", (2_000_000, None)),
        ("≤30,000", (None, 3_000_000)),
        ("", (None, None)),
    ],
)
def test_budgets_are_read_as_people_write_them(
    text: str, bounds: tuple[int | None, int | None]
) -> None:
    assert budget_of(text) == bounds
    assert budget_of(budget_text(*bounds)) == bounds


@pytest.mark.parametrize("text", ["很多", "-", "1-", "万", "１e９９９"])
def test_a_budget_that_is_none_says_so(text: str) -> None:
    with pytest.raises(ValueProblem):
        budget_of(text)


def test_a_conclusion_is_made_and_short(qtbot: QtBot, desk: Desk) -> None:
    model = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    write(qtbot, model, NOTE)
    assert model.conclusion == "意向雅思基础班；预算¥18,000；关注上课时间"
    assert len(conclusion_of((), Note("长" * 300))) == CONCLUSION_LIMIT
    assert conclusion_of(model.cards, model.note, "en").startswith("wants 雅思基础班; budget")


def test_dollars_are_asked_about_and_never_written_as_yuan(qtbot: QtBot, desk: Desk) -> None:
    model = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    write(qtbot, model, "想报雅思基础班，预算五万美元，明天给他发课程介绍")
    budget = only(model, Field.BUDGET)
    assert (budget.value, budget.words) == ("", "五万美元")
    assert budget.doubtful
    assert budget.unsolved, "whoever saves is told"
    draft = assemble(model.cards, replace(model.header, action="发课程介绍"), Note("五万美元"))
    assert (draft.budget_min, draft.budget_max) == (None, None)


def test_row_3_2_a_follow_up_without_an_action_is_not_saved() -> None:
    header = Header(customer_id="c", started_at="2026-03-02T09:30", action="")
    with pytest.raises(KnownError) as caught:
        assemble((), header, Note())
    assert caught.value.code == "no_action"


def test_how_long_it_took_becomes_its_end() -> None:
    header = Header(customer_id="c", started_at="2026-03-02T09:30", minutes=45)
    assert assemble((), header, Note("谈了")).ended_at == "2026-03-02T02:15:00Z"


@pytest.mark.parametrize(
    "spoilt", [{"started_at": "昨天吧"}, {"action": "其他"}, {"purpose": "闲聊"}]
)
def test_what_cannot_be_saved_says_why_and_writes_nothing(
    qtbot: QtBot, desk: Desk, spoilt: dict[str, str]
) -> None:
    model = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    write(qtbot, model, NOTE)
    model.set_header(**spoilt)
    with qtbot.waitSignal(model.failed) as failed:
        model.save()
    assert failed.args[0].chinese
    assert [values(desk, e) for e in ("visit", "task", "follow_up")] == [[], [], []]
    assert model.note.text == NOTE


def test_the_customer_the_note_names_is_taken_and_can_be_replaced(qtbot: QtBot, desk: Desk) -> None:
    model = VisitDraftModel(desk.session)
    write(qtbot, model, "去了江宁瑞康医院，谈了化学发光试剂。")
    assert model.header.customer_id == desk.ids["hospital"]
    model.set_customer(desk.ids["family"])
    read(qtbot, model)
    assert model.header.customer_id == desk.ids["family"]
    assert all(card.field is not Field.CUSTOMER for card in model.cards)


def test_purpose_is_first_only_for_the_first_visit(qtbot: QtBot, desk: Desk) -> None:
    for purpose in ("first", "regular"):
        model = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
        qtbot.waitUntil(lambda m=model, p=purpose: m.header.purpose == p)  # type: ignore[misc]
        write(qtbot, model, NOTE)
        with qtbot.waitSignal(model.saved):
            model.save()


# -- safe keeping ---------------------------------------------------------------------------------


def test_a_restart_finds_what_was_written_and_decided(qtbot: QtBot, desk: Desk) -> None:
    first = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    first.add_spoken(HEARD)
    read(qtbot, first)
    first.drop(only(first, Field.CONCERN).key)
    first.set_header(place="校区")
    first.keep_now()
    qtbot.waitUntil(lambda: len(unsaved_visits(desk.workspace)) == 1)
    again, found = VisitDraftModel(desk.session), list[Unsaved]()
    again.look_for_unsaved(found.append)
    qtbot.waitUntil(lambda: bool(found))
    again.restore(found[0])
    read(qtbot, again)
    assert again.note == first.note
    assert again.header.place == "校区"
    assert only(again, Field.CONCERN).decision is Decision.DROPPED
    again.give_up()
    qtbot.waitUntil(lambda: unsaved_visits(desk.workspace) == [])


def test_a_call_its_sound_and_its_names_outlive_a_restart(qtbot: QtBot, desk: Desk) -> None:
    sound = Sound("one", (Said("王强主任", 0.1, 0.9), Said("打了电话", 0.9, 1.5)))
    first = VisitDraftModel(desk.session)
    first.add_spoken("王强主任 打了电话", sound)
    read(qtbot, first)
    first.set_action("quoted")
    first.accept(only(first, Field.CONTACT).key)
    again = VisitDraftModel(desk.session)
    again.restore(Unsaved("x", "", first.note.text, json.loads(json.dumps(first.content()))))
    assert again.note.sounds == (sound,)
    assert again.header == first.header
    assert (again.header.form, again.header.action) == ("follow_up", "quoted")
    (kept,) = again.cards
    assert shown(kept) == "王强"
    read(qtbot, again)
    assert only(again, Field.CONTACT).value == desk.ids["wang_qiang"]


def test_what_is_kept_is_on_disk_at_once_and_not_readable_there(qtbot: QtBot, desk: Desk) -> None:
    model = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    write(qtbot, model, NOTE)
    qtbot.waitUntil(lambda: bool(unsaved_visits(desk.workspace)))
    profile = desk.workspace.profile
    after_a_crash = a_replica(profile.replica_path, time=desk.time, key=KEY)
    kept = after_a_crash.meta("draft_visit")
    after_a_crash.close()
    assert isinstance(kept, dict)
    assert [one["text"] for one in kept.values()] == [NOTE]
    files = [path for path in profile.folder.rglob("*") if path.is_file()]
    assert not any("雅思".encode() in path.read_bytes() for path in files)
    assert not any("雅思".encode("unicode_escape") in path.read_bytes() for path in files)


def test_another_customers_note_is_not_offered_and_never_replaced(qtbot: QtBot, desk: Desk) -> None:
    first = VisitDraftModel(desk.session, customer_id=desk.ids["family"])
    write(qtbot, first, NOTE)
    first.keep_now()
    desk.time.advance(minutes=1)
    second = VisitDraftModel(desk.session, customer_id=desk.ids["hospital"])
    found: list[object] = []
    second.look_for_unsaved(found.append)
    write(qtbot, second, "谈了试剂。")
    second.keep_now()
    qtbot.waitUntil(lambda: len(unsaved_visits(desk.workspace)) == 2)
    assert found == []
    assert [one.text for one in unsaved_visits(desk.workspace)] == ["谈了试剂。", NOTE]


def test_an_emptied_note_is_forgotten(qtbot: QtBot, desk: Desk) -> None:
    model = VisitDraftModel(desk.session)
    write(qtbot, model, "谈了")
    model.keep_now()
    qtbot.waitUntil(lambda: len(unsaved_visits(desk.workspace)) == 1)
    write(qtbot, model, "")
    qtbot.waitUntil(lambda: unsaved_visits(desk.workspace) == [])


def test_old_notes_make_room_and_odd_content_is_passed_over(desk: Desk) -> None:
    for number in range(KEPT + 3):
        keep_unsaved(desk.workspace, f"{number:04d}", {"text": str(number)})
    assert unsaved_visits(desk.workspace)[0].id == f"{KEPT + 2:04d}"
    assert len(unsaved_visits(desk.workspace)) == KEPT
    forget_unsaved(desk.workspace, "0022")
    forget_unsaved(desk.workspace, "0022")
    assert len(unsaved_visits(desk.workspace)) == KEPT - 1
    desk.workspace.replica.remember(draft_visit=["odd"])
    assert unsaved_visits(desk.workspace) == []
