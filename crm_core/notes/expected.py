"""What a rep is about to say, as sentences for a recogniser that can be told what to expect.

Patterns of sales notes are filled with the names of the local replica, so that a small general
model hears 卞店长 and 裂隙灯 where it would hear 必定 and 列席. Pure: which words a model knows,
and how it is told, belongs to whoever runs it.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

from crm_core.notes.expressions import (
    said_count,
    said_date,
    said_discount,
    said_span,
    said_sum,
)
from crm_core.notes.lexicon import Lexicon
from crm_core.notes.people import spoken_forms
from crm_core.notes.types import NoteContext

_SLOT = re.compile(r"\{([a-z])\}")
_ROUNDS = 3
"""How often each pattern is filled: enough for every pair of words to be met with other names."""
_ALONE = 2
"""How often each name stands by itself besides, so that a rare one can follow any word."""
MOST_PEOPLE, MOST_ORGS, MOST_PRODUCTS = 1500, 800, 800
"""Names beyond these are not expected: every name makes all the others a little less likely."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence as pieces: literal words, or the letter of a slot."""

    pieces: tuple[tuple[str, bool], ...]
    """Each with whether it is a slot."""


class Phrasebook:
    """The patterns of sales notes; built once, filled for one context after another."""

    def __init__(self, patterns: Sequence[Pattern], lexicon: Lexicon) -> None:
        self._patterns = tuple(patterns)
        self._lexicon = lexicon

    def sentences(self, context: NoteContext, *, seed: int = 7) -> Iterator[tuple[str, ...]]:
        """Sentences with the names of `context`, in pieces; the same for the same arguments.

        A name also comes by itself, as does every everyday word and every word learnt.
        """
        dice = random.Random(seed)
        names = self._names(context)
        fill = self._fillers(names, dice)
        for _ in range(_ROUNDS):
            for pattern in self._patterns:
                yield tuple(fill[piece]() if slot else piece for piece, slot in pattern.pieces)
        for pool in names.values():
            for name in pool:
                for _ in range(_ALONE):
                    yield (name,)
        for learnt in context.learnt:
            yield from [(learnt.meant,)] * _ALONE
        for word in sorted(self._lexicon.spoken):
            yield (word,)

    def _names(self, context: NoteContext) -> dict[str, tuple[str, ...]]:
        people = [
            form
            for one in context.contacts[:MOST_PEOPLE]
            for form in spoken_forms(one, self._lexicon)
        ]
        return {
            "c": tuple(dict.fromkeys(people)),
            "o": context.orgs[:MOST_ORGS],
            "p": context.products[:MOST_PRODUCTS],
            "k": context.competitors,
        }

    def _fillers(
        self, names: dict[str, tuple[str, ...]], dice: random.Random
    ) -> dict[str, Callable[[], str]]:
        units = self._lexicon.units
        found: dict[str, Callable[[], str]] = {
            "m": lambda: said_sum(dice),
            "n": lambda: said_count(units, dice),
            "d": lambda: said_date(dice),
            "x": lambda: said_discount(dice),
            "w": lambda: said_span(dice),
        }
        for letter, pool in names.items():
            found[letter] = _in_turn(pool, dice)
        return found


def load_phrasebook(lexicon: Lexicon) -> Phrasebook:
    """Read the patterns that ship with the product."""
    file = resources.files("resources").joinpath("lexicons", "utterances.txt")
    lines = file.read_text(encoding="utf-8").splitlines()
    return Phrasebook([parse_pattern(one) for one in lines if one and one[0] != "#"], lexicon)


def parse_pattern(line: str) -> Pattern:
    """`{c}要{n}{p}` → pieces; punctuation is not spoken and goes."""
    plain = re.sub(r"[，、；：！？。\s]", "", line)
    pieces: list[tuple[str, bool]] = []
    for place, piece in enumerate(_SLOT.split(plain)):
        if piece:
            pieces.append((piece, place % 2 == 1))
    return Pattern(tuple(pieces))


def _in_turn(pool: Sequence[str], dice: random.Random) -> Callable[[], str]:
    """Every name once before any comes twice; nothing where there is none."""
    waiting: list[str] = []

    def following() -> str:
        if not pool:
            return ""
        if not waiting:
            waiting.extend(pool)
            dice.shuffle(waiting)
        return waiting.pop()

    return following
