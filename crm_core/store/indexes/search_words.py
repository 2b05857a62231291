"""What a person typed, taken apart: ideographs, letters and digits, and how each is looked for.

Nothing here asks the database; `search` does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from crm_core.matching.pinyin import is_han, known_syllables, reading, split_letters
from crm_core.store.indexes.indexer import folded
from crm_core.variants import spellings

_RUNS = r"[㐀-鿿]+|[a-z]+|\d+"
_NUMBER = r"[\d\s()+*＊.-]+"
_MASKED = r"(\d{2,})\*+(\d{2,})"
"""Python keeps what it compiles of these once somebody searches."""
_COUNTRY = ("0086", "86")
_MOST_RUNS = 8
_READINGS = 2
_TYPO = 4
"""Letters from which on one may be wrong."""
_MOST_LETTERS = 24
_HOMOPHONE, _MOST_CHARACTERS = 2, 12
"""Characters from which on another with the same sound may have been meant, and up to which."""
_MOST_MENDED = 20


@dataclass(frozen=True, slots=True)
class Typed:
    """The runs of one question."""

    text: str
    """As compared with titles: folded, without blanks around it."""
    runs: tuple[str, ...]
    masked: tuple[str, str] = ("", "")
    """The digits before and after the stars of 138****5678."""
    joined: bool = field(default=False)
    """Whether the runs were typed without blanks between them."""

    @property
    def short(self) -> bool:
        """Too little for the index, in which it would stand for a tenth of everything."""
        return len(self.runs) == 1 and (
            (self.runs[0].isascii() and len(self.runs[0]) == 1)
            or (self.runs[0].isdigit() and len(self.runs[0]) <= 2)
        )


def read_typed(typed: str) -> Typed:
    """Take apart what was typed; a number loses blanks, signs and the country's code."""
    text = folded(typed).strip()
    if text and re.fullmatch(_NUMBER, text) and any(c.isdigit() for c in text):
        bare = "".join(c for c in text if c.isdigit() or c == "*").lstrip("*")
        stars = re.fullmatch(_MASKED, bare)
        if stars is not None:
            return Typed(text, (stars[2],), (stars[1], stars[2]))
        digits = _without_country(bare.replace("*", ""), plus=text.startswith("+"))
        return Typed(text if text.isdigit() else digits, (digits,) if digits else ())
    runs = tuple(re.findall(_RUNS, text)[:_MOST_RUNS])
    return Typed(text, runs, joined=len(runs) > 1 and not re.search(r"\s", text))


def _without_country(digits: str, *, plus: bool) -> str:
    for code in _COUNTRY:
        rest = digits.removeprefix(code)
        if rest != digits and (len(rest) >= 11 or (plus and rest)):
            return rest
    return digits


def expressions(typed: Typed) -> Iterator[str]:
    """FTS5 expressions, the likeliest first; each finds what the others may miss."""
    if not typed.runs:
        return
    first = typed.runs[0]
    if len(typed.runs) == 1:
        yield from _of_one(first)
        return
    if typed.joined and not any(run.isdigit() for run in typed.runs):
        # 王ns: the initials of the whole stand together, beginning with those of 王.
        initials = "".join(reading(r).initials if is_han(r[0]) else r for r in typed.runs)
        han = " AND ".join(f"({_chars(run)})" for run in typed.runs if is_han(run[0]))
        yield f'(initials: "{initials}" *) AND {han}' if han else f'initials: "{initials}" *'
    yield " AND ".join(f"({' OR '.join(_of_one(run))})" for run in typed.runs)


def _of_one(run: str) -> list[str]:
    if is_han(run[0]):
        return [_chars(run)]
    if run.isdigit():
        return [f'digits: "{run}"', f'digits: "{run}" *', f'chars: "{run}" *']
    # A last syllable of one letter is one of thousands; names that begin so are found in order.
    split = (parts for parts in split_letters(run, limit=_READINGS) if len(parts[-1]) > 1)
    readings = [_sounds(*parts) for parts in split]
    return [f'initials: "{run}"', f'initials: "{run}" *', *readings, f'chars: "{run}" *']


def _sounds(*parts: str) -> str:
    """Syllables, the last of which may go on: each way is named, because merging all that begins
    with "zh" takes the index forty times as long as asking for zha, zhai, … zhuo."""
    *whole, last = parts
    ends = [one for one in _beginning_with(last) if one != last]
    return " OR ".join(f'pinyin: "{" ".join((*whole, end))}"' for end in (last, *ends))


@lru_cache(maxsize=512)
def _beginning_with(letters: str) -> tuple[str, ...]:
    return tuple(sorted(one for one in known_syllables() if one.startswith(letters)))


def _chars(run: str) -> str:
    return " OR ".join(f'chars: "{" ".join(word)}"' for word in spellings(run))


