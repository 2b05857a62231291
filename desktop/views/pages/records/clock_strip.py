"""The running clocks of a lead or an opportunity, under its name: the same as on the server.

Read in the background when something changes; each minute they are only worked out again.
"""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFrame, QWidget

from crm_core.rules.timekeeping.clock_state import Phase
from crm_core.rules.timekeeping.clocks import Clock
from crm_core.rules.wording.clock_faces import Face
from desktop.bus import Change
from desktop.services.commands.exemption import do_end_exemption
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.viewmodels.clock_watch import Watched, read_watched
from desktop.viewmodels.session import Session
from desktop.views.pages.records.exemption_request import RequestLine
from desktop.views.pages.records.exemption_sheet import ExemptionSheet
from desktop.views.pages.records.side_cards import ElidedLabel
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.flow import FlowBox
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import clear, retire

_MINUTE_MS = 60_000
_WIDEST = 336
"""Three stand beside each other on a page of the usual width."""
_ALWAYS = ("exemption", "approval", "rule_version", "special_day", "user", "team")
"""What every clock goes by; the record itself is told of by its page."""
_CUT_OFF = (SyncState.OFFLINE, SyncState.ERROR, SyncState.SIGNED_OUT)
_TONES = {Phase.OVER: Tone.BAD, Phase.PAUSED: Tone.NEUTRAL}


