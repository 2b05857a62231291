"""Taking a picture out: as an image, as a table, into Excel, onto a PDF page; under permission."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.clock import CHINA
from crm_core.insight.catalogue import MEASURES
from crm_core.insight.composites import kinds_of
from desktop.services.commands.verbs import Done
from desktop.services.papers.export_tables import (
    Figures,
    as_text,
    do_export_figures,
    do_keep_page,
    do_note_copy,
    may_take,
)
from desktop.viewmodels.board.board_scene import Scene, table_of
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.board_body import BoardBody
from desktop.views.pages.boards.board_paper import pages
from desktop.views.pages.boards.tile_card import TileCard
from desktop.views.pages.boards.tile_words import red_words


class Taking(QObject):
    """Does what the menu of a tile offers; says why where it may not be."""

    def __init__(
        self, session: Session, body: BoardBody, window: QWidget, narrowed: Callable[[], str]
    ) -> None:
        """`narrowed`: by what the board is narrowed, in words."""
        super().__init__(window)
        self._session, self._body, self._window = session, body, window
        self._narrowed = narrowed
        body.taking.connect(self._take)

    @Slot(object, str)
    def _take(self, scene: Scene, kind: str) -> None:
        card = next((c for c in self._body.cards if c.scene is scene), None)
        if card is not None:
            self.take(card, scene, kind)

    def take(self, card: TileCard, scene: Scene, kind: str) -> None:
        """Copy the picture, or ask for a file and write it."""
        figures = self.figures(scene)
        if not self._allowed(scene) or card.picture is None:
            return
        if kind == "image":
            QGuiApplication.clipboard().setImage(card.picture.image())
            self._session.run(do_note_copy, figures, on_done=self._copied)
        elif kind == "table":
            QGuiApplication.clipboard().setText(as_text(figures))
            self._session.run(do_note_copy, figures, on_done=self._copied)
        elif (path := self._ask(figures.title, kind)) is None:
            return
        elif kind == "xlsx":
            self._session.run(do_export_figures, figures, path)
        else:
            page = pages([(figures, card.picture)])
            self._session.run(do_keep_page, figures, path, page)

    def take_all(self, name: str, cards: Sequence[TileCard]) -> None:
        """The whole board as pages of a PDF."""
        shown = [
            (card.scene, card.picture)
            for card in cards
            if card.scene is not None and card.picture is not None and not card.scene.empty
        ]
        if not shown or not all(self._allowed(scene) for scene, _ in shown):
            return
        parts = [(self.figures(scene), picture) for scene, picture in shown]
        if (path := self._ask(name, "pdf")) is not None:
            self._session.run(do_keep_page, parts[0][0], path, pages(parts))

    def figures(self, scene: Scene) -> Figures:
        """The scene as a table."""
        language = self._session.language
        period = scene.answer.question.period
        days = (period.end - period.start).days
        moment = scene.answer.as_of.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        about = self._session.say(
            f"截至 {moment} · 最近 {days} 天", f"As of {moment} · last {days} days"
        )
        title = scene.measure.label.text(language)
        narrowed = self._narrowed()
        return Figures(
            title, f"{about} · {narrowed}" if narrowed else about, scene.measure.entity,
            table_of(scene, language), advice=red_words(scene, language),
        )  # fmt: skip

    def _allowed(self, scene: Scene) -> bool:
        workspace = self._session.workspace
        kinds = sorted(kinds_of(scene.measure, MEASURES))
        refused = next((no for one in kinds if (no := may_take(workspace, one)) is not None), None)
        if refused is not None:
            self._session.failed.emit(refused)
        return refused is None

    def _ask(self, name: str, kind: str) -> Path | None:
        day = self._session.workspace.clock.now().strftime("%Y-%m-%d")
        proposed = "".join(c for c in f"{name} {day}" if c not in '/\\:*?"<>|')
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export to"), f"{proposed}.{kind}", f"*.{kind}"
        )
        return Path(chosen).with_suffix(f".{kind}") if chosen else None

    def _copied(self, _done: Done) -> None:
        """The note says enough."""
