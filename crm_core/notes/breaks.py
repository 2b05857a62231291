"""Where a clause ends in text a recogniser wrote without a comma.

What a note means is read clause by clause; heard text has none. A linear model over the characters
and sounds around a place, learnt from our own written sentences by `python -m
benchmarks.notes.breaking` (decision 079), sets a break where it is all but certain of one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from importlib import resources

from crm_core.notes.leanings import signs
from crm_core.notes.people import Heard
from crm_core.notes.segments import BREAK, Board

SCALE = 32
"""Weights are whole numbers of this part."""
SURE = 32
"""The least sum of weights for a break: a chance of 0.73."""
_NUMERALS = re.compile(r"[零〇一二两三四五六七八九十百千万亿\d点]")


class Breaks:
    """The weights; immutable once read."""

    def __init__(self, text: str) -> None:
        """`text`: a feature and its weight in each line; the one without a name always counts."""
        pairs = (line.rpartition("\t") for line in text.splitlines())
        self._weights = {feature: int(weight) for feature, _, weight in pairs}

    def set_in(self, board: Board, names: list[Heard]) -> tuple[Board, list[Heard]]:
        """The board with breaks where clauses end, and its names where they then are."""
        if not self._weights:
            return board, names
        places = [place for place, shown in around(board.mask) if self._sum(shown) >= SURE]
        note, mask = board.note, board.mask
        for place in reversed(places):
            note = note.broken(place)
            mask = mask[:place] + BREAK + mask[place:]
        moved = []
        for one in names:
            shift = sum(place <= one.start for place in places)
            moved.append(replace(one, start=one.start + shift, end=one.end + shift))
        return Board(note, mask), moved

    def _sum(self, names: list[str]) -> int:
        return sum(self._weights.get(one, 0) for one in names)


def around(mask: str) -> Iterator[tuple[int, list[str]]]:
    """Places between two characters where a clause may end, each with its features."""
    row = list(signs(mask))
    chars, sounds = [one.char for one in row], [one.sound for one in row]
    for at in range(2, len(row) - 1):
        left, right = chars[at - 1], chars[at]
        if BREAK in (left, right) or (_NUMERALS.match(left) and _NUMERALS.match(right)):
            continue
        names = [""]
        for kind, texts in (("c", chars), ("s", sounds)):
            a, b, c, d, e, f = (
                texts[n] if 0 <= n < len(texts) else "^" for n in range(at - 3, at + 3)
            )
            names += [
                f"{kind}1{c}", f"{kind}2{d}", f"{kind}3{b} {c}", f"{kind}4{d} {e}",
                f"{kind}5{c} {d}", f"{kind}6{a} {b} {c}", f"{kind}7{d} {e} {f}",
                f"{kind}8{b} {c} {d}", f"{kind}9{c} {d} {e}",
            ]  # fmt: skip
        yield row[at].start, names


@lru_cache(maxsize=1)
def load_breaks() -> Breaks:
    """The weights that ship with the product."""
    file = resources.files("resources").joinpath("lexicons", "breaks.txt")
    return Breaks(file.read_text(encoding="utf-8"))
