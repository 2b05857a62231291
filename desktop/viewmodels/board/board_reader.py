"""Asks what the tiles of a board show, one after the other, and no longer than somebody looks.

Each answer comes by itself, so that a tile appears as soon as it is known, and what a person does
meanwhile waits for one tile at most. Choosing another filter drops what has not been asked yet.
"""

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from crm_core.errors import KnownError
from crm_core.insight.boards import Narrowed, Tile
from desktop.services.measures import keep_facts
from desktop.viewmodels.board.board_asking import TileAnswer, ask_tile
from desktop.viewmodels.session import Session

_PATIENCE_S, _FURTHER_S = 0.2, 3.0
"""For so long facts are made before the first look, and between two looks where many wait."""


class BoardReader(QObject):
    """Reads the tiles of one board in their order."""

    answered = Signal(int, object)
    """(place of the tile, TileAnswer)"""
    finished = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._round = 0
        self._tiles: tuple[Tile, ...] = ()
        self.busy = False

    def read(self, tiles: Sequence[Tile], filters: Narrowed) -> None:
        """Read all of them; an earlier reading that is still under way is given up."""
        self._round += 1
        self.busy = bool(tiles)
        if tiles:
            self._prepare(self._round, tuple(tiles), filters, further=False)
        else:
            self.finished.emit()

    def stop(self) -> None:
        """Nobody looks any more."""
        self._round += 1
        self.busy = False

    def _prepare(
        self, round_: int, tiles: tuple[Tile, ...], filters: Narrowed, *, further: bool
    ) -> None:
        """Let facts be made of what changed; a great many are made bit by bit, after a look."""
        workspace, patience = self._session.workspace, _FURTHER_S if further else _PATIENCE_S

        def make() -> bool:
            end = time.monotonic() + patience
            while keep_facts(workspace):
                if time.monotonic() > end or round_ != self._round:
                    return True
            return False

        def go(more: bool) -> None:
            if round_ == self._round:
                self._ask(round_, list(enumerate(tiles)), filters, again=more)

        self._session.ask(make, go, owner=self)

    def _ask(
        self, round_: int, left: list[tuple[int, Tile]], filters: Narrowed, *, again: bool
    ) -> None:
        place, tile = left[0]
        workspace, language = self._session.workspace, self._session.language

        def question() -> TileAnswer | None:
            if round_ != self._round:
                return None  # Given up while it waited for the database.
            try:
                return ask_tile(workspace, tile, filters, language)
            except KnownError as error:
                return TileAnswer(tile, problem=error)

        def take(answer: TileAnswer | None) -> None:
            if round_ != self._round or answer is None:
                return
            if rest:
                self._ask(round_, rest, filters, again=again)
            self.answered.emit(place, answer)
            if not rest:
                self._over(round_, filters, again=again)

        rest = left[1:]
        if place == 0:
            self._tiles = tuple(one for _, one in left)
        self._session.ask(question, take, owner=self)

    def _over(self, round_: int, filters: Narrowed, *, again: bool) -> None:
        """All are answered; where facts still waited, they are made and all is asked again."""
        self.busy = again
        self.finished.emit()
        if again and round_ == self._round:
            self._prepare(round_, self._tiles, filters, further=True)
