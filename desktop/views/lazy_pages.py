"""Pages made when they are first wanted: opening the window waits for the one it shows, no other.

What a page needs is loaded with it, so the modules of pages are imported where they are made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtWidgets import QWidget

from crm_core.model.query import Query
from desktop.kept_modules import keep_modules
from desktop.viewmodels.session import Session
from desktop.views.shell import Loader, Shell

if TYPE_CHECKING:
    from desktop.views.pages.admin.admin_page import AdminPage
    from desktop.views.pages.lists.list_page import ListPage
    from desktop.views.pages.plans.calendar_page import CalendarPage
    from desktop.views.pages.plans.today_page import TodayPage
    from desktop.views.pages.records.record_page import RecordPage
    from desktop.views.pages.settings.settings_page import SettingsPage
    from desktop.views.pages.syncing.batches_page import BatchesPage
    from desktop.views.pages.syncing.sync_page import SyncPage
    from desktop.views.pages.visits.visit_dialog import VisitDialog

P = TypeVar("P", bound=QWidget)


class Lazily(Mapping[str, P]):
    """Pages of one kind by name; asking for one makes it."""

    def __init__(self, shell: Shell, names: Sequence[str]) -> None:
        """The shell knows how to make them, under the same names."""
        self._shell, self._names = shell, tuple(names)

    def __getitem__(self, name: str) -> P:
        if name not in self._names:
            raise KeyError(name)
        return cast("P", self._shell.page(name))

    def __contains__(self, name: object) -> bool:
        return name in self._names  # Looking must not make it.

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def is_loaded(module: str) -> bool:
    """Whether a module is there as a whole; one that is being loaded by a thread is not."""
    spec = getattr(sys.modules.get(module), "__spec__", None)
    return spec is not None and not getattr(spec, "_initializing", False)


def loaded_beside(session: Session, module: str) -> Loader:
    """Loads the module of a page on a thread, for pages that bring so many that loading them
    would hold the window."""

    def load(then: Callable[[], object]) -> bool:
        if is_loaded(module):
            return False
        session.tasks.free(import_module, module, on_done=lambda _: then(), owner=session)
        return True

    return load


def load_ahead() -> None:
    """Load what most people open first. For a thread, in spare time: whoever asks for one of these
    meanwhile waits for what is left of it at most. What a start has loaded is kept before."""
    keep_modules()
    import desktop.services.rules.stage_gates  # The first write waited for those of the rules.
    import desktop.views.pages.lists.list_page  # The first list waited for 75 modules.
    import desktop.views.pages.records.customer_page  # noqa: F401
    from desktop.services.rules.program_rules import ProgramRules

    ProgramRules().load()


def today_page(session: Session) -> TodayPage:
    """What to do now."""
    from desktop.views.pages.plans.today_page import TodayPage

    return TodayPage(session)


def calendar_page(session: Session) -> CalendarPage:
    """The person's own days."""
    from desktop.views.pages.plans.calendar_page import CalendarPage

    return CalendarPage(session)


def sync_page(session: Session) -> SyncPage:
    """What waits, and what two people wrote at once."""
    from desktop.views.pages.syncing.sync_page import SyncPage

    return SyncPage(session)


def settings_page(session: Session) -> SettingsPage:
    """What the person chooses."""
    from desktop.views.pages.settings.settings_page import SettingsPage

    return SettingsPage(session)


def batches_page(session: Session) -> BatchesPage:
    """Many changes that were made at once."""
    from desktop.views.pages.syncing.batches_page import BatchesPage

    return BatchesPage(session)


def admin_page(session: Session) -> AdminPage:
    """For administrators."""
    from desktop.views.pages.admin.admin_page import AdminPage

    return AdminPage(session)


def list_page(session: Session, entity: str, query: Query) -> ListPage:
    """All records of an entity."""
    from desktop.views.pages.lists.list_page import ListPage

    return ListPage(session, entity, query)


def drill_page(session: Session, query: Query, title: str, definition: str) -> ListPage:
    """The records behind a number."""
    from desktop.views.pages.lists.list_page import ListPage

    return ListPage.for_query(session, query, title, definition)


def record_page(session: Session, entity: str) -> RecordPage:
    """One record at a glance."""
    from desktop.views.pages.records.customer_page import CustomerPage
    from desktop.views.pages.records.record_page import RecordPage

    return CustomerPage(session) if entity == "customer" else RecordPage(session, entity)


def visit_dialog(session: Session, *, customer_id: str, parent: QWidget) -> VisitDialog:
    """The sheet on which a visit is logged."""
    from desktop.views.pages.visits.visit_dialog import VisitDialog

    return VisitDialog(session, customer_id=customer_id, parent=parent)
