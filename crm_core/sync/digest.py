"""Digests: whether two databases hold the same records, said in a few bytes (design rule 11).

Every record has a hash of all that is to be seen of it and decides about it; an entity is the
number of its records and the XOR of their hashes. To find out which records differ, an entity is
looked at in `PARTS`, and those parts record by record. Pure: what is hashed is read elsewhere.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated
from zlib import crc32

import msgspec
from msgspec import Meta, Struct

from crm_core.errors import SyncCode, SyncError
from crm_core.sync.protocol import compressed, decompressed

PARTS = 256
MOST_PASSED_OVER = 1_000
"""Records of one entity that a comparison may leave out; with more of them it says nothing."""
MOST_PARTS = 16
"""Parts looked at record by record in one question."""
_BYTES = 8

Hashed = None | bool | int | str | list[str]
Stamped = tuple[str, int, str]
"""(stamp key, ticks, node)"""


def record_hash(
    record_id: str, head: Sequence[Hashed], values: Sequence[Hashed], stamps: Sequence[Stamped]
) -> int:
    """The hash of one record; values and stamps in an order both sides agree on."""
    said = msgspec.json.encode((record_id, head, values, stamps))
    return int.from_bytes(blake2b(said, digest_size=_BYTES).digest(), "big")


def part_of(record_id: str) -> int:
    """The part of its entity that a record belongs to."""
    return crc32(record_id.encode()) % PARTS


class Sum(Struct, array_like=True, frozen=True):
    """How many records, and the XOR of their hashes in hexadecimal."""

    count: Annotated[int, Meta(ge=0)]
    xor: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]


class Sums:
    """The sums of one entity, by part."""

    def __init__(self) -> None:
        self._counts = [0] * PARTS
        self._xors = [0] * PARTS

    def add(self, record_id: str, hashed: int) -> None:
        """Count a record in."""
        part = part_of(record_id)
        self._counts[part] += 1
        self._xors[part] ^= hashed

    def without(self, records: Mapping[str, int]) -> "Sums":
        """The same without these records, all of which were counted in."""
        left = Sums()
        left._counts, left._xors = list(self._counts), list(self._xors)
        for record_id, hashed in records.items():
            part = part_of(record_id)
            left._counts[part] -= 1
            left._xors[part] ^= hashed
        return left

    def parts(self) -> list[Sum]:
        """Each part."""
        return [Sum(c, f"{x:016x}") for c, x in zip(self._counts, self._xors, strict=True)]

    def total(self) -> Sum:
        """All parts together."""
        xor = 0
        for one in self._xors:
            xor ^= one
        return Sum(sum(self._counts), f"{xor:016x}")


class State(StrEnum):
    """Whether a server could answer."""

    SAID = "said"
    BEHIND = "behind"
    """The device must pull first: too much has happened since, or its scope has changed."""
    LATER = "later"
    """Another comparison is being worked out; ask again some time."""


_Id = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]
_Ids = Annotated[list[_Id], Meta(max_length=MOST_PASSED_OVER)]


class Question(Struct, frozen=True, kw_only=True):
    """What a device wants to know of the state at `cursor`."""

    cursor: Annotated[int, Meta(ge=0, lt=2**62)]
    entities: Annotated[dict[_Id, Annotated[list[_Id], Meta(max_length=500)]], Meta(max_length=200)]
    """Entity → the fields the device knows."""
    passed_over: Annotated[dict[_Id, _Ids], Meta(max_length=200)] = {}
    """Records the device cannot vouch for: something waits for a field it does not know."""
    parts: Annotated[
        list[Annotated[int, Meta(ge=0, lt=PARTS)]], Meta(max_length=MOST_PARTS)
    ] = []  # fmt: skip
    """Look at these parts of the only entity named, record by record."""


class Answer(Struct, frozen=True, kw_only=True):
    """What the server holds for this person; entities it cannot vouch for are left out."""

    state: State
    lineage: str = ""
    sums: dict[str, Sum] = {}
    parts: list[Sum] = []
    """Where one entity was asked for: each of its parts."""
    records: dict[str, str] = {}
    """Where parts were asked for: the hash of each record in them."""
    passed_over: dict[str, list[str]] = {}
    """Everything left out, what the device named included."""


_encode = msgspec.json.Encoder().encode
_decode_question = msgspec.json.Decoder(Question).decode
_decode_answer = msgspec.json.Decoder(Answer).decode


def question_bytes(question: Question) -> bytes:
    """A question as it travels."""
    return compressed(_encode(question))


def question_from(body: bytes) -> Question:
    """Read a question; SyncError(MALFORMED, TOO_LARGE) for anything that is not one."""
    try:
        question = _decode_question(decompressed(body))
    except (ValueError, RecursionError) as error:
        raise SyncError(SyncCode.MALFORMED, str(error)[:200]) from error
    if question.parts and len(question.entities) != 1:
        raise SyncError(SyncCode.MALFORMED, "parts are of one entity")
    return question


def answer_bytes(answer: Answer) -> bytes:
    """An answer as it travels."""
    return compressed(_encode(answer))


def answer_from(body: bytes) -> Answer:
    """Read an answer; SyncError(MALFORMED) when it is not one."""
    try:
        return _decode_answer(decompressed(body))
    except (ValueError, RecursionError) as error:
        raise SyncError(SyncCode.MALFORMED, "digest") from error
