"""The safe keeping of one note under way: kept in the replica, offered again, forgotten once saved.

Nobody waits for it: everything here is asked in the background.
"""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from crm_core.clock import new_id
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.unsaved_visits import (
    Unsaved,
    forget_unsaved,
    keep_unsaved,
    unsaved_visits,
)


class NoteKeeping:
    """Where one note is kept; it takes over the place of a note that is gone on with."""

    def __init__(self, session: Session, owner: QObject) -> None:
        self._session, self._owner = session, owner
        self._id = new_id(session.workspace.clock)

    def keep(self, content: Mapping[str, Any] | None) -> None:
        """Keep what is written; None: nothing is left of it."""
        workspace, own = self._session.workspace, self._id
        if content is None:
            self._session.ask(lambda: forget_unsaved(workspace, own), lambda _: None)
        else:
            self._session.ask(lambda: keep_unsaved(workspace, own, content), lambda _: None)

    def look(self, customer: str, found: Callable[[Unsaved], object]) -> None:
        """Call `found` with the latest note left behind that fits this customer, if any."""
        workspace, own = self._session.workspace, self._id

        def look() -> Unsaved | None:
            waiting = unsaved_visits(workspace)
            fits = (u for u in waiting if u.id != own and customer in ("", u.customer_id))
            return next(fits, None)

        self._session.ask(look, lambda one: found(one) if one else None, owner=self._owner)

    def go_on_with(self, unsaved: Unsaved) -> None:
        """It is this note from now on."""
        self._id = unsaved.id
