"""Boards as data: read back as written, foreign text understood as far as it goes, shipped ones."""

import json

import pytest

from crm_core.insight.boards import (
    MOST_TILES,
    Narrowed,
    Shape,
    Tile,
    fitted,
    read_filters,
    read_tiles,
    written_filters,
    written_tiles,
)
from crm_core.insight.boards_shipped import FIRST, SHIPPED_BOARDS
from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import Group


def test_tiles_are_read_as_they_were_written() -> None:
    for board in SHIPPED_BOARDS:
        assert read_tiles(written_tiles(board.tiles)) == board.tiles
    newer = Tile("mood", "hologram", "aura", 5, 2)
    assert read_tiles(written_tiles([newer])) == (newer,), "what is not known here is kept"


@pytest.mark.parametrize(
    "text", [None, "", "[", "{}", "7", '["x", {"measure": 3}]', '[{"measure": "x"}]', "[" * 9999]
)
def test_what_is_no_tile_is_passed_over(text: object) -> None:
    assert read_tiles(text) == ()


def test_a_board_never_grows_without_end() -> None:
    many = json.dumps([{"measure": "backlog", "shape": "bars", "wide": 1e9}] * 999)
    tiles = read_tiles(many)
    assert len(tiles) == MOST_TILES
    assert fitted(Tile("x", "bars", wide=99, high=99)) == (12, 8)
    assert fitted(Tile("x", Shape.FIGURE, wide=-1, high=5)) == (3, 1)


def test_filters_are_read_as_they_were_written_and_nonsense_does_not_narrow() -> None:
    chosen = Narrowed(team="t", city="南京", days=90, compare=False)
    assert read_filters(written_filters(chosen)) == chosen
    assert read_filters('{"days": 13, "team": 4, "compare": null}') == Narrowed()


def test_what_ships_is_there_for_every_role_and_asks_what_is_known() -> None:
    boards = {board.id: board for board in SHIPPED_BOARDS}
    assert {boards[board_id].id for board_id in FIRST.values()} <= set(boards)
    for role, board_id in FIRST.items():
        assert role in boards[board_id].roles
    groups = {group.value for group in Group}
    for board in SHIPPED_BOARDS:
        for tile in board.tiles:
            assert tile.measure in MEASURES, f"{board.id}: {tile.measure}"
            known = {one.value for one in MEASURES[tile.measure].groups}
            assert set(tile.group.split(",")) - {""} <= groups & known, f"{board.id}: {tile}"
