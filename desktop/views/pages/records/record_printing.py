"""Ctrl+P on the page of a record: print it, where the role may take records out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec
from crm_core.permissions import Right
from desktop.viewmodels.session import Session

if TYPE_CHECKING:
    from desktop.views.pages.records.print_sheet import PrintSheet


class RecordPrinting(QObject):
    """Give it the page, and what says which record it shows."""

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        page: QWidget,
        shown: Callable[[], tuple[str, str]],
    ) -> None:
        """`shown` answers (id, title) of the record on the page; no id for none."""
        super().__init__(page)
        self._session, self._entity, self._page, self._shown = session, entity, page, shown
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Print), page)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.print_record)

    @Slot()
    def print_record(self) -> PrintSheet | None:
        """Open the sheet that prints; says why where that may not be."""
        from desktop.views.pages.records.print_sheet import for_record
        from desktop.views.pages.records.record_dialog import sections_of

        verdict = self._session.workspace.may(Right.EXPORT, self._entity.name)
        if not verdict.allowed:
            refused = KnownError(verdict.chinese, verdict.english, code="forbidden")
            self._session.failed.emit(refused)
            return None
        record_id, title = self._shown()
        if not record_id:
            return None
        language, named = self._session.language, self._entity.sections
        sections = [
            (named[name].text(language) if name in named else name, specs)
            for name, specs in sections_of(self._entity).items()
        ]
        sheet = for_record(
            self._session, self._entity, record_id, sections, title=title,
            parent=self._page.window(),
        )  # fmt: skip
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()
        return sheet
