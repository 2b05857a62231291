"""Why a card stayed where it was, with a button for each thing that is missing (rows 4.2, 4.13)."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from crm_core.rules.duty import OnDuty
from crm_core.rules.gates import Missing
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, IconButton, QuietButton
from desktop.views.widgets.flow import FlowBox
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_MOST_HELPERS = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """A move that did not happen."""

    card_id: str
    stage: str
    """Where it was to go."""
    sentence: str
    lacking: tuple[Missing, ...] = ()
    help: OnDuty | None = None
    """Who can be asked to step in (row 4.16)."""


class RefusalBar(Reactive, QFrame):
    """Stays until it is closed, or what was missing is there."""

    remedy_wanted = Signal(object)
    """The Missing to be put right."""
    help_wanted = Signal(str)
    """The id of whoever is asked."""
    overruled = Signal()
    """Move it all the same."""
    go_wanted = Signal()
    """Nothing is missing any more: move it."""
    left = Signal(str)
    """It was closed; the id of the card that stayed, where the keyboard goes back to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, Role.CARD)
        self.refused: Refused | None = None
        self._language = "zh"
        self._words = label("", Role.BODY, wrap=True)
        self._remedies = FlowBox(gap=6)
        self.buttons: list[GhostButton] = []
        self.helpers: list[GhostButton] = []
        self.overrule = QuietButton()
        self.go = GhostButton("", "check")
        self._close = IconButton("close", "")
        body = row(self, margins=(14, 8, 8, 8), gap=10)
        words = column(None, gap=6)
        words.addWidget(self._words)
        words.addWidget(self._remedies)
        body.addLayout(words, 1)
        body.addWidget(self.go)
        body.addWidget(self.overrule)
        body.addWidget(self._close)
        self.overrule.clicked.connect(self.overruled)
        self.go.clicked.connect(self.go_wanted)
        self._close.clicked.connect(self._leave)
        self.hide()
        self.retranslate()

    def show_refusal(self, refused: Refused, *, language: str, may_overrule: bool) -> None:
        """Say it; the first remedy gets the keyboard."""
        self.refused, self._language = refused, language
        self._words.setText(refused.sentence)
        self.setAccessibleName(refused.sentence)
        for old in self.buttons:
            self._remedies.flow.removeWidget(old)
            old.deleteLater()
        self.buttons = []
        for place, one in enumerate(refused.lacking):
            button = GhostButton(
                one.sentence(language), "plus" if one.requirement.entity else "edit"
            )
            button.setProperty("place", place)
            button.clicked.connect(self._clicked)
            self._remedies.flow.addWidget(button)
            self.buttons.append(button)
        self._offer_help(refused.help)
        self._remedies.setVisible(bool(self.buttons or self.helpers))
        self.overrule.setVisible(may_overrule and bool(refused.lacking))
        self.go.hide()
        self.show()
        self._take_keyboard()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
            return
        super().keyPressEvent(event)

    def _take_keyboard(self) -> None:
        """Made last, they would be the last that Tab comes to."""
        before: QWidget = self.go
        for button in (*self.buttons, *self.helpers):
            QWidget.setTabOrder(before, button)
            before = button
        rest = [one for one in (self.overrule, self._close) if not one.isHidden()]
        first = next(iter((*self.buttons, *self.helpers, *rest)))
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _offer_help(self, found: OnDuty | None) -> None:
        """A button for each who is on duty, or comes next."""
        for old in self.helpers:
            self._remedies.flow.removeWidget(old)
            old.deleteLater()
        self.helpers = []
        for turn in found.first[:_MOST_HELPERS] if found is not None else ():
            name = found.name(turn.user) if found is not None else ""
            button = GhostButton(self.tr("Ask {0} to help").format(name), "person")
            button.clicked.connect(partial(self.help_wanted.emit, turn.user))
            self._remedies.flow.addWidget(button)
            self.helpers.append(button)

    def show_open(self, sentence: str) -> None:
        """What was missing is there now."""
        self._words.setText(sentence)
        self.go.show()
        if self._remedies.isAncestorOf(self.focusWidget()):
            self.go.setFocus(Qt.FocusReason.TabFocusReason)
        self._remedies.hide()
        self.overrule.hide()

    @Slot()
    def _leave(self) -> None:
        card = self.refused.card_id if self.refused is not None else ""
        self.clear()
        self.left.emit(card)

    @Slot()
    def clear(self) -> None:
        """Say nothing any more."""
        self.refused = None
        self.hide()

    def retranslate(self) -> None:
        self.overrule.setText(self.tr("Move it anyway"))
        self.overrule.setToolTip(self.tr("The history says that you did"))
        self.go.setText(self.tr("Move it now"))
        self._close.set_name(self.tr("Close"))

    @Slot()
    def _clicked(self) -> None:
        button, refused = self.sender(), self.refused
        if button is not None and refused is not None:
            self.remedy_wanted.emit(refused.lacking[int(button.property("place"))])
