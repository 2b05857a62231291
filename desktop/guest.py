"""The window in which an administrator sees the app as somebody else does: read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal, Slot

from desktop.bus import Bus
from desktop.tasks import Tasks
from desktop.viewmodels.session import Session
from desktop.views.main_window import MainWindow

if TYPE_CHECKING:
    from desktop.services.online.guests import Look


class Forgetful:
    """Remembers nothing of a window."""

    def read(self, key: str) -> str | None:  # noqa: ARG002 - the protocol's names
        """Nothing."""
        return None

    def write(self, key: str, value: str) -> None:
        """Nowhere."""


class Guest(QObject):
    """A session and a window of their own on a `Look`; closing the window ends it."""

    ended = Signal()

    def __init__(self, look: Look, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.bus = Bus()
        self.tasks = Tasks(self, bus=self.bus)
        self.session = Session(
            workspace=look.workspace, tasks=self.tasks, bus=self.bus, language=language, parent=self
        )
        self.tasks.on_known_error = self.session.failed.emit
        self.window = MainWindow(self.session, Forgetful(), parent=self)
        shell = self.window.shell
        name = look.workspace.account.user_name
        words = self.tr("Seen as {0}: read only").format(name)
        shell.setWindowTitle(words)
        shell.set_user(name, self.tr("Read only"))
        shell.set_notice(words)
        shell.sign_out_requested.connect(self.close)
        shell.installEventFilter(self)
        shell.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window.shell and event.type() == QEvent.Type.Close:
            self.close()
        return super().eventFilter(watched, event)

    @Slot()
    def close(self) -> None:
        """End the look; its data goes."""
        if self.tasks.on_known_error is None:
            return
        self.tasks.on_known_error = None
        self.session.close()
        self.window.shell.removeEventFilter(self)
        self.window.close()
        self.window.shell.deleteLater()
        self.tasks.shutdown()
        self.look.close()
        self.ended.emit()
        self.deleteLater()


class Guests(QObject):
    """The looks that are open beside one window; they end with its session."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session = session
        self.open_ones: list[Guest] = []
        window.look_requested.connect(self.open)
        session.closed.connect(self.close_all)

    @Slot(str)
    def open(self, user_id: str) -> None:
        """Fetch what the server sends that person, and show it in a window of its own."""
        from desktop.services.online.guests import look_as

        workspace = self._session.workspace
        self._session.ask_server(
            lambda: look_as(workspace, user_id), self._show,
            on_error=self._session.failed.emit, owner=self,
        )  # fmt: skip

    @Slot()
    def close_all(self) -> None:
        """End every one."""
        for guest in list(self.open_ones):
            guest.close()

    def _show(self, look: Look) -> None:
        guest = Guest(look, self._session.language, self)
        self.open_ones.append(guest)
        guest.ended.connect(self._ended)

    @Slot()
    def _ended(self) -> None:
        guest = self.sender()
        if isinstance(guest, Guest) and guest in self.open_ones:
            self.open_ones.remove(guest)
