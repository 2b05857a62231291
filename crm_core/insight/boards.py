"""Boards as data: which measure in which picture, by what it is narrowed, and for whom.

No numbers and no drawing: what a tile asks is answered by the measures, over what a person may see.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crm_core.model.schema import Label

COLUMNS = 12
"""What the width of a tile is a part of."""
MOST_TILES = 24
_LEAST_WIDE, _MOST_HIGH = 3, 8


class Shape(StrEnum):
    """The pictures there are."""

    FIGURE = "figure"
    BARS = "bars"
    RANKING = "ranking"
    HEAT = "heat"
    FUNNEL = "funnel"
    SPREAD = "spread"
    TREND = "trend"


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a board."""

    measure: str
    shape: str
    """A `Shape`; a text this version does not know is kept and said to be newer."""
    group: str = ""
    """By what it is divided; empty: as the measure proposes."""
    wide: int = 4
    high: int = 3
    """In steps of the grid; a figure is 1 high."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """By what a whole board is narrowed; empty: not by that."""

    team: str = ""
    industry: str = ""
    source: str = ""
    city: str = ""
    mine: bool = False
    """Whether only what is one's own counts; rankings show everybody all the same."""
    days: int = 30
    compare: bool = True
    """Whether the period before is shown beside it."""


PERIODS = (7, 30, 90, 365)
"""Days a board may look back."""


@dataclass(frozen=True, slots=True)
class Board:
    """What somebody reads in the morning."""

    id: str
    name: Label
    tiles: tuple[Tile, ...]
    filters: Narrowed = field(default_factory=Narrowed)
    roles: frozenset[str] = frozenset()
    """Codes of the roles it is meant for; empty: everybody."""
    author: str = ""
    """Empty: it ships with the product."""
    audience: str | None = None
    """A user's or a team's id; None: everybody."""
    based_on: str = ""
    """The shipped board it takes the place of."""

    @property
    def shipped(self) -> bool:
        """Whether it comes with the product; it is changed by saving one in its place."""
        return not self.author


def fitted(tile: Tile) -> tuple[int, int]:
    """(wide, high) within what a grid has, whatever was written."""
    high = 1 if tile.shape == Shape.FIGURE else max(2, min(tile.high, _MOST_HIGH))
    return max(_LEAST_WIDE, min(tile.wide, COLUMNS)), high


def written_tiles(tiles: Sequence[Tile]) -> str:
    """As a record keeps them."""
    kept = [
        {"measure": t.measure, "shape": t.shape, "group": t.group, "wide": t.wide, "high": t.high}
        for t in tiles
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def read_tiles(text: object) -> tuple[Tile, ...]:
    """The tiles a record keeps; what is no tile is passed over."""
    found = _json(text)
    made = [_tile(one) for one in found] if isinstance(found, list) else []
    return tuple(tile for tile in made if tile is not None)[:MOST_TILES]


def written_filters(filters: Narrowed) -> str:
    """As a record or a device keeps them; what is not narrowed is left out."""
    plain = Narrowed()
    kept = {
        name: value
        for name in Narrowed.__dataclass_fields__
        if (value := getattr(filters, name)) != getattr(plain, name)
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def read_filters(text: object) -> Narrowed:
    """What a board is narrowed by; what cannot be read does not narrow."""
    found = _json(text)
    if not isinstance(found, dict):
        return Narrowed()
    days = found.get("days")
    return Narrowed(
        team=_text(found, "team"),
        industry=_text(found, "industry"),
        source=_text(found, "source"),
        city=_text(found, "city"),
        mine=found.get("mine") is True,
        days=days if days in PERIODS else 30,
        compare=found.get("compare") is not False,
    )


def _tile(found: object) -> Tile | None:
    if not isinstance(found, dict) or not _text(found, "measure") or not _text(found, "shape"):
        return None
    return Tile(
        measure=_text(found, "measure"),
        shape=_text(found, "shape"),
        group=_text(found, "group"),
        wide=_number(found, "wide", 4),
        high=_number(found, "high", 3),
    )


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    return value[:80] if isinstance(value, str) else ""


def _number(found: Mapping[str, object], name: str, otherwise: int) -> int:
    value = found.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _json(text: object) -> object:
    try:
        return json.loads(str(text or "null"))
    except (ValueError, RecursionError):
        return None
