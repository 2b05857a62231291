"""The board page: which board, by what it is narrowed, its tiles, and what can be done with it."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from crm_core.clock import CHINA
from crm_core.insight.boards import Board, Narrowed, Tile
from crm_core.insight.catalogue import MEASURES
from crm_core.model.schema import Label
from desktop.services.commands.verbs import Done, do_change, do_create, do_delete
from desktop.viewmodels.board.board_links import tile_of
from desktop.viewmodels.board.boards import (
    ENTITY,
    Desk,
    board_values,
    keep_shown,
    may_change,
    may_give_to_all,
    read_desk,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.arranging import Arranging
from desktop.views.pages.boards.board_body import BoardBody
from desktop.views.pages.boards.filter_bar import FilterBar
from desktop.views.pages.boards.going_on import GoingOn
from desktop.views.pages.boards.morning import Morning
from desktop.views.pages.boards.save_board_sheet import SaveBoardSheet
from desktop.views.pages.boards.taking import Taking
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, IconButton
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column
from desktop.views.widgets.reactive import Reactive


class BoardPage(Reactive, QWidget):
    """Opens with the board and the filters this device showed last."""

    shown = Signal(str)
    """The board with this id is on screen, and every tile of it has been answered."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._desk: Desk | None = None
        self.board: Board | None = None
        self._wanted = ""
        self._header = PageHeader("")
        self.choose = GhostButton("", "chevron-down")
        self.edit = GhostButton("", "edit")
        self.full, self.more = IconButton("expand", ""), IconButton("more", "")
        self.filters = FilterBar()
        self.body = BoardBody(session)
        self.arranging = Arranging(session, self.body)
        self.going_on = GoingOn(session, self.body, self)
        self.taking = Taking(session, self.body, self, self.filters.words)
        self.morning: Morning | None = None
        self._lay_out()
        self._connect()
        self.retranslate()
        self.read()

    @property
    def boards(self) -> tuple[Board, ...]:
        """Every board there is for this person, once they were read."""
        return self._desk.boards if self._desk is not None else ()

    @Slot()
    def read(self) -> None:
        """Read which boards there are, and show the one that was open."""
        workspace = self._session.workspace
        self._session.ask(lambda: read_desk(workspace), self._show_desk, owner=self)

    def show_board(self, board: Board, filters: Narrowed | None = None) -> None:
        """Show a board, narrowed as it was last or as asked."""
        desk = self._desk
        narrowed = filters or (desk.filters_of(board) if desk else board.filters)
        changed = self.board is None or self.board.id != board.id
        self.board = board
        self.filters.show_filters(narrowed)
        self.body.show_tiles(board.tiles, narrowed)
        if changed:
            self.body.area.verticalScrollBar().setValue(0)
        self._keep()
        self.retranslate()

    def show_measure(self, measure: str) -> None:
        """Show the tile of a measure, with the keyboard on it."""
        self._wanted = measure
        if self._desk is not None:
            self._go_to_wanted()

    def retranslate(self) -> None:
        name = self.board.name.text(self._session.language) if self.board else self.tr("Board")
        moment = self._session.workspace.clock.now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        said = self.tr("As of {0} · every figure opens its records").format(moment)
        self._header.set_text(name, said)
        self.choose.setText(self.tr("Boards"))
        self.edit.setText(self.tr("Arrange"))
        self.full.set_name(self.tr("Full screen (F11)"))
        self.more.set_name(self.tr("More"))

    def boards_menu(self) -> QMenu:
        """Every board there is for this person."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for board in self.boards:
            act = made.addAction(board.name.text(self._session.language))
            act.setCheckable(True)
            act.setChecked(self.board is not None and board.id == self.board.id)
            act.triggered.connect(partial(self.show_board, board))
        made.addSeparator()
        made.addAction(self.tr("New board")).triggered.connect(self.begin_new)
        return made

    def more_menu(self) -> QMenu:
        """What can be done with this board."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.addAction(self.tr("Full screen (F11)")).triggered.connect(self.show_full)
        made.addAction(self.tr("Export the board to PDF…")).triggered.connect(self._take_all)
        made.addAction(self.tr("Name and sharing…")).triggered.connect(self.ask_name)
        made.addSeparator()
        brief = made.addAction(self.tr("Daily brief"))
        brief.triggered.connect(lambda: self._session.place_requested.emit("briefing"))
        reports = made.addAction(self.tr("Reports"))
        reports.triggered.connect(lambda: self._session.place_requested.emit("reports"))
        made.addSeparator()
        if self.board is not None and may_change(self._session.workspace, self.board):
            made.addAction(self.tr("Delete this board")).triggered.connect(self._delete)
        return made

    @Slot()
    def begin_new(self) -> None:
        """An empty board of one's own, to be arranged at once."""
        name = self.tr("My board")
        self.show_board(Board("", Label(name, name), ()), Narrowed())
        self.begin_arranging()
        self.arranging.ask_for_tile()

    @Slot()
    def begin_arranging(self) -> None:
        """Let the tiles be moved."""
        if self.board is not None and self.arranging.editing is None:
            self._offer_others(False)
            self.arranging.begin(self.filters.filters)

    @Slot()
    def ask_name(self) -> None:
        """Ask for the name, whom it is shared with and which role it is for."""
        if self.board is not None and self._desk is not None:
            self._ask_name(self.body.tiles)

    @Slot()
    def show_full(self) -> None:
        """For the meeting in the morning: nothing but the tiles, larger."""
        if self.board is None or self.morning is not None or self.arranging.editing is not None:
            return
        name = self.board.name.text(self._session.language)
        self.morning = Morning(
            self._session, name, self.board.tiles, self.filters.filters, self.filters.words()
        )
        self.morning.left.connect(self._morning_over)
        self.morning.begin(self.window())

    def _offer_others(self, offered: bool) -> None:
        """What is arranged belongs to this board: no other is opened before it is kept or not."""
        for widget in (self.edit, self.choose, self.full, self.more):
            widget.setEnabled(offered)

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        for widget in (self.choose, self.edit, self.full, self.more):
            self._header.add_action(widget)
        outer = column(self, gap=0)
        outer.addWidget(self._header)
        line = column(None, margins=(24, 0, 24, 8), gap=0)
        line.addWidget(self.filters)
        outer.addLayout(line)
        outer.addWidget(self.arranging)
        outer.addWidget(self.body, 1)

    def _connect(self) -> None:
        self.choose.clicked.connect(lambda: self._below(self.choose, self.boards_menu()))
        self.more.clicked.connect(lambda: self._below(self.more, self.more_menu()))
        self.edit.clicked.connect(self.begin_arranging)
        self.full.clicked.connect(self.show_full)
        self.filters.narrowed.connect(self._narrow)
        self.arranging.saved.connect(self._save)
        self.arranging.left.connect(self._left)
        self.body.refreshed.connect(self._refreshed)
        full = QShortcut(QKeySequence("F11"), self)
        full.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        full.activated.connect(self.show_full)
        self._session.language_changed.connect(self._relabel)

    def _below(self, button: QWidget, menu: QMenu) -> None:
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _show_desk(self, desk: Desk) -> None:
        self._desk = desk
        self.filters.offer(desk.choices)
        shown = desk.one(self.board.id) if self.board is not None else None
        self.show_board(shown or desk.opening)
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        measure, self._wanted = MEASURES.get(self._wanted), ""
        if measure is None or self.arranging.editing is not None:
            return
        found = tile_of(measure, self.boards, self.board)
        if self.board is None or found.board.id != self.board.id:
            self.show_board(found.board)
        QTimer.singleShot(0, self, partial(self.body.look_at, found.tile))

    @Slot(object)
    def _narrow(self, filters: Narrowed) -> None:
        self.body.show_tiles(self.body.tiles, filters)
        self._keep()

    def _keep(self) -> None:
        workspace, filters = self._session.workspace, self.filters.filters
        if self.board is None or not self.board.id:
            return
        board_id = self.board.id
        if self._desk is not None:
            self._desk.filters[board_id] = filters
        self._session.ask(
            lambda: keep_shown(workspace, board_id, filters), lambda _: None, owner=self
        )

    @Slot(object)
    def _save(self, tiles: tuple[Tile, ...]) -> None:
        if self.board is None:
            return
        if may_change(self._session.workspace, self.board):
            board = replace(self.board, tiles=tiles, filters=self.filters.filters)
            self._write(board)
        else:
            self._ask_name(tiles)

    def _ask_name(self, tiles: tuple[Tile, ...]) -> None:
        board, desk = self.board, self._desk
        if board is None or desk is None:
            return
        workspace = self._session.workspace
        sheet = SaveBoardSheet(
            self._session, board, dict(desk.teams), dict(desk.roles), self,
            for_all=may_give_to_all(workspace),
        )  # fmt: skip
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def named(name: str, audience: str | None, role: str, in_place: bool) -> None:
            own = may_change(workspace, board)
            self._write(
                replace(
                    board, id=board.id if own else "", name=Label(name, name), tiles=tiles,
                    filters=self.filters.filters, audience=audience,
                    roles=frozenset({role} if role else ()), author=workspace.actor.user_id,
                    based_on=board.based_on or (board.id if in_place else ""),
                )
            )  # fmt: skip

        sheet.named.connect(named)
        sheet.open()

    def _write(self, board: Board) -> None:
        values = board_values(board, self._session.language)

        def done(result: Done) -> None:
            self.board = replace(board, id=board.id or result.record_id)
            if self.arranging.editing is not None:
                self.arranging.leave()
            self.read()

        if board.id:
            self._session.run(do_change, ENTITY, board.id, values, on_done=done)
        else:
            values["author"] = self._session.workspace.actor.user_id
            self._session.run(do_create, ENTITY, values, on_done=done)

    @Slot()
    def _delete(self) -> None:
        if self.board is not None:
            self._session.run(do_delete, ENTITY, self.board.id, on_done=lambda _: self.read())

    @Slot()
    def _left(self) -> None:
        self._offer_others(True)
        if self.board is not None and self.board.id:
            self.body.show_tiles(self.board.tiles, self.filters.filters)
        else:
            self.read()

    @Slot()
    def _refreshed(self) -> None:
        self.retranslate()
        if self.board is not None:
            self.shown.emit(self.board.id)

    @Slot()
    def _take_all(self) -> None:
        if self.board is not None:
            self.taking.take_all(self.board.name.text(self._session.language), self.body.cards)

    @Slot()
    def _morning_over(self) -> None:
        self.morning = None

    @Slot(str)
    def _relabel(self, _language: str) -> None:
        self.retranslate()
