"""M4A, AMR and their like: with ffmpeg they are read, without it the sentence says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop.services.voice.audio import AudioError, AudioFile, NoticeCode, seconds_of
from desktop.services.voice.foreign_sound import kind_of
from tests.speech import SAID, WAV

M4A = b"\0\0\0\x1cftypM4A " + bytes(64)
AMR = b"#!AMR\n" + bytes(64)
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(64)
FAKE = """#!{python}
import sys
if sys.argv[-1] != "pipe:1":
    sys.stderr.write({said!r})
    sys.exit(1)
with open({sound!r}, "rb") as sound:
    sys.stdout.buffer.write(sound.read())
with open({asked!r}, "w") as asked:
    asked.write("\\n".join(sys.argv))
"""

no_scripts = pytest.mark.skipif(sys.platform == "win32", reason="stands in by a script")


@pytest.fixture
def no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, *, said: str, pcm: bytes) -> Path:
    """A program which answers as ffmpeg does; where it writes down what it was asked."""
    (folder / "sound").write_bytes(pcm)
    program, asked = folder / "ffmpeg", folder / "asked"
    program.write_text(
        FAKE.format(python=sys.executable, said=said, sound=str(folder / "sound"),
                    asked=str(asked)),
        encoding="utf-8",
    )  # fmt: skip
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return asked


@pytest.mark.usefixtures("no_program")
@pytest.mark.parametrize(
    ("content", "name"),
    [(M4A, "M4A"), (AMR, "AMR"), (b"#!AMR-WB\n" + bytes(64), "AMR"), (ASF, "WMA"),
     (b"\xff\xf1" + bytes(64), "AAC"), (b"\x1a\x45\xdf\xa3" + bytes(64), "WebM")],
)  # fmt: skip
def test_without_the_program_the_sentence_names_format_reason_and_way_out(
    tmp_path: Path, content: bytes, name: str
) -> None:
    path = tmp_path / "通话.bin"
    path.write_bytes(content)
    with pytest.raises(AudioError, match="ffmpeg") as caught:
        AudioFile(path)
    assert caught.value.code == "audio.no_decoder"
    assert f"{name} 格式" in caught.value.chinese
    assert "另存为 MP3、WAV" in caught.value.chinese
    assert path.read_bytes() == content


def test_other_sound_needs_no_other_program(tmp_path: Path) -> None:
    assert kind_of(WAV / "p-edu-00.wav") is None
    (tmp_path / "short").write_bytes(b"ID3")
    assert kind_of(tmp_path / "short") is None


@no_scripts
def test_what_the_program_decodes_is_read_and_its_kind_is_not_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "  Duration: 00:00:02.70, start: 0\n Stream #0:0: Audio: aac (LC) (mp4a), 16000 Hz, mono"
    asked = stand_in(tmp_path, monkeypatch, said=said, pcm=SAID)
    path = tmp_path / "-通话 1.m4a"
    path.write_bytes(M4A)
    with AudioFile(path) as audio:
        heard = b"".join(block.pcm for block in audio.blocks())
        assert (audio.info.container, audio.info.coding) == ("M4A", "aac")
        assert audio.notices == ()
    assert heard == SAID
    assert seconds_of(path) == pytest.approx(2.7)
    words = asked.read_text().splitlines()
    assert words[words.index("-f") + 1] == "mov"
    assert f"file:{path}" in words


@no_scripts
def test_a_recording_that_breaks_off_says_so_where_its_length_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "Duration: 00:00:09.00, x\n Audio: amr_nb (samr / 0x726D6173), 8000 Hz, mono"
    stand_in(tmp_path, monkeypatch, said=said, pcm=SAID[:16_000])
    for content, expected in ((M4A, True), (AMR, False)):
        path = tmp_path / "call"
        path.write_bytes(content)
        with AudioFile(path) as audio:
            assert list(audio.blocks())
            codes = {notice.code for notice in audio.notices}
        assert NoticeCode.NARROW_BAND in codes
        assert (NoticeCode.TRUNCATED in codes) is expected


@no_scripts
@pytest.mark.parametrize("said", ["moov atom not found", "Stream #0:0: Video: h264", ""])
def test_no_sound_in_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    stand_in(tmp_path, monkeypatch, said=said, pcm=b"")
    path = tmp_path / "x.m4a"
    path.write_bytes(M4A)
    with pytest.raises(AudioError, match="没有可读的声音"):
        AudioFile(path)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
@pytest.mark.parametrize("name", ["a.m4a", "a.3gp"])
def test_the_real_program_gives_what_was_recorded(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-i", str(WAV / "p-edu-00.wav"), "-c:a", "aac", str(path)],
        check=True, env=os.environ,
    )  # fmt: skip
    with AudioFile(path) as audio, AudioFile(WAV / "p-edu-00.wav") as original:
        heard = b"".join(block.pcm for block in audio.blocks())
        meant = b"".join(block.pcm for block in original.blocks())
    assert len(heard) == pytest.approx(len(meant), abs=6_400)
    loud = np.frombuffer(heard, dtype="<i2").astype(np.float32)
    assert float(np.abs(loud).mean()) > 10
