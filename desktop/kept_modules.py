"""The compiled modules of a start in one file: found by name, read from one piece of memory.

For each of 450 modules Python asks folders, opens a file, reads and checks it. What it would find
is kept together here, each with the time and size of its source, by which Python itself knows that
a compiled module is still good. What has changed since, or is not here, Python finds as always.
A frozen build has its modules together already, and this finds nothing to keep.
"""

import marshal
import mmap
import os
import sys
import zlib
from collections.abc import Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType, ModuleType

_PLACE = Path(__file__).with_name("__pycache__")
_HEAD, _WORD = 16, 4
"""Bytes before the code in a compiled module of Python's, and before everything in ours."""
_MASK = 0xFFFF_FFFF
_Entry = tuple[str, bool, int, int, int, int, int]
"""Source, whether it is a package, time and size of the source, where its code begins and ends
here, and the checksum of that: `marshal` must not be given a torn file."""


class KeptModules:
    """Finds modules for `import`, before the finder that looks through folders."""

    def __init__(self, path: Path) -> None:
        """Nothing is known where `path` is missing, torn, of another Python, or was written where
        modules were looked for in other folders."""
        self._path = path
        self._before = frozenset(sys.modules)
        self._bodies = memoryview(b"")
        self._known = self._read()

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As `import` asks it."""
        entry = self._known.get(name)
        if entry is None:
            return None
        source, package, moment, size, begin, end, checksum = entry
        try:
            now = os.stat(source)
        except OSError:
            return None
        if (int(now.st_mtime) & _MASK, now.st_size & _MASK) != (moment, size):
            return None
        loader = _Loader(name, source, self._bodies[begin:end], checksum)
        spec = ModuleSpec(name, loader, origin=source, is_package=package)
        if package:
            spec.submodule_search_locations = [source.rpartition(os.sep)[0]]
        spec.has_location = True
        return spec

    def keep(self) -> None:
        """The start is over: write down what was loaded, beside what was known, where something of
        it is new and Python may write compiled modules; then give up the memory."""
        if not sys.dont_write_bytecode:
            self._keep()
        self._known, self._bodies = {}, memoryview(b"")

    def _keep(self) -> None:
        new = {
            name: found
            for name, module in list(sys.modules.items())
            if name not in self._before and (found := _compiled(name, module)) is not None
        }
        if not new:
            return
        old = {
            name: (entry[:4], bytes(self._bodies[entry[4] : entry[5]]))
            for name, entry in self._known.items() if name not in new
        }  # fmt: skip
        index, place = dict[str, _Entry](), 0
        for name, (source, body) in (old | new).items():
            index[name] = (*source, place, place + len(body), zlib.crc32(body))
            place += len(body)
        self._write(marshal.dumps((sys.path, index)), [body for _, body in (old | new).values()])

    def _write(self, index: bytes, bodies: Sequence[bytes]) -> None:
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        head = MAGIC_NUMBER + len(index).to_bytes(8, "big") + zlib.crc32(index).to_bytes(4, "big")
        with suppress(OSError):
            self._path.parent.mkdir(exist_ok=True)
            beside.write_bytes(b"".join((head, index, *bodies)))
            beside.replace(self._path)

    def _read(self) -> dict[str, _Entry]:
        try:
            with self._path.open("rb") as file:
                whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError):
            return {}
        size, checksum = int.from_bytes(whole[4:12], "big"), int.from_bytes(whole[12:_HEAD], "big")
        index = whole[_HEAD : _HEAD + size]
        if whole[:_WORD] != MAGIC_NUMBER or zlib.crc32(index) != checksum:
            return {}
        path, known = marshal.loads(index)  # noqa: S302 - see `_Loader`
        self._bodies = whole[_HEAD + size :]
        return dict(known) if path == sys.path else {}


class _Loader(SourceFileLoader):
    """Python's own, but for where the code comes from."""

    def __init__(self, name: str, path: str, body: memoryview, checksum: int) -> None:
        super().__init__(name, path)
        self._body, self._checksum = body, checksum

    def get_code(self, fullname: str) -> CodeType | None:
        """What was kept, once and where it is as it was written; else what Python finds."""
        body, self._body = self._body, memoryview(b"")
        if body and zlib.crc32(body) == self._checksum:
            code = marshal.loads(body)  # noqa: S302 - beside the code that Python runs unasked
            if isinstance(code, CodeType):
                return code
        return super().get_code(fullname)


def find_in_kept_modules() -> None:
    """From here on modules are found in what was kept."""
    if PathFinder in sys.meta_path:
        kept = KeptModules(_PLACE / f"start.{sys.implementation.cache_tag}.modules")
        sys.meta_path.insert(sys.meta_path.index(PathFinder), kept)


def keep_modules() -> None:
    """Keep what a start has loaded; once its first page is there, on any thread."""
    for finder in sys.meta_path:
        if isinstance(finder, KeptModules):
            finder.keep()


def _compiled(name: str, module: ModuleType) -> tuple[tuple[str, bool, int, int], bytes] | None:
    """A module that Python found by itself, as it lies compiled on disk; None for any other."""
    spec = getattr(module, "__spec__", None)
    if spec is None or type(spec.loader) is not SourceFileLoader or spec.name != name:
        return None
    source, folders = spec.origin or "", spec.submodule_search_locations
    if folders is not None and list(folders) != [source.rpartition(os.sep)[0]]:
        return None
    try:
        whole = Path(spec.cached or "").read_bytes()
    except OSError:
        return None
    plain = MAGIC_NUMBER + bytes(4)  # Known by time and size, not by a hash.
    if whole[:8] != plain:
        return None
    moment, size = (int.from_bytes(whole[at : at + 4], "little") for at in (8, 12))
    return (source, folders is not None, moment, size), whole[_HEAD:]
