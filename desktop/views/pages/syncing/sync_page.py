"""The sync centre: how this device stands with the server, and what a person has to decide.

Row 5.4 and design rule 2: nothing is lost, and you see it.
"""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.bus import Change
from desktop.services.commands.verbs import Done
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.viewmodels.inbox import (
    ConflictView,
    Inbox,
    RefusalView,
    read_inbox,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.records.history_panel import HistoryPanel
from desktop.views.pages.syncing.conflict_entry import ConflictEntry
from desktop.views.pages.syncing.refusal_entry import RefusalEntry
from desktop.views.pages.syncing.sync_facts_card import FactsCard
from desktop.views.pages.syncing.sync_state import StateCard
from desktop.views.pages.syncing.sync_waiting import WaitingCard
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, PrimaryButton
from desktop.views.widgets.editors.choice import Switch
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import centred, column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire

_WIDEST = 1040
_SETTLE_MS = 60


class SyncPage(Reactive, QWidget):
    """State, what waits, conflicts and refused changes; everything by keyboard."""

    inbox_counted = Signal(int)
    """How many conflicts and refused changes there are to look at."""
    batches_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._inbox: Inbox | None = None
        self.entries: list[ConflictEntry | RefusalEntry] = []
        self._header = PageHeader("")
        self._send = PrimaryButton("", "sync")
        self.offline, self._offline_name = Switch(), label("", Role.MUTED)
        self.metered, self._metered_name = Switch(), label("", Role.MUTED)
        self._batches = GhostButton("", "undo")
        self.state = StateCard(session)
        self.waiting = WaitingCard(session)
        self.facts = FactsCard(session)
        self._list_title = label("", Role.HEADING)
        self._list: QVBoxLayout = column(None, gap=12)
        self.empty = EmptyState("inbox", "", "")
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self.history = HistoryPanel(session, self)
        self._connect()
        self.retranslate()
        self._show_status(session.status)
        self.refresh()

    def title(self) -> str:
        """The name of the page."""
        return self.tr("Sync centre")

    @property
    def inbox(self) -> Inbox | None:
        """What is shown, once it has been read."""
        return self._inbox

    def state_text(self) -> str:
        """How this device stands with the server, as it is said."""
        return self.state.state_text()

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        workspace, language = self._session.workspace, self._session.language
        self._session.ask(lambda: read_inbox(workspace, language), self._show, owner=self)

    def retranslate(self) -> None:
        self._send.setText(self.tr("Send now"))
        self._send.setToolTip(self.tr("Exchange with the server now (Ctrl+Return)"))
        self._offline_name.setText(self.tr("Work offline"))
        self.offline.setAccessibleName(self.tr("Work offline"))
        self.offline.setToolTip(self.tr("Changes stay on this device until you switch this off"))
        self._metered_name.setText(self.tr("Metered"))
        self.metered.setAccessibleName(self.tr("Metered"))
        self.metered.setToolTip(
            self.tr("A line that costs money: changes travel, attachments wait")
        )
        self._batches.setText(self.tr("Batches…"))
        self._batches.setToolTip(self.tr("Take back whole imports, bulk edits, merges, rule runs"))
        self.empty.set_text(
            self.tr("Nothing to decide"),
            self.tr(
                "When two people change the same field at the same time, the later one stands "
                "and the other waits here: mine, theirs and before, side by side."
            ),
        )
        self._show_status(self._session.status)
        self._show_counts()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self.facts.refresh()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        body = centred(self, _WIDEST)
        holder = QWidget()
        switch = row(holder, gap=8)
        for part in (self._metered_name, self.metered, self._offline_name, self.offline):
            switch.addWidget(part)
        self._header.add_action(holder)
        self._header.add_action(self._batches)
        self._header.add_action(self._send)
        body.addWidget(self._header)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        set_role(content, Role.PAGE)
        scroll.setWidget(content)
        self._scroll = scroll
        body.addWidget(scroll, 1)
        page = column(content, margins=(24, 4, 24, 24), gap=16)
        page.addWidget(self.state)
        page.addWidget(self.waiting)
        page.addWidget(self._list_title)
        page.addLayout(self._list)
        page.addWidget(self.empty)
        page.addStretch(1)
        page.addWidget(self.facts)

    def _connect(self) -> None:
        self._soon.timeout.connect(self.refresh)
        self._session.changed.connect(self._heard)
        self._session.finished.connect(self._done)
        self._session.sync_changed.connect(self._status_changed)
        self._session.language_changed.connect(self._speak)
        self._send.clicked.connect(self._session.send_now_requested)
        self.offline.clicked.connect(self._choose_offline)
        self.metered.clicked.connect(self._choose_metered)
        self._batches.clicked.connect(self.batches_requested)
        send = QShortcut(QKeySequence("Ctrl+Return"), self)
        send.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        send.activated.connect(self._send.click)

    # -- what is shown -------------------------------------------------------------------------

    @Slot(object)
    def _heard(self, _change: Change) -> None:
        self._soon.start()

    @Slot(object)
    def _done(self, _done: Done) -> None:
        self._soon.start()

    @Slot(object)
    def _status_changed(self, status: SyncStatus) -> None:
        self._show_status(status)
        self._soon.start()
        if status.state is SyncState.IDLE and self.isVisible():
            self.facts.refresh()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self._inbox = None
        self.retranslate()
        self.waiting.speak_anew()
        self.refresh()

    def _show_status(self, status: SyncStatus) -> None:
        self.state.show_status(status)
        self.offline.setChecked(status.paused)
        self.metered.setChecked(status.metered)
        self._send.setEnabled(not status.paused and status.state is not SyncState.SYNCING)
        self._header.set_text(self.tr("Sync centre"), self._session.workspace.account.server)

    def _show(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._show_counts()
        self._show_entries(inbox)

    def _show_counts(self) -> None:
        if self._inbox is None:
            return
        self.waiting.show_waiting(self._inbox.waiting)
        number = len(self._inbox.conflicts) + len(self._inbox.refusals)
        self._list_title.setText(self.tr("To decide: {0}").format(number))
        self._list_title.setVisible(number > 0)
        self.empty.setVisible(number == 0)
        self.inbox_counted.emit(number)

    def _show_entries(self, inbox: Inbox) -> None:
        place = next((n for n, e in enumerate(self.entries) if e.has_keyboard()), -1)
        old = {entry.view.key: entry for entry in self.entries}
        kept = [entry for entry in self.entries if entry.editing]
        entries: list[ConflictEntry | RefusalEntry] = []
        views: list[ConflictView | RefusalView] = [*inbox.refusals, *inbox.conflicts]
        for view in views:
            there = old.get(view.key)
            same = there is not None and (there.editing or there.view == view)
            entries.append(there if there is not None and same else self._entry(view))
        # What somebody is writing stays, even where the conflict was settled meanwhile.
        entries += [entry for entry in kept if entry not in entries]
        for gone in self.entries:
            if gone not in entries:
                self._list.removeWidget(gone)
                retire(gone)
        for number, entry in enumerate(entries):
            self._list.insertWidget(number, entry)
        self.entries = entries
        if self.hasFocus():
            place = 0  # What is to be decided has one key for each answer.
        if place >= 0 and entries and not any(e.has_keyboard() for e in entries):
            entries[min(place, len(entries) - 1)].take_focus()

    def _entry(self, view: ConflictView | RefusalView) -> ConflictEntry | RefusalEntry:
        if isinstance(view, RefusalView):
            refused = RefusalEntry(self._session, view)
            refused.left.connect(self._step)
            return refused
        entry = ConflictEntry(self._session, view)
        entry.left.connect(self._step)
        entry.history_requested.connect(self.history.show_field)
        return entry

    # -- verbs ---------------------------------------------------------------------------------

    @Slot(int)
    def _step(self, by: int) -> None:
        place = next((n for n, e in enumerate(self.entries) if e is self.sender()), -1)
        target = place + by
        if place >= 0 and 0 <= target < len(self.entries):
            self.entries[target].take_focus()
            self._scroll.ensureWidgetVisible(self.entries[target])

    @Slot()
    def _choose_offline(self) -> None:
        self._session.offline_chosen.emit(self.offline.isChecked())

    @Slot()
    def _choose_metered(self) -> None:
        self._session.metered_chosen.emit(self.metered.isChecked())

    @Slot()
    def copy_diagnostics(self) -> None:
        """Put the diagnostics on the clipboard."""
        self.facts.copy()
