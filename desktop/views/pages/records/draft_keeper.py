"""Keeps what is typed into one sheet in the encrypted replica, until it is saved or given up."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QDialog

from crm_core.clock import new_id
from desktop.viewmodels.records.unsaved_forms import UnsavedForm, drop_form, keep_form
from desktop.viewmodels.session import Session

_PAUSE_MS = 500
"""How long nobody types before it is written down: what a crash may cost."""


class DraftKeeper(QTimer):
    """One a sheet; tell it of each key by `start()`."""

    def __init__(
        self,
        session: Session,
        sheet: QDialog,
        draft: Callable[[], UnsavedForm | None],
        *,
        key: str = "",
    ) -> None:
        """`draft` is what closing now would lose; `key` that of an earlier run that is gone on
        with."""
        super().__init__(sheet, singleShot=True, interval=_PAUSE_MS)
        self._session, self._draft = session, draft
        self.key = key or new_id(session.workspace.clock)
        self._kept = bool(key)
        self.timeout.connect(self.keep)
        sheet.finished.connect(self._over)

    @Slot()
    def keep(self) -> None:
        """Have it written down when the database's turn comes."""
        self.stop()
        form, workspace = self._draft(), self._session.workspace
        if form is not None:
            self._kept = True
            self._session.ask(partial(keep_form, workspace, form), _nothing)
        elif self._kept:
            self._forget()

    def leave(self) -> None:
        """The sheet closes, and what is typed stays to be gone on with."""
        self.stop()
        form, workspace = self._draft(), self._session.workspace
        self._kept = False
        if form is not None:
            self._session.ask(
                partial(keep_form, workspace, form, left=True),
                lambda _: self._session.form_left.emit(),
            )

    @Slot(int)
    def _over(self, _result: int) -> None:
        self.stop()
        if self._kept:
            self._forget()

    def _forget(self) -> None:
        self._kept = False
        self._session.ask(partial(drop_form, self._session.workspace, self.key), _nothing)


def _nothing(_answer: object) -> None:
    pass
