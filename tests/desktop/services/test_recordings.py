"""Recordings that wait for their words: sealed, whole to the last block, and found again."""

import tracemalloc
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.voice.audio import Notice, NoticeCode
from desktop.services.voice.hearing import Word
from desktop.services.voice.long_reading import Passed, pieces, read_on
from desktop.services.voice.recognition import Transcript
from desktop.services.voice.recordings import BYTES_PER_SECOND, About, Recordings
from desktop.services.voice.speech import Speech
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


def test_a_note_lies_sealed_beside_its_sound(tmp_path: Path) -> None:
    recordings = a_folder(tmp_path)
    path = recorded(recordings, "note", BLOCKS)
    assert recordings.about(path).known is False
    assert recordings.seconds(path) == pytest.approx(1.25)
    word = {"text": "预算", "start": 0.1, "end": 0.5, "confidence": 0.9}
    recordings.note(path, About(made_ms=5, source="电话.wav", words=(word,), known=True))
    assert recordings.about(path).text == "预算"
    assert recordings.left() == []
    note = path.with_suffix(".about")
    assert "预算".encode() not in note.read_bytes()
    note.write_bytes(note.read_bytes()[:-1])
    assert recordings.left() == [path]
    recordings.erase(path)
    assert list((tmp_path / "recordings").iterdir()) == []


def test_what_a_crash_left_half_written_goes_after_a_day(tmp_path: Path) -> None:
    recordings, folder = a_folder(tmp_path), tmp_path / "recordings"
    recordings.tidy(0)
    kept = recorded(recordings, "note", BLOCKS)
    recordings.note(kept, About(known=True))
    for name in ("a.taking", "b.about.new", "c.about"):
        (folder / name).write_bytes(b"half")
    written = int((folder / "a.taking").stat().st_mtime * 1000)
    recordings.tidy(written + 1000)
    assert {one.name for one in folder.iterdir()} == {
        "note.sound", "note.about", "a.taking", "b.about.new",
    }  # fmt: skip
    recordings.tidy(written + 2 * 24 * 3600 * 1000)
    assert {one.name for one in folder.iterdir()} == {"note.sound", "note.about"}


def test_sound_from_elsewhere_is_taken_in_whole_or_not_at_all(tmp_path: Path) -> None:
    recordings = a_folder(tmp_path)

    def breaking() -> Iterator[bytes]:
        yield BLOCKS[0]
        raise Cancelled

    with pytest.raises(Cancelled):
        recordings.take_in("half", breaking())
    assert list((tmp_path / "recordings").iterdir()) == []
    path = recordings.take_in("whole", BLOCKS)
    assert list(recordings.blocks(path)) == BLOCKS


def test_a_stretch_is_cut_out_at_any_second(tmp_path: Path) -> None:
    recordings = a_folder(tmp_path)
    path = recorded(recordings, "note", BLOCKS)
    whole = b"".join(BLOCKS)
    assert recordings.between(path, 0.1, 0.9) == whole[3200:28800]
    assert recordings.between(path, -3, 99) == whole
    assert recordings.between(path, 5, 9) == b""


class Counting:
    """Stands for a recogniser where only the cutting is tried: one word a piece."""

    def __init__(self) -> None:
        self.heard = 0

    def accept(self, pcm: bytes) -> None:
        self.heard += len(pcm)

    def finish(self, notices: tuple[Notice, ...] = ()) -> Transcript:
        seconds = self.heard / BYTES_PER_SECOND
        word = Word(f"{seconds:g}", 0.0, seconds, 1.0)
        return Transcript(word.text, (word,), seconds, notices)


def test_long_sound_is_cut_where_it_is_quiet() -> None:
    loud, quiet = b"\x00\x40" * 4000, bytes(8000)
    blocks = [loud] * 220 + [quiet] * 4 + [loud] * 200
    cut = list(pieces(blocks))
    assert b"".join(cut) == b"".join(blocks)
    assert cut[0].endswith(quiet)
    assert cut[1].startswith(quiet)
    assert [45 <= len(p) / BYTES_PER_SECOND <= 75 for p in cut[:-1]] == [True] * (len(cut) - 1)
    assert list(pieces([])) == []


