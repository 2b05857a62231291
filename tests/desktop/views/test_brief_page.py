"""The daily brief on screen: its sentences open records, it is kept, and saved as PDF."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.store.reports.brief_paper import fonts_here
from desktop.services.papers.briefs import do_keep_brief, kept_briefs
from desktop.views.pages.boards.brief_page import BriefPage
from tests.desktop.views.desk import Desk, a_desk, put


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> BriefPage:
    """Six leads, of which nobody has touched any for three days."""
    with desk.workspace.write("线索") as (unit, _):
        for n in range(6):
            unit.create("lead", {
                "name": f"线索{n}", "stage": "captured", "owner": "wang",
                "assigned_at": desk.workspace.clock.iso(),
            })  # fmt: skip
    desk.time.advance(hours=72)
    made = BriefPage(desk.session)
    with qtbot.waitSignal(made.shown):
        put(qtbot, made, width=1100, height=900)
    return made


def test_sentences_open_their_records_and_a_brief_is_kept(
    page: BriefPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    assert len(page.cards) == 3
    first = page.cards[0]
    assert "6 条在办线索中 6 条超时（100%）" in first.conclusion.text.zh
    for act in (first.doors[0].click, lambda: first.bars.opened.emit(0)):
        with qtbot.waitSignal(desk.session.drill_requested) as asked:
            act()
        query, title, _about = asked.args
        assert isinstance(query, Query)
        assert desk.workspace.replica.count(query) == 6
        assert title
    with qtbot.waitSignal(desk.session.board_requested) as asked:
        first.board.click()
    assert asked.args == ["overdue_share"]
    assert page.keep.isVisible()
    page.keep.click()
    qtbot.waitUntil(lambda: len(page.kept) == 1)
    assert not page.keep.isVisible()
    assert page.today is not None
    with pytest.raises(KnownError) as twice:
        do_keep_brief(desk.workspace, page.today)
    assert twice.value.code == "kept"

    # A day later the day before is looked at beside today's.
    desk.time.advance(days=1)
    with qtbot.waitSignal(page.shown):
        page.again.click()
    page.days.setCurrentIndex(1)
    page.days.activated.emit(1)
    assert page.brief is not None
    assert page.brief.day == kept_briefs(desk.workspace)[0].day
    assert page.brief.day != page.today.day

    desk.session.set_language("en")
    assert "6 of 6 open leads are overdue" in page.cards[0].conclusion.text.text("en")
    try:
        fonts_here()
    except KnownError:
        return
    with qtbot.waitSignal(page.saved):
        page.save_to(tmp_path / "brief.pdf")
    assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF")
    page.save_to(tmp_path / "nowhere" / "brief.pdf")
    qtbot.waitUntil(lambda: "cannot be written" in page.working.message.text())


def test_what_a_newer_version_wrote_is_said(page: BriefPage, desk: Desk, qtbot: QtBot) -> None:
    with desk.workspace.write("来自别处") as (unit, _):
        unit.create(
            "brief", {"day": "2026-03-01", "body": '{"form": 9}', "owner": "wang"},
            record_id="brief-2026-03-01-wang",
        )  # fmt: skip
    with qtbot.waitSignal(page.shown):
        page.make()
    before = page.brief
    page.days.activated.emit(1)
    assert page.brief is before
    assert page.working.message.text()
