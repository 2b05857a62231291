"""Which known names an English note speaks of: whole words, pinyin in either order, small slips.

An index of every way to say a name, by its letters without spaces; who of several people is meant
is decided in `english_people`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from crm_core.notes.english_lexicon import EnglishLexicon
from crm_core.notes.lexicon import Lexicon
from crm_core.notes.names import Kind
from crm_core.notes.people import surname_of
from crm_core.notes.pinyin import lazy_pinyin
from crm_core.notes.types import KnownContact, NoteContext

_PART = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+|[0-9]+")
_WORD = re.compile(r"[\u3400-\u9fff]|[A-Za-z\u00c0-\u024f]+|[0-9]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST = 8
"""Words of a note that are tried together as one name."""
_LONGEST_HAN = 24
_SLIPS_FROM = 5
_SHORT_PART = 3


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say a name; `key` is what it stands for, `sure` how much it tells."""

    kind: Kind
    key: str
    parts: tuple[str, ...]
    sure: float
    written: str = ""
    """As it is written in the record, where it is written in letters."""


@dataclass(frozen=True, slots=True)
class Found:
    """A name at `start`..`end`, with all it may stand for, likeliest first."""

    kind: Kind
    start: int
    end: int
    keys: tuple[str, ...]
    sure: float


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    letters: str


class EnglishNames:
    """The index of one context; built once."""

    def __init__(self, lexicon: Lexicon, english: EnglishLexicon, context: NoteContext) -> None:
        self._common = english.common
        self._ways: dict[str, list[Way]] = defaultdict(list)
        self._near: dict[tuple[str, int], list[str]] = defaultdict(list)
        for way in _ways(lexicon, english, context):
            joined = "".join(way.parts)
            if joined not in self._ways and len(joined) >= _SLIPS_FROM:
                self._near[joined[0], len(joined)].append(joined)
            self._ways[joined].append(way)

    def find(self, text: str) -> list[Found]:
        """The names of a text, longest first where they overlap, in order."""
        words = [_Word(one.start(), one.end(), one[0].lower()) for one in _WORD.finditer(text)]
        found = [one for start in range(len(words)) for one in self._from(text, words, start)]
        chosen: list[Found] = []
        taken = bytearray(len(text))
        for one in sorted(
            found, key=lambda f: (f.sure < _NEAR_ONE + 0.01, f.start - f.end, -f.sure)
        ):
            if not any(taken[one.start : one.end]):
                chosen.append(one)
                taken[one.start : one.end] = b"\x01" * (one.end - one.start)
        return sorted(chosen, key=lambda one: one.start)

    def _from(self, text: str, words: list[_Word], start: int) -> Iterator[Found]:
        joined, han = "", bool(_HAN.match(words[start].letters))
        for place in range(start, min(len(words), start + (_LONGEST_HAN if han else _LONGEST))):
            gap = text[words[place - 1].end : words[place].start] if place > start else ""
            if len(gap) > 2 or re.search(r"[,;!?\n，。]|\.\s", gap):
                return
            joined += words[place].letters
            one = self._exact(text, words[start : place + 1], joined)
            one = one or self._slip(words[start : place + 1], joined)
            if one is not None:
                yield one

    def _exact(self, text: str, words: list[_Word], joined: str) -> Found | None:
        ways = [way for way in self._ways.get(joined, ()) if self._fits(text, words, way)]
        if not ways and joined.endswith("s") and len(joined) > _SLIPS_FROM:
            ways = [
                way
                for way in self._ways.get(joined[:-1], ())
                if way.kind is Kind.PRODUCT and self._fits(text, words, way)
            ]
        if not ways:
            return None
        first_name = ways[0].kind is Kind.CONTACT and max(way.sure for way in ways) < _FULL_NAME
        return self._alone(text, words, ways) if first_name else self._of(words, ways, 1.0)

    def _alone(self, text: str, words: list[_Word], ways: list[Way]) -> Found | None:
        """A first name tells of somebody only where no other family name follows."""
        follower = re.match(r" ([A-Za-z]+)", text[words[-1].end :])
        if follower is None or follower[1].lower() in self._common:
            return self._of(words, ways, 1.0)
        if follower[1][0].isupper():
            return None
        if text[words[0].start].isupper():
            return self._of(words, ways, 1.0)
        return self._of(words, ways, _LOWER_CASE)

    def _fits(self, text: str, words: list[_Word], way: Way) -> bool:
        """The words end where parts of the name end, and everyday words look like a name."""
        ends, length = set(), 0
        for part in way.parts:
            length += len(part)
            ends.add(length)
        length, wide = 0, len(words) <= 2 and bool(way.written) and sum(ends) >= 6
        for word in words:
            length += len(word.letters)
            if length not in ends and not wide:
                return False
        if any(word.letters not in self._common for word in words):
            return True
        said = [text[word.start : word.end] for word in words]
        if way.written:
            return " ".join(said) == way.written or (
                len(words) > 1 and way.kind is not Kind.CONTACT
            )
        return len(words) > 1 and all(one[:1].isupper() for one in said)

    def _slip(self, words: list[_Word], joined: str) -> Found | None:
        """One letter other than it should be, two in a long name."""
        if len(joined) < _SLIPS_FROM or not joined.isalpha() or _HAN.search(joined):
            return None
        if len(words) > 4 or any(word.letters in self._common for word in words):
            return None
        allowed = 1 if len(joined) < 10 else 2
        near: list[Way] = []
        for length in range(len(joined) - allowed, len(joined) + allowed + 1):
            for other in self._near.get((joined[0], length), ()):
                gap = OSA.distance(joined, other, score_cutoff=allowed)
                if gap <= allowed:
                    near += [way for way in self._ways[other] if _same_shape(words, way)]
        near = [way for way in near if way.sure >= _WHOLE]
        return self._of(words, near, _NEAR_ONE) if near else None

    def _of(self, words: list[_Word], ways: list[Way], most: float) -> Found:
        best = max(ways, key=lambda way: way.sure)
        alike = [way for way in ways if way.kind is best.kind]
        keys = tuple(dict.fromkeys(way.key for way in sorted(alike, key=lambda w: -w.sure)))
        sure = best.sure * most
        if best.kind is Kind.CONTACT and most < 1:
            sure = min(sure, _OTHER_PERSON)
        return Found(best.kind, words[0].start, words[-1].end, keys, sure)


