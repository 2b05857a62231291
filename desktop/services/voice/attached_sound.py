"""Sound that lies in memory, such as an attachment's, as samples to be played."""

import io
from collections.abc import Iterator

import numpy as np
import soundfile
import soxr

from crm_core.errors import KnownError
from desktop.services.voice.audio import TARGET_RATE, to_pcm

_BLOCK_SECONDS = 1.0


def samples_of(content: bytes) -> Iterator[bytes]:
    """16 kHz mono 16-bit samples, a second at a time.

    KnownError ("playback.unknown") for what the library cannot decode; damage ends it early.
    """
    try:
        sound = soundfile.SoundFile(io.BytesIO(content))
    except soundfile.LibsndfileError as error:
        raise KnownError(
            "这个录音的格式不能在这里播放。可以另存一份，用别的程序打开。",
            "A recording of this format cannot be played here. Save a copy and open it with "
            "another program.",
            code="playback.unknown",
        ) from error
    with sound:
        rate = sound.samplerate
        stream = soxr.ResampleStream(rate, TARGET_RATE, 1, dtype="float32")
        frames = max(1, int(rate * _BLOCK_SECONDS))
        while True:
            try:
                read = sound.read(frames, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError:
                return
            mono = np.clip(np.nan_to_num(read), -1.0, 1.0).mean(axis=1, dtype=np.float32)
            last = len(mono) < frames
            yield to_pcm(stream.resample_chunk(mono, last=last))
            if last:
                return
