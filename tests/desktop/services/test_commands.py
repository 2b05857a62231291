"""The do_* verbs on an encrypted replica: one group each, permitted, and taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from crm_core.model.query import Query, Sort
from crm_core.model.values import Record, ValueProblem
from crm_core.permissions import Right
from desktop.services.commands.conflicts import (
    Side,
    do_dismiss_conflict,
    do_resolve_conflict,
    sides,
)
from desktop.services.commands.tasks import do_finish_task, do_reschedule_task
from desktop.services.commands.verbs import (
    do_change,
    do_change_many,
    do_create,
    do_delete,
    do_restore_version,
    do_revive,
    do_undo,
)
from desktop.services.commands.visits import FollowUpDraft, TaskDraft, VisitDraft, do_log_visit
from desktop.services.workspace import Workspace
from tests.builders import FakeClock, exchange
from tests.desktop.services.office import a_workspace

NEW = {"name": "北京协和医院", "kind": "organisation"}


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def anna(tmp_path: Path, time: FakeClock) -> Iterator[Workspace]:
    workspace = a_workspace(tmp_path / "anna", "anna", "a" * 16, clock=time.clock)
    yield workspace
    workspace.close()


@pytest.fixture
def ben(tmp_path: Path, time: FakeClock) -> Iterator[Workspace]:
    workspace = a_workspace(tmp_path / "ben", "ben", "b" * 16, clock=time.clock, role="admin")
    yield workspace
    workspace.close()


def customer(workspace: Workspace, record_id: str) -> Record:
    record = workspace.replica.record("customer", record_id)
    assert record is not None
    return record


def test_whoever_creates_a_customer_owns_it(anna: Workspace) -> None:
    done = do_create(anna, "customer", NEW)
    assert customer(anna, done.record_id)["owner"] == "anna"
    assert done.changed == {"customer": frozenset({done.record_id})}
    assert done.sentence("zh_CN") == "已新建客户「北京协和医院」"


def test_a_write_wakes_sync_and_a_refused_one_does_not(anna: Workspace) -> None:
    woken: list[int] = []
    anna.after_write = lambda: woken.append(1)
    with pytest.raises(ValueProblem):
        do_create(anna, "customer", {"name": "", "kind": "organisation"})
    assert woken == []
    do_create(anna, "customer", NEW)
    assert woken == [1]


def test_changing_names_the_fields_and_undo_gives_them_back(anna: Workspace) -> None:
    record_id = do_create(anna, "customer", NEW).record_id
    done = do_change(anna, "customer", record_id, {"city": "北京", "level": "A", "phone": None})
    assert done.sentence_zh == "已修改城市、级别"
    undone = do_undo(anna, done.group)
    assert undone.changed == {"customer": frozenset({record_id})}
    assert customer(anna, record_id)["city"] is None
    do_undo(anna, undone.group)
    assert customer(anna, record_id)["city"] == "北京"


def test_changing_nothing_writes_nothing(anna: Workspace) -> None:
    record_id = do_create(anna, "customer", NEW).record_id
    before = len(anna.replica.history("customer", record_id))
    assert do_change(anna, "customer", record_id, {"name": "北京协和医院"}).changed == {}
    assert len(anna.replica.history("customer", record_id)) == before


def test_a_bulk_change_is_all_or_nothing_and_undone_at_once(anna: Workspace) -> None:
    ids = [do_create(anna, "customer", NEW).record_id for _ in range(3)]
    with pytest.raises(KnownError):
        do_change_many(anna, "customer", [*ids, "missing"], {"city": "北京"})
    assert all(customer(anna, one)["city"] is None for one in ids)
    done = do_change_many(anna, "customer", ids, {"city": "北京"})
    assert done.changed["customer"] == frozenset(ids)
    do_undo(anna, done.group)
    assert all(customer(anna, one)["city"] is None for one in ids)


def test_the_right_is_asked_in_the_transaction(anna: Workspace) -> None:
    assert not anna.may(Right.CREATE, "product").allowed
    with pytest.raises(KnownError) as caught:
        do_create(anna, "product", {"name": "试剂盒"})
    assert caught.value.code == "forbidden"
    assert anna.replica.count(Query("product")) == 0


def test_a_deleted_customer_comes_back_as_it_was(anna: Workspace) -> None:
    record_id = do_create(anna, "customer", {**NEW, "city": "北京"}).record_id
    before = dict(customer(anna, record_id))
    do_delete(anna, "customer", record_id)
    assert anna.replica.record("customer", record_id) is None
    do_revive(anna, "customer", record_id)
    assert dict(customer(anna, record_id)) == before


def test_an_earlier_version_is_restored_as_a_new_one(anna: Workspace, time: FakeClock) -> None:
    record_id = do_create(anna, "customer", {**NEW, "city": "北京"}).record_id
    time.advance(hours=1)
    do_change(anna, "customer", record_id, {"city": "上海"})
    time.advance(hours=1)
    first = anna.replica.field_history("customer", record_id, "city")[0]
    do_restore_version(anna, "customer", record_id, "city", first)
    versions = anna.replica.field_history("customer", record_id, "city")
    assert [v.after for v in versions] == ["北京", "上海", "北京"]
    assert versions[-1].operation.reason == "恢复到2026-03-02 09:30的版本"


def test_a_visit_with_its_promises_is_one_group(anna: Workspace) -> None:
    record_id = do_create(anna, "customer", NEW).record_id
    draft = VisitDraft(
        customer_id=record_id,
        started_at="2026-03-02T09:00:00",
        summary="谈了试剂盒",
        products=("试剂盒",),
        budget_min=2_500_000,
        captured_by="voice",
        transcript="谈 了 试剂盒",
        tasks=(
            TaskDraft("发报价单", kind="promise", due_at="2026-03-03T18:00"),
            TaskDraft("约演示"),
        ),
        follow_up=FollowUpDraft("visited", "预算有限", "发报价单", "2026-03-03"),
        customer_changes={"next_contact_on": "2026-03-03"},
    )
    done = do_log_visit(anna, draft)
    tasks = anna.replica.find(Query("task", sort=(Sort("title"),)))
    visit = anna.replica.record("visit", done.record_id)
    assert visit is not None
    assert (visit["budget_min"], visit["owner"]) == (2_500_000, "anna")
    assert {t["visit"] for t in tasks} == {done.record_id}
    assert {t["due_at"] for t in tasks} == {"2026-03-03T10:00:00Z", None}
    assert anna.replica.find(Query("follow_up"))[0]["happened_at"] == "2026-03-02T01:00:00Z"
    assert {o.reason for o in anna.replica.history("visit", done.record_id)} == {"语音记录"}
    do_undo(anna, done.group)
    for entity in ("visit", "task", "follow_up"):
        assert anna.replica.count(Query(entity)) == 0
    assert customer(anna, record_id)["next_contact_on"] is None


def test_a_visit_with_one_bad_value_writes_nothing_at_all(anna: Workspace) -> None:
    record_id = do_create(anna, "customer", NEW).record_id
    draft = VisitDraft(record_id, "2026-03-02T09:00:00", tasks=(TaskDraft("x", due_at="哪天"),))
    with pytest.raises(ValueProblem) as caught:
        do_log_visit(anna, draft)
    assert caught.value.field == "due_at"
    assert anna.replica.count(Query("visit")) == 0


def test_a_task_is_finished_put_off_and_opened_again(anna: Workspace, time: FakeClock) -> None:
    values = {"title": "回电", "kind": "todo", "state": "open"}
    task = do_create(anna, "task", values).record_id
    do_reschedule_task(anna, task, "2026-03-05T09:00")
    do_finish_task(anna, task)
    record = anna.replica.record("task", task)
    assert record is not None
    assert (record["state"], record["done_at"]) == ("done", time.clock.iso())
    assert record["due_at"] == "2026-03-05T01:00:00Z"
    do_finish_task(anna, task, state="open")
    again = anna.replica.record("task", task)
    assert again is not None
    assert (again["state"], again["done_at"]) == ("open", None)


def met(anna: Workspace, ben: Workspace) -> str:
    """Two people who changed one field without seeing each other; the customer."""
    record_id = do_create(anna, "customer", {**NEW, "owner": None}).record_id
    exchange(anna.replica, ben.replica)
    do_change(anna, "customer", record_id, {"city": "北京"})
    do_change(ben, "customer", record_id, {"city": "上海"})
    exchange(anna.replica, ben.replica)
    exchange(ben.replica, anna.replica)
    return record_id


@pytest.mark.parametrize(
    ("side", "expected"),
    [(Side.MINE, "北京"), (Side.THEIRS, "上海"), (Side.EDITED, "北京与上海")],
)
def test_a_conflict_is_decided(
    anna: Workspace, ben: Workspace, time: FakeClock, side: Side, expected: str
) -> None:
    record_id = met(anna, ben)
    conflict = anna.replica.conflicts()[0]
    mine, theirs = sides(anna, conflict)
    assert {mine.actor, theirs.actor} == {"anna", "ben"}
    assert mine.actor == "anna"
    time.advance(minutes=5)
    do_resolve_conflict(anna, conflict, side, edited="北京与上海")
    assert customer(anna, record_id)["city"] == expected
    assert anna.replica.conflicts() == []
    exchange(anna.replica, ben.replica)
    assert customer(ben, record_id)["city"] == expected


def test_a_bad_edited_text_leaves_the_conflict_open(anna: Workspace, ben: Workspace) -> None:
    met(anna, ben)
    conflict = anna.replica.conflicts()[0]
    with pytest.raises(ValueProblem):
        do_resolve_conflict(anna, conflict, Side.EDITED, edited="长" * 300)
    assert len(anna.replica.conflicts()) == 1


def test_a_dismissed_conflict_changes_no_record(anna: Workspace, ben: Workspace) -> None:
    record_id = met(anna, ben)
    before = dict(customer(anna, record_id))
    do_dismiss_conflict(anna, anna.replica.conflicts()[0])
    assert anna.replica.conflicts() == []
    assert dict(customer(anna, record_id)) == before
