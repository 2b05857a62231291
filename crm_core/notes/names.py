"""Finding known names in a note by their sound: an index of pinyin, and its best matches.

Knows nothing about what a name means; who of several contacts is meant is decided in `people`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from crm_core.notes.pinyin import CONFUSED, coarse, distance, syllables

_INSERTED, _LOST = 0.6, 0.75
_OTHER_CHARACTER, _FIRM = 0.02, 0.3
_LIMIT_SHORT_PERSON = 0.1
_LIMIT_BY_LENGTH = {1: 0.0, 2: 0.17, 3: 0.28}
_LIMIT_LONG = 0.36
_LIMIT_ORG = 0.3
_LIMIT_TYPED, _LIMIT_TYPED_SHORT = 0.12, 0.03
_SURNAME_GAP = 0.4
"""How far what was heard may be from a family name and still be that name."""
_MANY = 1000
"""Aliases above which the index looks for pairs of syllables."""


class Kind(StrEnum):
    """What a name names."""

    CONTACT = "contact"
    ORG = "org"
    PRODUCT = "product"
    COMPETITOR = "competitor"


@dataclass(frozen=True, slots=True)
class Alias:
    """One way to say a name; `keys` are what it may stand for, best known first."""

    kind: Kind
    text: str
    keys: tuple[str, ...]
    sounds: tuple[str, ...]
    exact: bool = False
    """Too short to be trusted by sound alone: the characters themselves must be there."""
    surname: int = 0
    """Syllables of the family name it begins with."""


@dataclass(frozen=True, slots=True)
class Match:
    """An alias heard at `start`..`end`; `cost` is the mean distance per syllable (0: the same)."""

    alias: Alias
    start: int
    end: int
    cost: float
    nameless: bool = False
    """A person whose family name was not heard: 国庆 for 屠国庆."""
    colleague: bool = False
    """A person of an organisation named beside."""

    @property
    def gain(self) -> float:
        """Long and clean matches first."""
        return len(self.alias.sounds) * (1.0 - 4.5 * self.cost)


def make_alias(kind: Kind, text: str, keys: Iterable[str], *, exact: bool = False) -> Alias:
    """An alias with its sounds worked out."""
    return Alias(kind, text, tuple(keys), tuple(syllables(text)), exact)


def sound_gap(one: Alias, other: Alias) -> float:
    """How far two names of equal length are apart by sound, all syllables together; else
    infinite."""
    if len(one.sounds) != len(other.sounds):
        return math.inf
    return sum(distance(a, b) for a, b in zip(one.sounds, other.sounds, strict=True))


class NameIndex:
    """Where in a list of syllables the known names may be; built once per context.

    Few names are found by any one syllable they share with the note; many (a whole replica) by a
    pair of syllables, side by side or with one between, so that the time a note takes stays small.
    """

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._aliases = tuple(alias for alias in aliases if alias.sounds)
        self._many = len(self._aliases) > _MANY
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, alias in enumerate(self._aliases):
            for place, key in _keys([coarse(one) for one in alias.sounds], pairs=self._many):
                self._postings[key].append((number, place))

    def matches(
        self, chars: str, sounds: list[str], firm: list[bool], *, heard: bool
    ) -> list[Match]:
        """Every acceptable match; `heard` text (from a recogniser) may differ more than typed.

        `firm` characters make sense as they stand (预算, 五万) and are not lightly read as a name.
        """
        votes: dict[tuple[int, int], int] = defaultdict(int)
        for position, key in _keys([coarse(one) for one in sounds], pairs=self._many):
            for number, place in self._postings.get(key, ()):
                votes[number, position - place] += 1
        return self._align(_Text(chars, sounds, firm), votes, heard=heard)

    def _promising(self, alias: Alias, votes: int) -> bool:
        length = len(alias.sounds)
        if self._many:
            return votes >= (1 if length < 4 else 2)
        return 3 * votes >= length + (length == 2)

    def _align(
        self, text: "_Text", votes: dict[tuple[int, int], int], *, heard: bool
    ) -> list[Match]:
        best: dict[tuple[int, int], Match] = {}
        for (number, diagonal), count in votes.items():
            alias = self._aliases[number]
            if not self._promising(alias, count):
                continue
            match = _best_alignment(alias, text, diagonal)
            if match is None or match.cost > _limit(alias, heard=heard):
                continue
            if alias.exact and text.chars[match.start : match.end] != alias.text:
                continue
            key = (number, match.end)
            if key not in best or match.gain > best[key].gain:
                best[key] = match
        return sorted(best.values(), key=lambda one: (-one.gain, one.start))


def _keys(sounds: list[str], *, pairs: bool) -> Iterator[tuple[int, str]]:
    """The index keys of a list of coarse syllables, each with the place where it starts."""
    if not pairs or len(sounds) == 1:
        yield from enumerate(sounds)
        return
    for gap in (1, 2):
        for place in range(len(sounds) - gap):
            yield place, f"{sounds[place]} {gap} {sounds[place + gap]}"


def choose(matches: Iterable[Match]) -> list[Match]:
    """The best matches that do not overlap, in the order of the text."""
    taken: list[Match] = []
    for match in sorted(matches, key=lambda one: (-one.gain, one.start)):
        if all(match.end <= other.start or other.end <= match.start for other in taken):
            taken.append(match)
    return sorted(taken, key=lambda one: one.start)


@dataclass(frozen=True, slots=True)
class _Text:
    """The note as the index sees it."""

    chars: str
    sounds: list[str]
    firm: list[bool]

    def price(self, at: int, sound: str, letter: str) -> float:
        """What it costs to read the character at `at` as `letter`."""
        if self.chars[at] == letter:
            return 0.0
        return distance(sound, self.sounds[at]) + (_FIRM if self.firm[at] else _OTHER_CHARACTER)


def _limit(alias: Alias, *, heard: bool) -> float:
    if not heard:
        # 司机 is no 石基; who types a homophone still means the name.
        short = len(alias.sounds) == 2 and alias.kind is not Kind.CONTACT
        return _LIMIT_TYPED_SHORT if short else _LIMIT_TYPED
    if alias.kind is Kind.CONTACT and len(alias.sounds) == 2:
        return _LIMIT_SHORT_PERSON
    longest = _LIMIT_ORG if alias.kind is Kind.ORG else _LIMIT_LONG
    return _LIMIT_BY_LENGTH.get(len(alias.sounds), longest)


def _best_alignment(alias: Alias, text: _Text, diagonal: int) -> Match | None:
    """Align the alias with the text around one diagonal; the ends of the text are free."""
    slack = 1 if len(alias.sounds) > 2 else 0
    low = max(0, diagonal - slack)
    high = min(len(text.sounds), diagonal + len(alias.sounds) + slack)
    if low >= high:
        return None
    row = [(0.0, start) for start in range(low, high + 1)]
    for place, sound in enumerate(alias.sounds):
        letter = alias.text[place]
        fresh = [(row[0][0] + _LOST, row[0][1])]
        for column in range(1, len(row)):
            at = low + column - 1
            price = text.price(at, sound, letter)
            fresh.append(
                min(
                    (row[column - 1][0] + price, row[column - 1][1]),
                    (row[column][0] + _LOST, row[column][1]),
                    (fresh[column - 1][0] + _INSERTED, fresh[column - 1][1]),
                )
            )
        row = fresh
    column = min(range(len(row)), key=lambda one: row[one][0])
    cost, start = row[column]
    if start >= low + column:
        return None
    end = low + column
    nameless = not _surname_heard(alias, text, start, end)
    return Match(alias, start, end, cost / len(alias.sounds), nameless)


def _surname_heard(alias: Alias, text: _Text, start: int, end: int) -> bool:
    """Where a syllable of the whole was lost, it may have been the family name."""
    heard = text.sounds[start : start + alias.surname]
    furthest = _SURNAME_GAP if end - start >= len(alias.sounds) else CONFUSED
    gaps = (distance(a, b) for a, b in zip(alias.sounds, heard, strict=False))
    return len(heard) == alias.surname and all(gap <= furthest for gap in gaps)
