"""Hearing a sentence again from its sounds: the likeliest words of a sales note that sound so.

A noisy channel: how easily a recogniser writes this for that (first from the shares in the public
sample, then raised until correct words were left alone), times how likely the words follow one
another. What is no note at all stays as it was heard. Names are found before, by `names`; dates,
sums and the rest are read afterwards.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crm_core.notes.phrase_model import NUMBER, START, UNIT, PhraseModel
from crm_core.notes.pinyin import coarse, distance, syllables

_NUMERALS = frozenset("0123456789零〇一二两三四五六七八九十百千万亿")
_RIGHT, _SAME, _ALIKE, _OTHER, _FARTHER = 0.19, 3.3, 4.8, 5.4, 3.5
"""Costs of a character heard rightly, as a homophone, as a confusable one, as another; the last for
every unit of `pinyin.distance` besides."""
_STRANGE, _STRANGE_WORD, _GENERAL = 7.0, 2.0, 7.0
"""Cost of a character that belongs to no word of notes, of the first of a stretch of them besides,
and of a whole word of the language at large."""
_NUMERAL = 4.8
"""Cost of a numeral that was heard as something that sounds the same."""
_BY_SOUND = {
    sound: numeral
    for sound, numeral in zip(
        (
            "ling",
            "yi",
            "er",
            "liang",
            "san",
            "si",
            "wu",
            "liu",
            "qi",
            "ba",
            "jiu",
            "shi",
            "bai",
            "qian",
            "wan",
        ),
        "零一二两三四五六七八九十百千万",
        strict=True,
    )
}
_DIGIT = "[一二两三四五六七八九]"
_PAIR = "(?:一两|两三|三四|三五|四五|五六|六七|七八|八九)"
_SECTION = rf"(?:{_DIGIT}千零?)?(?:{_DIGIT}百零?)?(?:{_DIGIT}?十)?{_DIGIT}?"
_WELL_FORMED = re.compile(
    rf"(?=.)(?:{_SECTION}万零?)?{_SECTION}|{_PAIR}[十百千万]万?|{_DIGIT}?十{_PAIR}|{_PAIR}"
)
_DIGITS = 8
"""Characters of the longest number that is put right."""
_UNIT_DOUBT = 2.0
"""A unit that was not heard as such costs so much more: after 一 almost anything is one."""
_FARTHEST = 0.65
_BEAM = 7
_FURTHEST = 24
"""Characters that one number or one name may have at most."""
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class _Step:
    """One way to have got here: words up to a place, the last of them, and what they cost."""

    cost: float
    last: str
    before: "_Step | None"
    start: int
    words: str


@lru_cache(maxsize=1)
def general_words() -> frozenset[str]:
    """Words of the language at large, which may well be meant where they are heard."""
    from pypinyin.phrases_dict import phrases_dict

    return frozenset(word for word in phrases_dict if 2 <= len(word) <= 4)


class Rehearing:
    """Finds the likeliest reading of heard syllables; built once, immutable."""

    def __init__(self, model: PhraseModel, units: Sequence[str]) -> None:
        self._model = model
        self._units = frozenset(units)
        self._general = general_words()
        self._by_sound: dict[tuple[str, ...], list[tuple[str, list[str]]]] = defaultdict(list)
        for word in sorted(model.words | self._units):
            if word[0] in _NUMERALS and len(word) == 1:
                continue
            sounds = syllables(word)
            if len(sounds) != len(word) or len(word) > _LONGEST:
                continue
            keys = [coarse(one) for one in sounds]
            for form in {tuple(keys), *_with_gaps(keys)}:
                self._by_sound[form].append((word, sounds))

    def read(self, chars: str, fixed: Sequence[str]) -> str:
        """`chars` with misheard words put right, as many characters as before.

        `fixed` gives for every character the mark of the name it belongs to, or "".
        """
        sounds = syllables(chars)
        note = _Heard(chars, fixed, sounds, [coarse(one) for one in sounds])
        steps: list[dict[str, _Step]] = [{} for _ in range(len(chars) + 1)]
        steps[0][START] = _Step(0.0, START, None, 0, "")
        for place in range(len(chars)):
            if not steps[place]:
                continue
            best = sorted(steps[place].values(), key=lambda one: one.cost)[:_BEAM]
            for end, word, token, cost in self._ways(note, place):
                for step in best:
                    self._offer(steps[end], step, place, word, token, cost)
        final = min(steps[-1].values(), key=lambda one: one.cost, default=None)
        return _spelled(final) if final is not None else chars

    def _offer(
        self, at: dict[str, _Step], step: _Step, place: int, word: str, token: str, cost: float
    ) -> None:
        if token:
            total = step.cost + cost - self._model.after(step.last, token)
        else:
            total = step.cost + cost + (_STRANGE_WORD if step.last else 0.0)
        known = at.get(token)
        if known is None or total < known.cost:
            at[token] = _Step(total, token, step, place, word)

    def _ways(self, note: "_Heard", place: int) -> Iterator["_Way"]:
        """What may stand from `place` on."""
        mark = note.fixed[place]
        if mark:
            end = note.end_of(place, lambda at: note.fixed[at] == mark)
            yield end, note.chars[place:end], mark, 0.0
            return
        if note.chars[place] in _NUMERALS:
            end = note.end_of(place, lambda at: note.chars[at] in _NUMERALS and not note.fixed[at])
            yield end, note.chars[place:end], NUMBER, 0.0
        yield from self._of_numerals(note, place)
        yield place + 1, note.chars[place], "", _STRANGE
        free = note.end_of(place, lambda at: not note.fixed[at])
        yield from self._at_large(note, place, free)
        for end in range(place + 1, min(free, place + _LONGEST) + 1):
            yield from self._of_notes(note, place, end)

    def _of_numerals(self, note: "_Heard", place: int) -> Iterator["_Way"]:
        """Numbers with numerals in them that only sound so: 糁十 → 三十, 一百儿 → 一百二; never
        one without a numeral that was heard."""
        read, wrong = "", 0
        for end in range(place + 1, min(len(note.chars), place + _DIGITS) + 1):
            char = note.chars[end - 1]
            numeral = char if char in _NUMERALS else _BY_SOUND.get(note.sounds[end - 1], "")
            if not numeral or note.fixed[end - 1]:
                return
            read, wrong = read + numeral, wrong + (numeral != char)
            believable = 0 < wrong < len(read) and 2 * wrong <= max(2, len(read))
            if believable and _WELL_FORMED.fullmatch(read):
                yield end, read, NUMBER, wrong * _NUMERAL

    def _at_large(self, note: "_Heard", place: int, free: int) -> Iterator["_Way"]:
        for end in range(place + 2, min(free, place + 4) + 1):
            if note.chars[place:end] in self._general:
                yield end, note.chars[place:end], "", _GENERAL

    def _of_notes(self, note: "_Heard", place: int, end: int) -> Iterator["_Way"]:
        heard = note.keys[place:end]
        found = {
            word: own
            for form in (tuple(heard), *_with_gaps(heard))
            for word, own in self._by_sound.get(form, ())
        }
        for word, own in found.items():
            cost = _misheard(word, own, note.chars[place:end], note.sounds[place:end])
            if math.isfinite(cost):
                counted = word in self._units
                doubt = _UNIT_DOUBT if counted and cost > _UNIT_DOUBT else 0.0
                yield end, word, UNIT if counted else word, cost + doubt


_Way = tuple[int, str, str, float]
"""Where a word ends, the word, its token in the model ("" for none), its cost."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A note as it was heard, character by character."""

    chars: str
    fixed: Sequence[str]
    sounds: Sequence[str]
    keys: Sequence[str]

    def end_of(self, place: int, holds: Callable[[int], bool]) -> int:
        """The first place from `place` on for which it does not hold, or the furthest that is
        looked at: a page of one kind is read in linear time."""
        last = min(len(self.chars), place + _FURTHEST)
        while place < last and holds(place):
            place += 1
        return place


def _with_gaps(keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The same with any one syllable left open; of one or two, too little would be left."""
    if len(keys) < 3:
        return
    for place in range(len(keys)):
        yield (*keys[:place], "", *keys[place + 1 :])


def _misheard(word: str, own: Sequence[str], chars: str, sounds: Sequence[str]) -> float:
    """What it costs to have heard these characters for `word`; infinite where it cannot be."""
    cost = 0.0
    for letter, sound, char, heard in zip(word, own, chars, sounds, strict=False):
        if letter == char:
            cost += _RIGHT
        elif sound == heard:
            cost += _SAME
        else:
            gap = distance(sound, heard)
            if gap > _FARTHEST or char in _NUMERALS:
                return math.inf
            cost += _ALIKE if coarse(sound) == coarse(heard) else _OTHER + _FARTHER * gap
    return cost


def _spelled(step: _Step | None) -> str:
    words: list[str] = []
    while step is not None:
        words.append(step.words)
        step = step.before
    return "".join(reversed(words))
