"""What the wording of a note as a whole leans to, where no pattern says so: objections, stage,
sentiment.

A linear model over pairs and triples of characters and of their sounds (names, sums and dates are
one sign each), which holds for wordings no list foresees and for characters a recogniser got wrong.
Its weights are data (`resources/lexicons/leanings.txt`), learnt by `python -m
benchmarks.notes.learning`; decision 079 says how it was judged. Patterns stay the first to speak:
`signals` decides, this adds what they missed and drops what the whole wording speaks against.
"""

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from crm_core.notes.pinyin import coarse, lazy_pinyin
from crm_core.notes.segments import MARKS

SCALE = 32
"""Weights are whole numbers of this part."""
NONE = "none"
"""The value of a note that says nothing of a stage or a feeling."""
_SIGNS = "POKCDMQF"
"""What stands for the marks of a board, in their order; letters of the note are small."""
_LONGEST = 400
"""Characters up to which a text is a note of one call; longer ones say too much at once."""
_ENOUGH = 20
"""Characters from which on the wording can speak against a pattern; 再考虑一下 stands alone."""
_CHARACTERS, _SOUNDS = (1, 2, 3), (2, 3)

Found = tuple[str, int, int]
"""A value and the stretch that gave it away."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From which probability on a value is added, and below which one found is dropped: none,
    where nothing is said."""

    add: float
    drop: float = 0.0
    instead: float = 1.0
    """Another value takes the place of one dropped from here on."""


OBJECTION = Limits(add=0.4)
"""One said in so many words is never dropped: where nothing was learnt from, that gains nothing."""
STAGE = Limits(add=0.45, drop=0.02, instead=0.3)
SENTIMENT = Limits(add=0.6)


@dataclass(frozen=True, slots=True)
class _Sign:
    """A character or a run of marks, with its place on the board."""

    char: str
    sound: str
    start: int
    end: int


class Leaning:
    """What one note leans to."""

    def __init__(
        self, length: int, scores: Mapping[str, float], places: Mapping[str, tuple[int, int]]
    ) -> None:
        """`length`: characters of the note; `scores`: log odds by label (`stage=won`); `places`:
        the stretch that speaks most for it."""
        self._says_enough = length >= _ENOUGH
        self._odds = {label: _chance(score) for label, score in scores.items()}
        self._places = places

    def chance(self, kind: str, value: str) -> float:
        """How likely the note says so, 0..1; values of a stage or feeling exclude each other."""
        own = self._odds.get(f"{kind}={value}", 0.0)
        if f"{kind}={NONE}" not in self._odds:
            return own
        return own / sum(odds for label, odds in self._odds.items() if label.startswith(kind))

    def likeliest(self, kind: str) -> tuple[str, float]:
        """The value said most likely, with its chance; "" where nothing is known."""
        values = [label.partition("=")[2] for label in self._odds if label.startswith(f"{kind}=")]
        said = [(self.chance(kind, one), one) for one in values if one != NONE]
        chance, value = max(said, default=(0.0, ""))
        return value, chance

    def place(self, kind: str, value: str) -> tuple[int, int]:
        """The stretch that speaks most for it."""
        return self._places.get(f"{kind}={value}", (0, 0))

    def objections(self, found: Sequence[Found], denied: Container[str] = ()) -> list[Found]:
        """Those found and those the wording speaks for; none of the `denied`."""
        kept = list(found)
        had = {one[0] for one in found}
        for label in self._odds:
            kind, _, value = label.partition("=")
            if kind != "objection" or value in had or value in denied:
                continue
            if self.chance(kind, value) > OBJECTION.add:
                kept.append((value, *self.place(kind, value)))
        return kept

    def only(
        self, kind: str, found: Found | None, limits: Limits, denied: Container[str] = ()
    ) -> Found | None:
        """The one value of a kind: the one found, or where there is none or the wording speaks
        against it the likeliest, if likely enough and not `denied`."""
        if found is not None and self._kept(kind, found[0], limits):
            return found
        value, chance = self.likeliest(kind)
        enough = limits.add if found is None else limits.instead
        if chance > enough and value not in denied:
            return (value, *self.place(kind, value))
        return None

    def _kept(self, kind: str, value: str, limits: Limits) -> bool:
        return not self._says_enough or self.chance(kind, value) >= limits.drop


class Leanings:
    """The weights; immutable once read."""

    def __init__(self, text: str) -> None:
        """`text`: the labels with their constant weights in a line, then a line for each feature
        with the number of each label it speaks for or against and how much."""
        head, *lines = text.splitlines() or [""]
        pairs = [one.rsplit(":", 1) for one in head.split()]
        self._labels = [label for label, _ in pairs]
        self._constant = [int(weight) for _, weight in pairs]
        self._weights: dict[str, bytes] = {}
        for line in lines:
            feature, _, weights = line.rpartition("\t")
            self._weights[feature] = bytes(
                number
                for pair in weights.split()
                for label, _, weight in [pair.partition(":")]
                for number in (int(label), int(weight) + 128)
            )

    def read(self, mask: str) -> Leaning:
        """What a note leans to; to nothing where it is empty or too long."""
        if not mask or len(mask) > _LONGEST or not self._labels:
            return Leaning(0, {}, {})
        scores = list(self._constant)
        spoken: dict[int, tuple[int, int, int]] = {}
        for feature, (start, end) in features(mask).items():
            row = self._weights.get(feature, b"")
            for label, shifted in zip(row[::2], row[1::2], strict=True):
                weight = shifted - 128
                scores[label] += weight
                if weight > spoken.get(label, (0,))[0]:
                    spoken[label] = (weight, start, end)
        return Leaning(
            len(mask),
            {label: score / SCALE for label, score in zip(self._labels, scores, strict=True)},
            {self._labels[number]: (start, end) for number, (_, start, end) in spoken.items()},
        )


def features(mask: str) -> dict[str, tuple[int, int]]:
    """The features of a board's mask, each with the first stretch that shows it."""
    row = list(signs(mask))
    found: dict[str, tuple[int, int]] = {}
    for prefix, lengths, texts, glue in (
        ("c", _CHARACTERS, [one.char for one in row], ""),
        ("s", _SOUNDS, [one.sound for one in row], " "),
    ):
        for length in lengths:
            for place in range(len(row) - length + 1):
                feature = prefix + glue.join(texts[place : place + length])
                stretch = (row[place].start, row[place + length - 1].end)
                found.setdefault(feature, stretch)
    return found


def signs(mask: str) -> Iterator[_Sign]:
    """The characters of a mask, a run of one mark as one sign, between a sign for either end."""
    yield _Sign("^", "^", 0, 0)
    place = 0
    while place < len(mask):
        char, end = mask[place], place + 1
        if MARKS.match(char):
            while end < len(mask) and mask[end] == char:
                end += 1
            sign = _SIGNS[ord(char) - 0xE001]
            yield _Sign(sign, sign, place, end)
        else:
            yield _Sign(char.lower(), _sound(char.lower()), place, end)
        place = end
    yield _Sign("$", "$", len(mask), len(mask))


@lru_cache(maxsize=8192)
def _sound(char: str) -> str:
    return coarse(lazy_pinyin(char)[0]) if "\u4e00" <= char <= "\u9fff" else char


def _chance(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, score))))


@lru_cache(maxsize=1)
def load_leanings() -> Leanings:
    """The weights that ship with the product."""
    file = resources.files("resources").joinpath("lexicons", "leanings.txt")
    return Leanings(file.read_text(encoding="utf-8"))
