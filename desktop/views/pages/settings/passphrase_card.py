"""The passphrase in the settings: whether there is one; setting, changing, removing; auto-lock."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.session import Session
from desktop.views.pages.settings.passphrase_dialog import PassphraseDialog, Wish
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import GhostButton, PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

MINUTES = ("0", "5", "15", "60")


class PassphraseCard(Reactive, Card):
    """What it does takes effect at once."""

    auto_lock_chosen = Signal(int)
    """Minutes; 0 for never."""
    shown = Signal()
    """The card says how things are now; they may have changed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self.dialog: PassphraseDialog | None = None
        self.about = label("", Role.BODY, wrap=True)
        self.set_button = PrimaryButton("", "shield")
        self.change_button, self.remove_button = GhostButton(), GhostButton()
        self.lock_button = GhostButton()
        self._idle = label("", Role.MUTED)
        self.auto_lock = Segments(MINUTES)
        self.auto_lock.set_value("0")
        self._lay_out()
        self.set_button.clicked.connect(self._set)
        self.change_button.clicked.connect(self._change)
        self.remove_button.clicked.connect(self._remove)
        self.lock_button.clicked.connect(session.lock_requested)
        self.auto_lock.chosen.connect(self._choose)
        session.language_changed.connect(self._speak)
        session.lease_changed.connect(self.show_state)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_heading(self.tr("Passphrase"))
        self.set_button.setText(self.tr("Set a passphrase…"))
        self.change_button.setText(self.tr("Change…"))
        self.remove_button.setText(self.tr("Remove…"))
        self.lock_button.setText(self.tr("Lock now (Ctrl+Alt+L)"))
        self._idle.setText(self.tr("Lock by itself when nobody works for"))
        minutes = [self.tr("never")] + [self.tr("{0} min").format(m) for m in MINUTES[1:]]
        self.auto_lock.set_labels(minutes, name=self.tr("Lock by itself when nobody works for"))
        self.show_state()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()

    @Slot()
    def show_state(self) -> None:
        """Look again whether there is a passphrase, and whether there must be one."""
        if self._session.over:
            return
        workspace = self._session.workspace
        there, must = workspace.secrets.has_passphrase, workspace.passphrase_demanded
        said = self.tr(
            "Suixing asks for your passphrase when it starts. Without it, nobody opens the data "
            "on this computer, not even with the keyring of the system."
        )
        without = self.tr(
            "The key of your data is kept by the system. With a passphrase of your own, a stolen "
            "computer gives nothing, even to somebody who knows its password."
        )
        demanded = self.tr("Your organisation demands a passphrase.")
        self.about.setText((said if there else without) + (f"\n{demanded}" if must else ""))
        self.set_button.setVisible(not there)
        for part in (self.change_button, self.lock_button, self._idle, self.auto_lock):
            part.setVisible(there)
        self.remove_button.setVisible(there and not must)
        self.shown.emit()

    @Slot()
    def _set(self) -> None:
        self.ask(Wish.SET)

    @Slot()
    def _change(self) -> None:
        self.ask(Wish.CHANGE)

    @Slot()
    def _remove(self) -> None:
        self.ask(Wish.REMOVE)

    def ask(self, wish: Wish) -> PassphraseDialog:
        """Open the sheet for it."""
        self.dialog = PassphraseDialog(self._session, wish, parent=self.window())
        self.dialog.finished.connect(self.show_state)
        self.dialog.open()
        return self.dialog

    @Slot(str)
    def _choose(self, minutes: str) -> None:
        self.auto_lock_chosen.emit(int(minutes))

    def _lay_out(self) -> None:
        self.body.addWidget(self.about)
        buttons = row(None, gap=8)
        for button in (self.set_button, self.change_button, self.remove_button, self.lock_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        line = row(None, gap=12)
        line.addWidget(self._idle)
        line.addWidget(self.auto_lock)
        line.addStretch(1)
        self.body.addLayout(line)
