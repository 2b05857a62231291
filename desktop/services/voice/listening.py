"""Which ears listen to a stretch of sound, and which of them is believed.

An ear that is told what to expect gets the names of a sales note right and hears such notes in
everything else, too. Beside it an ear listens that knows nothing but single syllables. It costs
little, and how much better the words explain the sound than mere syllables do says whether they
are the words that were said: 15 to 39 a second of speech in notes, in the scores of Vosk, and 1 to
11 in other speech. Only a stretch in doubt is heard once more, with the whole language, and then
that reading stays which explains it better (decision 044).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from desktop.services.voice.audio import TARGET_RATE
from desktop.services.voice.doubting import PIECE, EarlyDoubt, heard, is_sure, score_of, words_of
from desktop.services.voice.hearing import Ear, Utterance, Word

_MARGIN = 3.0
"""How much worse a second than the whole language the told ear may be and still be believed:
it gets the names right even where it stumbles over the rest."""
_SAME_PAUSE = 0.6
"""Seconds between which two ears that ended an utterance mean the same pause."""
_STRETCH = 20.0
"""Seconds that are judged together: ears end at a pause some frames apart, and the silence between
is worth as much as a word, so that a single utterance could be misjudged."""
_LONGEST = 60.0
"""Seconds after which a stretch is judged though nobody paused."""
_REST = 60.0
"""Seconds for which the told ear rests after something it did not know."""


class Listener(Protocol):
    """Hears one recording from its beginning to its end; used from one thread at a time."""

    def hear(self, pcm: bytes, *, live: bool) -> None:
        """Take whole samples; sound that comes `live` must not wait for doubts to be settled."""

    def so_far(self) -> tuple[tuple[Word, ...], str]:
        """The words understood, the last of which may be read otherwise later, and the text of
        the utterance under way."""

    def end(self) -> tuple[Word, ...]:
        """All words; nothing is taken afterwards."""

    def ears(self) -> tuple[Ear, ...]:
        """The ears that listened, which may listen to something else after `end`."""


class OneEar:
    """The whole language, where nothing is expected or the model cannot be told."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._ear.begin()
        self._words: list[Word] = []

    def hear(self, pcm: bytes, *, live: bool) -> None:  # noqa: ARG002 - it never has doubts
        """As `Listener` says."""
        said = self._ear.accept(pcm)
        self._words += said.words if said else ()

    def so_far(self) -> tuple[tuple[Word, ...], str]:
        """As `Listener` says."""
        return tuple(self._words), self._ear.partial()

    def end(self) -> tuple[Word, ...]:
        """As `Listener` says."""
        self._words += self._ear.finish().words
        return tuple(self._words)

    def ears(self) -> tuple[Ear, ...]:
        """As `Listener` says."""
        return (self._ear,)


class Stretch:
    """Sound that is judged together, and what the told ear and the one for syllables made of it."""

    def __init__(self, at: float) -> None:
        self.at = self.until = at
        self.sound = bytearray()
        self.told: list[Utterance] = []
        self.syllables: list[Utterance] = []
        self._pauses = [0.0, 0.0]

    @property
    def words(self) -> tuple[Word, ...]:
        """What the told ear understood."""
        return words_of(self.told)

    @property
    def is_over(self) -> bool:
        """Whether it is long enough to be judged, and both ears ended at its last pause."""
        first, last = min(self._pauses), max(self._pauses)
        return first > 0 and last - self.at >= _STRETCH and last - first <= _SAME_PAUSE

    @property
    def is_sure(self) -> bool:
        """Whether the words explain the sound so well that they were said, or there is nothing
        that could have been said."""
        return is_sure(self.told, self.syllables)

    def take(self, told: Utterance | None, syllables: Utterance | None, until: float) -> None:
        """What the ears heard up to `until`; None where no utterance ended."""
        self.until = until
        for ear, (kept, said) in enumerate(((self.told, told), (self.syllables, syllables))):
            if said is not None:
                kept.append(said)
                self._pauses[ear] = until

    def is_other_speech(self, general: Sequence[Utterance]) -> bool:
        """Whether the whole language explains it better than what was expected."""
        if not words_of(general):
            return False
        if not self.words:
            return True
        behind = score_of(general) - score_of(self.told)
        return behind > _MARGIN * max(self.until - self.at, 1.0)


