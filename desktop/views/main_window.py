"""The main window of one session: which pages there are, and how people move between them.

A page, and the modules it needs, are loaded when it is first shown (`lazy_pages`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from crm_core.errors import KnownError
from crm_core.model.query import Query, Sort
from crm_core.permissions import ADMIN, Right
from desktop.services.online.sync_status import SyncState as LoopState
from desktop.services.online.sync_status import SyncStatus
from desktop.viewmodels.session import Session
from desktop.views import lazy_pages
from desktop.views.board_places import BoardPlaces
from desktop.views.desk_places import DeskPlaces
from desktop.views.everyday_verbs import EverydayVerbs
from desktop.views.keys import VISIT_KEYS
from desktop.views.lazy_pages import Lazily
from desktop.views.more_places import MorePlaces
from desktop.views.pages.records.form_drafts import FormDrafts
from desktop.views.pages.visits.follow_up_entry import FollowUpEntry
from desktop.views.palette import Palette
from desktop.views.shell import Shell, WindowMemory
from desktop.views.theme.tokens import Tone
from desktop.views.undoing import Undoing
from desktop.views.widgets.sync_pill import SyncState
from desktop.views.widgets.toast import Toast

if TYPE_CHECKING:
    from desktop.views.pages.admin.admin_page import AdminPage
    from desktop.views.pages.boards.board_page import BoardPage
    from desktop.views.pages.lists.list_page import ListPage
    from desktop.views.pages.plans.today_page import TodayPage
    from desktop.views.pages.records.customer_page import CustomerPage
    from desktop.views.pages.records.record_page import RecordPage
    from desktop.views.pages.settings.settings_page import SettingsPage
    from desktop.views.pages.syncing.batches_page import BatchesPage
    from desktop.views.pages.syncing.sync_page import SyncPage
    from desktop.views.pages.visits.visit_dialog import VisitDialog

_LISTS = (
    ("customer", "customers", (Sort("name"),)),
    ("contact", "person", (Sort("name"),)),
    ("lead", "lead", (Sort("received_at", descending=True),)),
    ("opportunity", "opportunity", (Sort("amount", descending=True),)),
    ("visit", "visit", (Sort("started_at", descending=True),)),
    ("task", "task", (Sort("due_at"),)),
    ("product", "product", (Sort("category"), Sort("name"))),
)
"""Entities with a page of their own in the sidebar: name, icon, order."""

_ICONS = {entity: icon for entity, icon, _ in _LISTS} | {"follow_up": "note", "user": "person"}

_PILL = {
    LoopState.IDLE: SyncState.ONLINE,
    LoopState.OFFLINE: SyncState.OFFLINE,
    LoopState.SYNCING: SyncState.SYNCING,
    LoopState.WAITING: SyncState.WAITING,
    LoopState.ERROR: SyncState.ERROR,
    LoopState.SIGNED_OUT: SyncState.ERROR,
}


class MainWindow(QObject):
    """Composes the shell with its pages for one session."""

    look_requested = Signal(str)
    """See the app as somebody else (user id)."""
    settings_made = Signal(object)
    """SettingsPage, when it is first wanted."""

    def __init__(
        self, session: Session, memory: WindowMemory, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.shell = Shell(memory)
        self.records: dict[str, RecordPage] = {}
        """Those that were shown, by entity."""
        self.lists: Lazily[ListPage] = Lazily(
            self.shell,
            [name for name, _, _ in _LISTS if session.workspace.may(Right.SEE, name).allowed],
        )
        self.visit: VisitDialog | None = None
        self._trail: list[tuple[str, str]] = []
        self.undoing = Undoing(session, self._say, self)
        self.palette = Palette(session, self.shell.palette_host, _ICONS, self)
        self.more = MorePlaces(session, self.shell, self.palette, self)
        self.desk = DeskPlaces(session, self.shell, self.palette, self)
        self.boards = BoardPlaces(session, self.shell, self.palette, self)
        self.drilled: ListPage | None = None
        self.forms = FormDrafts(session, self.shell)
        self.follow_up = FollowUpEntry(session, self.shell)
        self._add_pages()
        self._connect()
        self._offer_verbs()
        self.shell.show_last_page("today")
        self.show_status(session.status)

    @property
    def today(self) -> TodayPage:
        """What to do now."""
        return cast("TodayPage", self.shell.page("today"))

    @property
    def board(self) -> BoardPage:
        """The numbers."""
        return cast("BoardPage", self.shell.page("board"))

    @property
    def sync(self) -> SyncPage:
        """What waits, and what two people wrote at once."""
        return cast("SyncPage", self.shell.page("sync"))

    @property
    def batches(self) -> BatchesPage:
        """Many changes that were made at once."""
        return cast("BatchesPage", self.shell.page("batches"))

    @property
    def settings(self) -> SettingsPage:
        """What the person chooses."""
        return cast("SettingsPage", self.shell.page("settings"))

    @property
    def admin(self) -> AdminPage | None:
        """For administrators only."""
        return cast("AdminPage", self.shell.page("admin")) if self._administers else None

    @property
    def customer(self) -> CustomerPage:
        """A customer at a glance."""
        return cast("CustomerPage", self.shell.page(_record_key("customer")))

    @property
    def _administers(self) -> bool:
        return self.session.workspace.actor.role == ADMIN

    def close(self) -> None:
        """Close the window and everything over it."""
        if self.visit is not None:
            self.visit.done(0)
        self.follow_up.close()
        self.shell.close()

    def keep_drafts(self) -> None:
        """Have open forms and visits kept as drafts; the database does so when its turn comes."""
        self.forms.keep()
        self.follow_up.keep()
        if self.visit is not None:
            self.visit.model.keep_now()

    def show_record(self, entity: str, record_id: str) -> None:
        """Show one record on the page made for its kind."""
        self._remember_here()
        page = self._record_page(entity)
        page.show_record(record_id)
        self.shell.show_page(_record_key(entity))

    @Slot(object, str, str)
    def show_drill(self, query: Query, title: str, definition: str = "") -> None:
        """List the records behind a number."""
        if self.shell.current_page() != "drill":
            self._remember_here()
        if self.drilled is not None:
            self.shell.remove_page("drill")
        self.drilled = lazy_pages.drill_page(self.session, query, title, definition)
        self.drilled.back_requested.connect(self.back)
        self.shell.add_hidden_page("drill", self.drilled, under="drill")
        self.shell.show_page("drill")

    @Slot()
    def back(self) -> None:
        """To where the person came from."""
        key, record_id = self._trail.pop() if self._trail else ("today", "")
        if record_id:
            self._record_page(_entity_of(key)).show_record(record_id)
        self.shell.show_page(key)

    def log_visit(self, customer_id: str = "") -> VisitDialog:
        """Open the visit sheet, for a customer or to choose one."""
        self.visit = lazy_pages.visit_dialog(
            self.session, customer_id=customer_id, parent=self.shell
        )
        self.visit.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.visit.destroyed.connect(self._visit_gone)
        self.visit.open()
        return self.visit

    @Slot()
    def _visit_gone(self) -> None:
        self.visit = None

    def show_status(self, status: SyncStatus) -> None:
        """Say in the pill and on the sidebar how this device stands with the server."""
        state = _PILL[status.state]
        if state is SyncState.ONLINE and status.waiting:
            state = SyncState.WAITING
        lease = self.session.lease.warning if self.session.lease is not None else None
        if lease is not None and state is SyncState.OFFLINE:
            state = SyncState.ERROR
        said = [one.sentence(self.session.language) for one in (status.error, lease) if one]
        sentence = "\n".join(said)
        self.shell.set_sync_state(state, waiting=status.waiting, detail=sentence)
        self.shell.set_count("sync", status.inbox, Tone.WARN)

    def _list(self, entity: str, sort: Sequence[Sort]) -> ListPage:
        return lazy_pages.list_page(self.session, entity, Query(entity, sort=tuple(sort)))

    def _record_page(self, entity: str) -> RecordPage:
        key = _record_key(entity)
        if entity not in self.records and entity != "customer":
            page = partial(self._make_record_page, entity)
            self.shell.add_hidden_page(key, page, under=entity)
        return cast("RecordPage", self.shell.page(key))

    def _make_record_page(self, entity: str) -> RecordPage:
        page = lazy_pages.record_page(self.session, entity)
        page.back_requested.connect(self.back)
        self.records[entity] = page
        return page

    def _make_admin(self) -> AdminPage:
        page = lazy_pages.admin_page(self.session)
        page.view_requested.connect(self.look_requested)
        return page

    def _make_sync(self) -> SyncPage:
        page = lazy_pages.sync_page(self.session)
        page.inbox_counted.connect(self._count_inbox)
        page.batches_requested.connect(self._show_batches)
        return page

    def _make_settings(self) -> SettingsPage:
        page = lazy_pages.settings_page(self.session)
        page.scheme_chosen.connect(self.shell.scheme_chosen)
        self.settings_made.emit(page)
        return page

    def _make_batches(self) -> BatchesPage:
        page = lazy_pages.batches_page(self.session)
        page.back_requested.connect(self.back)
        return page

    def _add_pages(self) -> None:
        shell, session = self.shell, self.session
        today = partial(lazy_pages.today_page, session)
        shell.add_page("today", "today", lambda: self.tr("Today"), today)
        days = partial(lazy_pages.calendar_page, session)
        shell.add_page("calendar", "calendar", lambda: self.tr("Calendar"), days)
        for name, icon, sort in _LISTS:
            if name in self.lists:
                page = partial(self._list, name, sort)
                shell.add_page(name, icon, partial(self._name_of, name), page)
        self.desk.add_pages()
        self.boards.add_pages()
        self.more.add_page()
        if self._administers:
            shell.add_page("admin", "shield", lambda: self.tr("Administration"), self._make_admin)
        shell.add_page("sync", "inbox", lambda: self.tr("Sync centre"), self._make_sync)
        hide, account = shell.add_hidden_page, session.workspace.account
        hide("settings", self._make_settings)
        hide("batches", self._make_batches)
        hide(_record_key("customer"), partial(self._make_record_page, "customer"), under="customer")
        shell.set_user(account.user_name, account.organisation)

    def _connect(self) -> None:
        session, shell = self.session, self.shell
        session.open_requested.connect(self._open)
        session.drill_requested.connect(self.show_drill)
        self.more.left.connect(self._remember_here)
        self.more.back_requested.connect(self.back)
        self.boards.left.connect(self._remember_here)
        self.boards.back_requested.connect(self.back)
        session.visit_requested.connect(self._visit)
        session.failed.connect(self._say_failed)
        session.sync_changed.connect(self.show_status)
        session.lease_changed.connect(self._lease_changed)
        shell.sync_clicked.connect(self._show_sync)
        open_settings = shell.add_user_action(lambda: self.tr("Settings…"))
        open_settings.triggered.connect(self._show_settings)
        lock = shell.add_user_action(lambda: self.tr("Lock now"))
        lock.triggered.connect(session.lock_requested)
        shell.language_chosen.connect(session.set_language)
        QShortcut(QKeySequence(VISIT_KEYS), shell).activated.connect(self._visit_here)
        for keys, slot in (
            ("Alt+Left", self.back),
            ("Ctrl+,", self._show_settings),
            ("Ctrl+Alt+L", session.lock_requested),
            (QKeySequence.StandardKey.Undo, self.undoing.undo),
            ("Ctrl+Shift+Z", self.undoing.redo),
            ("Ctrl+Y", self.undoing.redo),
        ):
            QShortcut(QKeySequence(keys), shell).activated.connect(slot)

    @Slot()
    def _remember_here(self) -> None:
        key = self.shell.current_page()
        shown = self.records.get(_entity_of(key))
        here = (key, shown.record_id if shown is not None else "")
        if self.shell.rail.has(key):
            self._trail = [here]
        elif key and here not in self._trail[-1:]:
            self._trail.append(here)

    @Slot(str, str)
    def _open(self, entity: str, record_id: str) -> None:
        self.show_record(entity, record_id)

    @Slot(str)
    def _visit(self, customer_id: str) -> None:
        self.log_visit(customer_id)

    @Slot()
    def _visit_here(self) -> None:
        on_customer = self.shell.current_page() == _record_key("customer")
        self.log_visit(self.customer.record_id if on_customer else "")

    @Slot()
    def ask_for_passphrase(self) -> None:
        """The organisation demands one: ask until there is one; closing the sheet asks again."""
        from desktop.views.pages.settings.passphrase_dialog import Wish

        card = self.settings.passphrase
        if card.dialog is None or not card.dialog.isVisible():
            card.ask(Wish.DEMANDED)

    @Slot()
    def _lease_changed(self) -> None:
        self.show_status(self.session.status)

    @Slot()
    def _show_sync(self) -> None:
        self.shell.show_page("sync")

    @Slot()
    def _show_settings(self) -> None:
        self.shell.show_page("settings")

    @Slot()
    def _show_batches(self) -> None:
        self._remember_here()
        self.shell.show_page("batches")

    @Slot(int)
    def _count_inbox(self, count: int) -> None:
        self.shell.set_count("sync", count, Tone.WARN)

    def _say(self, sentence: str, action: str) -> Toast:
        return self.shell.show_toast(sentence, action=action)

    @Slot(object)
    def _say_failed(self, error: KnownError) -> None:
        self.shell.show_toast(error.sentence(self.session.language))

    def _offer_verbs(self) -> None:
        offer, show = self.palette.offer, self.shell.show_page
        offer("visit:", lambda: self.tr("Log a visit"), self.log_visit)
        offer("follow_up:", lambda: self.tr("Log a follow-up"), self.follow_up.open_here)
        offer("page:today", lambda: self.tr("Today"), partial(show, "today"))
        offer("page:calendar", lambda: self.tr("Calendar"), partial(show, "calendar"))
        for name in self.lists:
            offer(f"page:{name}", partial(self._name_of, name), partial(show, name))
        self.desk.offer()
        self.more.offer()
        self.boards.offer()
        if self._administers:
            offer("page:admin", lambda: self.tr("Administration"), partial(show, "admin"))
        offer("page:sync", lambda: self.tr("Sync centre"), partial(show, "sync"))
        offer("page:batches", lambda: self.tr("Batches…"), self._show_batches)
        offer("page:settings", lambda: self.tr("Settings…"), self._show_settings)
        EverydayVerbs(self.session, self.shell, self.palette, self).offer()

    def _name_of(self, entity: str) -> str:
        names = {
            "customer": self.tr("Customers"),
            "contact": self.tr("Contacts"),
            "lead": self.tr("Leads"),
            "opportunity": self.tr("Opportunities"),
            "visit": self.tr("Visits"),
            "task": self.tr("Tasks"),
            "product": self.tr("Products"),
        }
        return names[entity]


def _record_key(entity: str) -> str:
    return f"record:{entity}"


def _entity_of(key: str) -> str:
    return key.removeprefix("record:")
