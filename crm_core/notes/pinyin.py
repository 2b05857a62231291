"""Toneless pinyin: one syllable per character, and how alike two syllables sound (0 = the same).

The confusions are those of Mandarin dialects and small recognisers: n/l, zh/z, an/ang, in/ing…
Nothing here knows about notes or names.
"""

import re
from functools import lru_cache

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")
_RUNS = re.compile(r"(?P<hanzi>[\u4e00-\u9fff]+)|[^\u4e00-\u9fff]+")
_FLAT = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l"}
_NEAR_INITIALS = tuple(
    frozenset(group.split())
    for group in ("z c s", "j q x", "b p", "d t", "g k h", "m l", "f h", "y w", "z j", "c q", "s x")
)
_NEAR_FINALS = tuple(
    frozenset(group.split())
    for group in (
        "an ian uan",
        "a ia ua",
        "e ie ve ue o uo",
        "ou iu u",
        "en in un",
        "ao iao",
        "ai uai ei ui",
        "ong iong en",
        "i v in ie",
        "ou ong",
        "ao ou",
        "ian ie in",
    )
)
SAME, CONFUSED, NEAR, FAR = 0.0, 0.15, 0.3, 0.5


def syllables(chars: str) -> list[str]:
    """One toneless syllable per character; what is not hanzi stays itself, in lower case."""
    found: list[str] = []
    for run in _RUNS.finditer(chars):
        sounds = lazy_pinyin(run[0]) if run["hanzi"] else list(run[0].lower())
        if len(sounds) != len(run[0]):
            sounds = [lazy_pinyin(one)[0] if run["hanzi"] else one for one in run[0]]
        found += sounds
    return found


def lazy_pinyin(chars: str) -> list[str]:
    """pypinyin's; its dictionaries take a third of a second to read, and not every run needs
    them."""
    from pypinyin import lazy_pinyin as read

    return read(chars)


@lru_cache(maxsize=4096)
def split(syllable: str) -> tuple[str, str]:
    """Initial and final: `zhang` → (`zh`, `ang`); the initial may be empty."""
    for initial in _INITIALS:
        if syllable.startswith(initial) and len(syllable) > len(initial):
            return initial, syllable[len(initial) :]
    return "", syllable


@lru_cache(maxsize=4096)
def coarse(syllable: str) -> str:
    """The key under which confusable syllables fall together: `zhang`, `zan` → `zan`."""
    initial, final = split(syllable)
    return _FLAT.get(initial, initial) + _flat_final(final)


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> float:
    """0 for the same sound, 0.15 for a usual confusion, up to 1 for nothing in common."""
    if one == other:
        return SAME
    if coarse(one) == coarse(other):
        return CONFUSED
    first, second = split(one), split(other)
    return _initial_gap(first[0], second[0]) + _final_gap(first[1], second[1])


def _flat_final(final: str) -> str:
    return final[:-1] if final.endswith(("ang", "eng", "ing")) else final


def _initial_gap(one: str, other: str) -> float:
    flat_one, flat_other = _FLAT.get(one, one), _FLAT.get(other, other)
    if flat_one == flat_other:
        return SAME if one == other else CONFUSED / 2
    near = any(flat_one in group and flat_other in group for group in _NEAR_INITIALS)
    return NEAR if near else FAR


def _final_gap(one: str, other: str) -> float:
    flat_one, flat_other = _flat_final(one), _flat_final(other)
    if flat_one == flat_other:
        return SAME if one == other else CONFUSED / 2
    near = any(flat_one in group and flat_other in group for group in _NEAR_FINALS)
    return NEAR if near else FAR
