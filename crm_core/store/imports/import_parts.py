"""The rows of a file in parts: those written in one transaction, with ids for what they make."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crm_core.clock import Clock, new_ids
from crm_core.intake.cells import Row
from crm_core.store.imports.import_chunk import NewIds
from crm_core.store.imports.import_judge import Judge
from crm_core.store.imports.import_plain import Sheaf

_IDS_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that are written in one transaction."""

    sheaf: Sheaf
    left: list[int]
    """Numbers of those that somebody wants left out."""
    last: int
    """Number of the last row."""


def in_parts(judge: Judge, chunks: Iterator[list[Row]], leave: Collection[int]) -> Iterator[Part]:
    """Chunks of rows, prepared; `leave`: numbers of rows that are left out."""
    for rows in chunks:
        taken = [row for row in rows if row[0] not in leave] if leave else rows
        left = [number for number, _ in rows if number in leave] if leave else []
        part = Part(judge.prepare(taken), left, rows[-1][0])
        yield part
        part.sheaf.file()  # The next is asked for: this one was judged.


def in_chunks(batches: Iterable[list[Row]], size: int) -> Iterator[list[Row]]:
    """Rows, so many at a time."""
    held: list[Row] = []
    for batch in batches:
        held += batch
        while len(held) >= size:
            yield held[:size]
            held = held[size:]
    if held:
        yield held


def ids_of(clock: Clock) -> NewIds:
    """Makes ids, for rows judged one by one some hundred at a time."""
    spare: list[str] = []

    def made(numbers: Sequence[int]) -> list[str]:
        if len(numbers) > 1:
            return new_ids(clock, len(numbers))
        if not spare:
            spare.extend(reversed(new_ids(clock, _IDS_AT_A_TIME)))
        return [spare.pop() for _ in numbers]

    return made
