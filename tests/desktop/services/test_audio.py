"""Recordings of every kind a rep may bring, whole and broken (issue: broken WAVs)."""

import contextlib
import struct
import tracemalloc
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop.services.voice.audio import (
    TARGET_RATE,
    AudioError,
    AudioFile,
    Notice,
    NoticeCode,
    level_of,
    to_pcm,
)
from desktop.services.voice.riff import read_wav_header
from tests.speech import WAV

SPOKEN = WAV / "p-edu-00.wav"


def a_tone(seconds: float, rate: int = TARGET_RATE, channels: int = 1) -> NDArray[np.float32]:
    """440 Hz at half of full scale."""
    time = np.arange(int(seconds * rate), dtype=np.float32) / rate
    tone = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    return np.repeat(tone[:, None], channels, axis=1)


def decoded(path: Path) -> tuple[NDArray[np.int16], tuple[Notice, ...]]:
    with AudioFile(path) as audio:
        pcm = b"".join(block.pcm for block in audio.blocks())
        return np.frombuffer(pcm, dtype="<i2"), audio.notices


def codes(notices: tuple[Notice, ...]) -> set[NoticeCode]:
    return {notice.code for notice in notices}


def test_a_plain_recording_comes_through_sample_for_sample() -> None:
    samples, notices = decoded(SPOKEN)
    with wave.open(str(SPOKEN)) as source:
        assert samples.tobytes() == source.readframes(source.getnframes())
    assert notices == ()


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT", "DOUBLE", "ULAW"])
def test_any_rate_channels_and_coding_become_16_khz_mono(
    tmp_path: Path, rate: int, channels: int, subtype: str
) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, a_tone(1.0, rate, channels), rate, subtype=subtype)
    samples, notices = decoded(path)
    assert abs(len(samples) - TARGET_RATE) <= 2
    assert level_of(samples[2000:14000].tobytes()) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    spectrum = np.abs(np.fft.rfft(samples[:16_000]))
    assert abs(int(spectrum.argmax()) - 440) <= 1
    assert codes(notices) == ({NoticeCode.NARROW_BAND} if rate < TARGET_RATE else set())


@pytest.mark.parametrize("name", ["a.flac", "a.ogg", "a.mp3", "a.aiff", "no-extension"])
def test_other_containers_are_read_too(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    kind = None if "." in name else "WAV"
    soundfile.write(path, a_tone(1.0), TARGET_RATE, format=kind)
    samples, notices = decoded(path)
    assert abs(len(samples) - TARGET_RATE) <= 2_000
    assert notices == ()


def broken(tmp_path: Path, change: Callable[[bytes], bytes]) -> Path:
    path = tmp_path / "broken.wav"
    path.write_bytes(change(SPOKEN.read_bytes()))
    return path


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda b: b"", "audio.empty"),
        (lambda b: b[:44], "audio.no_sound"),
        (lambda b: b[:20], "audio.not_audio"),
        (lambda b: "今天拜访了王主任".encode() * 99, "audio.not_audio"),
        (lambda b: bytes(50_000), "audio.not_audio"),
        (lambda b: b[:20] + b"\x99\x99" + b[22:], "audio.not_audio"),
        (lambda b: b[:22] + b"\0\0" + b[24:], "audio.not_audio"),
        (lambda b: b[:24] + bytes(4) + b[28:], "audio.not_audio"),
        (lambda b: b[:24] + b"\xff\xff\xff\x7f" + b[28:], "audio.bad_rate"),
        (lambda b: b[:24] + b"\x01\0\0\0" + b[28:], "audio.bad_rate"),
    ],
    ids=[
        "empty",
        "header-only",
        "half-a-header",
        "text",
        "zeros",
        "unknown-coding",
        "no-channels",
        "no-rate",
        "absurd-rate",
        "one-hertz",
    ],
)
def test_what_is_no_sound_gets_a_sentence(
    tmp_path: Path, change: Callable[[bytes], bytes], code: str
) -> None:
    with pytest.raises(AudioError, match="不能识别") as caught:
        decoded(broken(tmp_path, change))
    assert caught.value.code == code
    assert "broken.wav" in caught.value.english


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.wav", tmp_path):
        with pytest.raises(AudioError) as caught:
            AudioFile(path)
        assert caught.value.code == "audio.missing"


