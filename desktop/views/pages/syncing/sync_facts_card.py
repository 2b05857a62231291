"""Server, device, storage: what IT asks first; and the diagnostics to copy."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop.viewmodels.inbox import diagnostics
from desktop.viewmodels.session import Session
from desktop.viewmodels.sync_facts import SyncFacts, read_facts, size_words
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

_NAME_WIDTH = 116


class FactsCard(Reactive, Card):
    """Two columns of facts; `refresh` reads them again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self.facts: SyncFacts | None = None
        self._names = [label("", Role.MUTED) for _ in range(5)]
        self._values = [label("", Role.BODY, wrap=True) for _ in range(5)]
        self._copy = GhostButton("", "copy")
        self._copy.clicked.connect(self.copy)
        self._note: QLabel = label("", Role.SMALL, wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for place, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            name.setMinimumWidth(_NAME_WIDTH)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            line, half = divmod(place, 2)
            grid.addWidget(name, line, 2 * half)
            grid.addWidget(value, line, 2 * half + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.body.addLayout(grid)
        foot = row(None, gap=12)
        foot.addWidget(self._note, 1)
        foot.addWidget(self._copy)
        self.body.addLayout(foot)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_heading(self.tr("This device and its server"))
        names = (
            self.tr("Server"), self.tr("Device number"), self.tr("Database"),
            self.tr("Other files"), self.tr("Attachments to send"),
        )  # fmt: skip
        for shown, name in zip(self._names, names, strict=True):
            shown.setText(name)
        self._copy.setText(self.tr("Copy diagnostics"))
        self._note.setText(
            self.tr("For your IT: states and counts of this device, no customer data.")
        )
        self._say()

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        workspace = self._session.workspace
        self._session.ask(lambda: read_facts(workspace), self._show, owner=self)

    @Slot()
    def copy(self) -> None:
        """Put the diagnostics on the clipboard."""
        workspace, status = self._session.workspace, self._session.status
        self._session.ask(lambda: diagnostics(workspace, status), self._copied, owner=self)

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._note.setText(self.tr("Copied. Paste it into your message to IT."))

    def _show(self, facts: SyncFacts) -> None:
        self.facts = facts
        self._say()

    def _say(self) -> None:
        if self.facts is None:
            return
        f = self.facts
        held = self.tr("{0} for {1} records and their history").format(
            size_words(f.database_bytes), f"{f.records:,}"
        )
        waiting = self.tr("none")
        if f.attachments:
            waiting = self.tr("{0}, {1}").format(f.attachments, size_words(f.attachment_bytes))
        where = f"{f.server} · {f.organisation}"
        values = (where, f.device, held, size_words(f.other_bytes), waiting)
        for shown, value in zip(self._values, values, strict=True):
            shown.setText(value)
