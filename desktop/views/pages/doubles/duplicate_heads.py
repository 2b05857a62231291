"""The records of one group as columns' heads: which is which, and which stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.views.pages.doubles.duplicate_grid import NAMES
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a column."""

    title: str
    about: str
    why: str
    """Why it is taken for the first; empty for that one."""


class _HeadButton(Reactive, QPushButton):
    """A record; a click lets it be the one that stays, a double click opens it."""

    opened = Signal()

    def __init__(self, number: int, head: Head, *, stays: bool, word: str) -> None:
        super().__init__()
        self._stays = stays
        self.setObjectName("duplicateHead")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        body = column(self, margins=(12, 8, 12, 8), gap=2)
        first = row(None, gap=6)
        first.addWidget(label(f"{number}", Role.MUTED))
        first.addWidget(label(head.title, Role.STRONG), 1)
        if stays:
            first.addWidget(Chip(word, Tone.ACCENT))
        body.addLayout(first)
        body.addWidget(label(head.about, Role.SMALL))
        body.addWidget(label(head.why, Role.MUTED, wrap=True))
        body.addStretch(1)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(f"{number} {head.title} {word if stays else ''}".strip())
        self.setAccessibleDescription(head.why)
        self.setToolTip("\n".join(part for part in (head.title, head.why) if part))
        self.retint()

    def retint(self) -> None:
        c = colours()
        edge = f"2px solid {c.accent}" if self._stays else f"1px solid {c.hairline}"
        rule = (
            f"#duplicateHead {{ background: {c.surface}; border: {edge}; border-radius: 8px;"
            " padding: 0; min-height: 112px; }"
            f"#duplicateHead:hover {{ background: {c.hover}; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)


class DuplicateHeads(QWidget):
    """One button a record, over the columns of the grid."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = row(self, margins=(NAMES, 0, 0, 0), gap=4)
        self.heads: list[_HeadButton] = []

    def show_heads(self, heads: Sequence[Head], stays: int, word: str) -> None:
        """Show these; `stays` is the place of the one that is kept."""
        for old in self.heads:
            self._line.removeWidget(old)
            retire(old)
        self.heads = []
        for place, head in enumerate(heads):
            made = _HeadButton(place + 1, head, stays=place == stays, word=word)
            made.clicked.connect(self._chosen)
            self._line.addWidget(made, 1)
            self.heads.append(made)

    @Slot()
    def _chosen(self) -> None:
        sender = self.sender()
        if isinstance(sender, _HeadButton):
            self.chosen.emit(self.heads.index(sender))
