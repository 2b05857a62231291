"""Choices of this computer and facts about it: looks, speech model, data folder, licences."""

import os

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from desktop.config import product_version
from desktop.services.voice.choices import voice_choices
from desktop.services.voice.model_care import ModelCare
from desktop.viewmodels.session import Session
from desktop.views.language import Language, install_language
from desktop.views.pages.importing.watch_card import WatchCard
from desktop.views.pages.settings.account_card import AccountCard
from desktop.views.pages.settings.model_card import ModelCard
from desktop.views.pages.settings.passphrase_card import PassphraseCard
from desktop.views.pages.settings.reminder_card import ReminderCard
from desktop.views.theme.apply import apply_theme, chosen_scheme
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Scheme, Tone
from desktop.views.widgets.buttons import GhostButton, IconButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import centred, column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

_WIDEST = 800
_NAME_WIDTH = 168
_SCALES = (100, 125, 150, 175, 200)
"""How large everything can be drawn, in per cent."""


class SettingsPage(Reactive, QWidget):
    """Everything takes effect at once; the application keeps it."""

    scheme_chosen = Signal(str)
    """The theme was changed and should be remembered."""

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        *,
        care: ModelCare | None = None,
    ) -> None:
        """`care` looks after the speech model; by default that of this computer."""
        super().__init__(parent)
        self._session = session
        self._header = PageHeader("")
        self._cards = [Card() for _ in range(3)]
        self._names: list[QLabel] = []
        self.languages = Segments([Language.CHINESE.value, Language.ENGLISH.value])
        self.schemes = Segments([scheme.value for scheme in Scheme])
        self.scales = Segments([str(percent) for percent in _SCALES])
        self._later = label("", Role.SMALL, wrap=True)
        self.model = ModelCard(session, care or _care_of(session))
        self.passphrase = PassphraseCard(session)
        self.account = AccountCard(session)
        self.reminders = ReminderCard(session)
        self.watching = WatchCard(session)
        self._keyring = InlineMessage()
        self._place = label("", Role.BODY, wrap=True)
        self._open_folder = GhostButton("", "link")
        self._binned, self.open_bin = label("", Role.BODY), GhostButton("", "trash")
        self._device, self.copy_button = label("", Role.BODY), IconButton("copy", "")
        self._server, self._version = label("", Role.BODY), label("", Role.BODY)
        self._licence = label("", Role.MUTED, wrap=True)
        self._lay_out()
        self._connect()
        self.retranslate()

    def title(self) -> str:
        """The name of the page."""
        return self.tr("Settings")

    def retranslate(self) -> None:
        self._header.set_text(self.tr("Settings"), self.tr("They take effect at once"))
        headings = (self.tr("Appearance"), self.tr("Data and security"), self.tr("About"))
        for card, heading in zip(self._cards, headings, strict=True):
            card.set_heading(heading)
        names = (
            self.tr("Language"), self.tr("Theme"), self.tr("Size"), self.tr("Server"),
            self.tr("Data folder"), self.tr("Device number"), self.tr("Deleted records"),
            self.tr("Version"),
        )  # fmt: skip
        for shown, name in zip(self._names, names, strict=True):
            shown.setText(name)
        self.languages.set_labels(["简体中文", "English"], name=self.tr("Language"))
        self.languages.set_value(self._session.language)
        scheme_names = [self.tr("Like the system"), self.tr("Light"), self.tr("Dark")]
        self.schemes.set_labels(scheme_names, name=self.tr("Theme"))
        self.schemes.set_value(chosen_scheme().value)
        self.scales.set_labels([f"{percent} %" for percent in _SCALES], name=self.tr("Size"))
        self.scales.set_value(str(self._session.scale_percent))
        self._later.setText(self.tr("The size holds from the next start of Suixing."))
        self._open_folder.setText(self.tr("Open folder"))
        self._binned.setText(self.tr("Kept in the recycle bin, and brought back from there"))
        self.open_bin.setText(self.tr("Recycle bin"))
        self.copy_button.set_name(self.tr("Copy the device number"))
        self._show_facts()

    def retint(self) -> None:
        # The theme may have been chosen from the rail menu.
        self.schemes.set_value(chosen_scheme().value)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.schemes.set_value(chosen_scheme().value)
        self.account.look()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        body = centred(self, _WIDEST)
        body.addWidget(self._header)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        set_role(content, Role.PAGE)
        scroll.setWidget(content)
        body.addWidget(scroll, 1)
        page = column(content, margins=(24, 4, 24, 24), gap=16)
        looks, data, about = self._cards
        self._add(looks, self.languages)
        self._add(looks, self.schemes)
        self._add(looks, self.scales)
        looks.body.addWidget(self._later)
        self._later.hide()
        self._add(data, self._server)
        self._add(data, self._place, self._open_folder)
        self._add(data, self._device, self.copy_button)
        self._add(data, self._binned, self.open_bin)
        data.body.addWidget(self._keyring)
        self._add(about, self._version)
        about.body.addWidget(self._licence)
        kept = (self.watching, data, self.passphrase, about)
        for card in (looks, self.reminders, self.account, self.model, *kept):
            page.addWidget(card)
        page.addStretch(1)

    def _add(self, card: Card, widget: QWidget, action: QWidget | None = None) -> None:
        line = row(None, gap=12)
        name = label("", Role.MUTED)
        name.setFixedWidth(_NAME_WIDTH)
        name.setMinimumHeight(32)
        self._names.append(name)
        line.addWidget(name)
        line.addWidget(widget, 1 if isinstance(widget, QLabel) else 0)
        if action is not None:
            line.addWidget(action)
        elif not isinstance(widget, QLabel):
            line.addStretch(1)
        if isinstance(widget, QLabel):
            widget.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.body.addLayout(line)

    def _connect(self) -> None:
        self.languages.chosen.connect(self._choose_language)
        self.schemes.chosen.connect(self._choose_scheme)
        self.scales.chosen.connect(self._choose_scale)
        self._open_folder.clicked.connect(self._show_folder)
        self.copy_button.clicked.connect(self._copy_device)
        self.open_bin.clicked.connect(lambda: self._session.place_requested.emit("bin"))
        self.passphrase.shown.connect(self._show_guard)
        self._session.language_changed.connect(self._speak)

    def _show_facts(self) -> None:
        workspace = self._session.workspace
        self._server.setText(f"{workspace.account.server} · {workspace.account.organisation}")
        self._place.setText(str(workspace.profile.folder))
        self._device.setText(workspace.account.node)
        self._show_guard()
        self._version.setText(f"Suixing {product_version()}")
        self._licence.setText(
            self.tr(
                "Suixing is licensed under the Apache License 2.0. It stands on Qt for Python "
                "(LGPL 3), SQLCipher (BSD), SQLAlchemy (MIT), httpx (BSD), Vosk (Apache 2.0) and "
                "others; the file NOTICE beside the program names every part and its licence."
            )
        )

    @Slot()
    def _show_guard(self) -> None:
        """By what the key of the database is guarded, as it is now."""
        secrets = self._session.workspace.secrets
        warning = secrets.warning
        kept = self.tr(
            "The database is encrypted; its key is kept in the keyring of this computer."
        )
        wrapped = self.tr("The database is encrypted; its key opens only with your passphrase.")
        safe = wrapped if warning is None and secrets.has_passphrase else kept
        self._keyring.show_message(
            warning.sentence(self._session.language) if warning else safe,
            Tone.WARN if warning else Tone.GOOD,
        )

    # -- choosing ------------------------------------------------------------------------------

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()

    @Slot(str)
    def _choose_language(self, language: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            install_language(app, language)
        self._session.set_language(language)

    @Slot(str)
    def _choose_scheme(self, scheme: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, Scheme(scheme))
        self.scheme_chosen.emit(scheme)

    @Slot(str)
    def _choose_scale(self, percent: str) -> None:
        self._later.show()
        self._session.scale_chosen.emit(int(percent))

    @Slot()
    def _show_folder(self) -> None:
        folder = self._session.workspace.profile.folder
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    @Slot()
    def _copy_device(self) -> None:
        QGuiApplication.clipboard().setText(self._session.workspace.account.node)


def _care_of(session: Session) -> ModelCare:
    workspace = session.workspace
    return ModelCare.of_this_computer(os.environ, lambda: voice_choices(workspace).mirror)
