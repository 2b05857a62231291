"""What libraries have Python compile from text at every start, compiled once.

`dataclasses` writes the methods of each class as text, 1,400 small ones before the window stands;
PySide carries modules of its own as text in an archive; SQLAlchemy wraps functions in text. Their
code is kept where Python keeps that of modules, under the text it comes from, so that it can never
be another's.
"""

import __future__

import builtins
import dataclasses
import marshal
import os
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any

_PLACE = Path(__file__).with_name("__pycache__")
_SUM = 4
"""Bytes of the checksum: `marshal` must not be given a torn file."""
_COMPILE, _EXEC = builtins.compile, builtins.exec
_FEATURES: int = sum(
    getattr(__future__, name).compiler_flag for name in __future__.all_feature_names
)
_Known = dict[tuple[str, str | bytes, int], CodeType]


class KeptCode:
    """Runs texts by the code that is kept of them; those that are new it compiles and remembers."""

    def __init__(self, path: Path) -> None:
        """Nothing is known where `path` is missing, torn or of another Python."""
        self._path = path
        self._known = _read(path)
        self._new = False
        self._instead: Mapping[str, str] = {}

    def code(self, text: str | bytes, name: str = "<string>", flags: int = 0) -> CodeType:
        """What the builtin `compile` makes of a module's text; `name` is what errors call it,
        `flags` are the features of `__future__` it is read with."""
        known = name, text, flags
        code = self._known.get(known)
        if code is None:
            code = _COMPILE(text, name, "exec", flags, dont_inherit=True)
            self._known[known], self._new = code, True
        return code

    def run(
        self, text: str, scope: dict[str, Any] | None = None, local: Mapping[str, Any] | None = None
    ) -> None:
        """As the builtin `exec` does; for `dataclasses`."""
        _EXEC(self.code(text), scope, local)

    @contextmanager
    def everywhere(self, instead: Mapping[str, str]) -> Iterator[None]:
        """Meanwhile whatever is compiled or run as text goes this way, and `instead` has other
        texts for files of these names; for libraries on their way in, while there is one thread."""
        self._instead = instead
        builtins.compile, builtins.exec = self._compile, self._exec  # type: ignore[assignment]
        try:
            yield
        finally:
            builtins.compile, builtins.exec = _COMPILE, _EXEC

    def _compile(self, source: Any, filename: Any, mode: str, *more: Any, **named: Any) -> Any:
        if mode != "exec" or more or named or not isinstance(source, str | bytes):
            return _COMPILE(source, filename, mode, *more, **named)
        text = self._instead.get(str(filename), source)
        return self.code(text, str(filename), _inherited())

    def _exec(self, source: Any, *scopes: Any) -> None:
        if isinstance(source, str):
            source = self.code(source, flags=_inherited())
        if not scopes:
            asking = sys._getframe(1)
            scopes = asking.f_globals, asking.f_locals
        _EXEC(source, *scopes)

    def keep(self) -> None:
        """Write down what was new, where Python may write compiled modules; else do without."""
        if not self._new or sys.dont_write_bytecode:
            return
        body = marshal.dumps(self._known)
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
            beside.write_bytes(MAGIC_NUMBER + zlib.crc32(body).to_bytes(_SUM, "big") + body)
            beside.replace(self._path)
            self._new = False


def keep_code() -> KeptCode:
    """Let every dataclass from here on be made of kept code."""
    kept = KeptCode(_PLACE / f"start.{sys.implementation.cache_tag}.code")
    # The module calls `exec`; where a later Python's does not, this changes nothing.
    setattr(dataclasses, "exec", kept.run)  # noqa: B010 - no such name in its stub
    return kept


def _inherited() -> int:
    """The features of `__future__` that whoever calls `compile` or `exec` is read with."""
    flags: int = sys._getframe(2).f_code.co_flags
    return flags & _FEATURES


def _read(path: Path) -> _Known:
    try:
        found = path.read_bytes()
    except OSError:
        return {}
    head = len(MAGIC_NUMBER) + _SUM
    sum_, body = found[len(MAGIC_NUMBER) : head], found[head:]
    if found[: len(MAGIC_NUMBER)] != MAGIC_NUMBER or zlib.crc32(body).to_bytes(_SUM, "big") != sum_:
        return {}
    return dict(marshal.loads(body))  # noqa: S302 - beside the code that Python runs unasked
