"""The first window: who we are, where the server is, and signing in with the first fill.

Nothing secret is kept here: the password leaves with the request and is cleared on success.
"""

import webbrowser
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from crm_core.errors import KnownError, SyncCode, SyncError
from desktop.services.cancelling import CancelToken, PauseSwitch
from desktop.services.online import signing_in as door
from desktop.services.online.first_fill import FillProgress, Watch
from desktop.services.online.single_sign_on import OpenPage
from desktop.services.workspace import Setup, Workspace
from desktop.tasks import Tasks
from desktop.views.fill_strip import FillStrip
from desktop.views.language import Language, install_language
from desktop.views.new_password import NewPassword
from desktop.views.sign_in_parts import PasswordLine, Promise, lay_out
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import PrimaryButton, QuietButton
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.reactive import Reactive

_FORM_WIDTH = 360


class SignInWindow(Reactive, QWidget):
    """Asks for server, account and password until somebody is in, or the window is closed."""

    signed_in = Signal(object)
    """Workspace, open; it belongs to whoever listens."""
    language_chosen = Signal(str)

    def __init__(
        self,
        setup: Setup,
        tasks: Tasks,
        *,
        server: str,
        login: str,
        device_name: str,
        language: str,
        reason: KnownError | None = None,
    ) -> None:
        super().__init__()
        self._setup, self._tasks = setup, tasks
        self._device_name, self._language = device_name, language
        self._reason = reason
        self._held = self._renewing = False
        self._token: CancelToken | None = None
        self._pause = PauseSwitch()
        self._far = FillProgress()
        self._failure: KnownError | None = None
        self.reason = InlineMessage()
        self.message = InlineMessage()
        self.server, self.login, self.password = TextLine(), TextLine(), PasswordLine()
        self.server.setText(server)
        self.login.setText(login)
        self._names = [label("", Role.MUTED) for _ in range(3)]
        self._problems = [label("", Role.ERROR_TEXT, wrap=True) for _ in range(3)]
        self.new_password, self._node = NewPassword(), ""
        self.caps_hint = label("", Role.SMALL)
        self.submit_button, self.company_button = PrimaryButton(), QuietButton("", "building")
        self.open_page: OpenPage = webbrowser.open
        self.progress = FillStrip()
        self.switch_button = QuietButton("", "globe")
        self._welcome, self._device = label("", Role.TITLE), label("", Role.SMALL)
        self._warning = label("", Role.SMALL, wrap=True)
        self._promise = Promise()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._first_focus()

    @property
    def busy(self) -> bool:
        """Whether signing in is under way, or not possible yet."""
        return self._held or self._token is not None

    def hold(self, *, renewing: bool = False) -> None:
        """Nobody can sign in yet: data is being removed, or the session is being renewed."""
        self._held, self._renewing = True, renewing
        self._set_busy(on=True)

    def proceed(self, reason: KnownError | None) -> None:
        """That is over; say how it went."""
        held, self._held = self._held, False
        self._reason = reason
        if held:
            self._set_busy(on=False)
            self.retranslate()
            self._first_focus()

    def problems(self) -> tuple[str, str, str]:
        """What is said below server, account and password."""
        server, login, password = (one.text() for one in self._problems)
        return server, login, password

    def warning_text(self) -> str:
        """What is said about keys no keyring guards; empty where one does."""
        return self._warning.text()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Sign in to Suixing"))
        self._welcome.setText(self.tr("Sign in"))
        names = (self.tr("Server address"), self.tr("Account"), self.tr("Password"))
        for name, shown, part in zip(names, self._names, self._parts(), strict=True):
            shown.setText(name)
            part.setAccessibleName(name)
        self.server.setPlaceholderText(self.tr("for example crm.example.com"))
        self.login.setPlaceholderText(self.tr("your account in Suixing"))
        self.caps_hint.setText(self.tr("Caps Lock is on"))
        choosing = not self.new_password.isHidden()
        self.submit_button.setText(self.tr("Set password") if choosing else self.tr("Sign in"))
        self.company_button.setText(self.tr("Use my company account"))
        self.switch_button.setText("English" if self._chinese else "简体中文")
        self.switch_button.setAccessibleName(self.tr("Switch to English"))
        self._device.setText(self.tr('This device appears as "{0}"').format(self._device_name))
        warning = self._setup.secrets.warning
        self._warning.setText(warning.sentence(self._language) if warning else "")
        self._warning.setVisible(warning is not None and not choosing)
        reason = self._reason.sentence(self._language) if self._reason else ""
        self.reason.show_message(reason, Tone.WARN)
        if self._failure is not None:
            self.say_failure(self._failure)
        if self.busy:
            self._show_progress(self._far)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._token is not None:
            self._token.cancel()
        super().closeEvent(event)

    # -- building ------------------------------------------------------------------------------

    def _parts(self) -> tuple[QWidget, QWidget, QWidget]:
        return self.server, self.login, self.password

    def _lay_out(self) -> None:
        self.resize(960, 640)
        self.setMinimumSize(820, 600)
        set_role(self, Role.PAGE)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        form = QWidget()
        form.setFixedWidth(_FORM_WIDTH)
        self._fill_form(column(form, gap=0))
        lay_out(self, self._promise, form, head=self.switch_button, foot=self._device)

    def _fill_form(self, body: QVBoxLayout) -> None:
        body.addWidget(self._welcome)
        body.addSpacing(16)
        body.addWidget(self.reason)
        body.addWidget(self.message)
        self.message.hide()
        body.addSpacing(8)
        for name, part, problem in zip(self._names, self._parts(), self._problems, strict=True):
            name.setBuddy(part)
            body.addWidget(name)
            body.addSpacing(4)
            body.addWidget(part)
            problem.setContentsMargins(0, 4, 0, 0)
            body.addWidget(problem)
            body.addSpacing(12)
            problem.hide()
        for part in (self.new_password, self.caps_hint):
            body.addWidget(part)
            part.hide()
        body.addSpacing(4)
        for part in (self.submit_button, self.company_button, self.progress, self._warning):
            body.addWidget(part)
        self.progress.hide()
        self._warning.setContentsMargins(0, 16, 0, 0)

    def _connect(self) -> None:
        for place, part in enumerate((self.server, self.login, self.password)):
            part.returnPressed.connect(self.submit)
            part.textEdited.connect(partial(self._clear_problem, place))
        self.password.caps_seen.connect(self.caps_hint.setVisible)
        self.submit_button.clicked.connect(self.submit)
        self.new_password.entered.connect(self.submit)
        self.company_button.clicked.connect(self.submit_to_company)
        self.progress.cancelled.connect(self.cancel)
        self.progress.held.connect(self._hold)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.cancel)
        self.switch_button.clicked.connect(self._switch_language)

    def _first_focus(self) -> None:
        empty = (part for part in (self.server, self.login) if not part.text())
        next(empty, self.password).setFocus()

    # -- signing in ----------------------------------------------------------------------------

    @Slot()
    def submit(self) -> None:
        """Sign in with what is typed; what is missing is said beside its field."""
        if self.busy or not self._all_there():
            return
        choosing = not self.new_password.isHidden()
        chosen = self.new_password.chosen() if choosing else None
        if choosing and chosen is None:
            return
        setup, credentials = self._setup, self._credentials()
        if chosen is None:
            self._start(lambda watch: door.sign_in(setup, credentials, watch=watch))
            return
        self._token = CancelToken()
        self._set_busy(on=True)
        self._tasks.free(
            lambda: door.choose_password(setup, credentials, chosen),
            on_done=lambda _: self._go_on_with(chosen),
            on_error=self._failed,
        )

    @Slot()
    def submit_to_company(self) -> None:
        """Sign in with the account of the company, in the browser; only the address is needed."""
        self._say_nothing()
        if self.busy or not self.server.text().strip():
            self._set_problem(0, self.tr("Enter the address your IT gave you."))
            self.server.setFocus()
            return
        setup, credentials, show = self._setup, self._credentials(), self.open_page
        self._start(lambda watch: door.sign_in_by_company(setup, credentials, show, watch=watch))
        self.progress.show_browser()

    def _credentials(self) -> door.Credentials:
        server, login = self.server.text().strip(), self.login.text().strip()
        return door.Credentials(server, login, self.password.text(), self._device_name, self._node)

    def _start(self, job: Callable[[Watch], Workspace]) -> None:
        self._token, self._pause = CancelToken(), PauseSwitch()
        report = self._tasks.reporter(self._show_progress, owner=self)
        watch = Watch(report, self._token, self._pause)
        self._set_busy(on=True)
        self._tasks.free(
            lambda: job(watch),
            on_done=self._arrived,
            on_error=self._failed,
            cancel=self._token,
        )

    @Slot()
    def cancel(self) -> None:
        """Stop; what was typed stays."""
        if self._token is not None:
            self._token.cancel()
            self.progress.show_stopping()

    def _ask_for_new(self, *, asked: bool) -> None:
        """Ask for a password of the person's own, or not any more."""
        self.new_password.setVisible(asked)
        for part in (self._names[0], self.server, self.company_button):  # To make room.
            part.setVisible(not asked)
        if asked:
            self.new_password.begin(self.login.text())
            self.new_password.first.setFocus()
        self.retranslate()

    def _go_on_with(self, password: str) -> None:
        """The server took it: from now on it is the password, whatever happens next."""
        stopped = self._token is not None and self._token.cancelled()
        self._token = None
        self.password.setText(password)
        self._ask_for_new(asked=False)
        self._set_busy(on=False)
        if not stopped:
            self.submit()

    def _all_there(self) -> bool:
        self._say_nothing()
        missing = (
            (not self.server.text().strip(), self.tr("Enter the address your IT gave you.")),
            (not self.login.text().strip(), self.tr("Enter your account.")),
            (not self.password.text(), self.tr("Enter your password.")),
        )
        for place, (lacks, words) in enumerate(missing):
            if lacks:
                self._set_problem(place, words)
        first = next((n for n, (lacks, _) in enumerate(missing) if lacks), None)
        if first is not None:
            self._parts()[first].setFocus()
        return first is None

    def _arrived(self, workspace: Workspace) -> None:
        stopped = self._token is not None and self._token.cancelled()
        self._token = None
        if stopped and not self.isVisible():
            workspace.close()
            return
        self.password.clear()
        self._set_busy(on=False)
        self.signed_in.emit(workspace)

    def _failed(self, error: KnownError) -> None:
        self._token = None
        self._set_busy(on=False)
        self._failure = error
        self.say_failure(error)

    def say_failure(self, error: KnownError) -> None:
        """Say it where it belongs: beside the password, beside the address, or above."""
        sentence = error.sentence(self._language)
        if error.code == SyncCode.PASSWORD_CHANGE.value and isinstance(error, SyncError):
            self._node = error.detail
            self.message.show_message(sentence, Tone.NEUTRAL)
            if self.new_password.isHidden():
                self._ask_for_new(asked=True)
        elif error.code == SyncCode.PASSWORD_WEAK.value:
            self.new_password.say(sentence)
            self.new_password.first.setFocus()
        elif error.code == SyncCode.BAD_CREDENTIALS.value:
            self._set_problem(2, sentence)
            self.password.setFocus()
            self.password.selectAll()
        elif error.code == SyncCode.SERVER_UNREACHABLE.value:
            # Not at the address: what is typed next is the password, never to be seen.
            self.message.show_message(
                self.tr(
                    "No server answers there. Check the address and the network (VPN, company "
                    "Wi-Fi), or ask your IT. What you typed is kept."
                ),
                Tone.BAD,
            )
            self.password.setFocus()
        else:
            stopped = error.code == "cancelled"
            self.message.show_message(sentence, Tone.NEUTRAL if stopped else Tone.BAD)
            self.password.setFocus()

    def _show_progress(self, far: FillProgress) -> None:
        self._far = far
        if self._held:
            self.progress.show_held(renewing=self._renewing)
        elif self._token is not None and not self._token.cancelled():
            self.progress.show_fill(far, paused=self._pause.paused)

    @Slot(bool)
    def _hold(self, held: bool) -> None:
        """Pause the download, or go on with it from the very byte."""
        if held:
            self._pause.pause()
        else:
            self._pause.resume()
        self._show_progress(self._far)

    def _set_busy(self, *, on: bool) -> None:
        if on:
            # Else the focus would jump to whatever comes next and show a ring there.
            self.setFocus()
        for part in self._parts():
            part.setEnabled(not on)
        self.new_password.setEnabled(not on)
        self.submit_button.setVisible(not on)
        self.company_button.setVisible(not on and self.new_password.isHidden())
        self.progress.setVisible(on)
        if on:
            self._show_progress(FillProgress())

    # -- saying --------------------------------------------------------------------------------

    def _say_nothing(self) -> None:
        self._failure = None
        self.message.show_message("", Tone.NEUTRAL)
        for place in range(3):
            self._set_problem(place, "")

    def _set_problem(self, place: int, words: str) -> None:
        self._problems[place].setText(words)
        self._problems[place].setVisible(bool(words))
        part = self._parts()[place]
        part.setAccessibleDescription(words)
        if isinstance(part, TextLine):
            part.set_error(bool(words))

    def _clear_problem(self, place: int, _typed: str = "") -> None:
        self._failure = None
        self._set_problem(place, "")
        if place < 2 and not self.new_password.isHidden():
            self._ask_for_new(asked=False)

    @property
    def _chinese(self) -> bool:
        return self._language.startswith("zh")

    @Slot()
    def _switch_language(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self._language = (Language.ENGLISH if self._chinese else Language.CHINESE).value
            install_language(app, self._language)
            self.language_chosen.emit(self._language)
