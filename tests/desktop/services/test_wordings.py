"""The company's list of words: learnt in the act of saving, shared, undoable, guarded."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.types import Learnt
from desktop.services.commands.verbs import do_change, do_create, do_undo
from desktop.services.commands.visits import VisitDraft, do_log_visit
from desktop.services.commands.wordings import Pair
from desktop.services.notes import NoteReader, _Known
from desktop.services.workspace import Workspace
from tests.builders import FakeClock, exchange
from tests.desktop.services.office import a_workspace

AT = "2026-03-02T09:00:00"


@pytest.fixture
def anna(tmp_path: Path) -> Iterator[Workspace]:
    workspace = a_workspace(tmp_path / "anna", "anna", "a" * 16, clock=FakeClock().clock)
    yield workspace
    workspace.close()


@pytest.fixture
def ben(tmp_path: Path) -> Iterator[Workspace]:
    clock = FakeClock().clock
    workspace = a_workspace(tmp_path / "ben", "ben", "b" * 16, clock=clock, role="admin")
    yield workspace
    workspace.close()


def log(anna: Workspace, *pairs: Pair) -> str:
    customer = do_create(anna, "customer", {"name": "协和医院", "kind": "organisation"}).record_id
    return do_log_visit(anna, VisitDraft(customer, AT, learnt=pairs)).group


def listed(workspace: Workspace) -> list[tuple[object, object, object]]:
    found = workspace.replica.find(Query("wording"))
    return [(one["heard"], one["meant"], one["kind"]) for one in found]


def test_a_pair_is_kept_with_the_visit_and_goes_with_it(anna: Workspace) -> None:
    group = log(anna, Pair("题分班", "提分班", "product"), Pair("题分班", "提分班", "product"))
    assert listed(anna) == [("题分班", "提分班", "product")]
    context = _Known.of(anna, None).context(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    assert context.learnt == (Learnt("题分班", "提分班"),)
    assert "提分班" in context.products
    reader = NoteReader(anna, datetime(2026, 3, 2, 1, 0, tzinfo=UTC), lexicon=load_lexicon())
    assert reader.propose("想 要 题分班 预算 一万八").fields.product == ("提分班",)
    do_undo(anna, group)
    assert listed(anna) == []


def test_what_is_known_is_not_written_twice_and_the_last_word_holds(anna: Workspace) -> None:
    log(anna, Pair("题分班", "提分班", "product"))
    log(anna, Pair("题分班", "提分班", "product"))
    assert len(listed(anna)) == 1
    log(anna, Pair("题分班", "提分冲刺班", "product"))
    assert listed(anna) == [("题分班", "提分冲刺班", "product")]


def test_everybody_learns_and_the_companys_standard_stays(anna: Workspace, ben: Workspace) -> None:
    word = {"heard": "披肩差", "meant": "批间差", "kind": "word", "standard": True}
    standard = do_create(ben, "wording", word).record_id
    exchange(ben.replica, anna.replica)
    log(anna, Pair("披肩差", "皮肩差", "word"))
    assert listed(anna) == [("披肩差", "批间差", "word")]
    with pytest.raises(KnownError) as caught:
        do_change(anna, "wording", standard, {"meant": "别的"})
    assert "公司标准" in caught.value.chinese
    log(anna, Pair("便妈妈", "田妈妈", "contact"))
    exchange(anna.replica, ben.replica)
    assert ("便妈妈", "田妈妈", "contact") in listed(ben)


def test_a_word_the_model_does_not_know_needs_no_mishearing(ben: Workspace) -> None:
    do_create(ben, "wording", {"meant": "冲刺班", "kind": "product"})
    context = _Known.of(ben, None).context(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    assert context.products == ("冲刺班",)
    assert context.learnt == (Learnt("", "冲刺班"),)
