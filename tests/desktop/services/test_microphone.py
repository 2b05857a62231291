"""Recording: real PortAudio over a sound card made of a file, and a fake for pulled plugs."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.services.online.downloads import DiskFull
from desktop.services.voice.audio import AudioFile
from desktop.services.voice.microphone import Device, GrowingWav, MicrophoneError, Microphones
from tests.speech import WAV

PCM = (WAV / "p-edu-00.wav").read_bytes()[44:]


class FakeStream:
    """A stream which delivers its blocks at once when started."""

    def __init__(self, sound: "FakeSound", callback: Callable[..., None], end: Callable[[], None]):
        self._sound, self._callback, self._end = sound, callback, end

    def start(self) -> None:
        if self._sound.refuses:
            raise FakeSound.PortAudioError("refused")
        for block in self._sound.blocks:
            self._callback(block, len(block) // 2, None, None)
        if self._sound.unplugged:
            self._end()

    def stop(self) -> None:
        self._end()

    def close(self) -> None:
        self._sound.closed = True


class FakeSound:
    """Speaks as the `sounddevice` module does, with one microphone and no hardware."""

    class PortAudioError(Exception):
        """What PortAudio raises."""

    def __init__(self, blocks: list[bytes], **how: bool | int) -> None:
        self.blocks = blocks
        self.refuses = bool(how.get("refuses"))
        self.unplugged = bool(how.get("unplugged"))
        self.only_rate = how.get("only_rate")
        self.closed = False
        self.scans = 0
        self.default = SimpleNamespace(device=(1, 0))

    def _terminate(self) -> None:
        self.scans += 1

    def _initialize(self) -> None:
        """Nothing: the same devices are found again."""

    def query_devices(self) -> list[dict[str, Any]]:
        return [
            {"name": "Speakers", "max_input_channels": 0, "default_samplerate": 48000.0},
            {"name": "Headset", "max_input_channels": 1, "default_samplerate": 48000.0},
            {"name": "Webcam", "max_input_channels": 2, "default_samplerate": 44100.0},
        ]

    def RawInputStream(self, **options: Any) -> FakeStream:
        if self.only_rate and options["samplerate"] != self.only_rate:
            raise FakeSound.PortAudioError("Invalid sample rate")
        return FakeStream(self, options["callback"], options["finished_callback"])


def in_blocks(pcm: bytes, size: int = 8000) -> list[bytes]:
    return [pcm[i : i + size] for i in range(0, len(pcm), size)]


def test_devices_are_listed_with_the_default_first() -> None:
    assert Microphones(FakeSound([])).devices() == (
        Device(1, "Headset", 48000, is_default=True),
        Device(2, "Webcam", 44100, is_default=False),
    )


def test_one_interface_of_several_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows names each microphone once for each of its interfaces, and cuts off some names."""
    sound = FakeSound([])
    entries = [{**entry, "hostapi": number % 2} for number, entry in enumerate(
        [*sound.query_devices(), *sound.query_devices()[1:2]]
    )]  # fmt: skip
    monkeypatch.setattr(sound, "query_devices", lambda: entries)
    assert [device.id for device in Microphones(sound).devices()] == [1, 3]


def test_a_microphone_that_is_gone_is_looked_for_once_more() -> None:
    sound = FakeSound([])
    assert Microphones(sound).choose("")[1] is None
    assert sound.scans == 0
    assert Microphones(sound).choose("Bluetooth")[1] is not None
    assert sound.scans == 1


def test_a_recording_is_in_the_file_block_by_block(tmp_path: Path) -> None:
    path = tmp_path / "notes" / "note.wav"
    sound = FakeSound(in_blocks(PCM))
    with Microphones(sound).record(path) as recording:
        blocks = recording.blocks()
        first = next(blocks)
        with AudioFile(path) as audio:
            assert b"".join(b.pcm for b in audio.blocks()) == first.pcm
        recording.stop()
        rest = b"".join(block.pcm for block in blocks)
    assert first.pcm + rest == PCM
    assert recording.problem is None
    assert sound.closed
    with wave.open(str(path)) as written:
        assert written.readframes(written.getnframes()) == PCM


def test_a_pulled_plug_keeps_what_was_said(tmp_path: Path) -> None:
    path = tmp_path / "note.wav"
    sound = FakeSound(in_blocks(PCM[:64_000]), unplugged=True)
    with Microphones(sound).record(path) as recording:
        heard = b"".join(block.pcm for block in recording.blocks())
    assert heard == PCM[:64_000]
    assert recording.problem is not None
    assert recording.problem.code == "microphone.lost"
    assert path.stat().st_size == 44 + 64_000


