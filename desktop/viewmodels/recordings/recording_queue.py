"""Recordings being recognised one after the other, while everything else goes on.

A file is sealed first, then recognised in pieces; what was reached is written down, so that after
a crash or a restart the rest follows by itself. Every change is told by signals on the Qt thread.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from crm_core.errors import KnownError
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.voice.audio import Notice
from desktop.services.voice.choices import voice_choices
from desktop.services.voice.long_reading import Passed
from desktop.services.voice.recognition import Transcript
from desktop.services.voice.recordings import Recordings, new_name
from desktop.services.voice.speech import Speech
from desktop.viewmodels.dictation import expect_anything_known, speech_of
from desktop.viewmodels.recordings.recording_waiting import keep_waiting, waiting_files
from desktop.viewmodels.session import Session

_SHOWN = 120
"""Characters: of an hour under way the last words are of interest, and the rest is not moved."""
_LEAST_SECONDS = 2.0
"""Of work, before an estimate is worth saying."""


class State(StrEnum):
    """Where one recording stands."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    """Its words are known."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Queued:
    """One recording of the queue; seconds of sound in `done` and `total`."""

    name: str
    title: str
    state: State = State.WAITING
    done: float = 0.0
    total: float = 0.0
    left: float | None = None
    """Seconds until its words are known, as far as can be said."""
    text: str = ""
    error: KnownError | None = None
    notices: tuple[Notice, ...] = ()
    source: Path | None = None
    """The file, until it has been sealed."""


