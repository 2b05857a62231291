"""One tile: its name, its picture or why there is none, what is red about it and what to do."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QFrame, QMenu, QStackedWidget, QWidget

from crm_core.insight.boards import Shape, Tile
from crm_core.insight.catalogue import MEASURES
from crm_core.permissions import Right
from desktop.services.rules.measure_limits import may_write_rules
from desktop.viewmodels.board.board_asking import TileAnswer
from desktop.viewmodels.board.board_links import Place, places_of
from desktop.viewmodels.board.board_scene import Scene, subtitle_of
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.painter import paint, picture_for
from desktop.views.pages.boards.tile_words import (
    first_sentence,
    red_words,
    why_empty,
    written_by_hand,
)
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import IconButton, QuietButton
from desktop.views.widgets.layouts import column, label, row, scrolled
from desktop.views.widgets.pictures.skeleton import Skeleton
from desktop.views.widgets.reactive import Reactive

_WAITING, _DRAWN, _SAID = range(3)
_WORDS_WIDE, _BUTTON = 440, 24


class TileCard(Reactive, QFrame):
    """Shows one answer after the other; the old picture stays until the new one is there."""

    opened = Signal(object, object)
    """(Scene, groups): list the records behind a value."""
    explained = Signal(object, object)
    """(Scene, groups): say how a value was computed."""
    task_wanted = Signal(object, object)
    """(Scene, groups or None): give somebody the next step."""
    limit_wanted = Signal(object)
    """Scene: change from where on its measure is red."""
    taking = Signal(object, str)
    """(Scene, "image" | "table" | "xlsx" | "pdf"): take the picture out."""
    entry_wanted = Signal(str)
    """Entity: write down a record of it, as nothing can be measured before."""

    def __init__(self, session: Session, tile: Tile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.tile = tile
        self.answer: TileAnswer | None = None
        self.groups: list[tuple[str, ...]] = []
        self._figure = tile.shape == Shape.FIGURE
        self._title = label("", Role.STRONG if self._figure else Role.HEADING)
        self._about = label("", Role.SMALL)
        self.info, self.more = IconButton("info", ""), IconButton("more", "")
        self.picture = picture_for(tile.shape)
        self._said = label("", Role.MUTED, wrap=True)
        self.enter = QuietButton("", "plus")
        self._stack = QStackedWidget()
        self._red = label("", Role.SMALL, wrap=True)
        self.assign = QuietButton("", "task")
        self.foot = QWidget()
        self._body = self._lay_out()
        self._connect()
        self.retranslate()

    @property
    def scene(self) -> Scene | None:
        """What is drawn; None before the first answer, or where there is none."""
        return self.answer.scene if self.answer is not None else None

    @property
    def title(self) -> str:
        """What it is called on screen."""
        return self._title.text()

    @property
    def why(self) -> str:
        """What is said in the place of a picture; empty where there is one."""
        return self._said.toolTip()

    def take(self, answer: TileAnswer) -> None:
        """Show an answer; nothing is drawn anew where it says what the one before said."""
        before, self.answer = self.answer, answer
        if before is not None and before.says_the_same(answer):
            return
        self._draw()

    def set_zoom(self, zoom: float) -> None:
        """Larger, for a screen on the wall; the words are as large as the window's."""
        across, down = round(14 * zoom), round(8 * zoom)
        self._body.setContentsMargins(across, down, across, down)
        self._said.setMaximumWidth(round(_WORDS_WIDE * zoom))
        for button in (self.info, self.more):
            button.setFixedSize(round(_BUTTON * zoom), round(_BUTTON * zoom))
        if self.picture is not None:
            self.picture.set_zoom(zoom)

    def set_arranged(self, on: bool) -> None:
        """While it is arranged, its own buttons make room for the hand's."""
        self.info.setVisible(not on)
        self.more.setVisible(not on)

    def retranslate(self) -> None:
        self.info.set_name(self.tr("How is this computed?"))
        self.more.set_name(self.tr("More"))
        self.assign.setText(self.tr("Give a task"))
        self._draw()

    def menu(self, groups: tuple[str, ...] | None) -> QMenu:
        """What can be done with the tile, and with one of its values."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        scene = self.scene
        if scene is None:
            return made
        if groups is not None:
            act = made.addAction(self.tr("Open the records behind it"))
            act.triggered.connect(lambda: self.opened.emit(scene, groups))
            act = made.addAction(self.tr("How is this computed?"))
            act.triggered.connect(lambda: self.explained.emit(scene, groups))
            act = made.addAction(self.tr("Give a task…"))
            act.triggered.connect(lambda: self.task_wanted.emit(scene, groups))
        if may_write_rules(self._session.workspace):
            act = made.addAction(self.tr("Change the limit…"))
            act.triggered.connect(lambda: self.limit_wanted.emit(scene))
        for place in places_of(scene.measure.id):
            made.addAction(self._name_of(place)).triggered.connect(partial(self._go_to, place))
        if not made.isEmpty():
            made.addSeparator()
        for kind, text in (
            ("image", self.tr("Copy as an image")),
            ("table", self.tr("Copy as a table")),
            ("xlsx", self.tr("Export to Excel…")),
            ("pdf", self.tr("Export to PDF…")),
        ):
            act = made.addAction(text)
            act.triggered.connect(lambda _=False, kind=kind: self.taking.emit(scene, kind))
        return made

    def _name_of(self, place: Place) -> str:
        return {
            Place.BRIEF: self.tr("In the daily brief"),
            Place.SCORE: self.tr("Does the score mean anything?"),
            Place.VALUE: self.tr("Quarter against quarter"),
        }[place]

    def _go_to(self, place: Place) -> None:
        if place is Place.BRIEF:
            self._session.place_requested.emit("briefing")
        else:
            self._session.report_requested.emit(place.value)

    def _lay_out(self) -> QBoxLayout:
        set_role(self, Role.CARD)
        body = column(self, margins=(14, 8, 14, 8), gap=0 if self._figure else 6)
        head = row(None, gap=2)
        words = column(None, gap=0)
        words.addWidget(self._title)
        words.addWidget(self._about)
        if self._figure:
            self._about.hide()
        head.addLayout(words, 1)
        for button in (self.info, self.more):
            button.setFixedSize(_BUTTON, _BUTTON)
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(head)
        self._stack.addWidget(Skeleton())
        self._stack.addWidget(self._scrolled())
        self._stack.addWidget(self._instead())
        body.addWidget(self._stack, 1)
        line = row(self.foot, gap=6)
        line.addWidget(self._red, 1)
        line.addWidget(self.assign, 0, Qt.AlignmentFlag.AlignBottom)
        self.foot.hide()
        body.addWidget(self.foot)
        return body

    def _instead(self) -> QWidget:
        """What stands where there is no picture: below the name of a figure, else in the middle."""
        said = QWidget()
        inner = column(said, gap=8)
        self.enter.hide()
        if self._figure:
            inner.addWidget(self._said)
            inner.addWidget(self.enter, 0, Qt.AlignmentFlag.AlignLeft)
            inner.addStretch(1)
            return said
        centre = Qt.AlignmentFlag.AlignHCenter
        self._said.setAlignment(centre)
        self._said.setMaximumWidth(_WORDS_WIDE)
        inner.addStretch(2)
        middle = row(None)  # A wrapped label gets its height only without an alignment of its own.
        middle.addStretch(1)
        middle.addWidget(self._said, 8)
        middle.addStretch(1)
        inner.addLayout(middle)
        inner.addWidget(self.enter, 0, centre)
        inner.addStretch(3)
        return said

    def _scrolled(self) -> QWidget:
        if self.picture is None:
            return QWidget()
        if self._figure:
            return self.picture
        area = scrolled(self.picture)
        for ground in (area.viewport(), self.picture):  # The card's own shows through.
            ground.setAutoFillBackground(False)
        return area

    def _connect(self) -> None:
        self.info.clicked.connect(self._explain_all)
        self.more.clicked.connect(self._show_menu)
        self.assign.clicked.connect(self._assign)
        self.enter.clicked.connect(self._enter)
        if self.picture is not None:
            self.picture.opened.connect(self._open)
            self.picture.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            self.picture.customContextMenuRequested.connect(self._context)

    def _draw(self) -> None:
        answer, language = self.answer, self._session.language
        measure = MEASURES.get(self.tile.measure) if answer is None else answer.measure
        title = measure.label.text(language) if measure is not None else self.tile.measure
        self._title.setText(title)
        self._title.setToolTip(measure.definition.text(language) if measure is not None else "")
        self.info.setEnabled(self.scene is not None)
        self.more.setEnabled(self.scene is not None)
        if answer is None:  # What it is about can be read while it is worked out.
            return
        groups = self.scene.answer.question.group_by if self.scene is not None else ()
        about = subtitle_of(measure, groups, language) if measure is not None else ""
        self._about.setToolTip("")
        if self.scene is not None and self.scene.answer.provisional:
            about += " · " + self.tr("provisional")
            self._about.setToolTip(
                self.tr("Some history is not on this device, or figures are still being worked out")
            )
        self._about.setText(about)
        why = why_empty(answer, language)
        # A figure has room for a line or two; all of it is told on hovering.
        self._said.setText(first_sentence(why) if self._figure else why)
        self._said.setToolTip(why)
        entered = self._entered()
        rated = entered == "rating"
        self.enter.setText(self.tr("Enter a rating") if rated else self.tr("Enter channel costs"))
        self.enter.setVisible(bool(why) and bool(entered))
        if why or self.scene is None or self.picture is None:
            self._stack.setCurrentIndex(_SAID)
            self.foot.hide()
            return
        self.groups = paint(self.picture, self.scene, language)
        self.picture.setAccessibleName(title)
        self._stack.setCurrentIndex(_DRAWN)
        red = red_words(self.scene, language)
        self._red.setText(red)
        self.foot.setVisible(bool(red) and not self._figure)

    def _entered(self) -> str:
        """What the person may write down, so that there is something to measure."""
        measure = self.answer.measure if self.answer is not None else None
        entity = written_by_hand(measure) if measure is not None else ""
        if entity and self._session.workspace.may(Right.CREATE, entity).allowed:
            return entity
        return ""

    @Slot()
    def _enter(self) -> None:
        self.entry_wanted.emit(self._entered())

    @Slot(int)
    def _open(self, place: int) -> None:
        if self.scene is not None and place < len(self.groups):
            self.opened.emit(self.scene, self.groups[place])

    @Slot()
    def _explain_all(self) -> None:
        if self.scene is not None and self.picture is not None and self.groups:
            self.explained.emit(self.scene, self.groups[self.picture.current])

    @Slot()
    def _assign(self) -> None:
        if self.scene is not None:
            self.task_wanted.emit(self.scene, None)

    @Slot()
    def _show_menu(self) -> None:
        below = self.more.mapToGlobal(QPoint(0, self.more.height()))
        groups = self.groups[0] if self._figure and self.groups else None
        self.menu(groups).popup(below)

    @Slot(QPoint)
    def _context(self, point: QPoint) -> None:
        if self.picture is None:
            return
        place = self.picture.at(point.toPointF())
        place = place if place >= 0 else self.picture.current
        groups = self.groups[place] if place < len(self.groups) else None
        self.menu(groups).popup(self.picture.mapToGlobal(point))