_NEAR_ONE = 0.75
_WHOLE = 0.9
_FULL_NAME = 0.8
_LOWER_CASE = 0.75
"""Without capitals a word after a first name may be a family name: it is asked about."""
_OTHER_PERSON = 0.5
"""Wang Jian and Wang Jiang are two people: a slip in a person's name is always asked about."""


def _same_shape(words: list[_Word], way: Way) -> bool:
    return abs(len(words) - len(way.parts)) <= max(1, len(way.parts) - 1)


def _ways(lexicon: Lexicon, english: EnglishLexicon, context: NoteContext) -> Iterator[Way]:
    for number, contact in enumerate(context.contacts):
        yield from _contact_ways(f"#{number}", contact, lexicon, english)
    yield from _org_ways(context.orgs, lexicon, english)
    for kind, names in ((Kind.PRODUCT, context.products), (Kind.COMPETITOR, context.competitors)):
        yield from _thing_ways(kind, names)


def parts_of(name: str) -> tuple[str, ...]:
    """A name as it is said in English: pinyin for characters, words in lower case."""
    parts: list[str] = []
    for run in re.finditer(r"[\u3400-\u9fff]+|[A-Za-z\u00c0-\u024f]+|[0-9]+", name):
        han = bool(_HAN.match(run[0]))
        parts += [one.lower() for one in lazy_pinyin(run[0])] if han else [run[0].lower()]
    return tuple(one for one in parts if one)


