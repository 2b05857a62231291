"""Recording from a microphone: blocks for the recogniser as they come, and a WAV file beside.

PortAudio is loaded late, as it may be absent. The file grows with every block and is readable at
any moment, so a crash costs a quarter second. Recognising and encrypting are done elsewhere.
"""

import contextlib
import importlib
import queue
import sys
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import soxr

from crm_core.errors import KnownError
from desktop.services.online.downloads import DiskFull, room_on_disk
from desktop.services.voice.audio import TARGET_RATE, Block, Notice, NoticeCode, level_of, to_pcm

BLOCK_SECONDS = 0.25
_SILENT = 1 / 32768
_LOOK_SECONDS = 1.0
_DEAD_SECONDS = 8.0
"""A microphone delivers four times a second, also where nobody speaks; so long without is lost."""
_STEPS = {
    "win32": (
        "打开 Windows“设置 → 隐私和安全性 → 麦克风”，打开“允许桌面应用访问麦克风”，"
        "再在“系统 → 声音 → 输入”里选好麦克风",
        'open Windows Settings → Privacy & security → Microphone, turn on "Let desktop apps access '
        'your microphone", then choose it under System → Sound → Input',
    ),
    "darwin": (
        "打开“系统设置 → 隐私与安全性 → 麦克风”，勾选“随行”后重新启动随行",
        "open System Settings → Privacy & Security → Microphone, tick Suixing and start it again",
    ),
    "linux": (
        "运行 arecord -l 确认系统认得麦克风；若没有列出，请检查插头、声音设置，"
        "或把用户加入 audio 组（sudo usermod -aG audio $USER）后重新登录",
        "run `arecord -l` to see whether the system knows the microphone; if it is not listed, "
        "check the plug and the sound settings, or join the audio group "
        "(`sudo usermod -aG audio $USER`) and sign in again",
    ),
}
_INSTALL = {
    "linux": (
        "请安装 PortAudio：sudo apt-get install libportaudio2（或 dnf install portaudio）",
        "install PortAudio: `sudo apt-get install libportaudio2` (or `dnf install portaudio`)",
    ),
}
_REINSTALL = ("请重新安装随行", "install Suixing again")


class MicrophoneCode(StrEnum):
    """Why nothing (more) can be recorded."""

    NO_LIBRARY = "microphone.no_library"
    NO_DEVICE = "microphone.no_device"
    REFUSED = "microphone.refused"
    LOST = "microphone.lost"
    SILENT = "microphone.silent"


class MicrophoneError(KnownError):
    """No sound from the microphone, with the steps that help on this system."""

    def __init__(self, reason: MicrophoneCode, what: tuple[str, str], steps: tuple[str, str]):
        super().__init__(
            f"{what[0]}。可以先打字或导入录音文件。{steps[0]}。",
            f"{what[1]}. Type the note or import a recording for now; {steps[1]}.",
            code=reason.value,
        )


@dataclass(frozen=True, slots=True)
class Device:
    """One microphone as the system names it; `rate` is its own sample rate in Hz."""

    id: int
    name: str
    rate: int
    is_default: bool