class ToldFirst:
    """What is expected, with the whole language for stretches in doubt.

    Doubts are settled on a thread of their own, so that live sound need not wait for it, and where
    they show early (`doubting`), while the stretch goes on. After a stretch of other speech the
    whole language alone listens for a minute.
    """

    def __init__(
        self,
        told: Ear,
        syllables: Ear,
        general: Callable[[], Ear],
        probes: Callable[[], tuple[Ear, Ear]],
    ) -> None:
        self._told, self._syllables = told, syllables
        self._lend = general
        self._general: Ear | None = None
        self._lane = ThreadPoolExecutor(1, "listening")
        self._early = EarlyDoubt(self._lane, probes, self._ear)
        self._seconds = 0.0
        self._words: list[Word] = []
        self._doubt: tuple[Stretch, Future[list[Utterance]]] | None = None
        self._other: list[Future[Utterance | None]] = []
        self._other_until = 0.0
        self._under_way = ""
        self._begin()

    def hear(self, pcm: bytes, *, live: bool) -> None:
        """As `Listener` says."""
        self._seconds += len(pcm) / (2 * TARGET_RATE)
        if self._other:
            self._hear_other(pcm, live=live)
            return
        self._stretch.sound += pcm
        self._stretch.take(self._told.accept(pcm), self._syllables.accept(pcm), self._seconds)
        if live:
            words = bool(self._stretch.told or self._told.partial())
            self._early.follow(self._stretch.sound, words=words)
        if self._doubt is not None and self._doubt[1].done():
            self._decide()
        if self._other:
            return
        if self._seconds - self._stretch.at >= _LONGEST:
            self._stretch.take(self._told.finish(), self._syllables.finish(), self._seconds)
            self._judge(live=live)
        elif self._stretch.is_over:
            self._judge(live=live)

    def so_far(self) -> tuple[tuple[Word, ...], str]:
        """As `Listener` says."""
        words = [*self._words]
        if self._other:
            done = [one for one in self._other if one.done()]
            words += (word for one in done for word in _words(one.result()))
            return tuple(words), self._under_way
        words += self._doubt[0].words if self._doubt is not None else ()
        return (*words, *self._stretch.words), self._told.partial()

    def end(self) -> tuple[Word, ...]:
        """As `Listener` says."""
        if not self._other:
            self._stretch.take(self._told.finish(), self._syllables.finish(), self._seconds)
            self._judge(live=False, last=True)
        if self._other:
            self._other.append(self._lane.submit(self._ear().finish))
            self._collect()
        self._lane.shutdown()
        return tuple(self._words)

    def ears(self) -> tuple[Ear, ...]:
        """As `Listener` says."""
        general = (self._general,) if self._general else ()
        return (self._told, self._syllables, *self._early.ears(), *general)

    def _begin(self) -> None:
        self._told.begin(self._seconds)
        self._syllables.begin(self._seconds)
        self._stretch = Stretch(self._seconds)
        self._early.begin(self._seconds)

    def _judge(self, *, live: bool, last: bool = False) -> None:
        """Believe the stretch, or have it heard once more; then go on with the next one."""
        if self._doubt is not None:
            self._decide()
            if self._other:
                return
        stretch, self._stretch = self._stretch, Stretch(self._seconds)
        sure = stretch.is_sure
        again = None if sure else self._early.rest(stretch.sound)
        self._early.begin(self._seconds)
        if sure:
            self._words += stretch.words
            return
        again = again or self._lane.submit(self._again, bytes(stretch.sound), stretch.at)
        self._doubt = (stretch, again)
        if not live:
            self._decide(last=last)

    def _decide(self, *, last: bool = False) -> None:
        """Settle the stretch in doubt; where it was other speech, so is what came since."""
        if self._doubt is None:
            return
        stretch, again = self._doubt
        self._doubt = None
        general = again.result()
        if not stretch.is_other_speech(general):
            self._words += stretch.words
            return
        self._words += words_of(general)
        if not last:
            self._other_until = self._seconds + _REST
            self._other = [self._lane.submit(self._start_other, self._stretch.at)]
            self._hear_other(bytes(self._stretch.sound), live=True)

    def _hear_other(self, pcm: bytes, *, live: bool) -> None:
        heard = self._other[-1]
        if self._seconds >= self._other_until and heard.done() and heard.result() is not None:
            self._collect()
            self._seconds -= len(pcm) / (2 * TARGET_RATE)
            self._begin()
            self.hear(pcm, live=live)
            return
        for at in range(0, len(pcm), PIECE):
            piece = pcm[at : at + PIECE]
            self._other.append(self._lane.submit(self._listen, piece, live=live))
        if not live:
            self._other[-1].result()

    def _collect(self) -> None:
        for one in self._other:
            self._words += _words(one.result())
        self._other = []
        self._under_way = ""

    def _again(self, sound: bytes, at: float) -> list[Utterance]:
        """A stretch heard with the whole language."""
        return heard(self._ear(), sound, at)

    def _start_other(self, at: float) -> None:
        self._ear().begin(at)

    def _listen(self, pcm: bytes, *, live: bool) -> Utterance | None:
        ear = self._ear()
        said = ear.accept(pcm)
        if live:
            self._under_way = ear.partial()
        return said

    def _ear(self) -> Ear:
        if self._general is None:
            self._general = self._lend()
        return self._general


def _words(said: Utterance | None) -> tuple[Word, ...]:
    return said.words if said is not None else ()
