"""One spelling and one sound for every text that is compared; pure."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from crm_core.matching.sounds import shipped
from crm_core.variants import simplified

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"))
"""Beginnings that many speakers, and so many input methods, do not tell apart."""

DIGITS = str.maketrans("〇零一二三四五六七八九两", "001234567892")


def plain(text: str) -> str:
    """Half width, simplified, lower case, single blanks, none at the ends.

    >>> plain(" Ａ貿易　(上海) ")
    'a贸易 (上海)'
    """
    if not text.isascii():
        text = simplified(unicodedata.normalize("NFKC", text))
    return " ".join(text.lower().split())


@lru_cache(maxsize=1 << 16)
def sounded(text: str) -> str:
    """The text with every ideograph replaced by one that stands for all of its sound.

    Two texts that sound alike (n/l, z/zh, an/ang told apart by nobody) become equal, and a distance
    between two results counts syllables. Readings are those of single characters: what is compared
    is written down by people who chose another character of the same sound, whatever the phrase.
    """
    return text if text.isascii() else text.translate(_sounds())


def sounded_all(texts: Sequence[str]) -> list[str]:
    """As `sounded`, of many texts at once: a tenth of the time."""
    whole = "\n".join(texts)
    if whole.isascii() or whole.count("\n") != len(texts) - 1:
        return [*map(sounded, texts)]
    import numpy as np

    table = _sounds_in_order()
    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    heard = np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], codes)
    return heard.tobytes().decode("utf-32-le", "surrogatepass").split("\n")


@lru_cache(maxsize=1)
def _sounds_in_order() -> "NDArray[np.uint32]":
    import numpy as np

    table, sounds = np.arange(0x10000, dtype="<u4"), _sounds()
    table[[*sounds]] = [*map(ord, sounds.values())]
    return table


@lru_cache(maxsize=1)
def _sounds() -> dict[int, str]:
    stands_for: dict[str, str] = {}
    table: dict[int, str] = {}
    for char, syllable in shipped().common():
        table[ord(char)] = stands_for.setdefault(_confused(syllable), char)
    return table


def _confused(syllable: str) -> str:
    """The reading without what is confused; lü sounds like lu to many."""
    letters = syllable.replace("v", "u")
    for written, heard in _CONFUSED:
        if letters.startswith(written):
            letters = heard + letters[len(written) :]
    if letters.startswith("l") and len(letters) > 1:
        letters = "n" + letters[1:]
    return letters.removesuffix("g") if letters.endswith(("ang", "eng", "ing")) else letters
