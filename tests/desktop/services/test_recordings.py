"""Recordings that wait for their words: sealed, whole to the last block, and found again."""

import wave
from pathlib import Path

import pytest

from desktop.services.cancelling import CancelToken
from desktop.services.recordings import Recordings
from desktop.services.speech import Speech
from tests.builders import KEY
from tests.desktop.services.test_microphone import in_blocks
from tests.speech import SAID, real_model

BLOCKS = [bytes([n]) * 8000 for n in range(1, 6)]


def a_folder(folder: Path, key: bytes = KEY) -> Recordings:
    """The recordings of a profile."""
    return Recordings(folder / "recordings", lambda: key)


def recorded(recordings: Recordings, name: str, blocks: list[bytes]) -> Path:
    """A recording that was broken off."""
    sound = recordings.begin(recordings.path(name))
    for pcm in blocks:
        sound.append(pcm)
    sound.close()
    return recordings.path(name)


def test_what_was_said_is_sealed_and_read_back_whole(tmp_path: Path) -> None:
    recordings = a_folder(tmp_path)
    path = recorded(recordings, "note", BLOCKS)
    assert list(recordings.blocks(path)) == BLOCKS
    held = path.read_bytes()
    assert all(block[:16] not in held for block in BLOCKS)
    assert list(a_folder(tmp_path, bytes(32)).blocks(path)) == []


def test_a_torn_block_costs_itself_and_what_follows_only(tmp_path: Path) -> None:
    recordings = a_folder(tmp_path)
    path = recorded(recordings, "note", BLOCKS)
    whole = path.read_bytes()
    for cut in (0, 3, 5, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert list(recordings.blocks(path)) == BLOCKS[: len(list(recordings.blocks(path)))]
    path.write_bytes(whole[: len(whole) - 1])
    assert list(recordings.blocks(path)) == BLOCKS[:-1]
    path.write_bytes(b"\xff" * 500)
    assert list(recordings.blocks(path)) == []


def test_a_block_fits_no_other_place_and_no_other_file(tmp_path: Path) -> None:
    recordings = a_folder(tmp_path)
    path = recorded(recordings, "note", BLOCKS[:2])
    half = path.stat().st_size // 2
    whole = path.read_bytes()
    path.write_bytes(whole[half:] + whole[:half])
    assert list(recordings.blocks(path)) == []
    path.write_bytes(whole)
    other = path.rename(recordings.path("other"))
    assert list(recordings.blocks(other)) == []


def test_plain_files_of_earlier_versions_are_sealed_when_they_are_found(tmp_path: Path) -> None:
    recordings, folder = a_folder(tmp_path), tmp_path / "recordings"
    assert recordings.left() == []
    folder.mkdir()
    with wave.open(str(folder / "old.wav"), "wb") as plain:
        plain.setparams((1, 2, 16_000, 0, "NONE", "not compressed"))
        plain.writeframes(b"".join(BLOCKS))
    (folder / "broken.wav").write_bytes(b"no sound")
    [path] = recordings.left()
    assert b"".join(recordings.blocks(path)) == b"".join(BLOCKS)
    assert sorted(one.name for one in folder.iterdir()) == ["broken.wav", "old.sound"]


@pytest.mark.vosk
def test_what_was_left_becomes_words_and_goes(tmp_path: Path) -> None:
    real_model()
    recordings = a_folder(tmp_path)
    recorded(recordings, "note", in_blocks(SAID))
    transcript = Speech({}).recover(recordings, CancelToken())
    assert transcript is not None
    assert "雅思" in transcript.text
    assert recordings.left() == []
    assert Speech({}).recover(recordings, CancelToken()) is None
