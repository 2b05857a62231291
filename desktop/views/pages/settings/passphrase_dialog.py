"""The sheet that sets, changes or removes the passphrase. What is typed is kept nowhere else."""

from enum import StrEnum

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from desktop.services.online.passphrase import checked
from desktop.viewmodels.session import Session
from desktop.views.sign_in_parts import PasswordLine
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.layouts import label
from desktop.views.widgets.sheet import Sheet


class Wish(StrEnum):
    """What the sheet is for."""

    SET = "set"
    CHANGE = "change"
    REMOVE = "remove"
    DEMANDED = "demanded"
    """Setting one, because the organisation's policy says so."""


class PassphraseDialog(Sheet):
    """Accepted once it is done."""

    def __init__(self, session: Session, wish: Wish, parent: QWidget | None = None) -> None:
        self._session, self._wish = session, wish
        self._busy = False
        self.old, self.new, self.again = PasswordLine(), PasswordLine(), PasswordLine()
        self._about = label("", Role.MUTED, wrap=True)
        super().__init__("", "", parent)
        self.body.addWidget(self._about)
        self._asked = {
            Wish.SET: (self.new, self.again), Wish.DEMANDED: (self.new, self.again),
            Wish.CHANGE: (self.old, self.new, self.again), Wish.REMOVE: (self.old,),
        }[wish]  # fmt: skip
        for line in self._asked:
            self.body.addWidget(line)
            line.returnPressed.connect(self._submit)
        self.submitted.connect(self._go)
        self.retranslate()
        self._asked[0].setFocus()

    def retranslate(self) -> None:
        super().retranslate()
        if self._wish is Wish.REMOVE:
            self.set_heading(self.tr("Remove the passphrase"))
            self.primary.setText(self.tr("Remove"))
        else:
            self.set_heading(self.tr("Passphrase"))
            self.primary.setText(self.tr("Set"))
        self._about.setText(self._words())
        names = (
            (self.old, self.tr("Passphrase until now")),
            (self.new, self.tr("New passphrase, at least 8 characters")),
            (self.again, self.tr("Once more")),
        )
        for line, name in names:
            line.setAccessibleName(name)
            line.setPlaceholderText(name)

    def _words(self) -> str:
        if self._wish is Wish.REMOVE:
            return self.tr("The key of your data is then kept by the system alone.")
        said = self.tr(
            "Choose a few unrelated words. Nobody can recover them: whoever forgets the "
            "passphrase signs in again, and loses what was not sent yet."
        )
        demanded = self.tr("Your organisation demands a passphrase.")
        return f"{demanded} {said}" if self._wish is Wish.DEMANDED else said

    @Slot()
    def _go(self) -> None:
        if self._busy or not self._fits():
            return
        self._busy = True
        workspace, old, new = self._session.workspace, self.old.text(), self.new.text()
        now_ms, wish = workspace.clock.millis(), self._wish

        def work() -> None:
            secrets = workspace.secrets
            if wish in (Wish.CHANGE, Wish.REMOVE):
                secrets.check_passphrase(old, now_ms)
            if wish is Wish.REMOVE:
                workspace.remove_passphrase()
            else:
                secrets.set_passphrase(new)

        self._session.ask_server(
            work, lambda _: self.accept(), on_error=self._failed, owner=self
        )  # fmt: skip

    def _fits(self) -> bool:
        """Whether what is typed can be tried; else it is said why not."""
        if self._wish is Wish.REMOVE:
            return bool(self.old.text())
        try:
            checked(self.new.text())
        except KnownError as error:
            self._failed(error)
            return False
        if self.new.text() != self.again.text():
            self.message.show_message(self.tr("The two are not the same."), Tone.BAD)
            self.again.setFocus()
            return False
        return True

    def _failed(self, error: KnownError) -> None:
        self._busy = False
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
        self._asked[0].setFocus()
        self._asked[0].selectAll()
