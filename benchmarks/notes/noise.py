"""Text as a small Mandarin recogniser writes it: no punctuation, words split, homophones, fillers.

The shares are those counted in the `asr` half of the public sample: of a hundred characters 17 are
wrong, 13 of them by another character of the same syllable.
"""

import random
from functools import cache

from crm_core.notes.pinyin import coarse, lazy_pinyin
from tests.crm_core.notes.note_sentences import spoken_numbers

_SAME, _ALIKE, _OTHER, _LOST = 0.126, 0.013, 0.03, 0.007
_FILLER = 0.025
_FILLERS = ("呃", "嗯", "就是", "那个")
_NUMERALS = frozenset("零一二两三四五六七八九十百千万亿点")
_LENGTHS = (1, 2, 2, 2, 3, 1, 2, 2, 1, 2)


def noised(text: str, dice: random.Random) -> str:
    """The text as heard; the same for the same dice."""
    words: list[str] = []
    plain = spoken_numbers("".join(char for char in text if char not in "，。！？、；：“”"))
    heard = "".join(_heard(char, dice) for char in plain)
    place = 0
    while place < len(heard):
        length = dice.choice(_LENGTHS)
        words.append(heard[place : place + length])
        place += length
        if dice.random() < _FILLER:
            words.append(dice.choice(_FILLERS))
    return " ".join(words)


def _heard(char: str, dice: random.Random) -> str:
    if not "\u4e00" <= char <= "\u9fff":
        return char
    luck = dice.random() * (3 if char in _NUMERALS else 1)
    if luck < _LOST:
        return ""
    exact, alike, ends = _characters()
    sound = lazy_pinyin(char)[0]
    for share, pool in (
        (_LOST + _SAME, exact.get(sound)),
        (_LOST + _SAME + _ALIKE, alike.get(coarse(sound))),
        (_LOST + _SAME + _ALIKE + _OTHER, ends.get(sound[-2:])),
    ):
        if luck < share:
            return dice.choice(pool) if pool else char
    return char


@cache
def _characters() -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[str]]]:
    """The characters of GB 2312 by syllable, by confusable syllable and by its end."""
    exact: dict[str, list[str]] = {}
    alike: dict[str, list[str]] = {}
    ends: dict[str, list[str]] = {}
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            char = bytes((high, low)).decode("gb2312", errors="ignore")
            if not char:
                continue
            sound = lazy_pinyin(char)[0]
            exact.setdefault(sound, []).append(char)
            alike.setdefault(coarse(sound), []).append(char)
            ends.setdefault(sound[-2:], []).append(char)
    return exact, alike, ends
