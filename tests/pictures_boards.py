"""Pictures of the boards and of what a value leads to; see `tests.pictures`."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from crm_core.model.query import Op, Query, Test
from desktop.demo.stage import Stage
from desktop.views.main_window import MainWindow
from desktop.views.pages.boards.board_page import BoardPage
from desktop.views.pages.boards.journey_page import JourneyPage
from desktop.views.pages.boards.limit_sheet import LimitSheet


def of_boards(
    stage: Stage, rep: MainWindow, manager: MainWindow
) -> dict[str, Callable[[], QWidget]]:
    """Name of each picture, and how to get there."""
    return {
        "board": partial(_board, stage, manager, "director"),
        "board-ceo": partial(_board, stage, manager, "ceo"),
        "board-marketing": partial(_board, stage, manager, "marketing"),
        "board-operations": partial(_board, stage, manager, "operations"),
        "board-rep": partial(_board, stage, rep, "rep"),
        "board-arrange": partial(_arranged, stage, manager),
        "board-explained": partial(_explained, stage, manager),
        "board-limit": partial(_limited, stage, manager),
        "board-full": partial(_full, stage, manager),
        "journey": partial(_journey, stage, manager),
    }


def _page(stage: Stage, window: MainWindow, board_id: str) -> BoardPage:
    window.shell.show_page("board")
    page = window.board
    if page.arranging.editing is not None:
        page.arranging.leave()
    if page.morning is not None:
        page.morning.close()
    stage.until(lambda: bool(page.boards), "the boards")
    shown: list[str] = []
    page.shown.connect(shown.append)
    page.show_board(next(board for board in page.boards if board.id == board_id))
    stage.until(lambda: board_id in shown and not page.body.reader.busy, "the board")
    return page


def _board(stage: Stage, window: MainWindow, board_id: str) -> QWidget:
    _page(stage, window, board_id)
    return window.shell


def _arranged(stage: Stage, window: MainWindow) -> QWidget:
    _page(stage, window, "director").begin_arranging()
    return window.shell


def _explained(stage: Stage, window: MainWindow) -> QWidget:
    page = _page(stage, window, "director")
    card = next(card for card in page.body.cards if card.tile.measure == "first_response")
    assert card.scene is not None
    page.going_on.explain(card.scene, card.groups[0])
    sheet = page.going_on.explaining
    assert sheet is not None
    stage.until(lambda: sheet.table.rowCount() > 0, "the records")
    return sheet


def _limited(stage: Stage, window: MainWindow) -> QWidget:
    page = _page(stage, window, "director")
    card = next(card for card in page.body.cards if card.tile.measure == "follow_48")
    assert card.scene is not None
    page.going_on.change_limit(card.scene)
    found: list[LimitSheet] = []

    def there() -> bool:
        found[:] = window.shell.findChildren(LimitSheet)
        return bool(found)

    stage.until(there, "the limit")
    found[0].value.setText("60")
    return found[0]


def _full(stage: Stage, window: MainWindow) -> QWidget:
    page = _page(stage, window, "director")
    if page.morning is None:
        page.show_full()
    morning = page.morning
    assert morning is not None
    morning.resize(1920, 1080)
    morning.grow(1920)
    stage.until(lambda: not morning.body.reader.busy, "the tiles")
    return morning


def _journey(stage: Stage, window: MainWindow) -> QWidget:
    replica = window.session.workspace.replica
    lead = replica.find(Query("lead", Test("stage", Op.EQ, "won"), limit=1))[0]
    window.session.journey_requested.emit("lead", str(lead["id"]))
    page = window.shell.page("journey")
    assert isinstance(page, JourneyPage)
    stage.until(lambda: page.journey is not None and page.journey.id == lead["id"], "the journey")
    page.older.fetch()
    stage.until(lambda: len(page.journey.legs if page.journey else ()) > 2, "its history")
    return window.shell
