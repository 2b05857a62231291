"""Offers what an earlier run left unfinished, forms and visits: locked, closed, or crashed."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from crm_core.model.values import Record
from desktop.viewmodels.records.unsaved_forms import UnsavedForm, forms_left, take_form
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.unsaved_visits import Unsaved, unsaved_visits
from desktop.views.after_start import after_first_page
from desktop.views.shell import Shell

_SHORT = 24
"""Characters of a visit that say which one it is."""


class FormDrafts(QObject):
    """One a window."""

    def __init__(self, session: Session, shell: Shell) -> None:
        super().__init__(shell)
        self._session, self._shell = session, shell
        session.form_left.connect(self._left)
        after_first_page(session, self, self._look)
        after_first_page(session, self, self._look_for_visits)

    def keep(self) -> None:
        """Have what is typed into open forms written down when the database's turn comes."""
        from desktop.views.pages.records.record_dialog import RecordDialog

        for sheet in self._shell.findChildren(RecordDialog):
            if sheet.isVisible():
                sheet.keep_draft()

    @Slot()
    def _look(self) -> None:
        workspace = self._session.workspace
        self._session.ask(lambda: forms_left(workspace), self._offer, owner=self)

    @Slot()
    def _look_for_visits(self) -> None:
        """In the first window only: in another they may be open beside it."""
        workspace, tops = self._session.workspace, QApplication.topLevelWidgets()
        if sum(isinstance(one, Shell) and one.isVisible() for one in tops) < 2:
            self._session.ask(lambda: unsaved_visits(workspace), self._offer_visit, owner=self)

    def _offer(self, left: int) -> None:
        if left:
            said = self.tr("A form was open and not saved when Suixing was locked or closed.")
            toast = self._shell.show_toast(said, action=self.tr("Go on with it"), stays=True)
            toast.action_triggered.connect(self._open)

    def _offer_visit(self, left: Sequence[Unsaved]) -> None:
        if not left:
            return
        words = " ".join(left[0].text.split())[:_SHORT]
        said = self.tr("A visit was not saved: {0}").format(words or self.tr("no words yet"))
        toast = self._shell.show_toast(said, action=self.tr("Go on with it"), stays=True)
        toast.action_triggered.connect(
            partial(self._session.visit_requested.emit, left[0].customer_id)
        )

    @Slot()
    def _left(self) -> None:
        said = self.tr("What you typed is kept.")
        toast = self._shell.show_toast(said, action=self.tr("Go on with it"))
        toast.action_triggered.connect(self._open)

    @Slot()
    def _open(self) -> None:
        workspace = self._session.workspace

        def take() -> tuple[UnsavedForm, Record | None] | None:
            form = take_form(workspace)
            if form is None:
                return None
            return form, workspace.replica.record(form.entity, form.record) if form.record else None

        self._session.ask(take, self._show, owner=self)

    def _show(self, found: tuple[UnsavedForm, Record | None] | None) -> None:
        if found is None:
            return
        from desktop.views.pages.records.record_dialog import RecordDialog, Subject

        form, record = found
        subject = Subject(form.entity, record=record, typed=dict(form.typed), draft_key=form.key)
        RecordDialog.over(self._session, subject, self._shell)
        self._look()
