"""Playing what was recorded, through the system's loudspeaker. PortAudio is loaded late.

`play` blocks until the sound is over or somebody stops it, and belongs on a worker thread.
"""

import importlib
from collections.abc import Callable, Iterable
from typing import Any

from crm_core.errors import KnownError
from desktop.services.cancelling import CancelToken
from desktop.services.voice.audio import TARGET_RATE

_STEP = 3_200
"""Bytes written at once, a tenth of a second: so soon stopping is heard."""
_BYTES_PER_SECOND = 2 * TARGET_RATE


class Loudspeaker:
    """The output the system uses by default."""

    def __init__(self, library: Any) -> None:
        """Use `library`, which speaks as the `sounddevice` module does."""
        self._library = library

    @staticmethod
    def load() -> "Loudspeaker":
        """Start PortAudio; KnownError ("playback.no_output") where it is not installed."""
        try:
            return Loudspeaker(importlib.import_module("sounddevice"))
        except (ImportError, OSError) as error:
            raise _no_output() from error

    def play(
        self, pcm: Iterable[bytes], token: CancelToken, passed: Callable[[float], None]
    ) -> None:
        """Play 16 kHz mono 16-bit samples; `passed` hears the seconds played.

        Returns at the end or soon after `token` is cancelled. KnownError ("playback.no_output").
        """
        try:
            with self._library.RawOutputStream(
                samplerate=TARGET_RATE, channels=1, dtype="int16"
            ) as stream:
                played = 0
                for block in pcm:
                    for at in range(0, len(block), _STEP):
                        if token.cancelled():
                            return
                        stream.write(block[at : at + _STEP])
                        played += len(block[at : at + _STEP])
                        passed(played / _BYTES_PER_SECOND)
        except self._library.PortAudioError as error:
            raise _no_output() from error


def _no_output() -> KnownError:
    return KnownError(
        "没有可用的扬声器或耳机，不能播放；录音还在。请接好后再试，或检查系统的声音输出设置。",
        "There is no loudspeaker or headset to play on; the recording is kept. Connect one and "
        "try again, or check the system's sound output.",
        code="playback.no_output",
    )