def surname_sound(name: str, lexicon: Lexicon, english: EnglishLexicon) -> str:
    """欧阳 → ouyang, 曾 → zeng; of a name in letters its last word."""
    if not _HAN.match(name):
        return (parts_of(name) or ("",))[-1]
    surname = surname_of(name, lexicon)
    return english.surname_readings.get(surname) or "".join(lazy_pinyin(surname))


def _contact_ways(
    key: str, contact: KnownContact, lexicon: Lexicon, english: EnglishLexicon
) -> Iterator[Way]:
    name = contact.name.strip()
    if len(name) < 2:
        return
    if not _HAN.match(name):
        parts = parts_of(name)
        yield Way(Kind.CONTACT, key, parts, 1.0, name)
        if len(parts) > 1:
            yield Way(Kind.CONTACT, key, parts[::-1], 0.9, "")
            if len(parts[0]) >= _SHORT_PART:
                yield Way(Kind.CONTACT, key, parts[:1], 0.75, name.split()[0])
        return
    yield Way(Kind.CONTACT, key, tuple(name), 1.0, name)
    family = surname_of(name, lexicon)
    surname = (surname_sound(name, lexicon, english),)
    given = parts_of(name[len(family) :])
    if not given:
        return
    yield Way(Kind.CONTACT, key, surname + given, 0.95)
    yield Way(Kind.CONTACT, key, given + surname, 0.95)
    if len(given) > 1:
        yield Way(Kind.CONTACT, key, given, 0.7)
    title = contact.title.strip()
    if title and _HAN.match(title):
        yield Way(Kind.CONTACT, key, tuple(family + title), 0.9, family + title)
        yield Way(Kind.CONTACT, key, surname + parts_of(title), 0.85)


def _org_ways(orgs: Iterable[str], lexicon: Lexicon, english: EnglishLexicon) -> Iterator[Way]:
    short: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for org in dict.fromkeys(orgs):
        if not _HAN.search(org):
            parts = parts_of(org)
            yield Way(Kind.ORG, org, parts, 1.0, org)
            stem = _without_ending(parts, english)
            short[stem].append(org) if stem != parts else None
            continue
        yield Way(Kind.ORG, org, tuple(re.sub(r"\s", "", org)), 1.0, org)
        yield Way(Kind.ORG, org, parts_of(org), 0.95)
        kind = next((one for one in lexicon.org_suffixes if org.endswith(one)), "")
        stem = parts_of(org[: len(org) - len(kind)])
        if len(stem) > 1 and kind:
            short[stem].append(org)
            for words in english.org_kinds.get(kind, ()):
                yield Way(Kind.ORG, org, (*stem, *words.split()), 0.95)
    for stem, whole in short.items():
        sure = 0.8 if len("".join(stem)) >= _SLIPS_FROM else 0.65
        for org in whole if len("".join(stem)) >= _SHORT_PART else ():
            yield Way(Kind.ORG, org, stem, sure, "" if _HAN.search(org) else " ".join(stem))


def _without_ending(parts: tuple[str, ...], english: EnglishLexicon) -> tuple[str, ...]:
    for ending in english.org_endings:
        words = tuple(ending.split())
        if len(parts) > len(words) and parts[-len(words) :] == words:
            return parts[: -len(words)]
    return parts


def _thing_ways(kind: Kind, names: Iterable[str]) -> Iterator[Way]:
    latin: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        if not _HAN.search(name):
            parts = parts_of(name)
            yield Way(kind, name, parts, 1.0, name)
            if len(parts) > 1 and len(parts[0]) > _SHORT_PART and kind is Kind.PRODUCT:
                latin[parts[0]].append(name)
            continue
        yield Way(kind, name, tuple(_PART.findall(name.lower())), 1.0, name)
        yield Way(kind, name, parts_of(name), 0.95)
        for part in re.findall(r"[A-Za-z]{3,}", name):
            latin[part.lower()].append(name)
    for part, owners in latin.items():
        for name in owners:
            yield Way(kind, name, (part,), 0.7 if len(owners) == 1 else 0.5, part)
