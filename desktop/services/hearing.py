"""One recogniser as an ear, and which of two ears is believed, utterance by utterance.

Vosk gives every reading a score: how well sound and language model explain it together. In sales
notes the ear that expects them scores 1 to 80 higher than the ear that knows the whole language; in
any other speech it scores 26 to 81 lower, so that the better score says which kind it was.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.services.audio import TARGET_RATE

GENERAL, EXPECTING = 0, 1
READINGS = 5
"""Alternatives asked of a recogniser; how far they agree on a word is its confidence."""
_MARGIN = 3.0
"""How much worse a second, in the scores of Vosk, the expecting ear may be and still be believed:
it gets the names right even where it stumbles over the rest."""
_SAME_PAUSE = 0.6
"""Seconds between which two ears that ended an utterance mean the same pause."""
_STRETCH = 20.0
"""Seconds that are judged together: ears end at a pause some frames apart, and the silence between
is worth as much as a word, so that a single utterance could be misjudged."""


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds from the start, confidence 0 to 1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said up to a pause; `score` as Vosk gives it, higher is better."""

    words: tuple[Word, ...]
    score: float


class Ear:
    """One recogniser of one model; with a grammar it hears nothing but its words."""

    def __init__(self, model: Any, grammar: str | None = None) -> None:
        import vosk

        made = vosk.KaldiRecognizer
        self._recogniser = made(model, TARGET_RATE, *([grammar] if grammar else []))
        self._recogniser.SetMaxAlternatives(READINGS)
        self._recogniser.SetWords(True)

    def accept(self, pcm: bytes) -> Utterance | None:
        """Take whole samples; the utterance where a pause ended one."""
        if self._recogniser.AcceptWaveform(pcm):
            return _utterance(self._recogniser.Result())
        return None

    def finish(self) -> Utterance | None:
        """What is left at the end."""
        return _utterance(self._recogniser.FinalResult())

    def partial(self) -> str:
        """What is understood of the utterance under way; may still change."""
        return str(json.loads(self._recogniser.PartialResult()).get("partial", ""))


def _utterance(result: str) -> Utterance:
    readings = json.loads(result).get("alternatives", ())
    if not readings:
        return Utterance((), 0.0)
    best = readings[0]
    weights = _weights([float(one["confidence"]) for one in readings])
    words = tuple(
        Word(
            str(word["word"]),
            float(word["start"]),
            float(word["end"]),
            _agreement(word, readings, weights),
        )
        for word in best.get("result", ())
    )
    return Utterance(words, float(best["confidence"]))


def _weights(scores: Sequence[float]) -> list[float]:
    shares = [math.exp(score - max(scores)) for score in scores]
    total = sum(shares)
    return [share / total for share in shares]


def _agreement(
    word: dict[str, Any], readings: Sequence[dict[str, Any]], weights: Sequence[float]
) -> float:
    """The weight of the readings that hear this word at this place."""
    middle = (word["start"] + word["end"]) / 2
    sure = sum(
        weight
        for reading, weight in zip(readings, weights, strict=True)
        if any(
            other["word"] == word["word"] and other["start"] <= middle <= other["end"]
            for other in reading.get("result", ())
        )
    )
    return round(min(1.0, sure), 3)


class Settling:
    """Collects what one or two ears heard and settles it from pause to pause."""

    def __init__(self, ears: int) -> None:
        self._open: list[list[tuple[Utterance, float]]] = [[] for _ in range(ears)]
        self._words: list[Word] = []
        self._since = 0.0
        self.leader = EXPECTING if ears > 1 else GENERAL
        """The ear that was believed last."""

    @property
    def words(self) -> tuple[Word, ...]:
        """What is understood so far, in order; the last of it may still be read otherwise."""
        heard = self._open[self.leader]
        return (*self._words, *(word for said, _ in heard for word in said.words))

    def take(self, ear: int, said: Utterance | None, seconds: float) -> None:
        """What an ear heard up to `seconds` of the sound; None where no utterance ended."""
        if said is None:
            return
        self._open[ear].append((said, seconds))
        ends = [heard[-1][1] for heard in self._open if heard]
        if len(ends) < len(self._open) or max(ends) - self._since < _STRETCH:
            return
        if max(ends) - min(ends) <= _SAME_PAUSE:
            self._settle()

    def end(self) -> tuple[Word, ...]:
        """Settle what is left; all words."""
        self._settle()
        return tuple(self._words)

    def _settle(self) -> None:
        heard = [[said for said, _ in ear] for ear in self._open]
        until = max((at for ear in self._open for _, at in ear), default=self._since)
        self.leader = self._better(heard, until - self._since)
        for said in heard[self.leader]:
            self._words += said.words
        self._since = until
        self._open = [[] for _ in self._open]

    def _better(self, heard: Sequence[Sequence[Utterance]], seconds: float) -> int:
        if len(heard) == 1:
            return GENERAL
        if not any(said.words for ear in heard for said in ear):
            return self.leader
        if not any(said.words for said in heard[EXPECTING]):
            return GENERAL
        scores = [sum(said.score for said in ear) for ear in heard]
        behind = scores[GENERAL] - scores[EXPECTING]
        return GENERAL if behind > _MARGIN * max(seconds, 1.0) else EXPECTING
