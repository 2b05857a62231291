"""A board while it is being arranged: its tiles, and what was done to them, to be taken back."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from crm_core.insight.boards import MOST_TILES, Tile, fitted
from desktop.viewmodels.board.board_layout import moved


class BoardEditing(QObject):
    """Every change can be undone and done again; nothing is kept before it is saved."""

    changed = Signal()

    def __init__(self, tiles: Sequence[Tile], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._first = tuple(tiles)
        self.tiles = tuple(tiles)
        self._undone: list[tuple[Tile, ...]] = []
        self._done: list[tuple[Tile, ...]] = []

    @property
    def dirty(self) -> bool:
        """Whether saving would change anything."""
        return self.tiles != self._first

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._undone)

    @property
    def full(self) -> bool:
        """Whether no further tile may be added."""
        return len(self.tiles) >= MOST_TILES

    def move(self, place: int, to: int) -> None:
        """Put a tile elsewhere in the order."""
        if 0 <= to < len(self.tiles) and to != place:
            self._become(moved(self.tiles, place, to))

    def resize(self, place: int, wider: int, higher: int) -> None:
        """Make a tile wider and higher by so many steps of the grid; negative: narrower, lower."""
        tile = self.tiles[place]
        wide, high = fitted(tile)
        sized = replace(tile, wide=wide + wider, high=high + higher)
        wide, high = fitted(sized)
        self._put(place, replace(sized, wide=wide, high=high))

    def remove(self, place: int) -> None:
        """Take a tile off the board."""
        self._become(self.tiles[:place] + self.tiles[place + 1 :])

    def add(self, tile: Tile) -> None:
        """Put a tile at the end."""
        if not self.full:
            self._become((*self.tiles, tile))

    def undo(self) -> None:
        """Take the last change back."""
        if self._done:
            self._undone.append(self.tiles)
            self.tiles = self._done.pop()
            self.changed.emit()

    def redo(self) -> None:
        """Make it again."""
        if self._undone:
            self._done.append(self.tiles)
            self.tiles = self._undone.pop()
            self.changed.emit()

    def _put(self, place: int, tile: Tile) -> None:
        self._become((*self.tiles[:place], tile, *self.tiles[place + 1 :]))

    def _become(self, tiles: tuple[Tile, ...]) -> None:
        if tiles != self.tiles:
            self._done.append(self.tiles)
            self._undone.clear()
            self.tiles = tiles
            self.changed.emit()
