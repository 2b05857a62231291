"""The board in the sidebar, and the journey of a record, made when first wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from desktop.viewmodels.session import Session
from desktop.views.lazy_pages import loaded_beside
from desktop.views.palette import Palette
from desktop.views.shell import Shell

if TYPE_CHECKING:
    from desktop.views.pages.boards.board_page import BoardPage
    from desktop.views.pages.boards.journey_page import JourneyPage

BOARD, JOURNEY = "board", "journey"
_MODULES = (
    "desktop.views.pages.boards.board_page", "desktop.views.pages.boards.journey_page",
)  # fmt: skip


class BoardPlaces(QObject):
    """Adds both to the window; `left` comes before a journey is shown."""

    left = Signal()
    back_requested = Signal()

    def __init__(self, session: Session, shell: Shell, palette: Palette, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._shell, self._palette = session, shell, palette
        session.journey_requested.connect(self.show_journey)
        session.board_requested.connect(self.show_measure)

    def add_pages(self) -> None:
        """Put the board at the end of what the sidebar has so far."""
        board, journey = (loaded_beside(self._session, one) for one in _MODULES)
        self._shell.add_page(BOARD, "dashboard", lambda: self.tr("Board"), self._make_board, board)
        self._shell.add_hidden_page(JOURNEY, self._make_journey, journey, under=JOURNEY)

    def offer(self) -> None:
        """Let Ctrl+K find it."""
        show = partial(self._shell.show_page, BOARD)
        self._palette.offer(f"page:{BOARD}", lambda: self.tr("Board"), show)

    @Slot(str, str)
    def show_journey(self, entity: str, record_id: str) -> None:
        """Show the journey of a lead or opportunity."""
        self.left.emit()
        self._shell.show_page(
            JOURNEY,
            lambda: cast("JourneyPage", self._shell.page(JOURNEY)).show_journey(entity, record_id),
        )

    @Slot(str)
    def show_measure(self, measure: str) -> None:
        """Show the tile of a measure on a board."""
        self.left.emit()
        self._shell.show_page(BOARD, partial(self._look_at, measure) if measure else None)

    def _look_at(self, measure: str) -> None:
        cast("BoardPage", self._shell.page(BOARD)).show_measure(measure)

    def _make_board(self) -> BoardPage:
        from desktop.views.pages.boards.board_page import BoardPage

        return BoardPage(self._session)

    def _make_journey(self) -> JourneyPage:
        from desktop.views.pages.boards.journey_page import JourneyPage

        page = JourneyPage(self._session)
        page.back_requested.connect(self.back_requested)
        return page
