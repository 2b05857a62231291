"""How this device stands with the server, in a sentence, with what comes next and why."""

from datetime import UTC

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from crm_core.clock import parse_moment
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.services.online.verification import Check
from desktop.viewmodels.inbox import china_time
from desktop.viewmodels.session import Session
from desktop.viewmodels.sync_facts import plan_of
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import StatusDot
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

_TONES = {
    SyncState.IDLE: Tone.GOOD,
    SyncState.SYNCING: Tone.ACCENT,
    SyncState.WAITING: Tone.ACCENT,
    SyncState.OFFLINE: Tone.WARN,
    SyncState.ERROR: Tone.BAD,
    SyncState.SIGNED_OUT: Tone.BAD,
}


class StateCard(Reactive, Card):
    """Follows `show_status`; counts down to the next try while it is on screen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self._status = session.status
        self._state, self._last = StatusDot(""), label("", Role.SMALL)
        self._plan = label("", Role.MUTED, wrap=True)
        self._error = InlineMessage()
        self._check = label("", Role.MUTED, wrap=True)
        self.verify = QuietButton("", "sync")
        self.verify.clicked.connect(self._verify)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._say_plan)
        line = row(None, gap=12)
        line.addWidget(self._state)
        line.addStretch(1)
        line.addWidget(self._last)
        self.body.setSpacing(8)
        self.body.addLayout(line)
        self.body.addWidget(self._plan)
        self.body.addWidget(self._error)
        foot = row(None, gap=12)
        foot.addWidget(self._check, 1)
        foot.addWidget(self.verify)
        self.body.addLayout(foot)

    def state_text(self) -> str:
        """The state as it is said."""
        return self._state.accessibleName()

    def plan_text(self) -> str:
        """When the next exchange is, and why."""
        return self._plan.text()

    def check_text(self) -> str:
        """What the last comparison with the server found."""
        return self._check.text()

    def show_status(self, status: SyncStatus) -> None:
        """Say another state."""
        self._status = status
        self.retranslate()

    def retranslate(self) -> None:
        status = self._status
        self._state.set_text(self._state_words(status), _TONES[status.state])
        last = status.last_success
        self._last.setText(self.tr("Last contact {0}").format(china_time(last)) if last else "")
        trying = status.state is SyncState.SYNCING
        error = status.error.sentence(self._session.language) if status.error else ""
        if trying:
            error = self.tr("Connecting…") if error else ""
        offline = status.state is SyncState.OFFLINE
        tone = Tone.NEUTRAL if trying else Tone.WARN if offline else Tone.BAD
        self._error.show_message("" if status.paused else error, tone)
        self._check.setText(self._check_words(status.check))
        self.verify.setText(self.tr("Compare with the server"))
        self.verify.setToolTip(
            self.tr("Check that this device holds exactly what the server has for you")
        )
        self.verify.setEnabled(not status.paused and not trying)
        self._say_plan()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._say_plan()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    def _state_words(self, status: SyncStatus) -> str:
        if status.paused:
            return self.tr("Working offline by choice; nothing is sent")
        return {
            SyncState.IDLE: self.tr("Up to date"),
            SyncState.SYNCING: self.tr("Exchanging with the server…"),
            SyncState.WAITING: self.tr("Changes are about to be sent"),
            SyncState.OFFLINE: self.tr("The server cannot be reached; go on working"),
            SyncState.ERROR: self.tr("The last exchange failed"),
            SyncState.SIGNED_OUT: self.tr("Sign in again to go on syncing"),
        }[status.state]

    def _check_words(self, check: Check | None) -> str:
        if check is None:
            return self.tr("Not compared with the server yet.")
        when = china_time(check.at)
        if check.apart:
            number = sum(check.apart.values())
            return self.tr(
                "Compared with the server {0}: {1} records still differ. Tell your administrator."
            ).format(when, number)
        if check.mended:
            number = sum(check.mended.values())
            return self.tr(
                "Compared with the server {0}: {1} records differed and were fetched again."
            ).format(when, number)
        return self.tr("Compared with the server {0}: everything is the same.").format(when)

    @Slot()
    def _verify(self) -> None:
        self._session.workspace.verify()
        self._session.send_now_requested.emit()

    @Slot()
    def _say_plan(self) -> None:
        words = {
            "paused": self.tr("Changes are kept on this device until you switch this off."),
            "now": "",
            "retry": self.tr("Next try in {0}: {1} have failed in a row, so the pauses grow."),
            "metered": self.tr(
                "Sparing a costly line: changes travel, attachments wait; next look in {0}."
            ),
            "live": self.tr("The server tells of news at once; next look of our own in {0}."),
            "poll": self.tr("No live line to the server, so we look often; next in {0}."),
        }[plan_of(self._status)].format(self._left(), self._status.failures)
        self._plan.setText(words)
        self._plan.setVisible(bool(words))

    def _left(self) -> str:
        """How long until the next exchange, in words."""
        if not self._status.next_try:
            return ""
        now = self._session.workspace.clock.now().astimezone(UTC)
        seconds = max(0, round((parse_moment(self._status.next_try) - now).total_seconds()))
        if seconds < 60:
            return self.tr("{0} s").format(seconds)
        return self.tr("{0} min {1} s").format(seconds // 60, seconds % 60)
