"""How far a model is known to be what it should be, where no checksum of its parts is published.

Then the layout must be whole and every part begin as such a part does; the checksums of what was
first put in place are written down beside it, and later checks compare with those. That is said as
it is: it finds damage and change, not a copy that was wrong from the start. Where the maker's zip
has a known checksum, a model unpacked from such a zip is proved as well.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop.services.voice.model_specs import (
    ModelSpec,
    Part,
    broken_parts,
    missing_parts,
    sha256_of,
)

_SUFFIX = ".parts.json"


class Proof(StrEnum):
    """On what a check of a model rests."""

    PUBLISHED = "published"
    """Checksums this release knows: of each part, or of the zip it came from."""
    FIRST_USE = "first_use"
    """What was first put in place here."""
    NONE = "none"
    """Nothing is written down yet."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was put in place."""

    proved: bool
    parts: tuple[Part, ...]


def write_record(folder: Path, *, proved: bool) -> Record:
    """Write down every part of a model as it is now. Reads all of it: seconds a gigabyte."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    parts = tuple(
        Part(path.relative_to(folder).as_posix(), path.stat().st_size, sha256_of(path))
        for path in paths
    )
    record = Record(proved, parts)
    beside = _place(folder).with_suffix(".new")
    beside.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
    beside.replace(_place(folder))
    return record


def read_record(folder: Path) -> Record | None:
    """What was written down; None where nothing was, or it cannot be read."""
    try:
        found: Mapping[str, Any] = json.loads(_place(folder).read_text(encoding="utf-8"))
        return Record(bool(found["proved"]), tuple(Part(**part) for part in found["parts"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_record(folder: Path) -> None:
    """The model is gone, or about to be replaced."""
    _place(folder).unlink(missing_ok=True)


def proof_of(folder: Path, spec: ModelSpec) -> Proof:
    """On what a check of this model rests."""
    if spec.parts:
        return Proof.PUBLISHED
    record = read_record(folder)
    if record is None:
        return Proof.NONE
    return Proof.PUBLISHED if record.proved else Proof.FIRST_USE


def broken_model(
    folder: Path, spec: ModelSpec | None, *, checksums: bool | None = None
) -> tuple[str, ...]:
    """Paths of missing or damaged parts of a model, of which `spec` may know nothing.

    `checksums` None reads those of models whose parts are published, which are small, and sizes
    alone of others.
    """
    if spec is not None and spec.parts:
        return broken_parts(folder, spec.parts, checksums=checksums is not False)
    record = read_record(folder)
    missing = missing_parts(folder)
    if record is None or missing:
        return missing
    return broken_parts(folder, record.parts, checksums=checksums is True)


def _place(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_SUFFIX}")
