"""Looks for doubles of a record that is being typed: here at once, at the server when it can.

What is typed is looked up after a short pause, off the Qt thread. Whole numbers and codes are also
asked of the server, once each: it sees what this device does not. Until it has answered, what this
device says is provisional.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from crm_core.errors import KnownError
from crm_core.store.indexes.likely import Found, Likely
from crm_core.store.indexes.search import Hit
from desktop.services.lookalikes import Taken, called, check_at_server, exact, likely, unshared
from desktop.services.online.sync_status import SyncState
from desktop.services.unique import blocker
from desktop.viewmodels.session import Session

_PAUSE_MS = 250
_ONLINE = frozenset({SyncState.IDLE, SyncState.SYNCING, SyncState.WAITING})


class NewcomerCheck(QObject):
    """One a form; give it the values as they are typed."""

    changed = Signal()

    def __init__(self, session: Session, entity: str, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._entity = session, entity
        self._values: dict[str, object] = {}
        self._asked = 0
        self._wondered: dict[frozenset[str], tuple[Taken, ...] | None] = {}
        """What the server said of these keys; None as long as it has not."""
        self.found = Found()
        self.called: list[Hit] = []
        """Where nobody is likely: those whose name holds what is typed so far."""
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.look)

    @property
    def likely(self) -> tuple[Likely, ...]:
        """Who may be the one that is typed."""
        return self.found.likely

    @property
    def blocker(self) -> Likely | None:
        """The record that has this very number or code."""
        return blocker(self.found, self._entity)

    @property
    def taken(self) -> tuple[Taken, ...]:
        """What the server says beyond what this device sees: whose it is, and since when."""
        keys = self._keys()
        if any(keys & exact(one.entity, one.record) for one in self.likely):
            return ()  # It is the one that is shown.
        return self._wondered.get(keys) or ()

    @property
    def held(self) -> Taken | None:
        """What this device does not see and what keeps another from being created all the same."""
        sole = unshared(self._values)
        return next((one for one in self.taken if one.by in sole), None)

    @property
    def provisional(self) -> bool:
        """Whether the server has yet to be heard about what stands there."""
        keys = self._keys()
        return bool(keys) and self._wondered.get(keys) is None

    def watch(self, values: Mapping[str, object]) -> None:
        """What is typed now."""
        typed = {name: value for name, value in values.items() if value not in (None, "")}
        if typed != self._values:
            self._values = typed
            self._pause.start()

    @Slot()
    def look(self) -> None:
        """Look it up now."""
        self._pause.stop()
        self._asked += 1
        asked, values, workspace = self._asked, self._values, self._session.workspace
        entity = self._entity

        def question() -> tuple[Found, list[Hit]]:
            found = likely(workspace, entity, values)
            name, phone = (str(values.get(one) or "").strip() for one in ("name", "phone"))
            return found, [] if found.likely else called(workspace, entity, name, phone)

        def answer(seen: tuple[Found, list[Hit]]) -> None:
            if asked == self._asked:
                self.found, self.called = seen
                self.changed.emit()
                self._wonder()

        self._session.ask(question, answer, self)

    def hear(self, keys: frozenset[str], taken: tuple[Taken, ...]) -> None:
        """What the server says of these numbers and codes (`lookalikes.exact`)."""
        self._wondered[keys] = taken
        self.changed.emit()

    def _keys(self) -> frozenset[str]:
        return exact(self._entity, self._values)

    def _wonder(self) -> None:
        """Ask the server, where there is something to ask and it may be there."""
        keys, values = self._keys(), self._values
        online = self._session.status.state in _ONLINE
        if not keys or keys in self._wondered or not online or self.blocker is not None:
            return
        self._wondered[keys] = None
        workspace, entity = self._session.workspace, self._entity

        def told(taken: tuple[Taken, ...]) -> None:
            self.hear(keys, taken)

        def away(_error: KnownError) -> None:
            self._wondered.pop(keys, None)  # Asked again with the next key.

        self._session.ask_server(
            lambda: check_at_server(workspace, entity, values), told, on_error=away, owner=self
        )
