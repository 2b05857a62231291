"""Doubt while somebody still speaks: a first probe of what is said, and the whole language early.

A stretch is judged when it ends. Were the whole language asked only then, whoever said something
that nobody expected would wait a third of its length for the words. So three seconds of a live
stretch are heard by a second pair of ears, one told what to expect and one for syllables; where
the words explain them no better than syllables do, the whole language hears the stretch from its
beginning while it goes on, and has only the last of it to hear when it ends. The verdict stays
that of the whole stretch (decision 074).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future

from desktop.services.voice.audio import TARGET_RATE
from desktop.services.voice.hearing import Ear, Utterance, Word

SURE = 14.0
"""So much better a second of speech than its syllables, words are believed without asking."""
PIECE = 8_000
"""Bytes heard at once: a quarter second."""
_SECOND = 2 * TARGET_RATE
_PROBE = 3 * _SECOND
"""Bytes of the probe: of two seconds one recording of other speech in eight passed for a note."""
_BREATH = _SECOND
"""Bytes before the first word that is understood which may belong to it."""


class EarlyDoubt:
    """One stretch of live sound at a time; its ears hear on the `lane`, one after the other."""

    def __init__(
        self,
        lane: Executor,
        probes: Callable[[], tuple[Ear, Ear]],
        general: Callable[[], Ear],
    ) -> None:
        """`probes` lends the told ear and the one for syllables, `general` the whole language;
        both are asked on the lane only, and only where they are needed."""
        self._lane = lane
        self._lend = probes
        self._general = general
        self._probes: tuple[Ear, ...] = ()
        self.begin(0.0)

    def begin(self, at: float) -> None:
        """A stretch begins `at` seconds; what was heard early of the last one is forgotten."""
        self._at = at
        self._spoken: int | None = None
        self._probe: Future[bool] | None = None
        self._heard: list[Future[Utterance | None]] = []
        self._given = 0

    def follow(self, sound: bytearray, *, words: bool) -> None:
        """The stretch so far, of which it only grows; `words` says whether any are understood."""
        if self._spoken is None:
            if words:
                self._spoken = max(0, len(sound) - _BREATH)
            return
        if self._probe is None:
            if len(sound) - self._spoken >= _PROBE:
                said = bytes(sound[self._spoken : self._spoken + _PROBE])
                self._probe = self._lane.submit(self._is_in_doubt, said)
            return
        if self._probe.done() and self._probe.result():
            self._give(sound)

    def rest(self, sound: bytearray) -> Future[list[Utterance]] | None:
        """What the whole language makes of the finished stretch; None where it heard none of it
        so far."""
        if not self._heard:
            return None
        self._give(sound, last=True)
        return self._lane.submit(self._all_of, self._heard)

    def ears(self) -> tuple[Ear, ...]:
        """The ears of the probe, where there was one."""
        return self._probes

    def _give(self, sound: bytearray, *, last: bool = False) -> None:
        if not self._heard:
            self._heard.append(self._lane.submit(self._start, self._at))
        end = len(sound) if last else len(sound) // PIECE * PIECE
        for place in range(self._given, end, PIECE):
            piece = bytes(sound[place : min(place + PIECE, end)])
            self._heard.append(self._lane.submit(self._accept, piece))
        self._given = max(end, self._given)

    def _start(self, at: float) -> None:
        self._general().begin(at)

    def _accept(self, piece: bytes) -> Utterance | None:
        return self._general().accept(piece)

    def _all_of(self, heard: Sequence[Future[Utterance | None]]) -> list[Utterance]:
        """The lane does one thing after the other, so all of `heard` is done by now."""
        said = [one.result() for one in heard]
        return [*(one for one in said if one is not None), self._general().finish()]

    def _is_in_doubt(self, sound: bytes) -> bool:
        self._probes = self._probes or self._lend()
        told, syllables = (heard(ear, sound, 0.0) for ear in self._probes)
        return not is_sure(told, syllables)


def heard(ear: Ear, sound: bytes, at: float) -> list[Utterance]:
    """Everything an ear makes of a whole stretch that begins `at` seconds."""
    ear.begin(at)
    pieces = (sound[place : place + PIECE] for place in range(0, len(sound), PIECE))
    said = [one for piece in pieces if (one := ear.accept(piece)) is not None]
    return [*said, ear.finish()]


def is_sure(told: Sequence[Utterance], syllables: Sequence[Utterance]) -> bool:
    """Whether the words explain the sound so well that they were said, or there is nothing that
    could have been said."""
    spoken = sum(word.end - word.start for word in words_of(told))
    if spoken <= 0:
        return not words_of(syllables)
    return score_of(told) - score_of(syllables) >= SURE * spoken


def words_of(utterances: Sequence[Utterance]) -> tuple[Word, ...]:
    """Their words, in order."""
    return tuple(word for said in utterances for word in said.words)


def score_of(utterances: Sequence[Utterance]) -> float:
    """How well they explain the sound, together."""
    return sum(said.score for said in utterances)
