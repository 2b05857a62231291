"""One recogniser as an ear: sound in, utterances with words, times and confidences out.

Which ears listen to what, and which of them is believed, is decided in `listening`.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.services.voice.audio import TARGET_RATE

READINGS = 5
"""Alternatives asked of a recogniser; how far they agree on a word is its confidence."""
_BYTES_PER_SECOND = 2 * TARGET_RATE


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
    """One recogniser of one model; with a grammar it hears nothing but its words.

    Used again for other sound it needs half the time: a recogniser makes the states of its graph
    as it meets them, and keeps them.
    """

    def __init__(self, model: Any, grammar: str | None = None) -> None:
        import vosk

        made = vosk.KaldiRecognizer
        self.grammar = grammar
        self._recogniser = made(model, TARGET_RATE, *([grammar] if grammar else []))
        self._recogniser.SetMaxAlternatives(READINGS)
        self._recogniser.SetWords(True)
        self._heard = 0.0
        self._shift = 0.0

    def begin(self, at: float = 0.0) -> None:
        """Forget what was left open; what comes next begins `at` seconds of its recording."""
        self._recogniser.FinalResult()
        self._shift = at - self._heard

    def accept(self, pcm: bytes) -> Utterance | None:
        """Take whole samples; the utterance where a pause ended one."""
        self._heard += len(pcm) / _BYTES_PER_SECOND
        if self._recogniser.AcceptWaveform(pcm):
            return self._utterance(self._recogniser.Result())
        return None

    def finish(self) -> Utterance:
        """What is left at the end."""
        return self._utterance(self._recogniser.FinalResult())

    def partial(self) -> str:
        """What is understood of the utterance under way; may still change."""
        return str(json.loads(self._recogniser.PartialResult()).get("partial", ""))

    def _utterance(self, result: str) -> Utterance:
        readings = json.loads(result).get("alternatives", ())
        if not readings:
            return Utterance((), 0.0)
        best = readings[0]
        weights = _weights([float(one["confidence"]) for one in readings])
        words = tuple(
            Word(
                str(word["word"]),
                round(float(word["start"]) + self._shift, 3),
                round(float(word["end"]) + self._shift, 3),
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
