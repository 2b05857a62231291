"""What a record's page says of merges: the button that begins one, what was merged into it, and
that it was opened by another's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from crm_core.model.merging import mergeable
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record
from desktop.services.merging import may_merge
from desktop.viewmodels.records.merging import Met
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import IconButton, QuietButton
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

if TYPE_CHECKING:
    from desktop.views.pages.records.merge_sheet import MergeSheet
    from desktop.views.pages.records.unmerge_sheet import UnmergeSheet


class MergedLine(Reactive, QWidget):
    """Give it what was read with the page; `begin` is a button for the bar of actions."""

    merged = Signal(str)
    """The id of the record that stays."""

    def __init__(self, session: Session, entity: EntitySpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._entity = session, entity
        self._id = ""
        self._merges: tuple[tuple[str, str], ...] = ()
        self._formerly = ""
        self.begin = IconButton("merge", "")
        self.begin.hide()
        self.merges = QuietButton("", "merge")
        self.said = label("", Role.MUTED)
        # Under the name, in line with it.
        self.merges.setObjectName("merges")
        self.merges.setStyleSheet("#merges { text-align: left; padding-left: 0; }")
        line = row(self, gap=8)
        line.addWidget(self.merges)
        line.addWidget(self.said)
        line.addStretch(1)
        self.begin.clicked.connect(self.open_sheet)
        self.merges.clicked.connect(self.open_menu)
        self.retranslate()

    def show_met(self, met: Met) -> None:
        """Say what there is to say about the record that was read."""
        self._id, self._merges, self._formerly = met.id, met.merges, met.formerly
        self.retranslate()

    def show_record(self, record: Record) -> None:
        """Offer merging where this person may."""
        may = mergeable(self._session.workspace.replica.registry.entity(self._entity.name))
        self.begin.setVisible(
            may and may_merge(self._session.workspace, self._entity.name, record).allowed
        )

    def retranslate(self) -> None:
        name = self._entity.label.text(self._session.language)
        self.begin.set_name(self.tr("Merge with another record; it can be taken back"))
        self.said.setText(self.tr("“{0}” was merged into this record").format(self._formerly))
        self.said.setVisible(bool(self._formerly))
        words = self.tr("{1}: {0} merged into this one")
        self.merges.setText(words.format(len(self._merges), name))
        self.merges.setVisible(bool(self._merges))
        self.setVisible(bool(self._formerly or self._merges))

    @Slot()
    def open_sheet(self) -> MergeSheet:
        """Ask with which record."""
        from desktop.views.pages.records.merge_sheet import MergeSheet

        sheet = MergeSheet(self._session, self._entity, self._id, parent=self.window())
        sheet.merged.connect(self.merged)
        sheet.open()
        return sheet

    @Slot()
    def open_menu(self) -> QMenu:
        """The records that were merged into this one; each can be had back."""
        menu = QMenu(self)
        for alias, words in self._merges:
            menu.addAction(words.replace("&", "&&")).setData(alias)
        menu.triggered.connect(self._chosen)
        menu.popup(self.merges.mapToGlobal(QPoint(0, self.merges.height())))
        menu.setActiveAction(menu.actions()[0])
        return menu

    def open_unmerge(self, alias: str) -> UnmergeSheet:
        """Show what taking one merge back would do."""
        from desktop.views.pages.records.unmerge_sheet import UnmergeSheet

        sheet = UnmergeSheet(self._session, self._entity, alias, self.window())
        sheet.open()
        return sheet

    @Slot(object)
    def _chosen(self, action: object) -> None:
        data = getattr(action, "data", lambda: None)()
        if isinstance(data, str):
            self.open_unmerge(data)
