"""Places of the daily desk, made when first wanted: pipeline, library, incoming number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from desktop.viewmodels.session import Session
from desktop.views.palette import Palette
from desktop.views.shell import Shell

if TYPE_CHECKING:
    from desktop.services.rules.stage_gates import StepBack
    from desktop.views.pages.library_page import LibraryPage
    from desktop.views.pages.plans.pipeline_page import PipelinePage

PIPELINE, LIBRARY = "pipeline", "library"
NUMBER_KEYS = "Ctrl+Shift+P"
"""P for the phone that rings."""


class DeskPlaces(QObject):
    """Adds these pages to the sidebar and to Ctrl+K."""

    def __init__(self, session: Session, shell: Shell, palette: Palette, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._shell, self._palette = session, shell, palette
        QShortcut(QKeySequence(NUMBER_KEYS), shell).activated.connect(self.ask_number)
        session.reason_asked = self._ask_reason

    def add_pages(self) -> None:
        """Put them at the end of what the sidebar has so far."""
        self._shell.add_page(PIPELINE, "columns", lambda: self.tr("Pipeline"), self._make_pipeline)

        self._shell.add_page(LIBRARY, "school", lambda: self.tr("Library"), self._make_library)

    def offer(self) -> None:
        """Let Ctrl+K find them."""
        show = partial(self._shell.show_page, PIPELINE)
        self._palette.offer(f"page:{PIPELINE}", lambda: self.tr("Pipeline"), show)

        library = partial(self._shell.show_page, LIBRARY)
        self._palette.offer(f"page:{LIBRARY}", lambda: self.tr("Library"), library)
        self._palette.offer("incoming:", lambda: self.tr("Incoming number"), self.ask_number)

    @Slot()
    def ask_number(self) -> None:
        """Who is calling?"""
        from desktop.views.pages.visits.incoming_sheet import IncomingSheet

        sheet = IncomingSheet(self._session, self._shell)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def _ask_reason(
        self, step: StepBack, go_on: Callable[[str], None], stay: Callable[[], object]
    ) -> None:
        from desktop.views.pages.reason_sheet import ReasonSheet

        sheet = ReasonSheet(self._session, step, go_on, QApplication.activeWindow() or self._shell)
        sheet.rejected.connect(stay)
        sheet.open()

    def _make_library(self) -> LibraryPage:
        from desktop.views.pages.library_page import LibraryPage

        return LibraryPage(self._session)

    def _make_pipeline(self) -> PipelinePage:
        from desktop.views.pages.plans.pipeline_page import PipelinePage

        return PipelinePage(self._session)
