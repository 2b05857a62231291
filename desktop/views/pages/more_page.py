"""More places: lists that need no line of their own in the sidebar, and the recycle bin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QScrollArea, QWidget

from crm_core.model.query import All, Query
from crm_core.permissions import visible
from desktop.services.workspace import Workspace
from desktop.viewmodels.session import Session
from desktop.views.theme.apply import colours
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_COLUMNS = 3
_TILE_HEIGHT = 84


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go."""

    key: str
    icon: str
    name: Callable[[], str]
    what: Callable[[], str]
    """One line about it."""
    entity: str = ""
    """What is counted there; empty for nothing."""
    count: Callable[[Workspace], int] | None = None
    """How to count what is no list of an entity."""


class _Tile(Reactive, QPushButton):
    """A place: its icon, its name, what it is for, how many are there."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._count = ""
        self.setObjectName("placeTile")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._mark, self._name = QLabel(), label("", Role.STRONG)
        self._what, self._number = label("", Role.MUTED, wrap=True), label("", Role.MUTED)
        for part in (self._mark, self._name, self._what, self._number):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = column(None, gap=2)
        top = row(None, gap=8)
        top.addWidget(self._name, 1)
        top.addWidget(self._number)
        words.addLayout(top)
        words.addWidget(self._what)
        words.addStretch(1)
        body = row(self, margins=(16, 12, 16, 12), gap=12)
        body.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(words, 1)
        self.retranslate()
        self.retint()

    @property
    def place(self) -> Place:
        """Where it leads."""
        return self._place

    def set_count(self, count: int) -> None:
        """Say how many are there."""
        self._count = f"{count:,}"
        self.retranslate()

    def retranslate(self) -> None:
        name, what = self._place.name(), self._place.what()
        self._name.setText(name)
        self._what.setText(what)
        self._number.setText(self._count)
        self.setAccessibleName(f"{name} {self._count}".strip())
        self.setAccessibleDescription(what)

    def retint(self) -> None:
        c = colours()
        self._mark.setPixmap(icon_pixmap(self._place.icon, c.accent, size=20))
        rule = (
            f"#placeTile {{ background: {c.surface}; border: 1px solid {c.hairline};"
            f" border-radius: 10px; padding: 0; min-height: {_TILE_HEIGHT}px; }}"
            f"#placeTile:hover {{ border-color: {c.outline}; }}"
            f"#placeTile:focus {{ border: 2px solid {c.accent}; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)


class MorePage(Reactive, QWidget):
    """Tiles to places; counts are read when the page is shown."""

    chosen = Signal(str)

    def __init__(
        self, session: Session, places: Sequence[Place], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.tiles = [_Tile(place) for place in places]
        self._header = PageHeader("")
        set_role(self, Role.PAGE)
        inner = QWidget()
        set_role(inner, Role.PAGE)
        grid = QGridLayout(inner)
        grid.setContentsMargins(24, 4, 24, 24)
        grid.setSpacing(12)
        for number, tile in enumerate(self.tiles):
            grid.addWidget(tile, number // _COLUMNS, number % _COLUMNS)
            tile.clicked.connect(self._go)
        for place in range(_COLUMNS):
            grid.setColumnStretch(place, 1)
        grid.setRowStretch(len(self.tiles), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        body = column(self, gap=0)
        body.addWidget(self._header)
        body.addWidget(area, 1)
        self.retranslate()

    def retranslate(self) -> None:
        self._header.set_text(self.tr("More"), self.tr("Further lists; Ctrl+K finds them too"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        workspace, places = self._session.workspace, [tile.place for tile in self.tiles]
        self._session.ask(lambda: _counts(workspace, places), self._counted, owner=self)
        self.tiles[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _counted(self, counts: dict[str, int]) -> None:
        for tile in self.tiles:
            if tile.place.key in counts:
                tile.set_count(counts[tile.place.key])

    @Slot()
    def _go(self) -> None:
        tile = self.sender()
        if isinstance(tile, _Tile):
            self.chosen.emit(tile.place.key)


def _counts(workspace: Workspace, places: Sequence[Place]) -> dict[str, int]:
    """By key, how many are there."""
    replica, found = workspace.replica, dict[str, int]()
    for place in places:
        if place.count is not None:
            found[place.key] = place.count(workspace)
        elif place.entity:
            seen = visible(workspace.actor, replica.registry.entity(place.entity))
            found[place.key] = replica.count(Query(place.entity, All((seen,))))
    return found
