"""From a note to a proposed visit: names become records, and nothing is written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_core.model.query import Query
from crm_core.notes.lexicon import Lexicon, load_lexicon
from desktop.services.commands.verbs import do_create
from desktop.services.commands.visits import do_log_visit
from desktop.services.notes import _Known, propose
from desktop.services.workspace import Workspace
from tests.builders import FakeClock
from tests.desktop.services.office import a_workspace

SAID = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[Workspace]:
    clock = FakeClock().clock
    workspace = a_workspace(tmp_path / "anna", "anna", "a" * 16, clock=clock, role="admin")
    yield workspace
    workspace.close()


def clients(anna: Workspace) -> tuple[str, str, str]:
    """Two hospitals, each with a 王主任; (first hospital, its contact, second hospital)."""
    first = do_create(anna, "customer", {"name": "协和医院", "kind": "organisation"}).record_id
    second = do_create(anna, "customer", {"name": "同济医院", "kind": "organisation"}).record_id
    wang = {"name": "王敏", "title": "主任", "customer": first}
    contact = do_create(anna, "contact", wang).record_id
    do_create(anna, "contact", {"name": "王强", "title": "主任", "customer": second})
    do_create(anna, "product", {"name": "血糖试剂盒"})
    return first, contact, second


def test_a_note_about_a_known_customer_becomes_a_visit_ready_to_confirm(
    anna: Workspace, lexicon: Lexicon
) -> None:
    first, contact, _ = clients(anna)
    text = "拜访王主任，想要血糖试剂盒，预算2.5万，明天下午给他发报价单。"
    before = anna.replica.waiting(limit=100)
    proposal = propose(anna, text, SAID, first, lexicon=lexicon, voice=True)
    assert anna.replica.waiting(limit=100) == before
    draft = proposal.draft
    assert (draft.customer_id, draft.contact_id) == (first, contact)
    assert draft.products == ("血糖试剂盒",)
    assert 2_500_000 in (draft.budget_min, draft.budget_max)
    assert draft.tasks
    assert str(draft.tasks[0].due_at).startswith("2026-03-03")
    assert draft.customer_changes == {"next_contact_on": "2026-03-03"}
    assert (draft.captured_by, draft.transcript) == ("voice", text)
    done = do_log_visit(anna, draft)
    assert anna.replica.count(Query("task")) == len(draft.tasks)
    visit = anna.replica.record("visit", done.record_id)
    assert visit is not None
    assert visit["started_at"] == "2026-03-02T01:30:00Z"


def test_a_name_that_two_people_share_is_left_to_the_person(
    anna: Workspace, lexicon: Lexicon
) -> None:
    first, _, second = clients(anna)
    proposal = propose(anna, "拜访王主任，聊得不错。", SAID, None, lexicon=lexicon)
    assert (proposal.draft.contact_id, proposal.draft.customer_id) == (None, "")
    assert {c.id for c in proposal.customers} == {first, second}
    assert len(proposal.contacts) == 2


def test_a_named_organisation_decides_between_two_people(anna: Workspace, lexicon: Lexicon) -> None:
    clients(anna)
    proposal = propose(anna, "今天拜访同济医院的王主任。", SAID, None, lexicon=lexicon)
    second = anna.replica.find(Query("customer"))[1]["id"]
    assert proposal.draft.customer_id == second


@pytest.mark.parametrize("text", ["", "   ", "啊" * 5000, "\x00😀", "123456"])
def test_any_text_gives_a_draft_and_keeps_the_words(
    anna: Workspace, lexicon: Lexicon, text: str
) -> None:
    proposal = propose(anna, text, SAID, None, lexicon=lexicon)
    assert proposal.draft.summary == text.strip()
    assert proposal.draft.customer_id == ""


def test_ones_own_people_are_known_before_others_newer_ones(
    anna: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.services.notes.KNOWN_LIMIT", 2)
    own = do_create(anna, "contact", {"name": "王敏"}).record_id
    opened = do_create(anna, "contact", {"name": "李倩", "owner": "ben"}).record_id
    for name in ("赵磊", "周岚", "孙晓"):
        do_create(anna, "contact", {"name": name, "owner": "ben"})
    anna.own_use.note("contact", opened)
    assert [one["id"] for one in _Known.of(anna, None).contacts] == [opened, own]
