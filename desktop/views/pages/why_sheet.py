"""Why a lead is where it is, as a tree that can be copied as text (row 2.12)."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from desktop.services.lead_why import Reason, as_text, why_here
from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.sheet import Sheet


class WhySheet(Sheet):
    """Read in the background when it is made."""

    def __init__(
        self, session: Session, lead: str, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.reasons: tuple[Reason, ...] = ()
        self.tree, self.copy = QTreeWidget(), QuietButton("", "copy")
        self.tree.setHeaderHidden(True)
        self.tree.setWordWrap(True)
        self.tree.setAccessibleName(self.tr("Why it is here"))
        self.body.addWidget(self.tree, 1)
        self.footnote.addWidget(self.copy)
        self.copy.setText(self.tr("Copy as text"))
        self.primary.setText(self.tr("Close"))
        self.cancel.hide()
        self.set_heading(self.tr("Why “{0}” is here").format(name))
        self.resize(780, 620)
        self.submitted.connect(self.accept)
        self.copy.clicked.connect(self._copy)
        workspace, language = session.workspace, session.language
        session.ask(lambda: why_here(workspace, lead, language), self._came, owner=self)

    def _came(self, reasons: tuple[Reason, ...]) -> None:
        self.reasons = reasons
        above: list[QTreeWidgetItem] = []
        for one in reasons:
            item = QTreeWidgetItem([one.text])
            item.setToolTip(0, one.text)
            del above[one.depth :]
            if above:
                above[-1].addChild(item)
            else:
                self.tree.addTopLevelItem(item)
            above.append(item)
        self.tree.expandAll()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(as_text(self.reasons))
        self.message.show_message(self.tr("Copied."), Tone.GOOD)
