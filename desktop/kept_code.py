"""The methods of dataclasses, compiled once and not at every start.

`dataclasses` writes the methods of each class as text and has Python compile it: 1,400 small texts
before the window stands, a fifth of what imports cost. Their code is kept where Python keeps that
of modules, under the text it comes from, so that it can never be another's.
"""

import builtins
import dataclasses
import marshal
import os
import sys
import zlib
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any

_PLACE = Path(__file__).with_name("__pycache__")
_SUM = 4
"""Bytes of the checksum: `marshal` must not be given a torn file."""


class KeptCode:
    """Runs texts by the code that is kept of them; those that are new it compiles and remembers."""

    def __init__(self, path: Path) -> None:
        """Nothing is known where `path` is missing, torn or of another Python."""
        self._path = path
        self._known = _read(path)
        self._new = False

    def run(
        self, text: str, scope: dict[str, Any] | None = None, local: Mapping[str, Any] | None = None
    ) -> None:
        """As the builtin `exec` does."""
        code = self._known.get(text)
        if code is None:
            code = compile(text, "<string>", "exec", dont_inherit=True)
            self._known[text], self._new = code, True
        builtins.exec(code, scope, local)  # noqa: S102 - what `dataclasses` would run itself

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


def keep_dataclass_code() -> KeptCode:
    """Let every dataclass from here on be made of kept code."""
    kept = KeptCode(_PLACE / f"dataclasses.{sys.implementation.cache_tag}.code")
    # The module calls `exec`; where a later Python's does not, this changes nothing.
    setattr(dataclasses, "exec", kept.run)  # noqa: B010 - no such name in its stub
    return kept


def _read(path: Path) -> dict[str, CodeType]:
    try:
        found = path.read_bytes()
    except OSError:
        return {}
    head = len(MAGIC_NUMBER) + _SUM
    sum_, body = found[len(MAGIC_NUMBER) : head], found[head:]
    if found[: len(MAGIC_NUMBER)] != MAGIC_NUMBER or zlib.crc32(body).to_bytes(_SUM, "big") != sum_:
        return {}
    return dict(marshal.loads(body))  # noqa: S302 - beside the code that Python runs unasked
