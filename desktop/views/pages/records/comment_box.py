"""A line to say something about a record; @ and a colleague's name gives them a task."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crm_core.permissions import Right
from desktop.services.commands.desk import do_comment
from desktop.services.commands.verbs import Done
from desktop.viewmodels.session import Session
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.layouts import row
from desktop.views.widgets.reactive import Reactive


class CommentBox(Reactive, QWidget):
    """Enter sends; what could not be sent stays."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._about = ("", "")
        self.line = TextLine()
        row(self).addWidget(self.line)
        self.line.returnPressed.connect(self._send)
        self.retranslate()

    def show_for(self, entity: str, record_id: str) -> None:
        """Be about another record; what was typed about the last one is not taken along."""
        if (entity, record_id) != self._about:
            self._about = (entity, record_id)
            self.line.clear()
        self.setVisible(self._session.workspace.may(Right.CREATE, "comment").allowed)

    def retranslate(self) -> None:
        words = self.tr("Comment… @name tells a colleague, Enter sends")
        self.line.setPlaceholderText(words)
        self.line.setAccessibleName(self.tr("Comment"))

    @Slot()
    def _send(self) -> None:
        text, about = self.line.text().strip(), self._about
        if not text or not about[1]:
            return

        def sent(_done: Done) -> None:
            if self._about == about and self.line.text().strip() == text:
                self.line.clear()

        self._session.run(do_comment, *about, text, on_done=sent, initiator=self)
