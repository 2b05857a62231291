"""Pages of the daily desk beside lists and Today, made when first wanted: the pipeline."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.viewmodels.session import Session
from desktop.views.palette import Palette
from desktop.views.shell import Shell

if TYPE_CHECKING:
    from desktop.views.pages.pipeline_page import PipelinePage

PIPELINE = "pipeline"


class DeskPlaces(QObject):
    """Adds these pages to the sidebar and to Ctrl+K."""

    def __init__(self, session: Session, shell: Shell, palette: Palette, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._shell, self._palette = session, shell, palette

    def add_pages(self) -> None:
        """Put them at the end of what the sidebar has so far."""
        self._shell.add_page(PIPELINE, "columns", lambda: self.tr("Pipeline"), self._make_pipeline)

    def offer(self) -> None:
        """Let Ctrl+K find them."""
        show = partial(self._shell.show_page, PIPELINE)
        self._palette.offer(f"page:{PIPELINE}", lambda: self.tr("Pipeline"), show)

    def _make_pipeline(self) -> PipelinePage:
        from desktop.views.pages.pipeline_page import PipelinePage

        return PipelinePage(self._session)
