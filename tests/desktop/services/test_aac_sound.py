"""Phone recordings (M4A, MP4, 3GP, AAC) without ffmpeg, and files that only look like them.

The recording was made by a real encoder from the sample's own `p-edu-00.wav`.
"""

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.voice.aac_frames import find_frames
from desktop.services.voice.audio import AudioError, AudioFile
from tests.speech import WAV

M4A = (WAV / "p-edu-00.m4a").read_bytes()
MOOV = M4A.index(b"moov") - 4


@pytest.fixture(autouse=True)
def no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def heard(path: Path) -> tuple["np.ndarray[tuple[int], np.dtype[np.int16]]", AudioFile]:
    with AudioFile(path) as audio:
        pcm = b"".join(block.pcm for block in audio.blocks())
        return np.frombuffer(pcm, dtype="<i2"), audio


def as_adts(content: bytes) -> bytes:
    found = find_frames(WAV / "p-edu-00.m4a")
    assert found is not None
    places = zip(found.offsets, found.sizes, strict=True)
    return b"".join(found.adts_header(size) + content[at : at + size] for at, size in places)


def test_the_frames_of_a_recording_are_found(tmp_path: Path) -> None:
    found = find_frames(WAV / "p-edu-00.m4a")
    assert found is not None
    assert (found.rate, found.channels, len(found.sizes)) == (8, 1, 126)
    bare = tmp_path / "通话.aac"
    bare.write_bytes(as_adts(M4A))
    again = find_frames(bare)
    assert again is not None
    assert again.sizes == found.sizes


@pytest.mark.parametrize("bare", [False, True])
def test_a_phone_recording_sounds_as_it_was_said(tmp_path: Path, *, bare: bool) -> None:
    pytest.importorskip("sphn", reason="not made for this machine")
    path = tmp_path / "通话 1"
    path.write_bytes(as_adts(M4A) if bare else M4A)
    samples, audio = heard(path)
    assert audio.info.container == ("AAC" if bare else "M4A")
    assert audio.info.seconds == pytest.approx(8.064)
    assert audio.notices == ()
    said = np.frombuffer((WAV / "p-edu-00.wav").read_bytes()[44:], dtype="<i2")
    late = 1024  # Samples an AAC encoder puts before the first.
    alike = np.corrcoef(samples[late : late + len(said)], said[: len(samples) - late])[0, 1]
    assert alike > 0.97


def test_pieces_fit_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sphn", reason="not made for this machine")
    path = tmp_path / "whole.m4a"
    path.write_bytes(M4A)
    whole, _ = heard(path)
    monkeypatch.setattr("desktop.services.voice.aac_sound._PIECE_SECONDS", 1)
    pieces, _ = heard(path)
    assert len(pieces) == len(whole)
    assert np.abs(pieces.astype(int) - whole).max() <= 64


def test_a_recording_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    pytest.importorskip("sphn", reason="not made for this machine")
    path = tmp_path / "cut.aac"
    path.write_bytes(as_adts(M4A)[:-9_000])
    samples, _ = heard(path)
    assert 16_000 < len(samples) < 7 * 16_000
    damaged = bytearray(M4A)
    damaged[12_000:12_400] = bytes(400)
    path.write_bytes(damaged)
    samples, audio = heard(path)
    assert len(samples) == 126 * 1024, "a damaged moment is silent, and the rest stays in its place"
    assert audio.notices == ()


@pytest.mark.parametrize(
    "content",
    [
        M4A[:MOOV],
        M4A.replace(b"mp4a", b"alac"),
        M4A.replace(b"soun", b"vide"),
        M4A.replace(b"stco", b"free"),
        M4A[:MOOV] + struct.pack(">I4s", 0xFFFFFFFF, b"moov") + M4A[MOOV + 8 :][:100],
    ],
)
def test_what_is_not_understood_is_left_to_ffmpeg(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.m4a"
    path.write_bytes(content)
    assert find_frames(path) is None
    with pytest.raises(AudioError, match="ffmpeg"):
        AudioFile(path)


def test_without_the_library_it_is_left_to_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sphn", None)
    with pytest.raises(AudioError, match="ffmpeg"):
        AudioFile(WAV / "p-edu-00.m4a")


@given(st.lists(st.tuples(st.integers(MOOV, len(M4A) - 1), st.integers(0, 255)), max_size=12))
def test_tables_that_lie_never_reach_outside_the_file(
    tmp_path_factory: pytest.TempPathFactory, lies: list[tuple[int, int]]
) -> None:
    content = bytearray(M4A)
    for place, value in lies:
        content[place] = value
    path = tmp_path_factory.getbasetemp() / "lies.m4a"
    path.write_bytes(content)
    found = find_frames(path)
    if found is not None:
        assert sum(found.sizes) <= len(content)
        assert all(
            at + size <= len(content) for at, size in zip(found.offsets, found.sizes, strict=True)
        )


@given(st.binary(max_size=200))
def test_anything_may_follow_the_first_bytes(
    tmp_path_factory: pytest.TempPathFactory, rest: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    for first in (M4A[:MOOV] + struct.pack(">I4s", len(rest) + 8, b"moov"), b"\xff\xf1"):
        path.write_bytes(first + rest)
        found = find_frames(path)
        assert found is None or sum(found.sizes) <= len(first) + len(rest)