class RecordingQueue(QObject):
    """One of a session; see `queue_of`."""

    changed = Signal()
    """Something about any of them."""
    finished = Signal(str)
    """The words of this one are known, or it failed."""

    def __init__(self, session: Session, speech: Speech) -> None:
        super().__init__(session)
        self._session = session
        self._speech = speech
        self._items: dict[str, Queued] = {}
        self._token: CancelToken | None = None
        self._at = ""
        self._given = 0
        self._round: list[State] = []
        """How those ended that came since nothing was waiting."""
        self._since, self._from = QElapsedTimer(), 0.0
        speech.choices = lambda: voice_choices(session.workspace)

    @property
    def items(self) -> tuple[Queued, ...]:
        """All of this run, in the order in which they came."""
        return tuple(self._items.values())

    @property
    def waiting(self) -> int:
        """How many are not over."""
        return sum(one.state in (State.WAITING, State.READING) for one in self._items.values())

    @property
    def left(self) -> float | None:
        """Seconds until all of it is done, as far as can be said: known for the one being read,
        and for what waits by the pace so far."""
        now = self._items.get(self._at)
        if now is None or now.left is None or now.total <= now.done:
            return None
        pace = now.left / (now.total - now.done)
        rest = [one for one in self._items.values() if one.state is State.WAITING]
        return now.left + pace * sum(one.total for one in rest)

    def add(self, paths: Sequence[Path]) -> None:
        """Recognise files, in this order."""
        clock = self._session.workspace.clock
        for path in paths:
            self._given += 1
            name = new_name(clock, self._given)
            self._items[name] = Queued(name, path.name, source=path)
        self.changed.emit()
        self._keep()
        self._next()

    def go_on(self) -> None:
        """Take up what a crash or the end of the program left unfinished."""
        recordings, workspace = self._recordings, self._session.workspace

        def look() -> list[Queued]:
            found = [(path, recordings.about(path)) for path in recordings.left(taken_in=True)]
            sealed = [
                Queued(path.stem, about.source, done=about.position, total=about.seconds)
                for path, about in found
            ]
            files = waiting_files(workspace)
            return [*sealed, *(Queued(n, path.name, source=path) for n, path in files.items())]

        self._session.tasks.free(look, on_done=self._take_up, owner=self)

    def recognise(self, name: str, title: str) -> None:
        """Recognise a recording that is here, or try one again."""
        known = self._items.get(name, Queued(name, title))
        if known.state is not State.READING:
            self._items[name] = replace(known, state=State.WAITING, error=None)
            self.changed.emit()
            self._next()

    def cancel(self, name: str) -> None:
        """Leave one out; what was sealed of it goes. The file it came from stays."""
        item = self._items.pop(name, None)
        if item is None:
            return
        if name == self._at and self._token is not None:
            self._token.cancel()
        elif item.state is not State.READY:
            self._erase(name)
        self._keep()
        self.changed.emit()

    def cancel_all(self) -> None:
        """Leave out everything that is not over."""
        for one in self.items:
            if one.state in (State.WAITING, State.READING):
                self.cancel(one.name)

    def forget(self, name: str) -> None:
        """Take one that is over off the list."""
        if name != self._at and self._items.pop(name, None) is not None:
            self.changed.emit()

    # -- inside --------------------------------------------------------------------------------

    @property
    def _recordings(self) -> Recordings:
        return self._session.workspace.recordings

    def _take_up(self, found: list[Queued]) -> None:
        for one in found:
            self._items.setdefault(one.name, one)
        if found:
            self.changed.emit()
            self._next()

    def _next(self) -> None:
        if self._at or self._session.over:
            return
        item = next((one for one in self._items.values() if one.state is State.WAITING), None)
        if item is None:
            return
        self._at, self._token, self._from = item.name, CancelToken(), -1.0
        self._change(item.name, state=State.READING)
        report = self._session.tasks.reporter(self._passed, owner=self)
        token, recordings = self._token, self._recordings
        sealed = self._session.tasks.reporter(self._sealed, owner=self)

        def work() -> tuple[Transcript, tuple[Notice, ...]]:
            path, notices = recordings.path(item.name), item.notices
            if item.source is not None:
                path, notices = self._speech.take_in(item.source, recordings, item.name, token)
                sealed(item.name)
            return self._speech.read_on(path, recordings, report, token), notices

        self._session.tasks.free(
            work, on_done=self._read, on_error=self._failed, owner=self, cancel=token
        )

    def _sealed(self, name: str) -> None:
        """From now on a crash finds it among the recordings."""
        self._change(name, source=None)
        self._keep()

    def _keep(self) -> None:
        """Write down which files are still to be sealed."""
        workspace = self._session.workspace
        files = {
            one.name: one.source
            for one in self._items.values()
            if one.source is not None and one.state in (State.WAITING, State.READING)
        }
        self._session.ask(lambda: keep_waiting(workspace, files), lambda _: None)

    def _passed(self, passed: Passed) -> None:
        if self._from < 0:
            self._from = passed.done
            self._since.start()
        spent, gained = self._since.elapsed() / 1000, passed.done - self._from
        left = None
        if spent >= _LEAST_SECONDS and gained > 0:
            left = (passed.total - passed.done) * spent / gained
        text = passed.text[-_SHOWN:]
        self._change(self._at, done=passed.done, total=passed.total, left=left, text=text)

    def _read(self, outcome: tuple[Transcript, tuple[Notice, ...]]) -> None:
        transcript, notices = outcome
        self._change(
            self._at, state=State.READY, done=transcript.seconds, total=transcript.seconds,
            left=None, text=transcript.text, notices=(*notices, *transcript.notices), source=None,
        )  # fmt: skip
        self._over()

    def _failed(self, error: KnownError) -> None:
        if not isinstance(error, Cancelled):
            self._change(self._at, state=State.FAILED, error=error, left=None)
            self._keep()
        self._over()

    def _over(self) -> None:
        name, self._at, self._token = self._at, "", None
        if name not in self._items:  # Not wanted any more.
            self._erase(name)
        elif (state := self._items[name].state) is not State.READING:
            self._round.append(state)
        self.finished.emit(name)
        self._next()
        if not self.waiting and self._round:
            ready = self._round.count(State.READY)
            self._session.recordings_read.emit(ready, len(self._round) - ready)
            self._round.clear()

    def _change(self, name: str, **values: object) -> None:
        if name in self._items:
            self._items[name] = replace(self._items[name], **values)  # type: ignore[arg-type]
            self.changed.emit()

    def _erase(self, name: str) -> None:
        recordings = self._recordings
        if not self._session.over:
            self._session.tasks.free(recordings.erase, recordings.path(name))


def queue_of(session: Session) -> RecordingQueue:
    """The one queue of a person at work, whichever of their windows asks."""
    while isinstance(above := session.parent(), Session):
        session = above
    kept = session.findChildren(RecordingQueue)
    if kept:
        return kept[0]
    speech = speech_of(session, os.environ)
    if speech.expected() is None:
        expect_anything_known(speech, session.workspace)
    return RecordingQueue(session, speech)
