"""The box a note is written in, with the words each field came from in the colour of its card."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from desktop.viewmodels.visits.visit_cards import Card, Decision, Field
from desktop.views.pages.visits.proposal_words import TONES
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.reactive import Reactive

_LEAST_HIGH = 120


class NoteBox(Reactive, QPlainTextEdit):
    """Plain text; Tab moves on. Colours are drawn over it and are never part of it.

    The space bar speaks where `space_speaks` says so: in an empty note nobody needs a space.
    """

    space_pressed = Signal()
    space_released = Signal()

    def __init__(
        self, *, space_speaks: Callable[[], bool] = lambda: False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._space_speaks = space_speaks
        self._space_is_down = False
        self._cards: tuple[Card, ...] = ()
        self.setTabChangesFocus(True)
        self.setMinimumHeight(_LEAST_HIGH)
        self.setFont(sized(self.font(), TYPE.heading))
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Note"))
        self.setPlaceholderText(
            self.tr(
                "For example: met Director Wang, wants the analyser, budget 280–310 thousand, "
                "worried about service; promised the quotation by Friday. Or paste a chat or an "
                "e-mail here."
            )
        )

    def sizeHint(self) -> QSize:
        """No more than it needs: it takes what is left, and the form fits into a small window."""
        return QSize(super().sizeHint().width(), _LEAST_HIGH)

    def retint(self) -> None:
        self.show_cards(self._cards)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        speaks = self._space_is_down or self._space_speaks()
        if event.key() != Qt.Key.Key_Space or not plain or not speaks:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self._space_is_down = True
            self.space_pressed.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space or not self._space_is_down:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self._space_is_down = False
            self.space_released.emit()

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Colour the words of these cards; what was left out loses its colour."""
        self._cards = tuple(cards)
        kept = (
            card
            for card in self._cards
            # The words of an update are coloured as what they say already.
            if card.decision is not Decision.DROPPED and card.field is not Field.UPDATE
        )
        # A sentence is underlined below what its words are coloured as.
        calm = sorted(kept, key=lambda card: card.field is not Field.POINT)
        self.setExtraSelections([s for card in calm if (s := self._selection(card)) is not None])

    def highlights(self) -> list[tuple[str, str, str]]:
        """(words, ink, ground) of everything coloured, in order."""
        return [
            (
                selection.cursor.selectedText(),
                selection.format.foreground().color().name(),
                selection.format.background().color().name(),
            )
            for selection in self.extraSelections()
            if not selection.format.fontUnderline()
            and selection.format.background().style() is not Qt.BrushStyle.NoBrush
        ]

    def _selection(self, card: Card) -> QTextEdit.ExtraSelection | None:
        text = self.toPlainText()
        if card.span is None or card.span.end > len(text):
            return None
        look = _underlined() if card.field is Field.POINT else _coloured(card.field)
        cursor = QTextCursor(self.document())
        cursor.setPosition(_qt_length(text[: card.span.start]))
        end = _qt_length(text[: card.span.end])
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        made = QTextEdit.ExtraSelection()
        made.cursor = cursor
        made.format = look
        return made


def _coloured(field: Field) -> QTextCharFormat:
    tone, look = colours().tone(TONES[field]), QTextCharFormat()
    look.setBackground(QColor(tone.soft))
    look.setForeground(QColor(tone.ink))
    return look


def _underlined() -> QTextCharFormat:
    look = QTextCharFormat()
    look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
    look.setUnderlineColor(QColor(colours().accent))
    return look


def _qt_length(text: str) -> int:
    """Qt counts UTF-16 units, Python characters; an emoji makes the difference."""
    return len(text.encode("utf-16-le")) // 2
