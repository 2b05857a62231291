"""Which ears listen, and which is believed: the told one in notes, the general one elsewhere."""

from collections.abc import Iterator, Sequence

import pytest

from desktop.services.voice.hearing import Ear, Utterance, Word
from desktop.services.voice.listening import OneEar, Stretch, ToldFirst

SECOND = bytes(32_000)


def said(text: str, score: float, *, seconds: float = 1.0) -> Utterance:
    words = text.split()
    return Utterance(tuple(Word(one, 0.0, seconds / len(words), 1.0) for one in words), score)


NOTHING = Utterance((), 0.0)


def stretch(told: Utterance, syllables: Utterance, seconds: float) -> Stretch:
    made = Stretch(0.0)
    made.take(told, syllables, seconds)
    return made


@pytest.mark.parametrize(
    ("told", "syllables", "sure"),
    [
        (said("卞店长 要 三箱", 400.0, seconds=4.0), said("便 电 长", 340.0), True),
        (said("护士 框 发", 400.0, seconds=4.0), said("富 士 康", 350.0), False),
        (NOTHING, said("富 士 康", 350.0), False),
        (NOTHING, NOTHING, True),
    ],
)
def test_words_are_believed_where_they_are_much_better_than_syllables(
    told: Utterance, syllables: Utterance, *, sure: bool
) -> None:
    assert stretch(told, syllables, 4.0).is_sure == sure


@pytest.mark.parametrize(
    ("told", "general", "other"),
    [
        (said("便 店长 说", 400.0), said("必定 找出", 380.0), False),
        (said("项 勇 要", 298.0), said("项羽 要 背", 300.0), False),
        (said("大学生 力 用", 340.0), said("大学生 利用 漏洞", 370.0), True),
        (NOTHING, said("你好", 50.0), True),
        (said("你好", 50.0), NOTHING, False),
    ],
)
def test_in_doubt_the_reading_that_explains_the_sound_better_stays(
    told: Utterance, general: Utterance, *, other: bool
) -> None:
    assert stretch(told, NOTHING, 5.0).is_other_speech([general]) == other


def test_a_stretch_ends_at_a_pause_both_ears_heard() -> None:
    made = Stretch(0.0)
    made.take(said("一", 1.0), said("一", 1.0), 8.0)
    assert not made.is_over, "too short to be judged"
    made.take(said("二", 1.0), None, 21.0)
    assert not made.is_over
    made.take(None, said("二", 1.0), 21.5)
    assert made.is_over


class Scripted(Ear):
    """An ear that ends an utterance at every tenth second, with the next words of its script."""

    def __init__(self, script: Sequence[Utterance]) -> None:
        self.script: Iterator[Utterance] = iter(script)
        self.begun: list[float] = []
        self.seconds = 0
        self.grammar = None

    def begin(self, at: float = 0.0) -> None:
        self.begun.append(at)

    def accept(self, pcm: bytes) -> Utterance | None:
        before, self.seconds = self.seconds, self.seconds + len(pcm)
        pause = self.seconds // 320_000 > before // 320_000
        return next(self.script, NOTHING) if pause else None

    def finish(self) -> Utterance:
        return NOTHING

    def partial(self) -> str:
        return "…"


class Probe(Scripted):
    """An ear that says all of its script when three seconds were heard."""

    def accept(self, pcm: bytes) -> None:
        self.seconds += len(pcm)

    def finish(self) -> Utterance:
        return next(self.script, NOTHING)


def sure(text: str) -> tuple[Utterance, Utterance]:
    return said(text, 800.0), said("音", 700.0)


def doubtful(text: str) -> tuple[Utterance, Utterance]:
    return said(text, 700.0), said("音", 699.0)


