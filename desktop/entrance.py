"""How a profile is opened and left: the window that asks to sign in, and what happens behind it.

One of these a desktop. It knows no page and keeps no workspace: what is open goes to whoever
listens to `entered`. Who is signed in needs none of the windows, so each is loaded when it is due.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError, SyncCode
from desktop.config import Settings
from desktop.services.cancelling import CancelToken
from desktop.services.workspace import Setup, Workspace, open_workspace
from desktop.tasks import Tasks

if TYPE_CHECKING:
    from desktop.services.online.farewell import Parting
    from desktop.views.sign_in import SignInWindow
    from desktop.views.unlock import UnlockWindow


class Entrance(QObject):
    """Opens the profile, or asks for what is missing until it can be opened."""

    entered = Signal(object)
    """Workspace, open."""
    language_chosen = Signal(str)

    def __init__(
        self, setup: Setup, tasks: Tasks, words: Callable[[], tuple[Settings, str]],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """`words` gives what was typed last time, and the language of the interface."""
        super().__init__(parent)
        self._setup, self._tasks, self._words = setup, tasks, words
        self.signing_in: SignInWindow | None = None
        self.unlocking: UnlockWindow | None = None

    def open(self) -> None:
        """Open the replica if there is one that may be used, without the network; else ask."""
        try:
            workspace = open_workspace(self._setup)
        except KnownError as error:
            if error.code == "passphrase":
                self.ask_passphrase()
                return
            reason = None if error.code == "not_signed_in" else error
            self._renew(self.ask(reason), reason)
        else:
            self.entered.emit(workspace)

    def leave(self, workspace: Workspace, reason: KnownError | None) -> None:
        """Close the workspace once what is being written is written; ask to sign in again."""
        window = self.ask(reason)
        window.hold(renewing=True)
        self._tasks.db(
            workspace.close, on_done=lambda _: self._renew(window, reason),
            on_error=window.proceed, owner=window,
        )  # fmt: skip

    def lock(self, workspace: Workspace) -> None:
        """Close the workspace and forget its key; ask for the passphrase."""
        window = self.ask_passphrase()
        window.hold(on=True)

        def closed(_: object) -> None:
            self._setup.secrets.lock()
            window.hold(on=False)

        self._tasks.db(workspace.close, on_done=closed, on_error=closed, owner=window)

    def ask_passphrase(self) -> UnlockWindow:
        """Show the window of a locked profile."""
        from desktop.views.unlock import UnlockWindow

        _, language = self._words()
        self.unlocking = window = UnlockWindow(self._setup, self._tasks, language=language)
        window.unlocked.connect(self._unlocked)
        window.given_up.connect(self._given_up)
        window.show()
        return window

    @Slot()
    def _unlocked(self) -> None:
        locked, self.unlocking = self.unlocking, None
        self.open()
        _put_away(locked)

    @Slot()
    def _given_up(self) -> None:
        locked, self.unlocking = self.unlocking, None
        self.ask()
        _put_away(locked)

    def _renew(self, window: SignInWindow, reason: KnownError | None) -> None:
        """Where only the lease is over, ask the server before the person."""
        from desktop.services.online.renewing import RENEWABLE, renew_online

        if reason is None or reason.code not in RENEWABLE or not self._has_session():
            window.proceed(reason)
            return
        closing = CancelToken()
        window.hold(renewing=True)

        def failed(error: KnownError) -> None:
            window.proceed(error if error.code == SyncCode.DEVICE_REVOKED else reason)

        self._tasks.free(
            renew_online, self._setup, closing, cancel=closing,
            on_done=self._signed_in, on_error=failed, owner=window,
        )  # fmt: skip

    def ask(self, reason: KnownError | None = None) -> SignInWindow:
        """Show the sign-in window, saying why where there is a reason."""
        from desktop.views.sign_in import SignInWindow

        settings, language = self._words()
        self.signing_in = SignInWindow(
            self._setup,
            self._tasks,
            server=settings.server,
            login=settings.last_login,
            device_name=platform.node() or "desktop",
            language=language,
            reason=reason,
        )
        self.signing_in.signed_in.connect(self._signed_in)
        self.signing_in.language_chosen.connect(self.language_chosen)
        self.signing_in.show()
        return self.signing_in

    def part(self, workspace: Workspace, why: KnownError) -> None:
        """The device may not keep its data any longer: hand over what waits, wipe, say why."""
        from desktop.services.online.farewell import Outside, take_leave

        window, closing = self.ask(why), CancelToken()
        window.hold()

        def gone(parting: Parting) -> None:
            window.proceed(parting.explained(why))

        def leave(_: object) -> None:
            self._tasks.free(
                take_leave, workspace, Outside(closing.wait), cancel=closing,
                on_done=gone, on_error=window.proceed, owner=window,
            )  # fmt: skip

        # After what is still being written: a write that came later would make a file anew.
        self._tasks.db(lambda: None, on_done=leave, owner=window)

    def close(self) -> None:
        """Take the windows away."""
        for window in (self.signing_in, self.unlocking):
            _put_away(window)
        self.signing_in = self.unlocking = None

    def _has_session(self) -> bool:
        try:
            return self._setup.secrets.refresh_token() is not None
        except KnownError:
            return False

    @Slot(object)
    def _signed_in(self, workspace: Workspace) -> None:
        self.close()
        self.entered.emit(workspace)


def _put_away(window: QWidget | None) -> None:
    if window is not None:
        window.close()
        window.deleteLater()
