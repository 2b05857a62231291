"""Taking a picture out: as an image, as a table, into Excel, onto a PDF page; under permission."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.clock import CHINA
from desktop.services.commands import Done
from desktop.services.export_tables import (
    Figures,
    as_text,
    do_export_figures,
    do_keep_page,
    do_note_copy,
    may_take,
)
from desktop.viewmodels.board_scene import Scene, table_of
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.tile_card import TileCard
from desktop.views.theme.fonts import app_font
from desktop.views.widgets.pictures.canvas import Picture

_INK, _MUTED = QColor("#1a1f1e"), QColor("#5c6664")
_DOTS = 144
_GAP = 24.0


class Taking(QObject):
    """Does what the menu of a tile offers; says why where it may not be."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window

    def take(self, card: TileCard, scene: Scene, kind: str) -> None:
        """Copy the picture, or ask for a file and write it."""
        figures = self.figures(scene)
        if not self._allowed(figures) or card.picture is None:
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
        parts = [
            (self.figures(card.scene), card.picture)
            for card in cards
            if card.scene is not None and card.picture is not None and not card.scene.empty
        ]
        if not parts or not all(self._allowed(figures) for figures, _ in parts):
            return
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
        return Figures(title, about, scene.measure.entity, table_of(scene, language))

    def _allowed(self, figures: Figures) -> bool:
        refused = may_take(self._session.workspace, figures.entity)
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


def pages(parts: Sequence[tuple[Figures, Picture]]) -> bytes:
    """Pictures with their tables on A4 pages, one below the other, as long as a page has room."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(held)
    writer.setResolution(_DOTS)
    writer.setCreator("Suixing")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(15, 15, 15, 15), QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    wide, high = float(writer.width()), float(writer.height())
    y = 0.0
    for figures, picture in parts:
        scale = min(wide / max(picture.width(), 1), 2.0)
        needed = 70 + picture.height() * scale
        if y and y + needed > high:
            writer.newPage()
            y = 0.0
        y = _paint_head(painter, figures, wide, y)
        scale = min(scale, (high - y) / max(picture.height(), 1))
        painter.save()
        painter.translate(0, y)
        painter.scale(scale, scale)
        painter.setFont(picture.font())
        picture.draw(painter)
        painter.restore()
        y += picture.height() * scale + _GAP
    painter.end()
    return bytes(held.data().data())


def _paint_head(painter: QPainter, figures: Figures, wide: float, y: float) -> float:
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setFont(app_font(26, bold=True))
    painter.setPen(_INK)
    painter.drawText(QRectF(0, y, wide, 36), left, figures.title)
    painter.setFont(app_font(16))
    painter.setPen(_MUTED)
    painter.drawText(QRectF(0, y + 36, wide, 24), left, figures.about)
    return y + 70
