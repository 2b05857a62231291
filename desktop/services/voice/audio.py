"""Any recording a rep may have, decoded into 16 kHz mono 16-bit blocks, a second at a time.

An hour of sound is never in memory at once. What cannot be used raises AudioError; what can be
used with a reservation (cut off, narrow band, nearly silent) is read and says so in `notices`.
Nothing here recognises speech or records it.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from crm_core.errors import KnownError
from desktop.services.voice.aac_sound import AacSound, open_aac
from desktop.services.voice.foreign_sound import (
    DecodedSound,
    Kind,
    NoDecoder,
    NoStream,
    kind_of,
)
from desktop.services.voice.riff import WavHeader, read_wav_header

TARGET_RATE = 16_000
FILE_BLOCK_SECONDS = 1.0
_TOLERANCE_SECONDS = 0.25
_MOST_VALUES = 1 << 18
_RATES = range(2_000, 768_001)
_QUIET = 0.002
_FORMATS = "WAV、FLAC、OGG、MP3、M4A、AAC；装有 ffmpeg 时还有 AMR、WMA、WebM"
_GET_DECODER = {
    "win32": "winget install ffmpeg",
    "darwin": "brew install ffmpeg",
}


class AudioErrorCode(StrEnum):
    """Why a recording cannot be used at all."""

    MISSING = "audio.missing"
    EMPTY = "audio.empty"
    NO_SOUND = "audio.no_sound"
    NOT_AUDIO = "audio.not_audio"
    NO_DECODER = "audio.no_decoder"
    BAD_RATE = "audio.bad_rate"
    UNREADABLE = "audio.unreadable"


class AudioError(KnownError):
    """A recording which cannot be used; it is left as it was."""

    def __init__(self, path: Path, reason: AudioErrorCode, chinese: str, english: str) -> None:
        super().__init__(
            f"录音 {path.name} 不能识别：{chinese}。原文件没有改动，也可以直接打字记录。",
            f"The recording {path.name} cannot be used: {english}. The file was not changed; the "
            "note can also be typed.",
            code=reason.value,
        )


class NoticeCode(StrEnum):
    """A reservation about a recording that was read all the same."""

    TRUNCATED = "truncated"
    UNFINISHED = "unfinished"
    NARROW_BAND = "narrow_band"
    QUIET = "quiet"
    NO_SPEECH = "no_speech"
    OTHER_MICROPHONE = "other_microphone"


@dataclass(frozen=True, slots=True)
class Notice:
    """One reservation, as a sentence in both languages."""

    code: NoticeCode
    chinese: str
    english: str


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What the file says about itself: source rate in Hz, channels, seconds, container, coding."""

    rate: int
    channels: int
    seconds: float
    container: str
    coding: str


@dataclass(frozen=True, slots=True)
class Block:
    """Up to a second of 16 kHz mono little-endian 16-bit PCM.

    `end` is the position in seconds after it; `level` its loudness (RMS, 0 silent to 1 full scale).
    """

    pcm: bytes
    end: float
    level: float


