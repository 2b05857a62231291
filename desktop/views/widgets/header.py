"""The head of a page: what it is, one line about it, and what can be done."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.views.theme.roles import Role
from desktop.views.widgets.layouts import column, label, row


class PageHeader(QWidget):
    """Title and subtitle on the left, action widgets on the right."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label("", Role.TITLE)
        self._subtitle = label("", Role.MUTED)
        words = column(None, gap=2)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        body = row(self, margins=(24, 20, 24, 12), gap=8)
        body.addLayout(words)
        body.addStretch(1)
        self._actions = row(None, gap=8)
        body.addLayout(self._actions)
        self.set_text(title, subtitle)

    def set_text(self, title: str, subtitle: str = "") -> None:
        """Change the words; an empty subtitle takes no room."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self.setAccessibleName(title)

    def add_action(self, widget: QWidget) -> None:
        """Put `widget` at the end of the actions."""
        self._actions.addWidget(widget)


def with_way_back(back: QWidget, header: PageHeader) -> QHBoxLayout:
    """The head of a page that leads back to where one came from."""
    made = row(None, margins=(16, 0, 0, 0), gap=0)
    made.addWidget(back)
    made.addWidget(header, 1)
    return made
