"""Where the tiles of a board lie: packed in their order, from the left, without holes on purpose.

Pure; narrow windows have fewer columns, and a tile wider than those takes all there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from crm_core.insight.boards import COLUMNS, Tile, fitted

_HALF, _WHOLE = 420, 980
"""Pixels below which a board has 3 or 6 columns in place of 12."""


@dataclass(frozen=True, slots=True)
class Place:
    """A tile's cells of the grid."""

    column: int
    line: int
    wide: int
    high: int


def columns_for(width: int) -> int:
    """How many columns fit into so many pixels."""
    return COLUMNS if width >= _WHOLE else COLUMNS // 2 if width >= _HALF else 3


def packed(tiles: Sequence[Tile], columns: int) -> list[Place]:
    """One place a tile; each is put as far up as it fits, then as far left."""
    skyline = [0] * columns
    places: list[Place] = []
    for tile in tiles:
        wide, high = fitted(tile)
        wide = min(columns, _share(wide, columns))
        column = min(range(columns - wide + 1), key=lambda at: (max(skyline[at : at + wide]), at))
        line = max(skyline[column : column + wide])
        skyline[column : column + wide] = [line + high] * wide
        places.append(Place(column, line, wide, high))
    return places


def tops(places: Sequence[Place], *, step: int, figures: int) -> list[int]:
    """Where each line of the grid begins, in pixels, and where the last one ends.

    A line is `step` high, or `figures` where a tile has it to itself: what to do about a red
    figure takes two lines of words.
    """
    high = [step] * max((one.line + one.high for one in places), default=0)
    for one in places:
        if one.high == 1:
            high[one.line] = figures
    return [0, *accumulate(high)]


def moved(tiles: Sequence[Tile], place: int, to: int) -> tuple[Tile, ...]:
    """The tiles with one of them moved to another place in the order."""
    kept = list(tiles)
    tile = kept.pop(place)
    kept.insert(max(0, min(to, len(kept))), tile)
    return tuple(kept)


def _share(wide: int, columns: int) -> int:
    """As wide in a grid of fewer columns: a quarter of twelve is a half of six."""
    if columns == COLUMNS:
        return wide
    return columns if wide > COLUMNS // 2 or columns == 3 else columns // 2
