"""Large libraries that opening the window does without: read when first used, on whatever thread.

Where one is used, the type checker sees the real import and everybody else this.
"""

from importlib import import_module
from types import ModuleType
from typing import Any


class Postponed(ModuleType):
    """Stands for a module that is imported when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        """What the module has under that name, as it is now."""
        if name.startswith("__"):  # What the import system asks of every module.
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)
