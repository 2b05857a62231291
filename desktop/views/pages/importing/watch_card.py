"""The watched folder in the settings: which, and by which mapping."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.services.papers import imports, watch_folder
from desktop.services.papers.imports import SavedMapping
from desktop.services.papers.watch_folder import Watched
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import GhostButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

_NAME_WIDTH = 168
_ANY = "-"


class WatchCard(Reactive, Card):
    """Takes effect at once."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self._watched: Watched | None = None
        self._saved: list[SavedMapping] = []
        self._teaching = label("", Role.SMALL, wrap=True)
        self._names = [label("", Role.MUTED) for _ in range(2)]
        self._folder = label("", Role.BODY, wrap=True)
        self.choose, self.stop = GhostButton("", "link"), QuietButton("", "close")
        self.mapping = ChoiceBox()
        self._line = QWidget()
        self._lay_out()
        self.choose.clicked.connect(self._choose)
        self.stop.clicked.connect(self._stop)
        self.mapping.changed.connect(self._map)
        session.language_changed.connect(self._speak)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_heading(self.tr("Watched folder"))
        self._teaching.setText(
            self.tr(
                "Tables that fall into this folder, such as the daily export of another system, "
                "are imported by themselves while Suixing runs, in the tray too. Afterwards they "
                "lie in “done” or “failed” beside a report."
            )
        )
        self._names[0].setText(self.tr("Folder"))
        self._names[1].setText(self.tr("Mapping"))
        self.choose.setText(self.tr("Choose a folder…"))
        self.stop.setText(self.tr("Stop watching"))
        self.mapping.setAccessibleName(self.tr("Mapping"))
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read()

    def read(self) -> None:
        """Read what is watched."""
        workspace = self._session.workspace
        self._session.ask(
            lambda: (watch_folder.watched(workspace), imports.saved_mappings(workspace)),
            self._arrived, owner=self,
        )  # fmt: skip

    def watch(self, folder: Path) -> None:
        """Watch this folder."""
        mapping = self._watched.mapping if self._watched is not None else ""
        self._keep(Watched(folder, mapping))

    def _lay_out(self) -> None:
        self.body.addWidget(self._teaching)
        first = row(None, gap=12)
        second = row(self._line, gap=12)
        for name, line in zip(self._names, (first, second), strict=True):
            name.setFixedWidth(_NAME_WIDTH)
            line.addWidget(name)
        first.addWidget(self._folder, 1)
        first.addWidget(self.stop)
        first.addWidget(self.choose)
        self.mapping.setMinimumWidth(240)
        second.addWidget(self.mapping)
        second.addStretch(1)
        self.body.addLayout(first)
        self.body.addWidget(self._line)

    def _arrived(self, found: tuple[Watched | None, list[SavedMapping]]) -> None:
        self._watched, self._saved = found
        self._show()

    def _show(self) -> None:
        watched = self._watched
        self._folder.setText(str(watched.folder) if watched else self.tr("None is watched"))
        self.stop.setVisible(watched is not None)
        self._line.setVisible(watched is not None)
        self.mapping.set_options(
            [Option(_ANY, self.tr("recognised")), *(Option(s.name, s.name) for s in self._saved)]
        )
        self.mapping.setValue((watched.mapping if watched else "") or _ANY)

    def _keep(self, chosen: Watched | None) -> None:
        self._watched = chosen
        workspace = self._session.workspace
        self._session.ask(
            lambda: watch_folder.keep_watched(workspace, chosen), lambda _: self.read(), owner=self
        )

    @Slot()
    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self.window(), self.tr("Choose a folder"))
        if chosen:
            self.watch(Path(chosen))

    @Slot()
    def _stop(self) -> None:
        self._keep(None)

    @Slot()
    def _map(self) -> None:
        value = str(self.mapping.value() or _ANY)
        names = {one.name for one in self._saved} | {_ANY}
        if self._watched is not None and value in names:
            self._keep(Watched(self._watched.folder, "" if value == _ANY else value))

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
