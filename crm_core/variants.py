"""Traditional and simplified characters: two ways to write the same word."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

_FIRST, _LAST = 0x4E00, 0x9FFF


@lru_cache(maxsize=1)
def _simple() -> dict[int, str]:
    """Every traditional character with its simplified one, each for itself."""
    from opencc import OpenCC  # Opening a file does without.

    every = [chr(code) for code in range(_FIRST, _LAST + 1)]
    converted = OpenCC("t2s").convert("\n".join(every)).split("\n")
    pairs = zip(every, converted, strict=True)
    return {ord(char): simple for char, simple in pairs if simple != char and len(simple) == 1}


@lru_cache(maxsize=1)
def _to_traditional() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("s2t")


@lru_cache(maxsize=1)
def _any_traditional() -> re.Pattern[str]:
    """Finds whether there is anything to do: most texts have nothing, and looking is cheaper."""
    return re.compile(f"[{''.join(map(chr, _simple()))}]")


def simplified(text: str) -> str:
    """The text in simplified characters, one for one."""
    if text.isascii() or _any_traditional().search(text) is None:
        return text
    return text.translate(_simple())


def simple_characters() -> str:
    """Every character that `simplified` leaves as it is, of those it knows."""
    known = _simple()
    return "".join(chr(code) for code in range(_FIRST, _LAST + 1) if code not in known)


def spellings(text: str) -> tuple[str, ...]:
    """A word in simplified characters and in the likeliest traditional ones."""
    plain = simplified(text)
    return tuple(dict.fromkeys((plain, _to_traditional().convert(plain), text)))
