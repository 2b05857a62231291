"""One's own account in the settings: choosing another password, and the devices signed in on."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_core.clock import CHINA
from crm_core.errors import KnownError, SyncCode
from desktop.services.online.own_account import (
    OwnDevice,
    change_password,
    my_devices,
    sign_out_device,
)
from desktop.viewmodels.session import Session
from desktop.views.new_password import NewPassword
from desktop.views.sign_in_parts import PasswordLine
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire


class AccountCard(Reactive, Card):
    """Asks the server in the background; what was typed stays on every failure."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self._busy = False
        self.devices: list[OwnDevice] = []
        self.sign_out_buttons: dict[str, GhostButton] = {}
        self.message = InlineMessage()
        self.change_button, self.save_button = GhostButton("", "edit"), PrimaryButton()
        self.old, self._old_name = PasswordLine(), label("", Role.MUTED)
        self.new = NewPassword()
        self._form = QWidget()
        self._list, self._shown = QWidget(), list[QWidget]()
        self._rows: QVBoxLayout = column(self._list, gap=4)
        self._lay_out()
        self.change_button.clicked.connect(self._show_form)
        self.save_button.clicked.connect(self.save)
        self.new.entered.connect(self.save)
        self.retranslate()

    @property
    def busy(self) -> bool:
        """Whether the server is being asked."""
        return self._busy

    def retranslate(self) -> None:
        self.set_heading(self.tr("My account and devices"))
        self.change_button.setText(self.tr("Change password"))
        self.save_button.setText(self.tr("Set password"))
        self._old_name.setText(self.tr("Present password"))
        self.old.setAccessibleName(self.tr("Present password"))
        self._show_devices()

    def look(self) -> None:
        """Ask the server for the devices; without a network the list stays as it was."""
        client = self._session.workspace.client
        self._session.ask_server(
            lambda: client.signed(lambda: my_devices(client.server)),
            self._take,
            on_error=self._not_told,
            owner=self,
        )

    @Slot()
    def save(self) -> None:
        """Choose the password typed; the other devices sign in anew."""
        new = self.new.chosen()
        if self._busy or new is None:
            return
        old, client = self.old.text(), self._session.workspace.client
        self._ask(
            lambda: client.signed(lambda: change_password(client.server, old, new)),
            self._saved,
        )

    def sign_out_on(self, device: OwnDevice) -> None:
        """End the session on another device."""
        client, node = self._session.workspace.client, device.node
        self._ask(
            lambda: client.signed(lambda: sign_out_device(client.server, node)),
            lambda: self._say(
                self.tr('"{0}" must sign in again; its data stays on it.').format(device.name)
            ),
        )

    # -- inside --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.body.addWidget(self._list)
        line = row(None)
        line.addWidget(self.change_button)
        line.addStretch(1)
        self.body.addLayout(line)
        form = column(self._form, gap=4)
        form.addWidget(self._old_name)
        form.addWidget(self.old)
        form.addWidget(self.new)
        below = row(None)
        below.addWidget(self.save_button)
        below.addStretch(1)
        form.addLayout(below)
        self._form.hide()
        self.body.addWidget(self._form)
        self.body.addWidget(self.message)
        self.message.hide()

    @Slot()
    def _show_form(self) -> None:
        self.new.begin(self._session.workspace.account.login)
        self.old.clear()
        self._form.setVisible(self._form.isHidden())
        self.old.setFocus()

    def _ask(self, question: Callable[[], None], done: Callable[[], None]) -> None:
        self._busy = True
        self._form.setEnabled(False)
        self._list.setEnabled(False)
        self._session.ask_server(
            question, lambda _: self._ended(done), on_error=self._failed, owner=self
        )

    def _ended(self, done: Callable[[], None] | None = None) -> None:
        self._busy = False
        self._form.setEnabled(True)
        self._list.setEnabled(True)
        if done is not None:
            done()

    def _saved(self) -> None:
        self._form.hide()
        self.old.clear()
        self.new.begin("")
        self._say(self.tr("The password was changed. Your other devices must sign in again."))

    def _say(self, sentence: str, tone: Tone = Tone.GOOD) -> None:
        self.message.show_message(sentence, tone)
        if tone is Tone.GOOD:
            self.look()

    def _failed(self, error: KnownError) -> None:
        self._ended()
        sentence = error.sentence(self._session.language)
        if error.code == SyncCode.PASSWORD_WEAK.value:
            self.new.say(sentence)
            return
        self._say(sentence, Tone.WARN)
        if error.code == SyncCode.BAD_CREDENTIALS.value:
            self.old.setFocus()
            self.old.selectAll()

    def _not_told(self, error: KnownError) -> None:
        """The devices cannot be asked for now; nothing has failed that somebody wanted."""
        if not self.devices:
            self._say(error.sentence(self._session.language), Tone.NEUTRAL)

    def _take(self, devices: list[OwnDevice]) -> None:
        self.devices = devices
        self._show_devices()

    def _show_devices(self) -> None:
        for shown in self._shown:
            self._rows.removeWidget(shown)
            retire(shown)
        self.sign_out_buttons.clear()
        self._shown = [self._row_of(device) for device in self.devices]
        for made in self._shown:
            self._rows.addWidget(made)

    def _row_of(self, device: OwnDevice) -> QWidget:
        made = QWidget()
        line = row(made, gap=12)
        line.addWidget(label(self._words(device), Role.BODY, wrap=True), 1)
        if device.node != self._session.workspace.account.node and not device.revoked:
            button = GhostButton("", "sign-out")
            button.setText(self.tr("Sign out there"))
            button.clicked.connect(lambda: self.sign_out_on(device))
            self.sign_out_buttons[device.node] = button
            line.addWidget(button)
        return made

    def _words(self, device: OwnDevice) -> str:
        seen = datetime.fromtimestamp(device.last_contact / 1000, UTC).astimezone(CHINA)
        parts = [device.name or device.node, device.platform, f"{seen:%Y-%m-%d %H:%M}"]
        if device.node == self._session.workspace.account.node:
            parts.append(self.tr("this device"))
        if device.revoked:
            parts.append(self.tr("revoked"))
        return " · ".join(part for part in parts if part)
