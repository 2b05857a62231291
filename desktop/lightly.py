"""Importing without what nobody asks for, and without compiling what was compiled before.

PySide takes the place of `__import__` for a feature we do not use (`from __feature__ import
snake_case`): at each of 6,000 import statements it is asked for, and of each module that is
imported afterwards it looks whether its text mentions PySide. Python's line cache then keeps the
text of 600 modules: 20 MB, and a tenth of the time a start takes.

httpx brings its own command line where click and rich are installed: 170 modules, and a third of
a second in which the window waits for the interpreter. It does without where that is missing.

PySide words the signatures of its functions with seven modules that only errors and help ask for
(`desktop/filled_later`).

Compiled modules of a start lie in one file (`desktop/kept_modules`).

Qt's enumerations are made as quickly as what PySide asks for allows (`desktop/quick_enums`).

SQLAlchemy imports `asyncio` and `importlib.metadata`, with TLS, sockets and e-mail, for what we
never do: 85 modules, a fifth of its own time.
"""

import builtins
import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from desktop.filled_later import MEANWHILE
from desktop.kept_code import KeptCode, keep_code
from desktop.kept_modules import find_in_kept_modules
from desktop.postponed import Postponed
from desktop.quick_enums import make_enums_quickly


def import_lightly() -> KeptCode:
    """Load SQLAlchemy and PySide, which go on working the same, so that what follows is light.

    What a later version of theirs no longer does is not undone. What is given back wants to `keep`
    what it learnt when the program ends.
    """
    find_in_kept_modules()
    kept = keep_code()
    make_enums_quickly()
    gc.disable()  # Modules stay: looking through them found nothing. The Collector goes on.
    # None stands for "not to be found".
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    with (
        kept.everywhere(MEANWHILE),
        _stood_in_for(_Asyncio("asyncio"), Postponed("importlib.metadata")),
    ):
        import sqlalchemy.dialects.sqlite  # noqa: F401, I001
        import PySide6.QtCore  # noqa: F401 - Last: from here on it is asked at each import.

    _let_imports_be()
    return kept


def _let_imports_be() -> None:
    """Give `__import__` back to Python, and have PySide look into no text where it keeps it."""
    if (plain := getattr(builtins, "__orig_import__", None)) is not None:
        builtins.__import__ = plain
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = _yes  # type: ignore[attr-defined]


class _Asyncio(Postponed):
    """What SQLAlchemy takes from it while it loads, to be called by nobody, must be there."""

    @staticmethod
    def iscoroutine(thing: object) -> bool:
        """As it is there."""
        return bool(importlib.import_module("asyncio").iscoroutine(thing))


@contextmanager
def _stood_in_for(*modules: Postponed) -> Iterator[None]:
    """What is imported meanwhile gets these in place of the modules they are named like; whoever
    imports those later gets them themselves."""
    standing = {one.__name__: one for one in modules if one.__name__ not in sys.modules}
    for name, module in standing.items():
        package, _, last = name.rpartition(".")
        sys.modules[name] = module
        if package:
            setattr(sys.modules[package], last, module)
    try:
        yield
    finally:
        for name in standing:
            del sys.modules[name]


def _yes(_module: object) -> bool:
    return True
