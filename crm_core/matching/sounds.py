"""How Chinese text sounds: pypinyin's dictionary and its cutting into words, in little memory.

pypinyin keeps its 47,000 phrases as lists of lists with tones, 55 MB in a process that only wants
to know that 银行 is "yin hang". Here lie the toneless readings of characters, the phrases, and the
readings of those phrases that single characters do not give; a test holds every one of them, and
text made of them, against pypinyin. The file is made by `python -m tests.crm_core.sounds_made`.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

_FIRST, _LAST = 0x3400, 0x9FFF
"""Where nearly all ideographs lie."""
_PAIRS, _SPREAD = 1 << 19, 31 * 277
_HAN = r"〇㐀-䶿一-鿿豈-\ufaff\U00020000-\U000323af"


class Sounds:
    """A dictionary of readings; once read, nothing it says changes."""

    def __init__(self, text: str) -> None:
        """`text`: a line for each syllable with its characters, an empty one, then the phrases in
        order, each with its reading where single characters read otherwise."""
        chars, _, phrases = text.partition("\n\n")
        self._syllables = [""]
        self._common = array("H", bytes(2 * (_LAST - _FIRST + 1)))
        self._rare: dict[str, int] = {}
        for line in chars.splitlines():
            syllable, _, written = line.partition(" ")
            self._syllables.append(syllable)
            for char in written:
                self._read_as(char, len(self._syllables) - 1)
        self._heard: dict[str, str] = {}
        self._pairs = bytearray(_PAIRS)
        """Where 1 stands, phrases may begin with two such characters: most pairs begin none."""
        self._longest = array("B", bytes(_LAST - _FIRST + 1))
        self._special: dict[str, tuple[str, ...]] = {}
        self._order = tuple(self._phrases(phrases))
        self._known = frozenset(self._order)

    @property
    def syllables(self) -> frozenset[str]:
        """Those of common characters."""
        return frozenset(self._syllables[n] for n in self._common[0x4E00 - _FIRST :] if n)

    def common(self) -> Iterator[tuple[str, str]]:
        """Ideographs in order, each with its reading."""
        for place, number in enumerate(self._common):
            if number:
                yield chr(_FIRST + place), self._syllables[number]

    def char(self, char: str) -> str:
        """The reading of one character; itself where it has none."""
        code = ord(char)
        number = self._common[code - _FIRST] if _FIRST <= code <= _LAST else self._rare.get(char, 0)
        return self._syllables[number] if number else char

    def of(self, text: str) -> list[str]:
        """A syllable for each character; one without a reading stands for itself."""
        if text.isascii():
            return list(text)
        found: list[str] = []
        for run in _runs().finditer(text):
            if run.lastgroup:
                self._read(run[0], found)
            else:
                found += self._heard_of(run[0])
        return found

    def _heard_of(self, text: str) -> list[str]:
        """The reading of each character alone; those that occur are kept."""
        heard = self._heard
        try:
            return [heard[char] for char in text]
        except KeyError:
            heard.update((char, self.char(char)) for char in text)
            return [heard[char] for char in text]

    def _read_as(self, char: str, number: int) -> None:
        code = ord(char)
        if _FIRST <= code <= _LAST:
            self._common[code - _FIRST] = number
        else:
            self._rare[char] = number

    def _phrases(self, text: str) -> Iterator[str]:
        for line in text.splitlines():
            phrase, _, reading = line.partition(" ")
            if reading:
                self._special[phrase] = tuple(reading.split())
            code = ord(phrase[0])
            self._pairs[code * _SPREAD + ord(phrase[1]) & _PAIRS - 1] = 1
            place = code - _FIRST
            self._longest[place] = max(self._longest[place], len(phrase))
            yield phrase

    def _read(self, text: str, found: list[str]) -> None:
        """Read ideographs: the longest phrase at each place, or else the character there."""
        heard, codes, end = self._heard_of(text), [*map(ord, text)], len(text)
        start, last = 0, end - 1
        while start < last:
            pair = codes[start] * _SPREAD + codes[start + 1] & _PAIRS - 1
            size = self._size(text, start, codes[start]) if self._pairs[pair] else 1
            if not size:
                break
            special = self._special.get(text[start : start + size]) if size > 1 else None
            found += special or heard[start : start + size]
            start += size
        found += heard[start:]

    def _size(self, text: str, start: int, code: int) -> int:
        """How long the longest phrase at a place is, or 1; 0 where the text ends within a phrase:
        pypinyin then reads what is left character by character."""
        longest = self._longest[code - _FIRST] if _FIRST <= code <= _LAST else 0
        left = len(text) - start
        for size in range(min(longest, left), 1, -1):
            if text[start : start + size] in self._known:
                return size
        if left < longest:
            rest = text[start:]
            place = bisect_left(self._order, rest)
            if place < len(self._order) and self._order[place].startswith(rest):
                return 0
        return 1


@lru_cache(maxsize=1)
def shipped() -> Sounds:
    """The dictionary that ships; read when it is first wanted."""
    path = resources.files("resources") / "lexicons" / "sounds.txt"
    return Sounds(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _runs() -> re.Pattern[str]:
    """What is ideographs and what is not; for whoever reads, not for whoever only opens a file."""
    return re.compile(rf"(?P<han>[{_HAN}]+)|[^{_HAN}]+")
