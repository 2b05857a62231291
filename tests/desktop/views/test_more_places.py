"""Lists of the other entities and the bin: in the sidebar under "More", and by Ctrl+K."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.views.main_window import MainWindow
from desktop.views.pages.boards.brief_page import BriefPage
from desktop.views.pages.boards.reports_page import ReportsPage
from desktop.views.pages.content_page import ContentPage
from desktop.views.pages.doubles.duplicates_page import DuplicatesPage
from desktop.views.pages.duty_page import DutyPage
from desktop.views.pages.health_page import HealthPage
from desktop.views.pages.importing.import_page import ImportPage
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.pages.more_page import MorePage
from desktop.views.pages.plans.pools_page import PoolsPage
from desktop.views.pages.rules.rules_page import RulesPage
from desktop.views.pages.rules.score_page import ScorePage
from desktop.views.pages.rules.stage_page import StagePage
from desktop.views.pages.syncing.bin_page import BinPage
from desktop.views.pages.visits.recordings_page import RecordingsPage
from tests.builders import a_customer, an_actor
from tests.desktop.views.desk import Desk, a_desk

pytestmark = pytest.mark.usefixtures("chinese")


class NoMemory:
    """Remembers nothing."""

    def read(self, key: str) -> str | None:
        return None

    def write(self, key: str, value: str) -> None:
        """Forget it."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def window(desk: Desk, qtbot: QtBot) -> MainWindow:
    made = MainWindow(desk.session, NoMemory())
    qtbot.addWidget(made.shell)
    made.shell.show()
    return made


def test_every_place_opens_and_alt_left_goes_back(window: MainWindow, desk: Desk) -> None:
    window.shell.show_page("more")
    page = window.shell.page("more")
    assert isinstance(page, MorePage)
    for tile in page.tiles:
        tile.click()
        shown = window.shell.page(tile.place.key)
        assert window.shell.current_page() == tile.place.key
        own = {
            "bin": BinPage, "recordings": RecordingsPage, "import": ImportPage,
            "health": HealthPage, "duplicates": DuplicatesPage,
            "briefing": BriefPage, "rules": RulesPage, "stages": StagePage,
            "reports": ReportsPage, "scores": ScorePage,
            "content": ContentPage, "pools": PoolsPage, "duties": DutyPage,
        }  # fmt: skip
        kind = own.get(tile.place.key, ListPage)
        assert isinstance(shown, kind)
        window.back()
        assert window.shell.current_page() == "more"


def test_tiles_say_how_many(window: MainWindow, desk: Desk, qtbot: QtBot) -> None:
    desk.add("competitor", {"name": "希肯医疗"})
    window.shell.show_page("more")
    page = window.shell.page("more")
    assert isinstance(page, MorePage)
    tile = next(one for one in page.tiles if one.place.key == "competitor")
    qtbot.waitUntil(lambda: tile.accessibleName() == "竞品 1")


def test_a_list_leads_to_the_bin(window: MainWindow, desk: Desk) -> None:
    desk.add("customer", a_customer())
    window.shell.show_page("customer")
    actions = window.lists["customer"].doing.more.menu().actions()
    next(action for action in actions if action.text() == "回收站").trigger()
    assert window.shell.current_page() == "bin"
    window.back()
    assert window.shell.current_page() == "customer"


def test_the_settings_lead_to_the_bin(window: MainWindow) -> None:
    rail = window.shell.rail
    window.shell.show_page("settings")
    assert not any(rail.item(key).isChecked() for key in rail.keys())  # noqa: SIM118
    window.settings.open_bin.click()
    assert [key for key in rail.keys() if rail.item(key).isChecked()] == ["more"]  # noqa: SIM118
    assert window.shell.current_page() == "bin"


def test_places_one_may_not_see_are_not_offered(desk: Desk, qtbot: QtBot) -> None:
    with desk.workspace.replica.write(an_actor()) as (unit, _):
        unit.create(
            "grant", {"role": "rep", "entity": "competitor", "rights": []},
            record_id="grant-rep-competitor",
        )  # fmt: skip
    desk.workspace.refresh_actor()
    window = MainWindow(desk.session, NoMemory())
    qtbot.addWidget(window.shell)
    assert "competitor" not in window.more.entities
    assert "follow_up" in window.more.entities