def test_a_crash_costs_at_most_one_piece_and_nothing_is_heard_twice(tmp_path: Path) -> None:
    recordings, token = a_folder(tmp_path), CancelToken()
    path = recorded(recordings, "call", [bytes(8000)] * 480)
    seen: list[Passed] = []

    def stop_in_the_second_piece(passed: Passed) -> None:
        seen.append(passed)
        if passed.done > 70:
            token.cancel()

    with pytest.raises(Cancelled):
        read_on(recordings, path, Counting, passed=stop_in_the_second_piece, token=token)
    reached = recordings.about(path)
    assert 45 <= reached.position <= 75
    assert not reached.known
    assert seen[-1].total == 120
    later: list[Passed] = []
    whole = read_on(recordings, path, Counting, passed=later.append, token=CancelToken())
    assert later[0].done == reached.position
    assert sum(float(word.text) for word in whole.words) == 120
    assert whole.words[1].start == reached.position
    assert recordings.about(path).known


@pytest.mark.vosk
def test_what_was_left_becomes_words_and_is_kept_with_them(tmp_path: Path) -> None:
    real_model()
    recordings = a_folder(tmp_path)
    recorded(recordings, "note", in_blocks(SAID))
    found = Speech({}).recover(recordings, lambda _: None, CancelToken())
    assert "雅思" in found.transcript.text
    assert found.recording == "note"
    assert recordings.left() == []
    assert "雅思" in recordings.about(recordings.path("note")).text


@pytest.mark.vosk
def test_music_and_silence_are_heard_without_harm_and_leave_nothing(tmp_path: Path) -> None:
    real_model()
    speech, recordings = Speech({}), a_folder(tmp_path)
    at = np.arange(8_000) / 16_000
    chord = sum(np.sin(2 * np.pi * pitch * at) for pitch in (262, 330, 392)) / 4
    for name, samples in (("music", chord), ("silence", np.zeros(4_000))):
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, samples, 16_000)
        found = speech.read(path, recordings, name, lambda _: None, CancelToken())
        kept = [left.stem for left in recordings.all()]
        assert kept == ([name] if found.transcript.words else [])
        assert found.recording == (name if found.transcript.words else "")
        if not found.transcript.words:
            assert NoticeCode.NO_SPEECH in {notice.code for notice in found.transcript.notices}


@pytest.mark.long
def test_an_hour_is_sealed_and_read_in_pieces_within_little_memory(tmp_path: Path) -> None:
    """Stereo at 44.1 kHz, as a phone makes it: taken in, read to the half, and read on."""
    call, recordings = tmp_path / "一小时.flac", a_folder(tmp_path)
    second = np.random.default_rng(7).normal(0, 0.05, (44_100, 2))
    with soundfile.SoundFile(call, "w", 44_100, 2, format="FLAC") as sound:
        for number in range(3_600):
            sound.write(second * (number % 20 != 0))
    tracemalloc.start()
    path, notices = Speech({}).take_in(call, recordings, "call", CancelToken())
    assert notices == ()
    assert recordings.seconds(path) == pytest.approx(3_600, abs=1)
    token = CancelToken()

    def to_the_half(passed: Passed) -> None:
        if passed.done > 1_800:
            token.cancel()

    with pytest.raises(Cancelled):
        read_on(recordings, path, Counting, passed=to_the_half, token=token)
    assert recordings.about(path).position > 1_700
    whole = read_on(recordings, path, Counting, passed=lambda _: None, token=CancelToken())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 48 <= len(whole.words) <= 81
    assert sum(float(word.text) for word in whole.words) == pytest.approx(3_600, abs=1)
    assert peak < 64 * 2**20