class ClockTile(Reactive, QFrame):
    """One clock: its name, what is left, what it waits for, and what is doubtful about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, Role.CARD)
        self.face: Face | None = None
        self._common: frozenset[str] = frozenset()
        self._name = label("", Role.STRONG)
        self.left = Chip("")
        self.provisional = Chip("", Tone.ACCENT)
        self._lines = column(None, gap=1)
        head = row(None, gap=8)
        head.addWidget(self._name)
        head.addWidget(self.left)
        head.addWidget(self.provisional)
        head.addStretch(1)
        body = column(self, margins=(12, 8, 12, 8), gap=3)
        body.addLayout(head)
        body.addLayout(self._lines)
        self.provisional.hide()
        self.setMaximumWidth(_WIDEST)

    def show_face(self, face: Face, common: frozenset[str]) -> None:
        """`common`: what all clocks share, which is said once below them."""
        if face == self.face and common == self._common:
            return
        self.face, self._common = face, common
        self.retranslate()

    def retranslate(self) -> None:
        face = self.face
        if face is None:
            return
        self._name.setText(face.name)
        paused = face.phase is Phase.PAUSED
        tone = _TONES.get(face.phase, Tone.WARN if face.warned else Tone.GOOD)
        self.left.set_text(self.tr("paused") if paused else face.time, tone)
        shared = sorted(self._common - {face.halted})
        doubts = dict.fromkeys([*face.doubts, *shared])
        self.provisional.set_text(self.tr("provisional"), Tone.ACCENT)
        self.provisional.setVisible(bool(doubts))
        why = "" if face.halted in self._common else face.halted
        halted = " · ".join(one for one in (face.time, why) if one) if paused else ""
        own = [one for one in face.doubts if one not in self._common]
        said = [one for one in (halted, face.detail, *own) if one]
        self._say(said)
        self.setToolTip("\n".join(dict.fromkeys([*face.why.splitlines(), *doubts])))
        chip = self.left.text()
        self.setAccessibleName(" · ".join((face.name, chip, *said)))

    def words(self) -> list[str]:
        """The lines below the name."""
        held = (self._lines.itemAt(place) for place in range(self._lines.count()))
        widgets = (one.widget() for one in held if one is not None)
        return [one.accessibleName() for one in widgets if one is not None]

    def _say(self, lines: Sequence[str]) -> None:
        if lines == self.words():
            return
        clear(self._lines)
        for words in lines:
            line = ElidedLabel(words, Role.SMALL)
            line.setAccessibleName(words)
            self._lines.addWidget(line)


class ClockStrip(Reactive, QWidget):
    """Follows the record it is shown for; not there where no clock runs."""

    def __init__(self, session: Session, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._entity, self._record = session, entity, ""
        self.watched: Watched | None = None
        self.tiles: list[ClockTile] = []
        self._box = FlowBox(gap=8)
        self.note = label("", Role.SMALL, wrap=True)
        self.exempt_words = label("", Role.SMALL, wrap=True)
        self.exempt, self.end = QuietButton("", "clock"), QuietButton("", "undo")
        body = column(self, margins=(24, 0, 24, 12), gap=4)
        body.addWidget(self._box)
        self.request = RequestLine(session)
        body.addWidget(self.request)
        foot = row(None, gap=8)
        said = column(None, gap=2)
        said.addWidget(self.exempt_words)
        said.addWidget(self.note)
        foot.addLayout(said, 1)
        foot.addWidget(self.end)
        foot.addWidget(self.exempt)
        body.addLayout(foot)
        self.exempt.clicked.connect(self._exempt)
        self.end.clicked.connect(self._end)
        self._exemption = ""
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self.draw)
        self._minute.start()
        session.changed.connect(self._heard)
        session.sync_changed.connect(self._synced)
        self.hide()

    def show_for(self, record_id: str) -> None:
        """Read the clocks of a record, in the background."""
        self._record = record_id
        session, entity = self._session, self._entity
        workspace, language = session.workspace, session.language

        def answer(found: Watched | None) -> None:
            if record_id == self._record:
                self.watched = found
                self.draw()

        session.ask(lambda: read_watched(workspace, entity, record_id, language), answer, self)

    @Slot()
    def draw(self) -> None:
        """Say how the clocks stand now; nothing is read."""
        if self._session.over:
            return
        watched = self.watched
        now = self._session.workspace.clock.now()
        faces = watched.faces(now) if watched else []
        self._exemption, words = watched.exemption(now) if watched else ("", "")
        while len(self.tiles) > len(faces):
            gone = self.tiles.pop()
            self._box.flow.removeWidget(gone)
            retire(gone)
        while len(self.tiles) < len(faces):
            made = ClockTile(self._box)
            self._box.flow.addWidget(made)
            made.show()
            self.tiles.append(made)
        common = self._common(faces)
        for tile, face in zip(self.tiles, faces, strict=True):
            tile.show_face(face, frozenset([*common, *([words] if words else [])]))
        self._say_exempt(words)
        self.note.setText(" · ".join(common))
        self.note.setVisible(bool(common))
        waiting = watched.waiting if watched is not None else None
        self.request.show_waiting(waiting)
        self.setVisible(bool(faces) or waiting is not None)
        self._box.fit()

    def retranslate(self) -> None:
        if self._record:
            self.show_for(self._record)

    def _say_exempt(self, words: str) -> None:
        """The exemption in force and the way out of it, or the way to one."""
        self.exempt_words.setText(words)
        self.exempt_words.setVisible(bool(words))
        self.exempt.setText(self.tr("Exempt…"))
        self.exempt.setToolTip(self.tr("Hold up the clocks, with a reason and an end"))
        self.end.setText(self.tr("End the exemption"))
        self.exempt.setVisible(not words)
        self.end.setVisible(bool(words))

    @Slot()
    def _exempt(self) -> None:
        if self.watched is not None:
            record = self.watched.counted.record
            ExemptionSheet(self._session, self._entity, record, self.window()).open()

    @Slot()
    def _end(self) -> None:
        if self._exemption:
            self._session.run(do_end_exemption, self._exemption)

    def _common(self, faces: Sequence[Face]) -> list[str]:
        """What makes all of them provisional."""
        first = faces[0].doubts if faces else ()
        found = [one for one in first if all(one in face.doubts for face in faces)]
        if faces and self._session.status.state in _CUT_OFF:
            found.append(self.tr("The server is out of reach: what others did may be missing"))
        return found

    @Slot(object)
    def _synced(self, _status: SyncStatus) -> None:
        self.draw()

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self._record and any(change.touches(name) for name in self._looked_at()):
            self.show_for(self._record)

    def _looked_at(self) -> set[str]:
        rules = self.watched.counted.rules if self.watched is not None else ()
        bodies: list[Clock] = [rule.body for rule in rules]
        return {*_ALWAYS, *(one.entity for body in bodies for one in body.related())}
