"""Two texts compared word by word, and a draft that holds what both added. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"[^\W_\u3400-\u9fff]+|\s+|.", re.DOTALL)
"""A run of letters or digits, of spaces, or one character: Chinese is compared by character."""
_MOST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text; `new` where the text it is compared with does not have it."""

    text: str
    new: bool


def pieces(text: str, other: str) -> tuple[Piece, ...]:
    """`text` cut into what it shares with `other` and what it alone has."""
    if not text:
        return ()
    mine, theirs = words(text), words(other)
    if max(len(mine), len(theirs)) > _MOST_WORDS:
        return (Piece(text, text != other),)
    found: list[Piece] = []
    for tag, start, end, _, _ in _matcher(mine, theirs).get_opcodes():
        if start < end:
            found.append(Piece("".join(mine[start:end]), tag != "equal"))
    return tuple(found)


def merged(before: str, mine: str, theirs: str) -> str:
    """One text with the changes of both; where they changed the same words, both stand in it."""
    base, a, b = words(before), words(mine), words(theirs)
    if not before or max(len(base), len(a), len(b)) > _MOST_WORDS:
        return "\n".join(dict.fromkeys(part for part in (theirs, mine) if part))
    changes_a, changes_b = _changes(base, a), _changes(base, b)
    result, place = list[str](), 0
    while changes_a or changes_b:
        start = min(changes[0][0] for changes in (changes_a, changes_b) if changes)
        result += base[place:start]
        place, parts = _together(changes_a, changes_b, base, start)
        result += parts
    return "".join(result + base[place:])


def words(text: str) -> list[str]:
    """The smallest parts that are compared."""
    return _WORDS.findall(text)


_Change = tuple[int, int, list[str]]
"""(from, to) of the words of the text before, and what stands there now."""


def _matcher(one: Sequence[str], two: Sequence[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, one, two, autojunk=False)


def _changes(base: Sequence[str], text: list[str]) -> list[_Change]:
    return [
        (start, end, text[from_:to])
        for tag, start, end, from_, to in _matcher(base, text).get_opcodes()
        if tag != "equal"
    ]


def _together(
    changes_a: list[_Change], changes_b: list[_Change], base: Sequence[str], start: int
) -> tuple[int, list[str]]:
    """The next changes of both sides that touch the same words; (where they end, what stands)."""
    taken: tuple[list[_Change], list[_Change]] = ([], [])
    end, grown = start, True
    while grown:
        grown = False
        for side, changes in zip(taken, (changes_a, changes_b), strict=True):
            while changes and (changes[0][0] < end or changes[0][0] == start):
                change = changes.pop(0)
                side.append(change)
                end, grown = max(end, change[1]), True
    ours, theirs = (_rebuilt(side, base, start, end) for side in taken)
    plain = list(base[start:end])
    if theirs in (plain, ours):
        return end, ours
    return end, theirs if ours == plain else [*theirs, *ours]


def _rebuilt(side: Sequence[_Change], base: Sequence[str], start: int, end: int) -> list[str]:
    result, place = list[str](), start
    for begin, stop, new in side:
        result += [*base[place:begin], *new]
        place = stop
    return [*result, *base[place:end]]
