"""The few sentences of a conversation that matter (row 3.11), taken from it word for word.

Extractive on purpose: nothing is said here that was not said there.
"""

import re
from collections.abc import Iterable

from crm_core.notes.types import FieldGuess, NoteFields, Span

_SENTENCE = re.compile(r"(?:[^。！？；\n!?;.]|\.(?!\s|$)|(?<=\b(?:Mr|Ms|Dr))\.|(?<=\b(?:Mrs))\.)+")
_WEIGHTS = {
    "promise": 4.0,
    "objection": 3.0,
    "concern": 3.0,
    "budget": 2.5,
    "next": 2.5,
    "stage": 1.5,
    "quantity": 1.5,
    "competitor": 1.0,
    "product": 0.5,
    "sentiment": 0.5,
}


def key_points(text: str, fields: NoteFields, limit: int = 3) -> tuple[Span, ...]:
    """At most `limit` sentences that carry the most, in the order of the conversation.

    `fields` are what the parser read from the same `text`; a sentence without any is no key point.
    """
    scored = []
    for match in _SENTENCE.finditer(text):
        weight = _weight(fields.guesses, match.start(), match.end())
        if weight > 0:
            scored.append((weight, _trimmed(text, match.start(), match.end())))
    best = sorted(scored, key=lambda one: (-one[0], one[1].start))[:limit]
    return tuple(sorted((span for _, span in best), key=lambda one: one.start))


def _weight(guesses: Iterable[FieldGuess], start: int, end: int) -> float:
    return sum(
        _WEIGHTS.get(guess.name, 0.0) * guess.confidence
        for guess in guesses
        if guess.span is not None and start <= guess.span.start < end
    )


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    left = len(words) - len(words.lstrip())
    return Span(start + left, start + len(words.rstrip()))