def test_a_microphone_that_falls_silent_for_good_counts_as_pulled_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every system says that a plug was pulled: the sound just does not come any more."""
    monkeypatch.setattr("desktop.services.voice.microphone._LOOK_SECONDS", 0.01)
    monkeypatch.setattr("desktop.services.voice.microphone._DEAD_SECONDS", 0.05)
    sound = FakeSound(in_blocks(PCM[:16_000]))
    with Microphones(sound).record(tmp_path / "note.wav") as recording:
        recording.hold(on=True)
        waited = threading.Timer(0.2, lambda: recording.hold(on=False))
        waited.start()
        heard = b"".join(block.pcm for block in recording.blocks())
        assert not waited.is_alive()
    assert heard == PCM[:16_000]
    assert recording.problem is not None
    assert recording.problem.code == "microphone.lost"


def test_a_microphone_with_its_own_rate_is_resampled(tmp_path: Path) -> None:
    path = tmp_path / "note.wav"
    sound = FakeSound(in_blocks(bytes(96_000)), only_rate=48_000, unplugged=True)
    with Microphones(sound).record(path) as recording:
        heard = sum(len(block.pcm) for block in recording.blocks())
    assert heard == pytest.approx(32_000, abs=1_000)


def test_pure_silence_is_pointed_out(tmp_path: Path) -> None:
    """macOS answers a forbidden microphone with zeros instead of an error."""
    sound = FakeSound(in_blocks(bytes(32_000)))
    with Microphones(sound, "darwin").record(tmp_path / "note.wav") as recording:
        recording.stop()
        assert len(list(recording.blocks())) == 4
    assert recording.problem is not None
    assert recording.problem.code == "microphone.silent"
    assert "系统设置" in recording.problem.chinese


@pytest.mark.parametrize(
    ("platform", "step"),
    [("win32", "允许桌面应用"), ("darwin", "隐私与安全性"), ("linux", "arecord -l")],
)
def test_a_refusal_names_the_steps_for_this_system(
    tmp_path: Path, platform: str, step: str
) -> None:
    microphones = Microphones(FakeSound([], refuses=True), platform)
    with pytest.raises(MicrophoneError, match=step) as caught:
        microphones.record(tmp_path / "note.wav")
    assert caught.value.code == "microphone.refused"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_does_not_cost_the_words(tmp_path: Path) -> None:
    path = tmp_path / "note.wav"
    path.symlink_to("/dev/full")
    with Microphones(FakeSound(in_blocks(PCM), unplugged=True)).record(path) as recording:
        heard = b"".join(block.pcm for block in recording.blocks())
    assert heard == PCM
    assert isinstance(recording.problem, DiskFull)


def test_a_growing_file_is_whole_without_being_closed(tmp_path: Path) -> None:
    path = tmp_path / "note.wav"
    growing = GrowingWav(path)
    for block in in_blocks(PCM[:32_000]):
        growing.append(block)
    with AudioFile(path) as audio:
        assert b"".join(b.pcm for b in audio.blocks()) == PCM[:32_000]
        assert audio.notices == ()
    growing.close()


def test_without_portaudio_the_steps_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(MicrophoneError, match="libportaudio2") as caught:
        Microphones.load("linux")
    assert caught.value.code == "microphone.no_library"


def portaudio_is_missing() -> bool:
    probe = [sys.executable, "-c", "import sounddevice"]
    return subprocess.run(probe, capture_output=True, check=False).returncode != 0


ASOUND = """
pcm.!default {{ type file
    slave.pcm "null"
    file "/dev/null"
    infile "{raw}"
    format "raw"
    hint {{ show on description "a file" }} }}
pcm.null {{ type null }}
"""
CAPTURE = """
import json, sys
from pathlib import Path
from desktop.services.voice.microphone import Microphones, MicrophoneError
try:
    microphones = Microphones.load()
    microphones.rescan()
    names = [device.name for device in microphones.devices()]
    with microphones.record(Path(sys.argv[1])) as recording:
        for block in recording.blocks():
            if block.end >= 2:
                recording.stop()
                break
    print(json.dumps([names, block.end, block.level]))
except MicrophoneError as error:
    print(json.dumps(error.code))
"""


def capture(tmp_path: Path, **settings: str) -> Any:
    """Record in a process of its own, as PortAudio reads its settings once."""
    done = subprocess.run(
        [sys.executable, "-c", CAPTURE, str(tmp_path / "note.wav")],
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


needs_alsa = pytest.mark.skipif(
    not sys.platform.startswith("linux")
    or importlib.util.find_spec("sounddevice") is None
    or portaudio_is_missing(),
    reason="needs Linux with PortAudio (libportaudio2)",
)


@needs_alsa
def test_real_portaudio_records_from_a_sound_card_made_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "mic.raw").write_bytes(PCM)
    config = tmp_path / "asound.conf"
    config.write_text(ASOUND.format(raw=tmp_path / "mic.raw"))
    names, end, level = capture(tmp_path, ALSA_CONFIG_PATH=str(config))
    assert names == ["default"]
    assert end == 2.0
    assert level > 0.001
    with AudioFile(tmp_path / "note.wav") as audio:
        recorded = b"".join(block.pcm for block in audio.blocks())
    assert len(recorded) == 64_000
    assert recorded[32_000:40_000] in PCM


@needs_alsa
@pytest.mark.skipif(Path("/proc/asound").exists(), reason="this computer has a sound card")
def test_real_portaudio_without_a_sound_card_says_so(tmp_path: Path) -> None:
    assert capture(tmp_path) == "microphone.no_device"
