"""The boards a person has: what ships for their role, what was shared, what they made; and what a
device remembers of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_core.insight.boards import (
    Board,
    Narrowed,
    read_filters,
    read_tiles,
    written_filters,
    written_tiles,
)
from crm_core.insight.boards_shipped import FIRST, SHIPPED_BOARDS
from crm_core.model.query import Query
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.permissions import ADMIN, Right
from desktop.services.workspace import Workspace
from desktop.viewmodels.board.board_asking import filter_choices

ENTITY = "board"
_KEPT = "boards"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person may open, and what they opened last."""

    boards: tuple[Board, ...]
    """Never none."""
    first: str
    """Id of the one to begin with."""
    last: str
    """Id of the one this device showed last."""
    filters: dict[str, Narrowed]
    """By board, what this device narrowed it by last."""
    choices: Mapping[str, Sequence[tuple[str, str]]]
    """What can be narrowed by: (code, words) for each filter."""
    teams: Mapping[str, str]
    """Those a board can be shared with: id → name."""
    roles: Mapping[str, str]
    """Roles of the company's own: code → name."""

    @property
    def opening(self) -> Board:
        """The board to begin with."""
        return self.one(self.last) or self.one(self.first) or self.boards[0]

    def one(self, board_id: str) -> Board | None:
        """The board with this id, if the person has it."""
        return next((board for board in self.boards if board.id == board_id), None)

    def filters_of(self, board: Board) -> Narrowed:
        """What it is narrowed by when it opens here."""
        return self.filters.get(board.id, board.filters)


def read_desk(workspace: Workspace) -> Desk:
    """Everything a person may open. Runs off the Qt thread."""
    kept = workspace.replica.meta(_KEPT)
    found = kept if isinstance(kept, dict) else {}
    narrowed = found.get("filters")
    filters = narrowed if isinstance(narrowed, dict) else {}
    return Desk(
        boards=read_boards(workspace),
        first=FIRST.get(workspace.actor.role, ""),
        last=str(found.get("last") or ""),
        filters={str(name): read_filters(text) for name, text in filters.items()},
        choices=filter_choices(workspace),
        teams=workspace.replica.titles("team", workspace.actor.circles.teams),
        roles={
            str(one["code"]): str(one.get("name") or one["code"])
            for one in workspace.replica.find(Query("role"))
            if one.get("code")
        },
    )


def read_boards(workspace: Workspace) -> tuple[Board, ...]:
    """First what is meant for this person's role, shared boards in the place of shipped ones."""
    actor = workspace.actor
    mine = (actor.user_id, None, *actor.circles.teams)
    records = workspace.replica.find(Query(ENTITY))
    made = [board_from(one) for one in records if one.get("audience") in mine]
    kept = [one for one in made if _meant(one, actor.role) or one.author == actor.user_id]
    replaced = {one.based_on for one in kept if one.based_on}
    shipped = [one for one in SHIPPED_BOARDS if one.id not in replaced and _meant(one, actor.role)]
    boards = [*(one for one in kept if one.based_on), *shipped]
    boards += [one for one in kept if not one.based_on]
    return tuple(boards) or (SHIPPED_BOARDS[-1],)


def board_from(record: Record) -> Board:
    """Read one record; what it says that cannot be understood is as if it had not been said."""
    name = str(record.get("name") or "")
    role = str(record.get("role") or "")
    audience = record.get("audience")
    return Board(
        id=str(record["id"]),
        name=Label(name, name),
        tiles=read_tiles(record.get("tiles")),
        filters=read_filters(record.get("filters")),
        roles=frozenset({role}) if role else frozenset(),
        author=str(record.get("author") or "?"),
        audience=None if audience is None else str(audience),
        based_on=str(record.get("based_on") or ""),
    )


def board_values(board: Board, language: str) -> dict[str, object]:
    """The fields of a record that keeps a board."""
    return {
        "name": board.name.text(language)[:60],
        "tiles": written_tiles(board.tiles),
        "filters": written_filters(board.filters),
        "role": next(iter(sorted(board.roles)), None),
        "based_on": board.based_on or None,
        "audience": board.audience,
    }


def may_change(workspace: Workspace, board: Board) -> bool:
    """Whether saving changes this very board; else a board of one's own is made of it."""
    if board.shipped:
        return False
    record = workspace.replica.record(ENTITY, board.id)
    return record is not None and workspace.may(Right.EDIT, ENTITY, record).allowed


def may_give_to_all(workspace: Workspace) -> bool:
    """Whether the person may put a board before others by their role."""
    return workspace.actor.role in (ADMIN, "manager")


def keep_shown(workspace: Workspace, board_id: str, filters: Narrowed) -> None:
    """Open with this board, narrowed like this, from now on; call it off the Qt thread."""
    kept = workspace.replica.meta(_KEPT)
    found = kept if isinstance(kept, dict) else {}
    before = found.get("filters")
    all_filters = dict(before) if isinstance(before, dict) else {}
    all_filters[board_id] = written_filters(filters)
    workspace.replica.remember(**{_KEPT: {"last": board_id, "filters": all_filters}})


def _meant(board: Board, role: str) -> bool:
    return not board.roles or role in board.roles or role == ADMIN
