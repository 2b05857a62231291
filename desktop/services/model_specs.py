"""What a speech model consists of, read from `resources/models.json`, and whether a copy is sound.

Data and checks only: nothing here downloads, unpacks or loads a model.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from crm_core.errors import BugError

DEFAULT_MODEL = "vosk-model-small-cn-0.22"
_CHUNK = 1 << 20


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
class ModelSpec:
    """One speech model: who made it, where it comes from, and the checksum of every part."""

    id: str
    language: str
    licence: str
    attribution: str
    url: str
    wheel: WheelSource | None
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Bytes on disk once unpacked."""
        return sum(part.size for part in self.parts)


def parse_specs(text: str) -> tuple[ModelSpec, ...]:
    """The models a `models.json` declares, in its order."""
    return tuple(_spec(entry) for entry in json.loads(text)["models"])


def bundled_specs() -> tuple[ModelSpec, ...]:
    """The models this release knows."""
    return parse_specs(files("resources").joinpath("models.json").read_text(encoding="utf-8"))


def broken_parts(folder: Path, spec: ModelSpec, *, checksums: bool = True) -> tuple[str, ...]:
    """Paths of the parts which are missing or differ; sizes alone where `checksums` is false.

    With checksums the small Mandarin model (68 MB) takes about 0.2 s.
    """
    return tuple(p.path for p in spec.parts if not _is_sound(folder / p.path, p, checksums))


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
    )
