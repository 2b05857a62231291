"""How well this machine keeps up with a speech model, measured on a recording and said in words."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.services.cancelling import CancelToken
from desktop.services.voice.audio import AudioFile
from desktop.services.voice.models import ModelStore
from desktop.services.voice.recognition import Expected, open_recogniser

EASY, FITTING, BARELY = 0.4, 0.8, 1.0
"""Seconds of work a second of speech: below the first there is room for a large model; from the
last on words fall behind while one speaks."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a trial took, in seconds."""

    model_id: str
    large: bool
    sound: float
    loading: float
    work: float
    text: str = ""

    @property
    def factor(self) -> float:
        """The real-time factor: seconds of work a second of speech."""
        return self.work / self.sound if self.sound else 0.0

    @property
    def sentence(self) -> tuple[str, str]:
        """What that means and what to do, in Chinese and English."""
        chinese, english = _verdict(self.factor, large=self.large)
        figure = f"{self.factor:.2f}"
        return (
            f"1 秒语音需要 {figure} 秒处理，加载模型 {self.loading:.1f} 秒。{chinese}",
            f"One second of speech takes {figure} s of work; loading took {self.loading:.1f} s. "
            f"{english}",
        )


def try_out(
    store: ModelStore,
    model_id: str,
    sound: Path,
    token: CancelToken,
    *,
    expected: Expected | None = None,
    now: Callable[[], float] = time.perf_counter,
) -> Pace:
    """Load a model and let it hear a recording as dictation would: a quarter second at a time,
    told what is `expected` as it would be then.

    Raises Cancelled, AudioError, or KnownError like `Recogniser.load`.
    """
    begun = now()
    recogniser = open_recogniser(store, model_id)
    recogniser.tell(expected)
    session = recogniser.open_session(expected)
    loaded = now()
    heard = 0.0
    with AudioFile(sound) as audio:
        for block in audio.blocks():
            for at in range(0, len(block.pcm), 8_000):
                token.check()
                session.feed(block.pcm[at : at + 8_000])
            heard = block.end
    text = session.finish().text
    return Pace(model_id, store.spec(model_id).large, heard, loaded - begun, now() - loaded, text)


def _verdict(factor: float, *, large: bool) -> tuple[str, str]:
    if factor <= EASY and not large:
        return (
            "这台电脑很轻松，内存充足（8 GB 以上）时可以试试更准的大模型。",
            "This computer keeps up easily; with 8 GB of memory or more the large model, which "
            "is more accurate, may be worth a try.",
        )
    if factor <= FITTING:
        return (
            "这台电脑跟得上，说完马上出字。",
            "This computer keeps up: the words are there when you stop speaking.",
        )
    if factor <= BARELY:
        return (
            "勉强跟得上，同时运行别的程序时会慢；"
            + ("建议改用小模型。" if large else "请少开程序。"),
            "It barely keeps up and falls behind when other programs work; "
            + ("use the small model." if large else "close what you do not need."),
        )
    return (
        "跟不上：说完后还要等一会儿才出字，录音不会丢。"
        + ("请改用小模型。" if large else "请关闭其他程序，或先录音、稍后再识别。"),
        "It does not keep up: the words come some time after you stop; nothing said is lost. "
        + (
            "Use the small model."
            if large
            else "Close other programs, or record now and recognise later."
        ),
    )
