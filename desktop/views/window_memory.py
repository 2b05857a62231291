"""Where windows stood and which page was shown, kept among the settings."""

from collections.abc import Callable

from desktop.config import Settings


class Memory:
    """Window states kept in the settings file."""

    def __init__(self, settings: Callable[[], Settings], remember: Callable[..., object]) -> None:
        """`settings` as they are now; `remember(windows=…)` keeps others in their place."""
        self._settings, self._remember = settings, remember

    def read(self, key: str) -> str | None:
        """The text kept under `key`, or None."""
        return self._settings().windows.get(key)

    def write(self, key: str, value: str) -> None:
        """Keep `value` under `key`."""
        self._remember(windows={**self._settings().windows, key: value})
