"""The journal of erasures: ids only, beside the data and outside the database.

An erasure is written here before it is committed. What the database does not know of it when it is
opened (it was restored from a backup, or the machine died in between) is carried out then.
"""

import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

Target = tuple[str, str]
"""(entity, record id)"""
Place = tuple[str, str, str]
"""(entity, record id, field)"""

BESIDE_BACKUPS = "suixing-erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure, by the ids of what it was about."""

    id: str
    at: str
    """ISO UTC."""
    roots: tuple[Target, ...]
    """The person: a contact, a lead, a customer; and others that are the same person."""
    records: tuple[Target, ...]
    """All that was erased."""
    texts: tuple[Place, ...] = ()
    """Texts of other records in which the person was named, and is not any more."""
    word: str = ""
    """What stands there instead."""


def new_erasure_id() -> str:
    """A random name for one erasure."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class ErasureJournal:
    """One file of JSON lines; only ever grows."""

    path: Path

    def add(self, erasure: Erasure) -> None:
        """Write one down; it is on disk when this returns."""
        self._append([asdict(erasure)])

    def void(self, erasure_id: str) -> None:
        """It could not be committed: it never was."""
        self._append([{"void": erasure_id}])

    def erasures(self) -> list[Erasure]:
        """What was erased, oldest first. A line torn by a crash is passed over."""
        lines = self._lines()
        void = {line["void"] for line in lines if "void" in line}
        found: dict[str, Erasure] = {}
        for line in lines:
            with suppress(KeyError, TypeError, ValueError):
                erasure = _erasure(line)
                if erasure.id not in void:
                    found[erasure.id] = erasure
        return list(found.values())

    def add_all(self, other: "ErasureJournal") -> None:
        """Write down what another journal has and this one has not."""
        known = {erasure.id for erasure in self.erasures()}
        self._append([asdict(e) for e in other.erasures() if e.id not in known])

    def _append(self, lines: Iterable[object]) -> None:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        if not text:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            if file.tell() and not self.path.read_bytes().endswith(b"\n"):
                file.write(b"\n")  # Behind a torn line.
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())

    def _lines(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        if not self.path.exists():
            return found
        for line in self.path.read_bytes().splitlines():
            with suppress(ValueError):
                read = json.loads(line)
                if isinstance(read, dict):
                    found.append(read)
        return found


def _erasure(line: dict[str, object]) -> Erasure:
    return Erasure(
        id=str(line["id"]), at=str(line["at"]),
        roots=tuple((e, r) for e, r in _texts(line["roots"], 2)),
        records=tuple((e, r) for e, r in _texts(line["records"], 2)),
        texts=tuple((e, r, f) for e, r, f in _texts(line["texts"], 3)),
        word=str(line["word"]),
    )  # fmt: skip


def _texts(found: object, length: int) -> list[list[str]]:
    if not isinstance(found, list):
        raise TypeError
    rows = [[str(part) for part in row] for row in found]
    if any(len(row) != length for row in rows):
        raise ValueError
    return rows
