"""Recordings on this computer: files being recognised, what is to be looked over, what is kept.

Files can be dropped anywhere on the page, several at once; Ctrl+O chooses them.
"""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from desktop.bus import Change
from desktop.services.voice.recording_care import RecordingPolicy, policy_of
from desktop.viewmodels.playing import Playing
from desktop.viewmodels.recordings.recording_lines import RecordingLine, read_lines, with_queue
from desktop.viewmodels.recordings.recording_queue import State, queue_of
from desktop.viewmodels.session import Session
from desktop.views.pages.records.record_cards import SPOKEN
from desktop.views.pages.visits.recording_list import RecordingList
from desktop.views.pages.visits.recording_row import time_left
from desktop.views.pages.visits.voice_panel import SOUND_SUFFIXES, SoundDrops
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton, PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import EmptyState, InlineMessage
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, row, scrolled
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.reactive import Reactive

_WIDEST = 1040
_GATHER_MS = 60


class RecordingsPage(Reactive, QWidget):
    """One list; follows the queue, and reads the disk again whenever something is over."""

    back_requested = Signal()
    listed = Signal()
    """What is here has been read and is on screen."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, playing: Playing | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.queue = queue_of(session)
        self._kept: list[RecordingLine] = []
        self._policy = RecordingPolicy()
        self._asked = 0
        self._header = PageHeader("")
        self._back = IconButton("chevron-left", "")
        self.add = PrimaryButton("", "upload")
        self.progress = ProgressStrip()
        self._doing = Card()
        self.message = InlineMessage()
        self.list = RecordingList(session, playing=playing)
        self.empty = EmptyState("mic", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        days = self._policy.days
        kept = (
            self.tr("erased once the note is saved") if not days
            else self.tr("kept for {0} days").format(days)
        )  # fmt: skip
        synced = (
            self.tr("attached to the record and sent to the server") if self._policy.synced
            else self.tr("never leaves this computer")
        )  # fmt: skip
        form = self.tr("Encrypted on this computer, {0}; {1}. The policy of your company says so.")
        self._header.set_text(self.tr("Recordings"), form.format(kept, synced))
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self.add.setText(self.tr("Choose recordings…"))
        self.add.setToolTip(self.tr("Several at once; or drop them anywhere on this page (Ctrl+O)"))
        self.empty.set_text(
            self.tr("No recordings"),
            self.tr(
                "What you say into a visit stays here for a while. Drop recordings of calls here: "
                "each becomes a note to look over, several at once, an hour long if need be."
            ),
            action=self.tr("Choose recordings…"),
        )
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Otherwise the first button would show a focus ring before any key was pressed.
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read what is here again, in the background."""
        if self._session.over:
            return
        self._asked += 1
        asked, workspace = self._asked, self._session.workspace

        def arrived(found: tuple[list[RecordingLine], RecordingPolicy]) -> None:
            if asked == self._asked:
                self._kept, self._policy = found
                self.retranslate()
                self.listed.emit()

        self._session.tasks.free(
            lambda: (read_lines(workspace), policy_of(workspace)),
            on_done=arrived, on_error=self._session.failed.emit, owner=self,
        )  # fmt: skip

    def add_files(self, paths: Sequence[Path]) -> None:
        """Recognise these, one after the other."""
        self.message.show_message("", Tone.NEUTRAL)
        self.queue.add(paths)
        self._show()

    @property
    def lines(self) -> list[RecordingLine]:
        """What is shown."""
        return with_queue(self._kept, self.queue.items)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        head = row(None, margins=(16, 0, 24, 0), gap=0)
        head.addWidget(self._back, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._header, 1)
        head.addWidget(self.add, 0, Qt.AlignmentFlag.AlignVCenter)
        inner = QWidget()
        set_role(inner, Role.PAGE)
        centred = row(inner, margins=(24, 4, 24, 24), gap=0)
        held = QWidget()
        held.setMaximumWidth(_WIDEST)
        centred.addWidget(held, 1000)
        centred.addStretch(1)
        body = column(held, gap=12)
        self._doing.body.addWidget(self.progress)
        shown = Card()
        shown.body.setContentsMargins(12, 4, 12, 4)
        shown.body.addWidget(self.list)
        for part in (self.message, self._doing, shown):
            body.addWidget(part)
        body.addStretch(1)
        area = scrolled(inner)
        self._stack.addWidget(area)
        self._stack.addWidget(self.empty)
        outer = column(self, gap=0)
        outer.addLayout(head)
        outer.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.add.clicked.connect(self.choose)
        self.empty.action_triggered.connect(self.choose)
        self.progress.cancelled.connect(self.queue.cancel_all)
        self.queue.changed.connect(self._show_soon)
        self.queue.finished.connect(self.refresh)
        self._soon.timeout.connect(self._show)
        self.list.note_requested.connect(self._session.note_requested)
        self.list.recognise_requested.connect(self._recognise)
        self.list.removed.connect(self._remove)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        SoundDrops(self).several_dropped.connect(self.add_files)
        choosing = QShortcut(QKeySequence("Ctrl+O"), self)
        choosing.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        choosing.activated.connect(self.choose)

    # -- showing -------------------------------------------------------------------------------

    @Slot()
    def _show_soon(self) -> None:
        """Progress comes often; a timer begun anew each time would never fire."""
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _show(self) -> None:
        lines = self.lines
        self._stack.setCurrentIndex(0 if lines else 1)
        self.add.setVisible(bool(lines))
        self.list.show_lines(lines)
        waiting = self.queue.waiting
        self._doing.setVisible(waiting > 0)
        if waiting:
            self.progress.set_progress(self._say_progress(waiting), self._share())

    def _say_progress(self, waiting: int) -> str:
        total = len(self.queue.items)
        said = self.tr("Recognising {0} of {1}; everything else goes on meanwhile")
        words = said.format(total - waiting + 1, total)
        left = self.queue.left
        return words if left is None else f"{words} · {time_left(left)}"

    def _share(self) -> float | None:
        items = self.queue.items
        over = sum(one.state in (State.READY, State.FAILED) for one in items)
        part = sum(o.done / o.total for o in items if o.state is State.READING and o.total)
        return (over + part) / len(items)

    # -- what is done --------------------------------------------------------------------------

    @Slot()
    def choose(self) -> None:
        """Ask for recordings."""
        kinds = " ".join(f"*{suffix}" for suffix in SOUND_SUFFIXES)
        names, _ = QFileDialog.getOpenFileNames(
            self.window(), self.tr("Choose recordings…"), "", f"{self.tr('Recordings')} ({kinds})"
        )
        if names:
            self.add_files([Path(name) for name in names])

    @Slot(str)
    def _recognise(self, name: str) -> None:
        self.queue.recognise(name, self.list.rows[name].title())

    @Slot(str)
    def _remove(self, name: str) -> None:
        self.list.playing.stop()
        if name in {one.name for one in self.queue.items if one.state is not State.READY}:
            self._kept = [line for line in self._kept if line.name != name]
            self.queue.cancel(name)
            return
        self.queue.forget(name)
        recordings = self._session.workspace.recordings
        self._session.tasks.free(
            recordings.erase, recordings.path(name), on_done=lambda _: self.refresh(), owner=self
        )

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and any(change.touches(name) for name in ("policy", *SPOKEN)):
            self.refresh()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.list.show_lines([])
        self.retranslate()