def listener(
    heard: Sequence[tuple[Utterance, Utterance]], general: Sequence[Utterance]
) -> tuple[ToldFirst, list[Scripted]]:
    lent: list[Scripted] = []

    def lend() -> Scripted:
        lent.append(Scripted(general))
        return lent[-1]

    def probes() -> tuple[Scripted, Scripted]:
        first, second = (Probe(one[:1]) for one in zip(*heard, strict=True))
        return first, second

    told, syllables = (Scripted(script) for script in zip(*heard, strict=True))
    return ToldFirst(told, syllables, lend, probes), lent


def texts(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


@pytest.mark.parametrize("live", [True, False])
def test_the_whole_language_is_not_asked_while_words_are_sure(*, live: bool) -> None:
    first, lent = listener([sure("卞店长"), sure("三箱"), sure("周五")], [])
    for _ in range(35):
        first.hear(SECOND, live=live)
    assert first.so_far() == (first.so_far()[0], "…")
    assert texts(first.so_far()[0]) == "卞店长 三箱 周五"
    assert texts(first.end()) == "卞店长 三箱 周五"
    assert lent == []


@pytest.mark.parametrize("live", [True, False])
def test_other_speech_is_heard_by_the_general_ear_alone_for_a_minute(*, live: bool) -> None:
    heard = [doubtful("护士"), doubtful("框发"), sure("报价"), sure("三箱")]
    general = [said("富士康", 900.0), *(said(str(n), 900.0) for n in range(20))]
    first, lent = listener(heard, general)
    for _ in range(21):
        first.hear(SECOND, live=live)
    for _ in range(100):
        first.hear(SECOND, live=live)
        if live and first._doubt:
            first._doubt[1].result()
        if live and first._other:
            first._other[-1].result()
    words = texts(first.end())
    assert words.startswith("富士康 0 1 ")
    assert words.endswith("报价 三箱"), "what is expected is tried again"
    assert lent[0].begun[0] == 0.0
    assert len(lent) == 1
    assert len(first.ears()) == (5 if live else 3), "with those of the probe"


def test_doubt_shows_early_and_leaves_little_to_hear_at_the_end() -> None:
    first, lent = listener([doubtful("护士")], [said("富士康", 900.0)])
    for _ in range(5):
        first.hear(SECOND, live=True)
    probe = first._early._probe
    assert probe is not None
    assert probe.result()
    for _ in range(6):
        first.hear(SECOND, live=True)
    assert first._early._given == 11 * len(SECOND)
    assert texts(first.end()) == "富士康"
    assert lent[0].seconds == 11 * len(SECOND), "once, not twice"
    assert lent[0].begun == [0.0]
    assert len(first.ears()) == 5


def test_a_recording_is_not_probed() -> None:
    first, _ = listener([doubtful("护士")], [said("富士康", 900.0)])
    for _ in range(9):
        first.hear(SECOND, live=False)
    assert first._early._probe is None
    first.end()


def test_a_stretch_in_doubt_may_still_be_what_was_expected() -> None:
    first, lent = listener([doubtful("项勇"), doubtful("要")], [said("项羽", 500.0)])
    for _ in range(15):
        first.hear(SECOND, live=True)
    assert texts(first.end()) == "项勇"
    assert len(lent) == 1


def test_nobody_pauses_for_a_minute_and_it_is_judged_all_the_same() -> None:
    class Breathless(Scripted):
        def accept(self, pcm: bytes) -> None:
            del pcm

    told, syllables = Breathless([]), Breathless([])
    first = ToldFirst(told, syllables, lambda: Scripted([]), lambda: (Scripted([]), Scripted([])))
    for _ in range(200):
        first.hear(SECOND, live=False)
    assert len(first._stretch.sound) < 60 * len(SECOND)
    assert first.end() == ()


def test_one_ear_alone_is_believed() -> None:
    one = OneEar(Scripted([said("你好", 1.0)]))
    for _ in range(12):
        one.hear(SECOND, live=True)
    assert one.so_far() == (one.end(), "…")
    assert texts(one.end()) == "你好"
