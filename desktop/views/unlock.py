"""The window of a locked profile: asks for the passphrase, and offers the way out without it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from crm_core.errors import KnownError
from desktop.services.workspace import Setup
from desktop.tasks import Tasks
from desktop.views.sign_in_parts import PasswordLine, Promise
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import PrimaryButton, QuietButton
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_FORM_WIDTH = 360


class UnlockWindow(Reactive, QWidget):
    """Shown until the profile is unlocked, its passphrase is given up, or it is closed."""

    unlocked = Signal()
    given_up = Signal()
    """The person signs in again, and everything is fetched anew."""

    def __init__(self, setup: Setup, tasks: Tasks, *, language: str) -> None:
        super().__init__()
        self._setup, self._tasks, self._language = setup, tasks, language
        self._busy = False
        self._heading, self._about = label("", Role.TITLE), label("", Role.MUTED, wrap=True)
        self.message = InlineMessage()
        self.passphrase = PasswordLine()
        self.caps_hint = label("", Role.SMALL)
        self.submit_button = PrimaryButton()
        self.forgotten_button = QuietButton()
        self._lay_out()
        self.passphrase.returnPressed.connect(self.submit)
        self.passphrase.caps_seen.connect(self.caps_hint.setVisible)
        self.submit_button.clicked.connect(self.submit)
        self.forgotten_button.clicked.connect(self._forgotten)
        self.retranslate()
        self.passphrase.setFocus()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Suixing is locked"))
        self._heading.setText(self.tr("Locked"))
        self._about.setText(
            self.tr("Enter your passphrase. It is known to nobody else, and not to the server.")
        )
        self.passphrase.setAccessibleName(self.tr("Passphrase"))
        self.passphrase.setPlaceholderText(self.tr("Passphrase"))
        self.caps_hint.setText(self.tr("Caps Lock is on"))
        self.submit_button.setText(self.tr("Unlock"))
        self.forgotten_button.setText(self.tr("Forgot the passphrase…"))

    def hold(self, *, on: bool) -> None:
        """Nothing can be typed while the database is being closed, or a passphrase tried."""
        self._busy = on
        for part in (self.passphrase, self.submit_button, self.forgotten_button):
            part.setEnabled(not on)
        if not on:
            self.passphrase.setFocus()

    @Slot()
    def submit(self) -> None:
        """Try what was typed."""
        typed = self.passphrase.text()
        if self._busy or not typed:
            return
        self.hold(on=True)
        now_ms, secrets = self._setup.clock.millis(), self._setup.secrets
        self._tasks.free(
            secrets.unlock, typed, now_ms,
            on_done=lambda _: self._opened(), on_error=self._failed, owner=self,
        )  # fmt: skip

    def _opened(self) -> None:
        self.passphrase.clear()
        self.unlocked.emit()

    def _failed(self, error: KnownError) -> None:
        self.hold(on=False)
        self.message.show_message(error.sentence(self._language), Tone.BAD)
        self.passphrase.selectAll()

    @Slot()
    def _forgotten(self) -> None:
        if self._really_give_up():
            self._setup.secrets.start_anew()
            self.given_up.emit()

    def _really_give_up(self) -> bool:
        said = self.tr(
            "Nobody can recover a passphrase. You can sign in with your password and fetch "
            "everything from the server again; changes that were not sent yet will be lost, "
            "because nothing opens them without the passphrase. Until you have signed in, "
            "everything stays as it is."
        )
        buttons = QMessageBox.StandardButton
        title = self.tr("Forgot the passphrase…")
        chosen = QMessageBox.warning(
            self, title, said, buttons.Ok | buttons.Cancel, buttons.Cancel
        )  # fmt: skip
        return chosen == buttons.Ok

    def _lay_out(self) -> None:
        self.resize(960, 640)
        self.setMinimumSize(820, 600)
        set_role(self, Role.PAGE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        body = row(self, gap=0)
        body.addWidget(Promise(), 4)
        form = QWidget()
        form.setFixedWidth(_FORM_WIDTH)
        inner = column(form, gap=12)
        for part in (
            self._heading, self._about, self.message, self.passphrase, self.caps_hint,
            self.submit_button, self.forgotten_button,
        ):  # fmt: skip
            inner.addWidget(part)
        self.caps_hint.hide()
        right = column(None, margins=(24, 16, 24, 16), gap=0)
        right.addStretch(1)
        middle = row(None)
        middle.addStretch(1)
        middle.addWidget(form)
        middle.addStretch(1)
        right.addLayout(middle)
        right.addStretch(1)
        body.addLayout(right, 5)
