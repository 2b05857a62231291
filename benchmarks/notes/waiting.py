"""How long somebody waits for the words of speech that nobody expected.

Counted as on a computer whose second core is free: what is done is measured in time of the
processor, what is said in its own length, so that the figure holds on a machine others share.
"""

import time
import wave
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from unittest import mock

from desktop.services.voice import listening
from desktop.services.voice.recognition import Expected, Recogniser

BLOCK = 8_000
"""Bytes of a quarter second, as a microphone gives them."""


class SecondCore:
    """Stands where the listening thread does: does each thing at once and counts when a core of
    its own would have been done with it."""

    now = 0.0
    """Seconds of sound that have passed."""

    def __init__(self, *_: object) -> None:
        self.free = self.spent = 0.0

    def submit(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it, and put its time behind what is under way."""
        done: Future[Any] = Future()
        begun = time.thread_time()
        done.set_result(work(*args, **kwargs))
        cost = time.thread_time() - begun
        self.free = max(self.free, SecondCore.now) + cost
        self.spent += cost
        return done

    def shutdown(self) -> None:
        """Nothing is left to do."""


def waits(
    recogniser: Recogniser,
    expected: Expected,
    files: Iterable[Path],
    read: Callable[[str], object],
) -> list[tuple[float, float]]:
    """Seconds from the last sound to the fields (`read` of the words), and work for a second of
    sound, of each file."""
    with mock.patch.object(listening, "ThreadPoolExecutor", SecondCore):
        return [_one(recogniser, expected, path, read) for path in files]


def _one(
    recogniser: Recogniser, expected: Expected, path: Path, read: Callable[[str], object]
) -> tuple[float, float]:
    with wave.open(str(path)) as sound:
        pcm = sound.readframes(sound.getnframes())
    seconds = len(pcm) / 32_000
    SecondCore.now = 0.0
    session = recogniser.open_session(expected)
    core: SecondCore = session._listener._lane  # type: ignore[attr-defined]
    begun = time.thread_time()
    for place in range(0, len(pcm), BLOCK):
        SecondCore.now = min(seconds, (place + BLOCK) / 32_000)
        session.feed(pcm[place : place + BLOCK])
    fed, beside = time.thread_time(), core.spent
    read(session.finish().text)
    ended = time.thread_time()
    own = ended - fed - (core.spent - beside)
    return own + max(0.0, core.free - seconds), (ended - begun) / seconds