@pytest.mark.parametrize("extra", [0, 1], ids=["even", "odd"])
def test_a_truncated_recording_is_read_and_says_how_much_is_missing(
    tmp_path: Path, extra: int
) -> None:
    path = broken(tmp_path, lambda b: b[: 44 + 3 * 32_000 + extra])
    samples, notices = decoded(path)
    assert len(samples) == 3 * TARGET_RATE
    assert codes(notices) == {NoticeCode.TRUNCATED}
    assert "5.0 秒" in notices[0].chinese


@pytest.mark.parametrize("name", ["a.flac", "a.mp3"])
def test_a_truncated_compressed_recording_is_read_and_says_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    noise = np.random.default_rng(7).normal(0, 0.1, 8 * TARGET_RATE).astype(np.float32)
    soundfile.write(path, noise, TARGET_RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    samples, notices = decoded(path)
    assert 2 * TARGET_RATE < len(samples) < 6 * TARGET_RATE
    assert NoticeCode.TRUNCATED in codes(notices)


@pytest.mark.parametrize("size", [b"\0\0\0\0", b"\xff\xff\xff\xff"], ids=["zero", "unknown"])
def test_a_recording_whose_recorder_crashed_is_read_to_its_end(tmp_path: Path, size: bytes) -> None:
    path = broken(tmp_path, lambda b: b[:40] + size + b[44:])
    samples, notices = decoded(path)
    assert samples.tobytes() == SPOKEN.read_bytes()[44:]
    assert codes(notices) == {NoticeCode.UNFINISHED}


def test_chunks_before_the_sound_are_stepped_over(tmp_path: Path) -> None:
    note = b"LIST" + struct.pack("<I", 7) + b"INFOabc" + b"\0"
    path = broken(tmp_path, lambda b: b[:36] + note + b[36:])
    samples, notices = decoded(path)
    assert samples.tobytes() == SPOKEN.read_bytes()[44:]
    assert notices == ()


def test_impossible_samples_do_not_poison_the_sound(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    tone = a_tone(1.0)
    tone[100] = np.nan
    tone[200] = np.inf
    tone[300] = -1e30
    soundfile.write(path, tone, TARGET_RATE, subtype="FLOAT")
    samples, _ = decoded(path)
    assert (samples[100], samples[200], samples[300]) == (0, 32767, -32768)
    assert samples[400:].tobytes() == to_pcm(tone[400:, 0])


def test_silence_is_read_and_asks_about_the_microphone(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(TARGET_RATE), TARGET_RATE)
    samples, notices = decoded(path)
    assert len(samples) == TARGET_RATE
    assert codes(notices) == {NoticeCode.QUIET}


def test_an_hour_is_streamed_in_a_few_megabytes(tmp_path: Path) -> None:
    """The file is sparse, and as samples an hour would take 230 MB."""
    path = tmp_path / "hour.wav"
    sound = 3600 * TARGET_RATE * 2
    header = SPOKEN.read_bytes()[:44]
    sizes = struct.pack("<I", 36 + sound), struct.pack("<I", sound)
    path.write_bytes(header[:4] + sizes[0] + header[8:40] + sizes[1])
    with path.open("r+b") as stream:
        stream.truncate(44 + sound)
    tracemalloc.start()
    with AudioFile(path) as audio:
        assert audio.info.seconds == 3600
        longest, end = 0, 0.0
        for block in audio.blocks():
            longest, end = max(longest, len(block.pcm)), block.end
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert end == 3600
    assert longest == 2 * TARGET_RATE
    assert peak < 4 << 20


def test_an_absurd_number_of_channels_stays_within_memory(tmp_path: Path) -> None:
    path = broken(tmp_path, lambda b: b[:22] + struct.pack("<H", 1000) + b[24:])
    tracemalloc.start()
    decoded(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cut=st.integers(0, 4000),
    changes=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=6),
)
def test_no_damage_to_the_header_escapes_as_anything_but_a_sentence(
    tmp_path: Path, cut: int, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(SPOKEN.read_bytes()[:4000])
    for position, value in changes:
        data[position] = value
    path = tmp_path / "fuzzed.wav"
    path.write_bytes(bytes(data[:cut]))
    with contextlib.suppress(AudioError):
        samples, _ = decoded(path)
        assert len(samples) > 0


def test_levels_run_from_silence_to_full_scale() -> None:
    assert level_of(b"") == 0.0
    assert level_of(bytes(3)) == 0.0
    assert level_of(b"\x00\x80" * 100) == 1.0


def test_a_file_that_is_no_wav_has_no_wav_header(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"RIFFxxxxAVI ")
    assert read_wav_header(path) is None
