"""Telling a recogniser what to expect, in the words that its model knows.

A model knows a fixed list of words; sentences are split into the longest of them, numbers into
single numerals (so that any number can be heard, not only those met before), and a character it
does not know is stood in for by one that sounds the same, tone and all. Vosk makes a bigram model
of the result. Which sentences those are is decided in `crm_core.notes.expected`.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

_LONGEST = 6
_NUMERALS = frozenset("零〇一二三四五六七八九十百千万亿点半两")
_COUNTED = frozenset("号月天年点周日个台箱盒套件万千百十块元")
_RUN = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z]+")
_WEEKDAY = re.compile(r"(?:下下|下|本|这|上)?(?:周|星期|礼拜)[一二三四五六日天]")


class Vocabulary:
    """The words of one model; `knows` says whether a word is one of them."""

    def __init__(self, knows: Callable[[str], bool]) -> None:
        self._knows = lru_cache(maxsize=200_000)(knows)
        self._stand_ins: dict[str, str] | None = None
        self._syllables: str | None = None
        self.split = lru_cache(maxsize=100_000)(self._split)

    def grammar(self, sentences: Iterable[tuple[str, ...]]) -> str | None:
        """The sentences as Vosk takes them (a JSON list); None where the model knows no word."""
        split = self.split
        lines = (
            " ".join(word for piece in sentence for word in split(piece)) for sentence in sentences
        )
        known = [line for line in lines if line]
        return json.dumps(known, ensure_ascii=False) if known else None

    def syllables(self) -> str | None:
        """Every syllable with its tone, as Vosk takes sentences; None where the model knows none:
        it speaks another language."""
        if self._syllables is None:
            self._syllables = json.dumps(sorted(set(self._by_tone().values())), ensure_ascii=False)
        return self._syllables if self._syllables != "[]" else None

    def _split(self, text: str) -> tuple[str, ...]:
        """The words of a text, longest first; what cannot be said with this model is left out."""
        found: list[str] = []
        for run in _RUN.findall(text):
            place = 0
            while place < len(run):
                word = self._word_at(run, place)
                if word:
                    found.append(word)
                    place += len(word)
                    continue
                stand_in = self._stand_in(run[place])
                found += [stand_in] if stand_in else []
                place += 1
        return tuple(found)

    def _word_at(self, run: str, place: int) -> str:
        for length in range(min(_LONGEST, len(run) - place), 0, -1):
            word = run[place : place + length]
            if (length == 1 or not _is_figure(word)) and self._knows(word):
                return word
        return ""

    def _stand_in(self, char: str) -> str:
        return self._by_tone().get(_tone(char), "") if "\u4e00" <= char <= "\u9fff" else ""

    def _by_tone(self) -> dict[str, str]:
        if self._stand_ins is None:
            self._stand_ins = _by_tone(self._knows)
        return self._stand_ins


def _is_figure(word: str) -> bool:
    """Whether the word counts something, and so is better heard numeral by numeral.

    五百, 三月 and 第二 do; 一直 and 下周三 do not.
    """
    if _WEEKDAY.fullmatch(word):
        return False
    if any(char in _NUMERALS for char in word[1:]):
        return True
    return word[0] in _NUMERALS and word[1] in _COUNTED


def _by_tone(knows: Callable[[str], bool]) -> dict[str, str]:
    """One known character for every syllable with its tone, the commoner ones first."""
    found: dict[str, str] = {}
    loose: dict[str, list[str]] = defaultdict(list)
    for char in _everyday_hanzi():
        if knows(char):
            sound = _tone(char)
            found.setdefault(sound, char)
            loose[sound.rstrip("1234")].append(char)
    for plain, chars in loose.items():
        for tone in "1234":
            found.setdefault(plain + tone, chars[0])
    return found


def _everyday_hanzi() -> Iterable[str]:
    """The characters of GB 2312, the common ones (by pinyin) before the rest (by radical)."""
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            char = bytes((high, low)).decode("gb2312", errors="ignore")
            if char:
                yield char


def _tone(char: str) -> str:
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(char, style=Style.TONE3)[0]
