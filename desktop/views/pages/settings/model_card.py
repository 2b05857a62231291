"""The speech models in the settings: one row each, the company's mirror, how well this machine
keeps up. What a row does is in `model_row`."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.services.voice.choices import VoiceChoices, keep_choices, voice_choices
from desktop.services.voice.model_care import ModelCare, ModelState
from desktop.viewmodels.session import Session
from desktop.views.pages.settings.model_row import ModelRow
from desktop.views.theme.roles import Role
from desktop.views.widgets.cards import Card
from desktop.views.widgets.layouts import hairline, label, row
from desktop.views.widgets.reactive import Reactive

_NAME_WIDTH = 168


class ModelCard(Reactive, Card):
    """Works in the background; everything else goes on meanwhile."""

    def __init__(self, session: Session, care: ModelCare, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session, self._care = session, care
        self._choices = VoiceChoices()
        self.rows: dict[str, ModelRow] = {}
        self._mirror_name = label("", Role.BODY)
        self.mirror = QLineEdit()
        self._about = label("", Role.SMALL, wrap=True)
        self._mirror_name.setFixedWidth(_NAME_WIDTH)
        self._mirror_name.setBuddy(self.mirror)
        line = row(None, gap=8)
        line.addWidget(self._mirror_name)
        line.addWidget(self.mirror, 1)
        self.body.addLayout(line)
        self.body.addWidget(self._about)
        self.mirror.editingFinished.connect(self._keep_mirror)
        session.language_changed.connect(self._speak)
        self.retranslate()
        self.look()

    @property
    def working(self) -> bool:
        """Whether something is under way."""
        return any(one.working for one in self.rows.values())

    def retranslate(self) -> None:
        self.set_heading(self.tr("Speech recognition"))
        self._mirror_name.setText(self.tr("Company mirror"))
        self.mirror.setPlaceholderText(self.tr("https://… or a shared folder with the zips"))
        self.mirror.setAccessibleName(self._mirror_name.text())
        self._about.setText(
            self.tr(
                "Models work without a network. They come from their maker, else from the mirror, "
                "else from a zip your IT gives you; every part is checked before it is used."
            )
        )

    @Slot()
    def look(self) -> None:
        """Look for the models on the disk, and for what is used."""
        workspace, care = self._session.workspace, self._care

        def read() -> tuple[Sequence[ModelState], dict[str, str], VoiceChoices]:
            choices = voice_choices(workspace)
            return care.states(), care.in_use(choices), choices

        self._session.tasks.free(
            read, on_done=self._found, on_error=self._session.failed.emit, owner=self
        )

    # -- inside --------------------------------------------------------------------------------

    def _found(self, found: tuple[Sequence[ModelState], dict[str, str], VoiceChoices]) -> None:
        states, used, self._choices = found
        if not self.mirror.hasFocus():
            self.mirror.setText(self._choices.mirror)
        for state in states:
            if state.id not in self.rows:
                self._add(state)
            alone = sum(one.installed and one.language == state.language for one in states) < 2
            self.rows[state.id].show_state(
                state, used=used.get(state.language) == state.id, alone=alone
            )

    def _add(self, state: ModelState) -> None:
        made = ModelRow(self._session, self._care, state)
        made.changed.connect(self.look)
        made.use_requested.connect(self._use)
        place = self.body.count() - 2
        if self.rows:
            self.body.insertWidget(place, hairline())
            place += 1
        self.rows[state.id] = made
        self.body.insertWidget(place, made)

    @Slot(str, str)
    def _use(self, language: str, model_id: str) -> None:
        models = {**self._choices.models, language: model_id}
        self._keep(replace(self._choices, models=models))

    @Slot()
    def _keep_mirror(self) -> None:
        written = self.mirror.text().strip()
        if written != self._choices.mirror:
            self._keep(replace(self._choices, mirror=written))

    def _keep(self, choices: VoiceChoices) -> None:
        self._choices = choices
        workspace = self._session.workspace
        self._session.ask(
            lambda: keep_choices(workspace, choices), lambda _: self.look(), owner=self
        )

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        for one in self.rows.values():
            one.retranslate()
