"""Pinyin keys of Chinese text: syllables, initials, order, and how typed letters split."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from crm_core.matching.sounds import shipped


def is_han(char: str) -> bool:
    """Whether the character is a Chinese ideograph."""
    return "㐀" <= char <= "鿿"


SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "任": "ren",
    "朴": "piao", "盖": "ge", "乐": "yue", "覃": "qin", "秘": "bi", "缪": "miao", "种": "chong",
    "冼": "xian", "召": "shao", "繁": "po", "员": "yun", "黑": "he", "折": "she", "华": "hua",
    "燕": "yan", "宁": "ning", "尉": "wei", "翟": "zhai", "柏": "bai", "卜": "bu", "纪": "ji",
}  # fmt: skip
"""Characters that are read in another way as a surname."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a name sounds: its toneless syllables, and the first letters of everything in it."""

    syllables: tuple[str, ...]
    """One for each ideograph."""
    initials: str
    """Letters and digits stay themselves (`A座` → `az`)."""


@lru_cache(maxsize=4096)
def reading(text: str) -> Reading:
    """Read a name; phrases decide between the readings of a character (银行 → yin hang)."""
    syllables: list[str] = []
    initials = ""
    for char, part in _sounds(text):
        if char.isalnum():
            initials += part[0]
            if is_han(char):
                syllables.append(part)
    return Reading(tuple(syllables), initials.lower())


def sort_key(text: str) -> str:
    """What a text is put in order by: its sound, then U+0001, then itself in lower case.

    Compared code point by code point. Letters, digits and signs stay where they stand among the
    syllables (`A座` → `a zuo`); U+0001 lies below the space, so 陈 comes before 陈光.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    spoken = "".join([char if part == char else f" {part} " for char, part in _sounds(folded)])
    return f"{' '.join(spoken.split())}\x01{text.lower()}"


@lru_cache(maxsize=4096)
def _sounds(text: str) -> tuple[tuple[str, str], ...]:
    """Every character with its syllable; one without a reading stands for itself.

    Kept, because a name written is put in order and indexed for search by the same sounds.
    """
    return tuple(zip(text, shipped().of(text), strict=True))


@lru_cache(maxsize=1)
def known_syllables() -> frozenset[str]:
    """Every toneless syllable of the language."""
    return shipped().syllables


def split_letters(letters: str, *, limit: int = 6) -> list[list[str]]:
    """Ways to read typed letters as syllables, the last one perhaps unfinished.

    `wangm` → [["wang", "m"]]; at most `limit` readings, fewest syllables first.
    """
    known, prefixes = known_syllables(), _syllable_prefixes()
    found: list[list[str]] = []
    dead: set[int] = set()  # Places nothing can be read from; else some input takes for ever.

    def walk(start: int, parts: list[str]) -> None:
        if len(found) >= limit * 4 or start in dead:
            return
        before = len(found)
        rest = letters[start:]
        if rest in prefixes:
            found.append([*parts, rest])
        for size in range(min(6, len(rest) - 1), 0, -1):
            if rest[:size] in known:
                walk(start + size, [*parts, rest[:size]])
        if len(found) == before:
            dead.add(start)

    if letters and len(letters) <= 40:
        walk(0, [])
    return sorted(found, key=len)[:limit]


@lru_cache(maxsize=1)
def _syllable_prefixes() -> frozenset[str]:
    return frozenset(s[:size] for s in known_syllables() for size in range(1, len(s) + 1))
