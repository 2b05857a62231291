"""What a note proposes, as a list of cards decided by keyboard; doubtful ones come first."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QScrollArea, QWidget

from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.card_voice import CardVoice
from desktop.viewmodels.visits.visit_cards import Card, Decision, Field
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from desktop.views.pages.visits.proposal_card import ProposalCard
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire

_ADDABLE = (
    Field.PROMISE, Field.NEXT, Field.PRODUCT, Field.BUDGET, Field.CONCERN, Field.OBJECTION,
    Field.COMPETITOR,
)  # fmt: skip


class ProposalView(Reactive, QWidget):
    """Shows the cards of a `VisitDraftModel` and hands it the decisions."""

    finished = Signal()
    """Moved on from the last card: nothing is left to decide here."""

    picking = Signal(str)
    """A card wants its record picked in the fields."""

    def __init__(
        self,
        session: Session,
        model: VisitDraftModel,
        *,
        today: Callable[[], date],
        voice: CardVoice | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`voice` plays the words of cards and takes them anew; None for cards without sound."""
        super().__init__(parent)
        self._voice = voice
        self._session = session
        self._model = model
        self._today = today
        self._widgets: dict[str, ProposalCard] = {}
        self._heading = label("", Role.HEADING)
        self._count = label("", Role.SMALL)
        self._add = GhostButton("", "plus")
        self._empty = EmptyState("spark", "", "")
        self._keys = label("", Role.SMALL, wrap=True)
        self._lay_out()
        model.cards_changed.connect(self.refresh)
        session.language_changed.connect(self.refresh)
        if voice is not None:
            voice.changed.connect(self._show_voice)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        self._heading.setText(self.tr("Understood from the note"))
        self._add.setText(self.tr("Add"))
        self._add.setToolTip(self.tr("Add something the note does not say"))
        self._empty.set_text(
            self.tr("Write or say what happened"),
            self.tr(
                "Whom you met, what they want, what it may cost, what you promised and by when: "
                "it becomes fields and tasks here, for you to confirm."
            ),
        )
        self._keys.setText(
            self.tr(
                "Enter accept · E edit · S say again · P hear · Delete leave out · 1–9 choose · "
                "F4 note · Ctrl+Enter save all"
            )
        )
        self._name_actions()

    def cards(self) -> list[ProposalCard]:
        """The cards on the screen, in order."""
        return [self._widgets[card.key] for card in self._model.cards]

    def focus_first(self) -> bool:
        """Put the keyboard on the first card still open; False where there is none."""
        for card in self._model.cards:
            if card.decision is Decision.OPEN:
                self._focus(card.key)
                return True
        return False

    def focus_card(self, key: str) -> None:
        """Put the keyboard on one card."""
        if key in self._widgets:
            self._focus(key)

    def finish_editing(self) -> None:
        """Take what is being typed on any card."""
        for widget in list(self._widgets.values()):
            widget.end_edit(keep=True)

    @Slot()
    def refresh(self) -> None:
        """Show the model's cards; widgets of cards that stay keep the keyboard."""
        cards, language = self._model.cards, self._session.language
        for key in set(self._widgets) - {card.key for card in cards}:
            self._remove(key)
        for place, card in enumerate(cards):
            self._place(place, card, language)
        self._empty.setVisible(not cards)
        self._scroll.setVisible(bool(cards))
        self._keys.setVisible(bool(cards))
        doubtful = sum(
            one.doubtful and one.decision is Decision.OPEN and not one.offered for one in cards
        )
        words = self.tr("{count} to check").format(count=doubtful) if doubtful else ""
        self._count.setText(words)
        self._show_voice()

    def _lay_out(self) -> None:
        body = column(self, gap=8)
        head = row(None, gap=8)
        head.addWidget(self._heading)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._add)
        inner = QWidget()
        self._list = column(inner, margins=(0, 0, 6, 0), gap=6)
        self._list.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        body.addLayout(head)
        body.addWidget(self._scroll, 1)
        body.addWidget(self._empty, 1)
        body.addWidget(self._keys)
        self._menu = QMenu(self)
        self._actions = {field: self._menu.addAction("") for field in _ADDABLE}
        self._menu.triggered.connect(self._add_field)
        self._add.setMenu(self._menu)

    def _name_actions(self) -> None:
        names = {
            Field.PROMISE: self.tr("Promise"),
            Field.NEXT: self.tr("Next step"),
            Field.PRODUCT: self.tr("Product"),
            Field.BUDGET: self.tr("Budget"),
            Field.CONCERN: self.tr("Concern"),
            Field.OBJECTION: self.tr("Objection"),
            Field.COMPETITOR: self.tr("Competitor"),
        }
        for field, action in self._actions.items():
            action.setText(names[field])

    @Slot(QAction)
    def _add_field(self, action: QAction) -> None:
        field = next(one for one, its in self._actions.items() if its is action)
        key = self._model.add(field)
        self._widgets[key].begin_edit()

    def _place(self, place: int, card: Card, language: str) -> None:
        widget = self._widgets.get(card.key)
        if widget is None:
            widget = ProposalCard(card, language=language, today=self._today)
            widget.accepted.connect(self._accept)
            widget.dropped.connect(self._drop)
            widget.chosen.connect(self._choose)
            widget.edited.connect(self._model.edit)
            widget.moved.connect(self._move)
            widget.picking.connect(self.picking)
            widget.taught.connect(self._model.learn)
            if self._voice is not None:
                widget.played.connect(self._voice.play)
                widget.spoken.connect(self._voice.speak)
                widget.focus_moved.connect(self._show_voice_of)
            self._widgets[card.key] = widget
        else:
            widget.show_card(card, language)
        if self._list.indexOf(widget) != place:
            self._list.removeWidget(widget)
            self._list.insertWidget(place, widget)
            widget.show()

    @Slot()
    def _show_voice(self) -> None:
        for key in self._widgets:
            self._show_voice_of(key)

    @Slot(str)
    def _show_voice_of(self, key: str) -> None:
        voice, widget, card = self._voice, self._widgets.get(key), self._model.card(key)
        if voice is None or widget is None or card is None:
            return
        widget.tools.show_state(
            here=widget.hasFocus(),
            playable=voice.playable(card), playing=voice.playing == key,
            speakable=voice.speakable(card), speaking=voice.speaking == key,
        )  # fmt: skip

    def _remove(self, key: str) -> None:
        widget = self._widgets.pop(key)
        self._list.removeWidget(widget)
        retire(widget)

    @Slot(str)
    def _accept(self, key: str) -> None:
        self._model.accept(key)
        self._move(key, 1)

    @Slot(str)
    def _drop(self, key: str) -> None:
        self._model.drop(key)
        card = self._model.card(key)
        if card is not None and card.decision is Decision.DROPPED:
            self._move(key, 1)

    @Slot(str, int)
    def _choose(self, key: str, number: int) -> None:
        self._model.choose(key, number)
        self._move(key, 1)

    @Slot(str, int)
    def _move(self, key: str, step: int) -> None:
        keys = [card.key for card in self._model.cards]
        if key not in keys:
            return
        place = keys.index(key) + step
        if 0 <= place < len(keys):
            self._focus(keys[place])
        elif place >= len(keys):
            self.finished.emit()

    def _focus(self, key: str) -> None:
        widget = self._widgets[key]
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(widget, 0, 24)
