"""Arranging a board in place: hands over its tiles, adding, undo, saving and leaving."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from crm_core.insight.boards import COLUMNS, Narrowed, Tile
from desktop.viewmodels.board.board_editing import BoardEditing
from desktop.viewmodels.board.board_layout import columns_for
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.sheets import ConfirmSheet
from desktop.views.pages.boards.board_body import BoardBody
from desktop.views.pages.boards.tile_grid import GAP, STEP
from desktop.views.pages.boards.tile_handles import TileHandles
from desktop.views.pages.boards.tile_sheet import TileSheet
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton, QuietButton
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire


class Arranging(Reactive, QWidget):
    """The bar above a board that is being arranged; hidden otherwise."""

    saved = Signal(object)
    """The tiles as they are to be kept."""
    left = Signal()

    def __init__(self, session: Session, body: BoardBody, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._body = session, body
        self._filters = Narrowed()
        self.editing: BoardEditing | None = None
        self._hands: list[TileHandles] = []
        self._said = label("", Role.SMALL)
        self.add = GhostButton("", "plus")
        self.undo, self.redo = IconButton("undo", ""), IconButton("history", "")
        self.cancel, self.save = QuietButton(), PrimaryButton()
        set_role(self, Role.PANEL)
        line = row(self, margins=(24, 6, 24, 6), gap=8)
        line.addWidget(self.add)
        line.addWidget(self.undo)
        line.addWidget(self.redo)
        line.addWidget(self._said, 1)
        line.addWidget(self.cancel)
        line.addWidget(self.save)
        self.add.clicked.connect(self.ask_for_tile)
        self.undo.clicked.connect(self._undo)
        self.redo.clicked.connect(self._redo)
        self.cancel.clicked.connect(self.ask_to_leave)
        self.save.clicked.connect(self._save)
        body.cards_made.connect(self._put_hands)
        self.hide()
        self.retranslate()

    def begin(self, filters: Narrowed) -> None:
        """Let the tiles that are shown be arranged."""
        self._filters = filters
        self.editing = BoardEditing(self._body.tiles, self)
        self.editing.changed.connect(self._changed)
        self.show()
        self._put_hands()
        self._tell()
        if self._hands:
            self._hands[0].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.add.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def leave(self) -> None:
        """Stop arranging; what was not saved is as if it had not been done."""
        self._drop_hands()
        self.editing = None
        self.hide()
        self.left.emit()

    @Slot()
    def ask_to_leave(self) -> None:
        """Stop arranging, once it was asked whether what was done may go."""
        if self.editing is None or not self.editing.dirty:
            self.leave()
            return
        ConfirmSheet(
            self.tr("Give up the arrangement?"),
            self.tr("The tiles go back to where they were; what you moved, sized, added or took "
                    "off is not kept."),
            self.tr("Give it up"), self.leave, self.window(),
        ).open()  # fmt: skip

    @Slot()
    def ask_for_tile(self) -> None:
        """Let the person choose a measure and its picture."""
        sheet = TileSheet(self._session, self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.chosen.connect(self.add_tile)
        sheet.open()

    @Slot(object)
    def add_tile(self, tile: Tile) -> None:
        """Put a tile at the end, and the keyboard on it."""
        if self.editing is not None:
            self.editing.add(tile)
            self._hands[-1].setFocus(Qt.FocusReason.TabFocusReason)
            self._body.area.ensureWidgetVisible(self._body.cards[-1])

    def retranslate(self) -> None:
        self.add.setText(self.tr("Add a tile"))
        self.undo.set_name(self.tr("Undo (Ctrl+Z)"))
        self.redo.set_name(self.tr("Redo (Ctrl+Shift+Z)"))
        self.cancel.setText(self.tr("Cancel"))
        self.save.setText(self.tr("Save"))
        self._said.setText(self.tr("Drag tiles, or use the arrow keys; Shift and arrows size them"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo here takes back the arranging, not what was done to records."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return super().eventFilter(watched, event)
        assert isinstance(event, QKeyEvent)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if not control or event.key() not in (Qt.Key.Key_Z, Qt.Key.Key_Y):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif shift or event.key() == Qt.Key.Key_Y:
            self._redo()
        else:
            self._undo()
        return True

    @Slot()
    def _undo(self) -> None:
        if self.editing is not None:
            self.editing.undo()

    @Slot()
    def _redo(self) -> None:
        if self.editing is not None:
            self.editing.redo()

    @Slot()
    def _save(self) -> None:
        if self.editing is not None:
            self.saved.emit(self.editing.tiles)

    @Slot()
    def _changed(self) -> None:
        if self.editing is None:
            return
        focused = next((i for i, hand in enumerate(self._hands) if hand.hasFocus()), -1)
        held = self._body.cards[focused] if 0 <= focused < len(self._body.cards) else None
        new = len(self.editing.tiles) > len(self._body.tiles)
        self._body.show_tiles(self.editing.tiles, self._filters, ask=new)
        self._tell()
        if held in self._body.cards:
            self._hands[self._body.cards.index(held)].setFocus(Qt.FocusReason.TabFocusReason)
        elif self._hands:
            self._hands[-1].setFocus(Qt.FocusReason.TabFocusReason)

    def _tell(self) -> None:
        if self.editing is not None:
            self.undo.setEnabled(self.editing.can_undo)
            self.redo.setEnabled(self.editing.can_redo)
            self.add.setEnabled(not self.editing.full)

    @Slot()
    def _put_hands(self) -> None:
        if self.editing is None:
            return
        self._drop_hands()
        for place, card in enumerate(self._body.cards):
            card.set_arranged(True)
            hand = TileHandles(card.title, card)
            hand.installEventFilter(self)
            hand.moved.connect(lambda by, place=place: self._move(place, place + by))
            hand.sized.connect(lambda w, h, place=place: self._resize(place, w, h))
            hand.removed.connect(lambda place=place: self._remove(place))
            hand.dragged.connect(lambda point, place=place: self._drop(place, point))
            hand.stretched.connect(lambda x, y, place=place: self._stretch(place, x, y))
            self._hands.append(hand)

    def _drop_hands(self) -> None:
        for card in self._body.cards:
            card.set_arranged(False)
        for hand in self._hands:
            retire(hand)
        self._hands = []

    def _move(self, place: int, to: int) -> None:
        if self.editing is not None:
            self.editing.move(place, to)

    def _resize(self, place: int, wider: int, higher: int) -> None:
        if self.editing is not None:
            self.editing.resize(place, wider, higher)

    def _remove(self, place: int) -> None:
        if self.editing is not None:
            self.editing.remove(place)

    def _drop(self, place: int, point: QPoint) -> None:
        grid = self._body.grid
        grid.arrange()  # Where the others lie, without the one that was held.
        to = grid.place_at(point)
        if to < 0 and point.y() > 0:
            to = len(self._body.tiles) - 1
        self._move(place, to)

    def _stretch(self, place: int, x: int, y: int) -> None:
        grid = self._body.grid
        step = (grid.width() + GAP) / columns_for(grid.width())
        wider = round(x / step * COLUMNS / columns_for(grid.width()))
        higher = round(y / (STEP + GAP))
        if wider or higher:
            self._resize(place, wider, higher)
        grid.arrange()
