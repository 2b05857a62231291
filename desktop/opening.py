"""Opening a profile: taken for this process, the workspace in it, and what its first page shows.

All of it needs no window. Begun while Qt and the modules of the window are still being loaded, it
goes on beside that: half of it is SQLite deciphering pages and the disk keeping a lock, which need
neither the interpreter nor each other.
"""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from PySide6.QtCore import QLockFile, QThread

from crm_core.clock import Clock, system_clock
from crm_core.discretion import leave_no_dumps, log_discreetly
from crm_core.errors import KnownError
from desktop.config import LAST_PAGE, Profile, find_profile, load_settings
from desktop.services.online.secrets import open_secrets
from desktop.services.rules.program_rules import ProgramRules
from desktop.services.workspace import Setup, Workspace, open_workspace
from desktop.viewmodels.today import Day, read_day

TURN_S = 0.001
"""For so long another thread may go on after one wants the interpreter: Python's own 5 ms, met at
each call into Qt and each row of SQLite that let go of it, come to 50 where a page is made."""


class Opening:
    """One profile, opened when it is asked for, or ahead of that. Errors come to whoever asks."""

    def __init__(self, profile: Profile, environ: Mapping[str, str], clock: Clock) -> None:
        self.setup = Setup(
            profile=profile,
            secrets=open_secrets(profile, environ),
            clock=clock,
            rules=ProgramRules(),
        )
        self._in_use = QLockFile(str(profile.folder / "in-use.lock"))
        self._taken: Future[None] | None = None
        self._workspace: Future[Workspace] | None = None
        self._day: Future[Day] | None = None

    # -- ahead ---------------------------------------------------------------------------------

    def begin(self) -> None:
        """Do all of it on a thread, the first page as well where that is Today."""
        QThread.currentThread()  # Qt takes for the main one whichever it sees first.
        thread = ThreadPoolExecutor(1, thread_name_prefix="suixing-opening")
        taken = self._taken = thread.submit(self._take)

        def opened() -> Workspace:
            taken.result()  # Raises where another window works on it.
            return open_workspace(self.setup)

        workspace = self._workspace = thread.submit(opened)
        if self._starts_with_today():
            self._day = thread.submit(lambda: read_day(workspace.result()))
        sys.setswitchinterval(TURN_S)  # Each row from the disk lets go, and waits for its turn.
        thread.shutdown(wait=False)

    def _starts_with_today(self) -> bool:
        profile, stamp = self.setup.profile, self.setup.clock.utc().strftime("%y%m%d")
        with suppress(KnownError):  # Told of by whoever needs them.
            shown = load_settings(profile.settings_path, stamp=stamp).windows.get(LAST_PAGE)
            return shown in (None, "today")
        return False

    # -- when it is asked for ------------------------------------------------------------------

    def take_profile(self) -> None:
        """Keep the profile to this process: two would give out the same stamps.

        KnownError("in_use") where another window works on it.
        """
        taken, self._taken = self._taken, None
        if taken is None:
            self._take()
        else:
            taken.result()

    def let_go(self) -> None:
        """Others may have the profile."""
        self._in_use.unlock()

    def open(self) -> Workspace:
        """The workspace, see `open_workspace`: what was opened ahead the first time."""
        ahead, self._workspace = self._workspace, None
        return open_workspace(self.setup) if ahead is None else ahead.result()

    def first_day(self) -> Callable[[], Day] | None:
        """What waits for the day that was read ahead, once; None where none is."""
        ahead, self._day = self._day, None
        return None if ahead is None else ahead.result

    def _take(self) -> None:
        self.setup.profile.make()
        self._in_use.setStaleLockTime(0)
        locked = self._in_use.tryLock(0)
        if not locked and self._in_use.error() is QLockFile.LockError.LockFailedError:
            raise KnownError(
                "这个数据文件夹已经在另一个随行窗口中打开，请切换到那个窗口。",
                "This profile is already open in another Suixing window; switch to that one.",
                code="in_use",
            )


def begin_opening(profile: str | None) -> Opening:
    """The program's own start, as far as it goes without a window: from here on memory holds a key.

    KnownError where there can be no such profile.
    """
    log_discreetly(logging.INFO)
    leave_no_dumps()
    opening = Opening(find_profile(profile, os.environ), os.environ, system_clock())
    opening.begin()
    return opening
