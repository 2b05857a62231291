"""What pages read: one customer whole, today's work, silent leads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.commands.tasks import do_finish_task
from desktop.services.commands.verbs import do_change, do_create
from desktop.services.commands.visits import TaskDraft, VisitDraft, do_log_visit
from desktop.services.queries import customer_page, resolve_titles, today, words_in_use
from desktop.services.timeline import Happening
from desktop.services.workspace import Workspace
from tests.builders import FakeClock
from tests.desktop.services.office import a_workspace

NEW = {"name": "北京协和医院", "kind": "organisation"}


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def anna(tmp_path: Path, time: FakeClock) -> Iterator[Workspace]:
    workspace = a_workspace(tmp_path / "anna", "anna", "a" * 16, clock=time.clock, role="admin")
    yield workspace
    workspace.close()


def test_a_customer_page_tells_the_whole_story_newest_first(
    anna: Workspace, time: FakeClock
) -> None:
    do_create(anna, "user", {"name": "安娜", "login": "a", "role": "rep"})
    customer = do_create(anna, "customer", NEW).record_id
    contact = do_create(anna, "contact", {"name": "王敏", "customer": customer}).record_id
    time.advance(hours=1)
    do_change(anna, "customer", customer, {"city": "北京", "level": "A"})
    time.advance(hours=1)
    deal = {"name": "试剂", "customer": customer, "stage": "contact"}
    deal_id = do_create(anna, "opportunity", deal).record_id
    time.advance(hours=1)
    with anna.replica.write(anna.actor) as (unit, _):
        unit.change("opportunity", deal_id, {"stage": "quote", "amount": 100})
    time.advance(hours=1)
    draft = VisitDraft(
        customer,
        time.clock.iso(),
        contact_id=contact,
        summary="谈价",
        tasks=(TaskDraft("后做"), TaskDraft("先做", due_at="2026-03-03T09:00")),
    )
    do_log_visit(anna, draft)
    page = customer_page(anna, customer)
    assert page is not None
    assert [e.kind for e in page.timeline] == [
        Happening.VISIT, Happening.STAGE, Happening.CREATED, Happening.EDIT, Happening.CREATED,
    ]  # fmt: skip
    stage = page.timeline[1].changes
    assert [(c.field, c.before, c.after) for c in stage] == [("stage", "contact", "quote")]
    assert {c.field for c in page.timeline[3].changes} == {"city", "level"}
    assert [t["title"] for t in page.open_tasks] == ["先做", "后做"]
    assert [c["name"] for c in page.contacts] == ["王敏"]
    assert page.titles["contact", contact] == "王敏"
    assert page.titles["customer", customer] == "北京协和医院"


def test_a_customer_that_is_not_here_has_no_page(anna: Workspace) -> None:
    assert customer_page(anna, "missing") is None


def test_today_groups_my_open_tasks_by_urgency(anna: Workspace) -> None:
    dues = {
        "过期": "2026-03-01T09:00", "今天": "2026-03-02T23:59", "明天": "2026-03-03T00:00",
        "以后": "2026-06-01T09:00", "随时": None,
    }  # fmt: skip
    for title, due in dues.items():
        do_create(anna, "task", {"title": title, "kind": "todo", "state": "open", "due_at": due})
    other = {"title": "别人的", "kind": "todo", "state": "open", "owner": "ben"}
    do_create(anna, "task", other)
    finished = do_create(anna, "task", {"title": "完", "kind": "todo", "state": "open"}).record_id
    do_finish_task(anna, finished)
    found = today(anna)
    groups = (found.overdue, found.today, found.upcoming, found.undated)
    assert [[t["title"] for t in g] for g in groups] == [["过期"], ["今天"], ["明天"], ["随时"]]


def test_titles_of_records_that_are_not_here_are_left_out(anna: Workspace) -> None:
    customer = do_create(anna, "customer", NEW).record_id
    targets = [("customer", customer), ("customer", "missing"), ("planet", "x"), ("user", "")]
    assert resolve_titles(anna, targets) == {("customer", customer): "北京协和医院"}


def test_search_finds_by_initials(anna: Workspace) -> None:
    do_create(anna, "customer", NEW)
    assert [hit.title for hit in anna.search("xhyy")] == ["北京协和医院"]


def test_words_in_use_are_offered_most_used_first(anna: Workspace) -> None:
    for tags in (["重点", "老客户"], ["老客户"], None):
        do_create(anna, "customer", {**NEW, "tags": tags})
    assert words_in_use(anna, "customer", "tags") == ("老客户", "重点")
    assert words_in_use(anna, "contact", "tags") == ()
