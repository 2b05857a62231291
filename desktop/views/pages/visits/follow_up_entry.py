"""The way to the follow-up sheet from anywhere: Ctrl+J on what is on screen, and drafts left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from crm_core.permissions import Right
from desktop.services.workspace import Workspace
from desktop.viewmodels.session import Session
from desktop.views.after_start import after_first_page
from desktop.views.shell import Shell

if TYPE_CHECKING:
    from desktop.viewmodels.follow_up import Typed
    from desktop.views.pages.visits.follow_up_sheet import FollowUpSheet

FOLLOW_UP_KEYS = "Ctrl+J"


@runtime_checkable
class HasSubject(Protocol):
    """A page whose keyboard stands on a record."""

    def subject(self) -> tuple[str, str]:
        """(entity, id), or empty."""


class FollowUpEntry(QObject):
    """One a window."""

    def __init__(self, session: Session, shell: Shell) -> None:
        super().__init__(shell)
        self._session, self._shell = session, shell
        self.sheet: FollowUpSheet | None = None
        session.follow_up_requested.connect(self.open_for)
        QShortcut(QKeySequence(FOLLOW_UP_KEYS), shell).activated.connect(self.open_here)
        after_first_page(session, self, self._look)

    @Slot()
    def open_here(self) -> None:
        """About whoever the page on screen, or its current line, is about."""
        entity, record_id = subject_of(self._shell.stack.currentWidget())
        self.open_for(entity, record_id)

    @Slot(str, str)
    def open_for(self, entity: str = "", record_id: str = "") -> None:
        """About a record, or empty to choose somebody."""
        self._open(subject=(entity, record_id))

    def keep(self) -> None:
        """Have what is typed kept as a draft."""
        if self.sheet is not None:
            self.sheet.keep_now()

    def close(self) -> None:
        """The window goes; a draft stays."""
        if self.sheet is not None:
            self.sheet.put_away()

    def _open(
        self, *, subject: tuple[str, str] = ("", ""), draft: tuple[str, Typed] | None = None
    ) -> None:
        verdict = self._session.workspace.may(Right.CREATE, "follow_up")
        if not verdict.allowed:
            self._session.failed.emit(KnownError(verdict.chinese, verdict.english))
            return
        if self.sheet is not None:
            self.sheet.raise_()
            return
        from desktop.views.pages.visits.follow_up_sheet import FollowUpSheet

        sheet = FollowUpSheet(
            self._session, subject=subject, draft=draft, parent=self._shell.window()
        )
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.destroyed.connect(self._gone)
        self.sheet = sheet
        sheet.open()

    @Slot()
    def _gone(self) -> None:
        self.sheet = None

    @Slot()
    def _look(self) -> None:
        workspace = self._session.workspace
        self._session.ask(lambda: _draft(workspace), self._offer, owner=self)

    def _offer(self, found: tuple[str, Typed] | None) -> None:
        if found is None:
            return
        who = found[1].title
        said = self.tr("A follow-up was not saved: {0}").format(who or found[1].conclusion[:20])
        toast = self._shell.show_toast(said, action=self.tr("Go on with it"), stays=True)
        toast.action_triggered.connect(self._go_on)

    @Slot()
    def _go_on(self) -> None:
        workspace = self._session.workspace
        self._session.ask(lambda: _draft(workspace), self._resume, owner=self)

    def _resume(self, found: tuple[str, Typed] | None) -> None:
        if found is not None:
            self._open(draft=found)


def _draft(workspace: Workspace) -> tuple[str, Typed] | None:
    """On a worker, which loads what reads dates."""
    from desktop.viewmodels.follow_up import newest_draft

    return newest_draft(workspace)


def subject_of(page: QWidget | None) -> tuple[str, str]:
    """(entity, id) of the record a page shows or its keyboard stands on; empty for none."""
    # The window is open before any of these pages is needed, so they are not loaded with it.
    from desktop.viewmodels.today import Line
    from desktop.views.pages.lists.list_page import ListPage
    from desktop.views.pages.plans.today_page import TodayPage
    from desktop.views.pages.records.record_page import RecordPage

    if isinstance(page, RecordPage):
        return page.entity.name, page.record_id
    if isinstance(page, TodayPage):
        line = page.list.current_stop()
        return (line.entity, line.id) if isinstance(line, Line) else ("", "")
    if isinstance(page, ListPage):
        ids = page.selected_ids()
        return (page.model.query.entity, ids[0]) if len(ids) == 1 else ("", "")
    return page.subject() if isinstance(page, HasSubject) else ("", "")