class AudioFile:
    """One recording, opened for reading once from start to end."""

    def __init__(self, path: Path) -> None:
        """Open `path`; raises AudioError where it is missing, empty, or not sound."""
        _require_content(path)
        self.path = path
        header = read_wav_header(path)
        self._file = _open(path, header)
        self.info = AudioInfo(
            rate=self._file.samplerate,
            channels=self._file.channels,
            seconds=(self._file.frames - self._file.tell()) / self._file.samplerate,
            container=self._file.format,
            coding=self._file.subtype,
        )
        self._notices = _notices_before(header, self.info)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is known by now; complete once `blocks` has been read to its end."""
        return tuple(self._notices)

    def blocks(self) -> Iterator[Block]:
        """The sound in order. A file that breaks off in the middle ends there, with a notice.

        Raises AudioError (`audio.no_sound`) at the end if there was not a single sample.
        """
        resampler = None
        if self.info.rate != TARGET_RATE:
            resampler = soxr.ResampleStream(self.info.rate, TARGET_RATE, 1, dtype="float32")
        samples, loudest = 0, 0.0
        for mono, last in self._chunks():
            at_target = mono if resampler is None else resampler.resample_chunk(mono, last=last)
            samples += len(at_target)
            block = _block(at_target, samples)
            loudest = max(loudest, block.level)
            if block.pcm:
                yield block
        if samples == 0:
            raise _no_sound(self.path)
        if loudest < _QUIET:
            self._notices.append(_quiet())

    def _chunks(self) -> Iterator[tuple[NDArray[np.float32], bool]]:
        frames = max(
            1, min(int(self.info.rate * FILE_BLOCK_SECONDS), _MOST_VALUES // self.info.channels)
        )
        got = 0
        while True:
            mono = self._read(frames)
            got += len(mono)
            ended = len(mono) < frames
            yield mono, ended
            if ended:
                break
        missing = self.info.seconds - got / self.info.rate
        if not getattr(self._file, "exact", True):
            return
        if missing > _TOLERANCE_SECONDS and not self._is_noted(NoticeCode.TRUNCATED):
            self._notices.append(_truncated(missing))

    def _read(self, frames: int) -> NDArray[np.float32]:
        try:
            read: NDArray[np.float32] = self._file.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            if not self._is_noted(NoticeCode.TRUNCATED):
                self._notices.append(_truncated(None))
            return np.zeros(0, dtype=np.float32)
        sane = np.nan_to_num(read, nan=0.0, posinf=1.0, neginf=-1.0)
        mono: NDArray[np.float32] = np.clip(sane, -1.0, 1.0).mean(axis=1, dtype=np.float32)
        return mono

    def _is_noted(self, code: NoticeCode) -> bool:
        return any(notice.code is code for notice in self._notices)


def seconds_of(path: Path) -> float:
    """How long a recording says it is; raises AudioError as `AudioFile` does."""
    with AudioFile(path) as audio:
        return audio.info.seconds


def level_of(pcm: bytes) -> float:
    """The loudness of 16-bit PCM: RMS, 0 (silent) to 1 (full scale)."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float32)
    return float(np.sqrt(np.mean(samples * samples)) / 32768.0) if samples.size else 0.0


def to_pcm(samples: NDArray[np.float32]) -> bytes:
    """Samples in −1…1 as little-endian 16-bit PCM, rounded and never wrapped around."""
    whole: NDArray[np.int16] = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype("<i2")
    return whole.tobytes()


def _block(samples: NDArray[np.float32], total: int) -> Block:
    pcm = to_pcm(samples)
    return Block(pcm=pcm, end=total / TARGET_RATE, level=level_of(pcm))


def _require_content(path: Path) -> None:
    if not path.is_file():
        raise AudioError(path, AudioErrorCode.MISSING, "找不到这个文件", "there is no such file")
    try:
        with path.open("rb") as stream:
            first = stream.read(1)
    except PermissionError as error:
        raise AudioError(
            path, AudioErrorCode.UNREADABLE, "没有读取权限", "it may not be read (permission)"
        ) from error
    if not first:
        raise AudioError(path, AudioErrorCode.EMPTY, "文件是空的", "the file is empty")


