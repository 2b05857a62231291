"""Recognising a sealed recording of any length: in pieces cut where it is quiet, resumable.

After each piece the words so far and the position are written down, sealed, so that a crash or a
pause costs at most one piece. Short recordings are one piece. The recogniser comes from `voice`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from desktop.services.cancelling import CancelToken
from desktop.services.voice.audio import Block, Notice, level_of
from desktop.services.voice.hearing import Word
from desktop.services.voice.recognition import Transcript
from desktop.services.voice.recordings import BYTES_PER_SECOND, About, Recordings

PIECE_SECONDS = 60.0
SLACK_SECONDS = 15.0
"""A piece may be so much shorter or longer, to end where nobody speaks."""
_FEED = 8_000
"""Bytes given to the recogniser at once: a quarter second."""


class Hearing(Protocol):
    """What a `voice.Session` does here."""

    def accept(self, pcm: bytes) -> None:
        """Take more sound."""

    def finish(self, notices: tuple[Notice, ...] = ()) -> Transcript:
        """The words."""


@dataclass(frozen=True, slots=True)
class Passed:
    """How far a recording has been recognised, in seconds, and the words of it so far."""

    done: float
    total: float
    text: str = ""


OnPassed = Callable[[Passed], None]


def read_on(
    recordings: Recordings,
    path: Path,
    open_session: Callable[[], Hearing],
    *,
    passed: OnPassed,
    token: CancelToken,
) -> Transcript:
    """The words of a sealed recording, begun where an earlier run stopped.

    Raises Cancelled (what is known so far stays written down) and KnownError of `open_session`.
    """
    about = recordings.about(path)
    total = recordings.seconds(path)
    about = replace(about, seconds=total)
    passed(Passed(about.position, total, about.text))
    rest = _skipped(recordings.blocks(path), int(about.position * BYTES_PER_SECOND))
    for piece in pieces(rest):
        transcript = _recognised(piece, open_session(), about, passed, token)
        length = len(piece) / BYTES_PER_SECOND
        found = tuple(_moved(word, about.position) for word in transcript.words)
        about = replace(about, position=about.position + length, words=(*about.words, *found))
        recordings.note(path, about)
        passed(Passed(about.position, total, about.text))
    recordings.note(path, replace(about, known=True))
    return transcript_of(about)


def transcript_of(about: About, notices: tuple[Notice, ...] = ()) -> Transcript:
    """The words written down about a recording, as the recogniser gave them."""
    words = tuple(_word(one) for one in about.words)
    return Transcript(" ".join(word.text for word in words), words, about.seconds, notices)


def pieces(
    blocks: Iterable[bytes], *, piece: float = PIECE_SECONDS, slack: float = SLACK_SECONDS
) -> Iterator[bytes]:
    """Sound cut into stretches of about `piece` seconds, each ended at the quietest moment within
    `slack` of that; the last one is what is left."""
    held = bytearray()
    earliest = int((piece - slack) * BYTES_PER_SECOND)
    latest = int((piece + slack) * BYTES_PER_SECOND)
    for pcm in blocks:
        held += pcm
        while len(held) >= latest:
            cut = _quietest(bytes(held), earliest, latest)
            yield bytes(held[:cut])
            del held[:cut]
    if held:
        yield bytes(held)


def in_blocks(blocks: Iterable[Block], token: CancelToken) -> Iterator[bytes]:
    """The samples of a decoded file in quarter seconds, as a microphone gives them."""
    for block in blocks:
        token.check()
        for at in range(0, len(block.pcm), _FEED):
            yield block.pcm[at : at + _FEED]


def _recognised(
    piece: bytes, session: Hearing, about: About, passed: OnPassed, token: CancelToken
) -> Transcript:
    for at in range(0, len(piece), _FEED):
        token.check()
        session.accept(piece[at : at + _FEED])
        done = about.position + min(len(piece), at + _FEED) / BYTES_PER_SECOND
        passed(Passed(done, about.seconds, about.text))
    return session.finish()


def _quietest(held: bytes, earliest: int, latest: int) -> int:
    """Where the quietest half second between the two begins and ends: its middle, in bytes."""
    starts = range(earliest // _FEED * _FEED, latest - 2 * _FEED + 1, _FEED)
    best = min(starts, key=lambda at: level_of(held[at : at + 2 * _FEED]))
    return best + _FEED


def _skipped(blocks: Iterable[bytes], number: int) -> Iterator[bytes]:
    left = number // 2 * 2
    for pcm in blocks:
        if left >= len(pcm):
            left -= len(pcm)
            continue
        yield pcm[left:]
        left = 0


def _moved(word: Word, seconds: float) -> Mapping[str, Any]:
    return asdict(replace(word, start=word.start + seconds, end=word.end + seconds))


def _word(found: Mapping[str, Any]) -> Word:
    return Word(
        str(found["text"]), float(found["start"]), float(found["end"]), float(found["confidence"])
    )
