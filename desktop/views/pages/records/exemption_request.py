"""A request for an exemption that waits, on the page of the record it is about (row 6.10)."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.services.commands.approvals import do_withdraw_approval
from desktop.viewmodels.clock_watch import Waiting
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

_APPROVALS = "approvals"


class RequestLine(Reactive, QWidget):
    """Who asked, when, until when and why; whoever decides goes to where that is done, who asked
    takes it back."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.waiting: Waiting | None = None
        self._chip = Chip("", Tone.WARN)
        self.words = label("", Role.SMALL, wrap=True)
        self.decide, self.withdraw = QuietButton("", "handshake"), QuietButton("", "undo")
        body = row(self, margins=(0, 2, 0, 2), gap=8)
        body.addWidget(self._chip)
        body.addWidget(self.words, 1)
        body.addWidget(self.decide)
        body.addWidget(self.withdraw)
        self.decide.clicked.connect(self._decide)
        self.withdraw.clicked.connect(self._withdraw)
        self.hide()
        self.retranslate()

    def show_waiting(self, waiting: Waiting | None) -> None:
        """Show a request; None: there is none."""
        self.waiting = waiting
        self.setVisible(waiting is not None)
        if waiting is None:
            return
        self.words.setText(waiting.words)
        self.setAccessibleName(waiting.words)
        self.decide.setVisible(waiting.decides)
        self.withdraw.setVisible(waiting.mine)

    def retranslate(self) -> None:
        self._chip.set_text(self.tr("exemption asked for"), Tone.WARN)
        self.decide.setText(self.tr("Decide…"))
        self.withdraw.setText(self.tr("Withdraw"))

    @Slot()
    def _decide(self) -> None:
        self._session.place_requested.emit(_APPROVALS)

    @Slot()
    def _withdraw(self) -> None:
        if self.waiting is not None:
            self._session.run(do_withdraw_approval, self.waiting.id)