class Microphones:
    """The microphones of this computer."""

    def __init__(self, library: Any, platform: str = sys.platform) -> None:
        """Use `library`, which speaks as the `sounddevice` module does."""
        self._library = library
        self._platform = platform

    @staticmethod
    def load(platform: str = sys.platform) -> "Microphones":
        """Start PortAudio; raises MicrophoneError where it is not installed."""
        try:
            return Microphones(importlib.import_module("sounddevice"), platform)
        except (ImportError, OSError) as error:
            raise MicrophoneError(
                MicrophoneCode.NO_LIBRARY,
                ("录音组件没有安装", "The recording component is not installed"),
                _INSTALL.get(platform, _REINSTALL),
            ) from error

    def devices(self) -> tuple[Device, ...]:
        """Every microphone, the default one first; raises MicrophoneError where there is none.

        Where a system offers each of them by several interfaces, those of the default one alone.
        """
        default = self._library.default.device[0]
        entries = list(enumerate(self._library.query_devices()))
        of_default = next((e.get("hostapi") for i, e in entries if i == default), None)
        found = [
            Device(index, entry["name"], int(entry["default_samplerate"]), index == default)
            for index, entry in entries
            if entry["max_input_channels"] > 0 and of_default in (None, entry.get("hostapi"))
        ]
        if not found:
            raise self._error(MicrophoneCode.NO_DEVICE, "没有找到麦克风", "No microphone was found")
        return tuple(sorted(found, key=lambda device: not device.is_default))

    def choose(self, wanted: str) -> tuple[Device, Notice | None]:
        """The microphone of that name, else the default one and a word about it.

        Raises MicrophoneError where there is none at all.
        """
        found = next((d for d in self._known() if d.name == wanted), None) if wanted else None
        if wanted and found is None:
            self.rescan()  # It may have been plugged in since the start.
            found = next((d for d in self._known() if d.name == wanted), None)
        if found is not None:
            return found, None
        usual = self.devices()[0]
        return usual, _elsewhere(wanted, usual.name) if wanted else None

    def _known(self) -> tuple[Device, ...]:
        with contextlib.suppress(MicrophoneError):
            return self.devices()
        return ()

    def rescan(self) -> None:
        """Notice microphones plugged in since the start; never call it while recording."""
        self._library._terminate()
        self._library._initialize()

    def record(
        self,
        path: Path,
        device: Device | None = None,
        *,
        begin: "Callable[[Path], Sink] | None" = None,
    ) -> "Recording":
        """Start recording into `path`; raises MicrophoneError or DiskFull.

        `device` None means the default one; `begin` opens the file, by default a plain WAV file.
        """
        chosen = device or self.devices()[0]
        incoming = _Incoming()
        for rate in dict.fromkeys((TARGET_RATE, chosen.rate)):
            with contextlib.suppress(self._library.PortAudioError):
                stream = self._library.RawInputStream(
                    samplerate=rate,
                    device=chosen.id,
                    channels=1,
                    dtype="int16",
                    blocksize=int(rate * BLOCK_SECONDS),
                    callback=incoming.take,
                    finished_callback=incoming.end,
                )
                stream.start()
                steps = _STEPS.get(self._platform, _STEPS["linux"])
                return Recording(
                    path, stream=stream, rate=rate, incoming=incoming, steps=steps,
                    begin=begin or GrowingWav,
                )  # fmt: skip
        raise self._error(
            MicrophoneCode.REFUSED,
            f"系统不让使用麦克风“{chosen.name}”",
            f"The system does not let the microphone “{chosen.name}” be used",
        )

    def _error(self, reason: MicrophoneCode, chinese: str, english: str) -> MicrophoneError:
        steps = _STEPS.get(self._platform, _STEPS["linux"])
        return MicrophoneError(reason, (chinese, english), steps)


class Sink(Protocol):
    """Where the sound goes as it comes."""

    def append(self, pcm: bytes) -> None:
        """Add samples."""

    def close(self) -> None:
        """Finish."""


