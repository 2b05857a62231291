"""The tiles of one board at work: asked one after the other, kept fresh, opened into records."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crm_core.insight.boards import Narrowed, Tile
from crm_core.insight.declared import Explanation
from desktop.bus import Change
from desktop.viewmodels.board.board_asking import TileAnswer, explain_value
from desktop.viewmodels.board.board_reader import BoardReader
from desktop.viewmodels.board.board_scene import Scene
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.tile_card import TileCard
from desktop.views.pages.boards.tile_grid import TileGrid
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.layouts import column
from desktop.views.widgets.pictures.skeleton import Skeleton

_WATCHED = (
    "lead", "opportunity", "customer", "visit", "follow_up", "task", "user", "team", "channel_cost",
    "rule_version", "approval", "rating", "checklist_item", "usage", "exemption",
    "content_push", "role",
)  # fmt: skip
_SETTLE_MS = 300
_AT_ONCE = 2
"""Cards made in one turn: some 10 ms."""


class BoardBody(QWidget):
    """Shows tiles, and goes from a value to what is behind it."""

    refreshed = Signal()
    """Every tile has been answered."""
    explain_wanted = Signal(object, object)
    """(Scene, groups)"""
    task_wanted = Signal(object, object)
    limit_wanted = Signal(object)
    taking = Signal(object, str)
    entry_wanted = Signal(str)
    """Entity: write down a record of it."""
    cards_made = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._tiles: tuple[Tile, ...] = ()
        self._filters = Narrowed()
        self._stale = False
        self._zoom = 1.0
        self._spare: list[TileCard] = []
        self._looked_for = -1
        self.cards: list[TileCard] = []
        self.grid = TileGrid()
        self.reader = BoardReader(session, self)
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._further = QTimer(self, singleShot=True, interval=0)
        self.area = _around(self.grid)
        self.waiting = QWidget()
        set_role(self, Role.PAGE)
        whole = column(self, gap=0)
        whole.addWidget(self.area)
        whole.addWidget(self.waiting)
        column(self.waiting, margins=(24, 8, 24, 24)).addWidget(Skeleton())
        self.area.hide()  # Until it is known which tiles there are.
        self.reader.answered.connect(self._take)
        self.reader.finished.connect(self.refreshed)
        self._soon.timeout.connect(self.refresh)
        self._further.timeout.connect(self._go_on)
        session.changed.connect(self._changed)
        session.language_changed.connect(self._relabel)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What is shown."""
        return self._tiles

    def set_zoom(self, zoom: float) -> None:
        """So many pixels for each, for a screen on the wall."""
        self._zoom = zoom
        for card in self.cards:
            card.set_zoom(zoom)
        self.grid.set_zoom(zoom)

    def show_tiles(self, tiles: Sequence[Tile], filters: Narrowed, *, ask: bool = True) -> None:
        """Show these; a tile that was there already keeps its picture, wherever it goes.

        A few cards are made in each turn of the loop, so that nobody waits for all of them; what
        they show is asked when they are there.
        """
        self._further.stop()
        self.waiting.hide()
        self.area.show()
        left = [*self.cards, *self._spare]
        cards: list[TileCard] = []
        made = 0
        for tile in tiles:
            kept = next((c for c in left if _alike(c.tile, tile)), None)
            if kept is None and ask and made == _AT_ONCE:
                break
            if kept is not None:
                left.remove(kept)
                kept.tile = tile
            made += kept is None
            cards.append(kept or self._make(tile))
        whole = len(cards) == len(tiles)
        self._spare = [] if whole else left
        for card in left:
            card.hide()
            if whole:
                card.deleteLater()
        self.cards = cards
        self._tiles, self._filters = tuple(tiles), filters
        self.grid.show_tiles(self._tiles[: len(cards)], cards)
        self.cards_made.emit()
        if not whole:
            self.reader.busy = True
            self._further.start()
        elif ask:
            self.refresh()

    @Slot()
    def _go_on(self) -> None:
        """The next few cards."""
        self.show_tiles(self._tiles, self._filters)
        if 0 <= self._looked_for < len(self.cards):
            self.look_at(self._looked_for)

    @Slot()
    def refresh(self) -> None:
        """Ask again; what has not changed is not drawn anew."""
        self._stale = False
        self.reader.read(self._tiles, self._filters)

    def look_at(self, place: int) -> None:
        """Bring a tile into sight, and the keyboard to it."""
        self._looked_for = place if place >= len(self.cards) else -1
        if place < len(self.cards):
            card = self.cards[place]
            self.area.ensureWidgetVisible(card)
            (card.picture or card).setFocus(Qt.FocusReason.OtherFocusReason)

    def explain(
        self, scene: Scene, groups: tuple[str, ...], then: Callable[[Explanation], object],
        owner: QObject,
    ) -> None:  # fmt: skip
        """What a value was made of, worked out in the background."""
        workspace = self._session.workspace
        self._session.ask(lambda: explain_value(workspace, scene, groups), then, owner=owner)

    def open_value(self, scene: Scene, groups: tuple[str, ...]) -> None:
        """Go to the records a value was made of."""

        def go(explanation: Explanation) -> None:
            language = self._session.language
            title = scene.measure.label.text(language)
            name = scene.name_of(groups)
            named = f"{title} · {name}" if name else title
            definition = scene.measure.definition.text(language)
            if explanation.measure.entity:
                self._session.drill_requested.emit(explanation.query, named, definition)
            else:
                self.explain_wanted.emit(scene, groups)

        self.explain(scene, groups, go, self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _make(self, tile: Tile) -> TileCard:
        card = TileCard(self._session, tile, self.grid)
        card.opened.connect(self.open_value)
        card.explained.connect(self.explain_wanted)
        card.task_wanted.connect(self.task_wanted)
        card.limit_wanted.connect(self.limit_wanted)
        card.taking.connect(self.taking)
        card.entry_wanted.connect(self.entry_wanted)
        if self._zoom != 1.0:
            card.set_zoom(self._zoom)
        return card

    @Slot(int, object)
    def _take(self, place: int, answer: TileAnswer) -> None:
        if place < len(self.cards) and _alike(self.cards[place].tile, answer.tile):
            self.cards[place].take(answer)

    @Slot(object)
    def _changed(self, change: Change) -> None:
        if not any(change.touches(entity) for entity in _WATCHED):
            return
        if self.isVisible():
            self._soon.start()
        else:
            self._stale = True

    @Slot(str)
    def _relabel(self, _language: str) -> None:
        if self._tiles:
            self.refresh()


def _alike(one: Tile, other: Tile) -> bool:
    """Whether both ask the same, however large they are."""
    return (one.measure, one.shape, one.group) == (other.measure, other.shape, other.group)


def _around(grid: TileGrid) -> QScrollArea:
    content = QWidget()
    set_role(content, Role.PAGE)
    inner = column(content, margins=(24, 4, 24, 24), gap=0)
    inner.addWidget(grid)
    inner.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(content)
    return area
