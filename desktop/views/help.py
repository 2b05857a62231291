"""The help window (F1): the user guide's chapters with a search over them, and what is new."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QWidget,
)

from desktop.services.guide import Topic, user_guide, whats_new
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.layouts import column
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.search_field import SearchField

_SHEET = "td, th { padding: 5px 14px 5px 8px; } p, table { margin-top: 8px; margin-bottom: 8px; }"


class HelpWindow(Reactive, QWidget):
    """Opens on a chapter; typing narrows the chapters, Esc closes."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._language = language
        self._topics: Sequence[Topic] = ()
        self.search = SearchField()
        self.contents = QListWidget()
        self.page = QTextBrowser()
        self._lay_out()
        self.search.searched.connect(self._narrow)
        self.contents.currentRowChanged.connect(self._show)
        for keys, slot in (("Esc", self.close), ("Ctrl+F", self.search.take_focus)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        self.speak(language)

    def speak(self, language: str) -> None:
        """Read the guide in another language."""
        self._language = language
        new = (Topic(self.tr("What is new"), _joined(whats_new(language))),)
        self._topics = [*user_guide(language), *(t for t in new if t.body)]
        self.retranslate()
        self._narrow(self.search.text())

    def open_at(self, title: str) -> None:
        """Show the window with a chapter; the first one where none has that title."""
        self.search.clear()
        self._narrow("")
        found = self.contents.findItems(title, Qt.MatchFlag.MatchExactly) if title else []
        self.contents.setCurrentItem(found[0] if found else self.contents.item(0))
        self.show()
        self.raise_()
        self.activateWindow()
        self.contents.setFocus()

    def open_news(self) -> None:
        """Show what is new."""
        self.open_at(self.tr("What is new"))

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Suixing help"))
        self.search.set_placeholder(self.tr("Search the help"))
        self.contents.setAccessibleName(self.tr("Chapters"))
        self.page.setAccessibleName(self.tr("Text"))

    def retint(self) -> None:
        self._show(self.contents.currentRow())

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        self.resize(920, 680)
        left = QWidget()
        side = column(left, margins=(16, 16, 8, 16), gap=12)
        side.addWidget(self.search)
        side.addWidget(self.contents, 1)
        self.page.setOpenLinks(False)
        self.page.document().setDocumentMargin(24)
        self.page.document().setDefaultStyleSheet(_SHEET)
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        parts = QSplitter()
        parts.addWidget(left)
        parts.addWidget(self.page)
        parts.setSizes([260, 660])
        parts.setCollapsible(0, False)
        column(self).addWidget(parts)

    @Slot(str)
    def _narrow(self, typed: str) -> None:
        shown = self.contents.currentItem().text() if self.contents.currentItem() else ""
        words = typed.lower().split()
        self.contents.blockSignals(True)  # On their way out, items number other topics.
        self.contents.clear()
        self.contents.blockSignals(False)
        for number, topic in enumerate(self._topics):
            if all(word in f"{topic.title}\n{topic.body}".lower() for word in words):
                item = QListWidgetItem(topic.title, self.contents)
                item.setData(Qt.ItemDataRole.UserRole, number)
        kept = self.contents.findItems(shown, Qt.MatchFlag.MatchExactly) if shown else []
        self.contents.setCurrentItem(kept[0] if kept else self.contents.item(0))
        if not self.contents.count():
            self.page.setMarkdown(self.tr("Nothing in the help has these words."))

    @Slot(int)
    def _show(self, row_number: int) -> None:
        item = self.contents.item(row_number)
        if item is None:
            return
        topic = self._topics[int(item.data(Qt.ItemDataRole.UserRole))]
        c = colours()
        document = QTextDocument()
        document.setMarkdown(f"## {topic.title}\n\n{topic.body}")
        # Converted Markdown brings margins of its own along, and keys look like text in it.
        body = re.sub(r"margin-(top|bottom):\d+px;", "", document.toHtml())
        body = re.sub(
            r"<span style=\" font-family:'[^']*';\">",
            f'<span style="background-color:{c.hover}; font-weight:600;">',
            body,
        )
        self.page.setHtml(body)
        self._find_typed()

    def _find_typed(self) -> None:
        first = self.search.text().split()[:1]
        if first:
            self.page.find(first[0])


def _joined(topics: Sequence[Topic]) -> str:
    return "\n\n".join(f"### {topic.title}\n\n{topic.body}" for topic in topics)
