"""The settings file of a desktop at work: written beside the work, for a disk may take its time.

A flush to a slow disk, each time another page is shown, would hold the window.
"""

import logging
import threading
from collections.abc import Callable

from desktop.config import Profile, Settings, save_settings

log = logging.getLogger("log.app")


class SettingsFile:
    """Keeps the newest settings of one profile on disk. Safe from any thread."""

    def __init__(self, profile: Profile, later: Callable[[Callable[[], None]], object]) -> None:
        """`later` runs a function soon on another thread, or drops it: then `finish` is called."""
        self._profile, self._later = profile, later
        self._turn, self._writing = threading.Lock(), threading.Lock()
        self._unsaved: Settings | None = None
        self._asked = False

    def keep(self, settings: Settings) -> None:
        """Write these soon, in place of any that were not written yet."""
        with self._turn:
            self._unsaved = settings
            asked, self._asked = self._asked, True
        if not asked:
            self._later(self.finish)

    def finish(self) -> None:
        """Write now what was not written yet; a full disk must not get in the way of work."""
        with self._writing:
            while (settings := self._next()) is not None:
                try:
                    self._profile.make()
                    save_settings(self._profile.settings_path, settings)
                except OSError as error:
                    log.warning("settings were not kept: %s", error.strerror)

    def _next(self) -> Settings | None:
        with self._turn:
            settings, self._unsaved = self._unsaved, None
            self._asked = settings is not None
            return settings