class Recording:
    """One recording under way. One thread reads `blocks`; any thread may call `stop`."""

    def __init__(
        self,
        path: Path,
        *,
        stream: Any,
        rate: int,
        incoming: "_Incoming",
        steps: tuple[str, str],
        begin: "Callable[[Path], Sink]",
    ) -> None:
        self.path = path
        self.problem: KnownError | None = None
        self._stream = stream
        self._incoming = incoming
        self._steps = steps
        self._stopped = False
        self._resampler = (
            None if rate == TARGET_RATE else soxr.ResampleStream(rate, TARGET_RATE, 1, "float32")
        )
        try:
            with room_on_disk(path):
                self._file: Sink | None = begin(path)
        except (DiskFull, OSError):
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._file is not None:
            self._file.close()
            self._file = None

    def stop(self) -> None:
        """End the recording; `blocks` still gives what was captured before."""
        if not self._stopped:
            self._stopped = True
            self._stream.stop()
            self._stream.close()
            self._incoming.end()

    def hold(self, *, on: bool) -> None:
        """Pause, or go on: what is said meanwhile is neither kept nor recognised."""
        self._incoming.held = on

    def blocks(self) -> Iterator[Block]:
        """16 kHz mono PCM as it comes, each block written to the file before it is given out.

        Ends after `stop`, or when the microphone is unplugged. What went wrong on the way (disk
        full, microphone lost, nothing but silence) is in `problem` afterwards: the sound goes on
        where it can, so that the words are not lost with the file.
        """
        samples, loudest = 0, 0.0
        while (captured := self._incoming.next(self._lost)) is not None:
            pcm = self._at_target_rate(captured)
            self._write(pcm)
            samples += len(pcm) // 2
            level = level_of(pcm)
            loudest = max(loudest, level)
            yield Block(pcm=pcm, end=samples / TARGET_RATE, level=level)
        self._conclude(loudest, samples)

    def _lost(self, silent_seconds: float) -> bool:
        """Whether nothing more will come: some systems say nothing of a plug that was pulled."""
        active = getattr(self._stream, "active", True)
        return silent_seconds >= (_DEAD_SECONDS if active else BLOCK_SECONDS)

    def _at_target_rate(self, captured: bytes) -> bytes:
        if self._resampler is None:
            return captured
        samples = np.frombuffer(captured, dtype="<i2").astype(np.float32) / 32768.0
        return to_pcm(self._resampler.resample_chunk(samples))

    def _write(self, pcm: bytes) -> None:
        if self._file is None:
            return
        try:
            with room_on_disk(self.path):
                self._file.append(pcm)
        except DiskFull as error:
            self.problem = error
            self._file.close()
            self._file = None

    def _conclude(self, loudest: float, samples: int) -> None:
        if self.problem is not None:
            return
        if not self._stopped:
            what = ("麦克风断开了，已录下的声音都保留着", "The microphone was lost; all is kept")
            self.problem = MicrophoneError(MicrophoneCode.LOST, what, self._steps)
        elif samples and loudest < _SILENT:
            what = ("麦克风只传来静音", "The microphone delivers nothing but silence")
            self.problem = MicrophoneError(MicrophoneCode.SILENT, what, self._steps)


class GrowingWav:
    """A 16 kHz mono 16-bit WAV file whose header is true after every block."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._raw = path.open("wb", buffering=0)
        self._wave = wave.open(self._raw, "wb")  # noqa: SIM115 - open as long as we record
        self._wave.setparams((1, 2, TARGET_RATE, 0, "NONE", "not compressed"))

    def append(self, pcm: bytes) -> None:
        """Add samples and correct the header."""
        self._wave.writeframes(pcm)

    def close(self) -> None:
        """Finish; what is in the file stays even where the disk is full."""
        with contextlib.suppress(OSError):
            self._wave.close()
        self._raw.close()


def _elsewhere(wanted: str, usual: str) -> Notice:
    return Notice(
        NoticeCode.OTHER_MICROPHONE,
        f"没有找到麦克风「{wanted}」，正在用「{usual}」录音。",
        f"The microphone “{wanted}” is not here; “{usual}” is being used.",
    )


class _Incoming:
    """The door between PortAudio's own thread, which must never wait, and the reader."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.held = False

    def take(self, data: Any, _frames: int, _time: object, _status: object) -> None:
        if not self.held:
            self._queue.put(bytes(data))

    def end(self) -> None:
        self._queue.put(None)

    def next(self, lost: Callable[[float], bool]) -> bytes | None:
        """The next samples; None at the end, or where `lost` says so of the seconds waited."""
        waited = 0.0
        while True:
            try:
                return self._queue.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                waited = 0.0 if self.held else waited + _LOOK_SECONDS
                if lost(waited):
                    return None