def _open(path: Path, header: WavHeader | None) -> Any:
    """A libsndfile handle positioned at the first sample; the library has no types of its own.

    AAC, which that library cannot decode, is decoded by another; the rest by ffmpeg where it is
    installed.
    """
    kind = kind_of(path) if header is None else None
    if kind is not None:
        return _decoded(path, kind)
    try:
        if header is not None and header.promised == 0 and header.held > 0 and header.plain_16_bit:
            file = soundfile.SoundFile(
                path,
                format="RAW",
                subtype="PCM_16",
                endian="LITTLE",
                samplerate=header.rate,
                channels=header.channels,
            )
            file.seek(header.offset // (header.channels * 2))
        else:
            file = soundfile.SoundFile(path)
    except soundfile.LibsndfileError as error:
        raise AudioError(
            path,
            AudioErrorCode.NOT_AUDIO,
            f"不是可识别的录音格式（支持 {_FORMATS}），或文件头已损坏",
            "it is not sound in a known format (WAV, FLAC, OGG, MP3, M4A, AAC; with ffmpeg also "
            "AMR, WMA, WebM), or its header is damaged",
        ) from error
    problem = _problem(path, file)
    if problem is not None:
        file.close()
        raise problem
    return file


def _decoded(path: Path, kind: Kind) -> AacSound | DecodedSound:
    try:
        file = open_aac(path, kind.name) or DecodedSound(path, kind)
    except NoDecoder as error:
        get_it = _GET_DECODER.get(sys.platform, "sudo apt-get install ffmpeg")
        raise AudioError(
            path,
            AudioErrorCode.NO_DECODER,
            f"{kind.name} 格式的这个文件要用解码程序 ffmpeg 读取，这台电脑上没有。"
            f"请安装（{get_it}）后重试，或在手机上另存为 MP3、WAV 再导入",
            f"this {kind.name} file takes the program ffmpeg, which is not on this computer. "
            f"Install it (`{get_it}`) and try again, or save the recording as MP3 or WAV first",
        ) from error
    except NoStream as error:
        raise AudioError(
            path, AudioErrorCode.NOT_AUDIO, f"这个 {kind.name} 文件里没有可读的声音，或文件已损坏",
            f"there is no readable sound in this {kind.name} file, or it is damaged",
        ) from error  # fmt: skip
    problem = _problem(path, file)
    if problem is not None:
        file.close()
        raise problem
    return file


def _problem(path: Path, file: Any) -> AudioError | None:
    if file.samplerate not in _RATES:
        return AudioError(
            path,
            AudioErrorCode.BAD_RATE,
            f"采样率 {file.samplerate} Hz 不合理，文件头可能已损坏",
            f"a sample rate of {file.samplerate} Hz is implausible; its header may be damaged",
        )
    return _no_sound(path) if file.frames == 0 else None


def _no_sound(path: Path) -> AudioError:
    return AudioError(
        path, AudioErrorCode.NO_SOUND, "只有文件头，没有声音", "it has a header but no sound"
    )


def _notices_before(header: WavHeader | None, info: AudioInfo) -> list[Notice]:
    notices: list[Notice] = []
    if header is not None and header.missing_seconds > _TOLERANCE_SECONDS:
        notices.append(_truncated(header.missing_seconds))
    if header is not None and header.never_finished:
        notices.append(
            Notice(
                NoticeCode.UNFINISHED,
                "录音没有正常结束，已读取到文件末尾。",
                "The recording was never finished; it was read to the end of the file.",
            )
        )
    if info.rate < TARGET_RATE:
        notices.append(
            Notice(
                NoticeCode.NARROW_BAND,
                f"录音采样率只有 {info.rate} Hz（电话音质），识别会不太准，请核对文字。",
                f"The recording has only {info.rate} Hz (telephone quality); recognition is less "
                "accurate, so check the text.",
            )
        )
    return notices


def _truncated(missing: float | None) -> Notice:
    zh = f"，大约缺 {missing:.1f} 秒" if missing is not None else ""
    en = f"; about {missing:.1f} s are missing" if missing is not None else ""
    return Notice(
        NoticeCode.TRUNCATED,
        f"录音文件不完整{zh}，已识别现有部分。",
        f"The recording is cut off{en}; what is there was read.",
    )


def _quiet() -> Notice:
    return Notice(
        NoticeCode.QUIET,
        "几乎没有声音，请检查麦克风是否静音或离得太远。",
        "There is hardly any sound; check whether the microphone is muted or too far away.",
    )