# -- in Python ---------------------------------------------------------------------------------


def fits(typed: Typed, document: Mapping[str, str]) -> bool:
    """Whether a document of the index answers it: for the few records that are looked at."""
    if typed.masked[1]:
        return any(token == typed.masked[1] for token in document["digits"].split())
    return bool(typed.runs) and all(_run_fits(run, document) for run in typed.runs)


def _run_fits(run: str, document: Mapping[str, str]) -> bool:
    chars = document["chars"].split()
    if is_han(run[0]):
        return run in "".join(chars)
    if any(token.startswith(run) for token in chars):
        return True
    if run.isdigit():
        return any(token.startswith(run) for token in document["digits"].split())
    if any(token.startswith(run) for token in document["initials"].split()):
        return True
    sounds = f" {document['pinyin']}"
    return any(f" {' '.join(parts)}" in sounds for parts in split_letters(run, limit=_READINGS))


def typo_expressions(typed: Typed) -> Iterator[str]:
    """Expressions for what may have been meant where one letter or character is wrong, missing or
    too many."""
    letters = typed.runs[0] if len(typed.runs) == 1 else ""
    if letters and is_han(letters[0]):
        yield from _mistaken(letters)
        return
    if not (_TYPO <= len(letters) <= _MOST_LETTERS and letters.isalpha() and letters.isascii()):
        return
    parts = next(iter(split_letters(letters, limit=1)), [])
    if len(parts) > 1:
        for place in range(len(parts)):
            yield _around(" ".join(parts[:place]), " ".join(parts[place + 1 :]))
    elif not parts:
        yield from list(dict.fromkeys(_mended(letters)))[:_MOST_MENDED]
    yield f'chars: "{letters[:3]}" *'


def _mistaken(chars: str) -> Iterator[str]:
    """What sounds like these characters (瑞糠 for 瑞康), then what has another in one place."""
    sound = list(reading(chars).syllables)
    if not _HOMOPHONE <= len(sound) <= _MOST_CHARACTERS:
        return
    yield _around(" ".join(sound), "")
    for place in range(len(sound) if len(sound) >= _TYPO else 0):
        yield _around(" ".join(sound[:place]), " ".join(sound[place + 1 :]))


def _around(left: str, right: str) -> str:
    """With one syllable, whichever it is, between."""
    if left and right:
        return f'pinyin: NEAR("{left}" "{right}", 1)'
    return f'pinyin: "{left or right}"'


def _mended(letters: str) -> Iterator[str]:
    """Letters that are no syllables, with the part that is wrong put right."""
    for start in reversed(range(len(letters))):
        left = _phrase(letters[:start])
        for end in range(start + 1, min(len(letters), start + 7) + 1) if left or not start else ():
            right = _phrase(letters[end:], unfinished=True)
            if (right and (len(right) > 1 or end - start < 3)) or end == len(letters):
                for syllable in _near_syllables(letters[start:end]):
                    yield f'pinyin: "{" ".join(p for p in (left, syllable, right) if p)}" *'


@lru_cache(maxsize=2048)
def _near_syllables(letters: str) -> tuple[str, ...]:
    """Syllables that are one letter away; the first letter is seldom the wrong one."""
    near = (s for s in known_syllables() if _distance(letters, s) == 1)
    return tuple(sorted(near, key=lambda s: (s[0] != letters[0], s)))[:4]


def _phrase(letters: str, *, unfinished: bool = False) -> str:
    """The letters as whole syllables; empty where they are none."""
    for parts in split_letters(letters, limit=_READINGS) if letters else ():
        if unfinished or parts[-1] in known_syllables():
            return " ".join(parts)
    return ""


def nearly(typed: Typed, title: str) -> bool:
    """Whether the title's sound, or a word of it, is one letter away from what was typed; of four
    characters one may sound quite otherwise."""
    letters = typed.runs[0]
    sound = reading(title[:40]).syllables
    if is_han(letters[0]):
        meant = reading(letters).syllables
        if len(meant) >= _TYPO and any(_one_off(meant, sound[at:]) for at in range(len(sound))):
            return True
        letters = "".join(meant)
    heard = ["".join(sound[start:]) for start in range(len(sound))]
    return any(_one_off(letters, word) for word in (*heard, *re.findall(r"[a-z]+", folded(title))))


def _one_off(letters: Sequence[str], word: Sequence[str]) -> bool:
    sizes: Sequence[int] = (len(letters) - 1, len(letters), len(letters) + 1)
    return any(_distance(letters, word[:size]) <= 1 for size in sizes if len(word) >= size)


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    """In letters or syllables, as far as it matters: 2 for all that are further apart than 1."""
    from rapidfuzz.distance import OSA  # Not before somebody mistypes: a window opens without.

    return OSA.distance(one, other, score_cutoff=1)
