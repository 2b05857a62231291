"""Places beside the sidebar: lists of the other entities and the recycle bin, made when wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.permissions import Right
from desktop.viewmodels.lists.columns import heading, whole_list
from desktop.viewmodels.session import Session
from desktop.views import lazy_pages
from desktop.views.palette import Palette
from desktop.views.rule_places import RulePlaces
from desktop.views.shell import Shell

if TYPE_CHECKING:
    from desktop.views.pages.approvals_page import ApprovalsPage
    from desktop.views.pages.boards.brief_page import BriefPage
    from desktop.views.pages.boards.reports_page import ReportsPage
    from desktop.views.pages.content_page import ContentPage
    from desktop.views.pages.doubles.duplicates_page import DuplicatesPage
    from desktop.views.pages.duty_page import DutyPage
    from desktop.views.pages.health_page import HealthPage
    from desktop.views.pages.importing.import_page import ImportPage
    from desktop.views.pages.more_page import MorePage, Place
    from desktop.views.pages.plans.pools_page import PoolsPage
    from desktop.views.pages.syncing.bin_page import BinPage
    from desktop.views.pages.visits.recordings_page import RecordingsPage

FURTHER = {
    "follow_up": "phone",
    "attachment": "attachment",
    "competitor": "shield",
    "wording": "spark",
    "user": "person",
    "team": "building",
    "territory": "globe",
    "absence": "calendar",
    "channel_cost": "tag",
    "rating": "star",
}
"""Entities listed here, with their icons."""
BIN = "bin"
APPROVALS = "approvals"
CONTENT = "content"
RECORDINGS = "recordings"
IMPORT = "import"
HEALTH = "health"
DUPLICATES = "duplicates"
BRIEF = "briefing"
REPORTS = "reports"
_LARGE = ("desktop.views.pages.boards.brief_page", "desktop.views.pages.boards.reports_page")
"""Modules of the two, which bring many others."""
POOLS = "pools"
DUTIES = "duties"


class MorePlaces(QObject):
    """Adds the page "More" to the sidebar, and what it leads to; Ctrl+K finds them as well."""

    back_requested = Signal()
    left = Signal()
    """About to go to one of these places: remember where the person was."""

    def __init__(self, session: Session, shell: Shell, palette: Palette, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._shell = shell
        self.entities = [
            name
            for name in FURTHER
            if name in session.workspace.replica.registry
            and session.workspace.may(Right.SEE, name).allowed
        ]
        hide = partial(shell.add_hidden_page, under="more")
        for name in self.entities:
            hide(name, partial(self._make_list, name))
        self._has_leads = session.workspace.may(Right.SEE, "lead").allowed
        if self._has_leads:
            hide(POOLS, self._make_pools)
        hide(DUTIES, self._make_duties)
        hide(BIN, self._make_bin)
        hide(APPROVALS, self._make_approvals)
        hide(CONTENT, self._make_content)
        hide(RECORDINGS, self._make_recordings)
        hide(IMPORT, self._make_import)
        hide(HEALTH, self._make_health)
        hide(DUPLICATES, self._make_duplicates)
        brief, reports = (lazy_pages.loaded_beside(session, one) for one in _LARGE)
        hide(BRIEF, self._make_brief, brief)
        hide(REPORTS, self._make_reports, reports)
        self.rules = RulePlaces(session, shell, self)
        self.rules.back_requested.connect(self.back_requested)
        session.place_requested.connect(self.go)
        session.import_requested.connect(self.begin_import)
        session.report_requested.connect(self.show_report)
        self._palette = palette

    def add_page(self) -> None:
        """Put "More" at the end of what the sidebar has so far."""
        self._shell.add_page("more", "more", lambda: self.tr("More"), self._make_more)

    def offer(self) -> None:
        """Let Ctrl+K find the places."""
        self._palette.offer("page:more", lambda: self.tr("More"), partial(self.go, "more"))
        for name in self.entities:
            self._palette.offer(f"page:{name}", partial(self.name_of, name), partial(self.go, name))
        offer, go = self._palette.offer, self.go
        if self._has_leads:
            offer(f"page:{POOLS}", lambda: self.tr("Lead pools"), partial(go, POOLS))
        offer(f"page:{DUTIES}", lambda: self.tr("On duty"), partial(go, DUTIES))
        offer(f"page:{APPROVALS}", lambda: self.tr("Approvals"), partial(go, APPROVALS))
        offer(f"page:{CONTENT}", lambda: self.tr("Content to send"), partial(go, CONTENT))
        offer(f"page:{RECORDINGS}", lambda: self.tr("Recordings"), partial(go, RECORDINGS))
        offer(f"page:{IMPORT}", lambda: self.tr("Import"), partial(go, IMPORT))
        offer(f"page:{HEALTH}", lambda: self.tr("Data check"), partial(go, HEALTH))
        offer(f"page:{DUPLICATES}", lambda: self.tr("Duplicates"), partial(go, DUPLICATES))
        offer(f"page:{BRIEF}", lambda: self.tr("Daily brief"), partial(go, BRIEF))
        offer(f"page:{REPORTS}", lambda: self.tr("Reports"), partial(go, REPORTS))
        self.rules.offer(self._palette, go)
        offer(f"page:{BIN}", lambda: self.tr("Recycle bin"), partial(go, BIN))

    def name_of(self, entity: str) -> str:
        """What a list is called."""
        return heading(self._session.workspace.entity(entity), self._session.language)

    @Slot(str)
    def go(self, key: str) -> None:
        """Show a place."""
        self.left.emit()
        self._shell.show_page(key)

    @Slot(str, str)
    def begin_import(self, entity: str, path: str) -> None:
        """Show the import wizard, with what is known already."""
        self.go(IMPORT)
        cast("ImportPage", self._shell.page(IMPORT)).begin(entity, path)

    @Slot(str)
    def show_report(self, which: str) -> None:
        """Show one of the reports."""
        self.left.emit()
        self._shell.show_page(
            REPORTS, lambda: cast("ReportsPage", self._shell.page(REPORTS)).show_report(which)
        )

    def _make_list(self, entity: str) -> QWidget:
        query = whole_list(self._session.workspace.entity(entity))
        return lazy_pages.list_page(self._session, entity, query)

    def _make_pools(self) -> PoolsPage:
        from desktop.views.pages.plans.pools_page import PoolsPage

        page = PoolsPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_duties(self) -> DutyPage:
        from desktop.views.pages.duty_page import DutyPage

        page = DutyPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_bin(self) -> BinPage:
        from desktop.views.pages.syncing.bin_page import BinPage

        page = BinPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_approvals(self) -> ApprovalsPage:
        from desktop.views.pages.approvals_page import ApprovalsPage

        page = ApprovalsPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_content(self) -> ContentPage:
        from desktop.views.pages.content_page import ContentPage

        page = ContentPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_recordings(self) -> RecordingsPage:
        from desktop.views.pages.visits.recordings_page import RecordingsPage

        page = RecordingsPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_import(self) -> ImportPage:
        from desktop.views.pages.importing.import_page import ImportPage

        page = ImportPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_health(self) -> HealthPage:
        from desktop.views.pages.health_page import HealthPage

        page = HealthPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_brief(self) -> BriefPage:
        from desktop.views.pages.boards.brief_page import BriefPage

        page = BriefPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_reports(self) -> ReportsPage:
        from desktop.views.pages.boards.reports_page import ReportsPage

        page = ReportsPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_duplicates(self) -> DuplicatesPage:
        from desktop.views.pages.doubles.duplicates_page import DuplicatesPage

        page = DuplicatesPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page

    def _make_more(self) -> MorePage:
        from desktop.views.pages.more_page import MorePage, Place

        places = [
            Place(name, FURTHER[name], partial(self.name_of, name), partial(self._what, name), name)
            for name in self.entities
        ]
        places += [self._brief(), self._reports(), self._duplicates(), self._content()]
        places.append(
            Place(
                RECORDINGS, "mic", lambda: self.tr("Recordings"),
                lambda: self.tr("Calls and notes that become words; played while they are kept"),
            )
        )  # fmt: skip
        places.append(
            Place(
                IMPORT, "upload", lambda: self.tr("Import"),
                lambda: self.tr("Excel, CSV and vCard files, with duplicates found beforehand"),
            )
        )  # fmt: skip
        places.append(
            Place(
                HEALTH, "eye", lambda: self.tr("Data check"),
                lambda: self.tr("Duplicates, gaps, wrong values and owners, with a score"),
            )
        )  # fmt: skip
        places += self._pools()
        places += [self._duties(), *self.rules.places()]
        places.append(
            Place(
                BIN, "trash", lambda: self.tr("Recycle bin"),
                lambda: self.tr("What was deleted, by whom and when; bring it back"),
            )
        )  # fmt: skip
        page = MorePage(self._session, places)
        page.chosen.connect(self.go)
        return page

    def _brief(self) -> Place:
        from desktop.views.pages.more_page import Place

        return Place(
            BRIEF, "note", lambda: self.tr("Daily brief"),
            lambda: self.tr("Three conclusions a day, with the records behind each, as PDF"),
        )  # fmt: skip

    def _approvals(self) -> Place:
        from desktop.services.rules.approvals import waiting_for_me
        from desktop.views.pages.more_page import Place

        return Place(
            APPROVALS, "handshake", lambda: self.tr("Approvals"),
            lambda: self.tr("What waits for your decision, and what you asked for"),
            count=waiting_for_me,
        )  # fmt: skip

    def _reports(self) -> Place:
        from desktop.views.pages.more_page import Place

        return Place(
            REPORTS, "spark", lambda: self.tr("Reports"),
            lambda: self.tr("Whether the score means anything, what a quarter brought, my points"),
        )  # fmt: skip

    def _duplicates(self) -> Place:
        from desktop.services.duplicates import groups
        from desktop.views.pages.more_page import Place

        return Place(
            DUPLICATES, "merge", lambda: self.tr("Duplicates"),
            lambda: self.tr("Records that may be one: look, merge, or say they are not"),
            count=lambda workspace: len(groups(workspace)),
        )  # fmt: skip

    def _pools(self) -> list[Place]:
        from desktop.views.pages.more_page import Place

        if not self._has_leads:
            return []
        return [
            Place(
                POOLS, "inbox", lambda: self.tr("Lead pools"),
                lambda: self.tr("Leads that wait: claim, give back, take over, and why"),
            )
        ]  # fmt: skip

    def _duties(self) -> Place:
        from desktop.views.pages.more_page import Place

        return Place(
            DUTIES, "calendar", lambda: self.tr("On duty"),
            lambda: self.tr("Who of a role helps when, and whom to ask now"),
        )  # fmt: skip

    def _content(self) -> Place:
        from desktop.services.rules.content_pushes import waiting_pushes
        from desktop.views.pages.more_page import Place

        return Place(
            CONTENT, "attachment", lambda: self.tr("Content to send"),
            lambda: self.tr("Articles queued for customers: read, send, leave out"),
            count=waiting_pushes,
        )  # fmt: skip

    def _what(self, entity: str) -> str:
        return {
            "follow_up": self.tr("Calls, messages and other steps, with what came of them"),
            "attachment": self.tr("Photos, recordings and documents of customers and visits"),
            "wording": self.tr("Your own words, and how the recogniser mishears them"),
            "competitor": self.tr("Whom you meet, and how to answer them"),
            "user": self.tr("Colleagues, their teams and numbers"),
            "team": self.tr("Who works with whom"),
            "absence": self.tr("Who is away and is given no leads meanwhile"),
            "territory": self.tr("Who looks after which region"),
            "channel_cost": self.tr(
                "What channels and campaigns cost, for cost per lead and return"
            ),
            "rating": self.tr("Whether customers would recommend you, 0 to 10; NPS over time"),
        }[entity]
