"""Makes resources/lexicons/sounds.txt from pypinyin: python -m tests.crm_core.sounds_made"""

from collections import defaultdict
from pathlib import Path
from typing import Any

from pypinyin import Style
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.core import Pinyin

PATH = Path(__file__).parents[2] / "resources" / "lexicons" / "sounds.txt"


_apart: Any = list
"""Keeps every character without a reading by itself; pypinyin's hints know functions to text."""


def made() -> str:
    """The text of the file."""
    convert = Pinyin()._converter.convert

    def read(word: str) -> tuple[str, ...]:
        return tuple(x for [x] in convert(word, Style.NORMAL, False, _apart, strict=True))

    chars: dict[str, list[str]] = defaultdict(list)
    single = {chr(code): read(chr(code))[0] for code in sorted(PINYIN_DICT)}
    for char, syllable in single.items():
        chars[syllable].append(char)
    lines = [f"{syllable} {''.join(chars[syllable])}" for syllable in sorted(chars)]
    phrases = []
    for phrase in sorted(PHRASES_DICT):
        sounds = read(phrase)
        plain = tuple(single.get(char, char) for char in phrase)
        phrases.append(phrase if sounds == plain else f"{phrase} {' '.join(sounds)}")
    return "\n".join([*lines, "", *phrases, ""])


if __name__ == "__main__":
    PATH.write_text(made(), encoding="utf-8")
