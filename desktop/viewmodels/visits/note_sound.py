"""Where the words of a note were said: from characters of the text to seconds of a recording. Pure.

The recordings themselves are sealed files (`services.recordings`); here is only when which word
was spoken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm_core.notes.types import Span

if TYPE_CHECKING:
    from desktop.services.voice.recognition import Transcript

_BEFORE, _AFTER = 0.15, 0.25
"""Seconds played around the words, so that none is cut off."""


@dataclass(frozen=True, slots=True)
class Said:
    """One word and when it was spoken, in seconds of its recording."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Sound:
    """One passage of a note: the name of its recording and its words in order."""

    recording: str
    words: tuple[Said, ...]

    @classmethod
    def of(cls, transcript: "Transcript", recording: str) -> "Sound":
        """What was transcribed; `recording` is empty where no sound is kept."""
        return cls(recording, tuple(Said(w.text, w.start, w.end) for w in transcript.words))

    @classmethod
    def noted(cls, recording: str, words: Sequence[Mapping[str, Any]]) -> "Sound":
        """What is written down beside a recording (`recordings.About.words`)."""
        said = (Said(str(w.get("text", "")), *_seconds(w)) for w in words)
        return cls(recording, tuple(said))

    @property
    def solid(self) -> str:
        """Its characters without any space."""
        return "".join("".join(word.text.split()) for word in self.words)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds of a recording."""

    recording: str
    start: float
    end: float


def stretch_of(text: str, sounds: Sequence[Sound], span: Span | None) -> Stretch | None:
    """Where the characters of `span` were said; None for what was typed, or not kept as sound."""
    if span is None or span.start >= span.end:
        return None
    first = _solid(text[: span.start])
    last = first + _solid(text[span.start : span.end])
    solid, searched = "".join(text.split()), 0
    for sound in sounds:
        passage = sound.solid
        place = solid.find(passage, searched) if passage else -1
        if place < 0:
            continue
        searched = place + len(passage)
        if sound.recording and place <= first and last <= searched and first < last:
            return _within(sound, first - place, last - place)
    return None


def as_json(sounds: Iterable[Sound]) -> list[dict[str, Any]]:
    """To be kept with a note that is not saved yet."""
    return [
        {"recording": s.recording, "words": [[w.text, w.start, w.end] for w in s.words]}
        for s in sounds
    ]


def from_json(found: object) -> tuple[Sound, ...]:
    """What `as_json` gave; what cannot be read is no sound."""
    listed = found if isinstance(found, list) else []
    try:
        return tuple(_sound(one) for one in listed)
    except (LookupError, TypeError, ValueError):
        return ()


def _seconds(word: Mapping[str, Any]) -> tuple[float, float]:
    return float(word.get("start", 0.0)), float(word.get("end", 0.0))


def _sound(found: Mapping[str, Any]) -> Sound:
    words = tuple(Said(str(w[0]), float(w[1]), float(w[2])) for w in found["words"])
    return Sound(str(found["recording"]), words)


def _within(sound: Sound, first: int, last: int) -> Stretch | None:
    at, start, end = 0, None, 0.0
    for word in sound.words:
        after = at + _solid(word.text)
        if after > first and at < last:
            start = word.start if start is None else start
            end = word.end
        at = after
    if start is None:
        return None
    return Stretch(sound.recording, max(0.0, start - _BEFORE), end + _AFTER)


def _solid(text: str) -> int:
    return sum(not char.isspace() for char in text)
