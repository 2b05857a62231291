"""Markdown that people wrote, shown safely: no HTML, nothing is loaded from anywhere."""

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

_FEATURES = QTextDocument.MarkdownFeature


class MarkdownView(QTextBrowser):
    """A link to the web opens in the system's browser, on a press only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)

    def show_markdown(self, text: str) -> None:
        """Show this from its beginning."""
        features = _FEATURES.MarkdownDialectGitHub | _FEATURES.MarkdownNoHTML
        self.document().setMarkdown(text, features)
        self.verticalScrollBar().setValue(0)

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        """Pictures and styles are not fetched: reading must tell nobody that it was read."""
        return None

    @Slot(QUrl)
    def _follow(self, link: QUrl) -> None:
        if link.scheme() in ("http", "https"):
            QDesktopServices.openUrl(link)
