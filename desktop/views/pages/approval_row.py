"""One request on the page of approvals: what it is, how it stands, and the keys that decide it."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from crm_core.rules.approvals import PENDING
from crm_core.rules.stage_plan import span_words
from desktop.services.rules.approvals import Asked
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.flow import FlowBox
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

_TONES = {"pending": Tone.WARN, "approved": Tone.GOOD, "rejected": Tone.BAD}


class ApprovalRow(Reactive, Card):
    """Y approves, a digit approves with that clause, N rejects, S says seen, W withdraws, Enter
    opens what it is about."""

    approved = Signal(str)
    """With this comment."""
    rejected = Signal()
    worded = Signal()
    """Approve, in words of one's own."""
    seen = Signal()
    withdrawn = Signal()
    opened = Signal()

    def __init__(self, asked: Asked, me: str, language: str, *, decides: bool) -> None:
        super().__init__()
        self.asked, self._language, self._decides = asked, language, decides
        self._asks = asked.record.get("asked_by") == me
        self._pending = asked.record.get("state") == PENDING
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("approvalRow")
        title = str(asked.record.get("title") or "")
        self.setAccessibleName(title)
        self.body.setSpacing(6)
        head = row(None, gap=8)
        head.addWidget(label(title, Role.STRONG))
        for chip in self._chips():
            head.addWidget(chip)
        head.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(label(self._line(), Role.SMALL, wrap=True))
        beyond = [one for one in asked.exemption.split(" · ") if one and one not in title]
        if beyond:
            words = self.tr("Exemption: {0}").format(" · ".join(beyond))
            self.body.addWidget(label(words, Role.STRONG, wrap=True))
        for name in ("request", "comment"):
            words = str(asked.record.get(name) or "")
            if words:
                self.body.addWidget(label(words, Role.BODY, wrap=True))
        self.buttons: dict[str, QPushButton] = {}
        if self._pending:
            self._add_buttons()
        self.retint()

    def retint(self) -> None:
        c = colours()
        self.setStyleSheet(f"#approvalRow:focus {{ border: 2px solid {c.accent}; }}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, clauses = event.key(), self.asked.clauses
        place = key - Qt.Key.Key_1
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif self._decides and self._pending and 0 <= place < len(clauses):
            self.approved.emit(clauses[place])
        elif self._decides and self._pending and key == Qt.Key.Key_Y:
            self.approved.emit("")
        elif self._decides and self._pending and key == Qt.Key.Key_N:
            self.rejected.emit()
        elif self._decides and self._pending and key == Qt.Key.Key_S:
            self.seen.emit()
        elif self._asks and self._pending and key == Qt.Key.Key_W:
            self.withdrawn.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _chips(self) -> list[Chip]:
        asked, found = self.asked, []
        state = str(asked.record.get("state"))
        words = {
            "pending": self.tr("waiting"), "approved": self.tr("approved"),
            "rejected": self.tr("rejected"), "withdrawn": self.tr("withdrawn"),
        }.get(state, state)  # fmt: skip
        if asked.standing.blocking:
            found.append(Chip(self.tr("Blocking"), Tone.BAD))
        elif asked.standing.late:
            found.append(Chip(self.tr("Nobody has looked yet"), Tone.WARN))
        else:
            found.append(Chip(words, _TONES.get(state, Tone.NEUTRAL)))
        if asked.provisional:
            found.append(Chip(self.tr("not sent yet"), Tone.NEUTRAL))
        return found

    def _line(self) -> str:
        asked = self.asked
        waits = span_words(asked.standing.waits_hours, self._language)
        title = str(asked.record.get("title") or "")
        colon = "：" if self._language.startswith("zh") else ": "
        named = (words for words in (asked.rule, asked.about) if words not in title)
        parts = [
            *named,
            self.tr("{0} asks {1}").format(asked.asker or "—", asked.approver or "—"),
            self.tr("waiting for {0}").format(waits) if self._pending else "",
            *(f"{face.name}{colon}{face.time}" for face in asked.clocks if self._pending),
        ]
        return " · ".join(part for part in parts if part)

    def _add_buttons(self) -> None:
        if self._decides:
            box = FlowBox(gap=6)
            for place, clause in enumerate(self.asked.clauses[:9]):
                button = GhostButton(f"{place + 1}  {clause}")
                button.clicked.connect(partial(self.approved.emit, clause))
                box.flow.addWidget(button)
            if self.asked.clauses:
                self.body.addWidget(box)
        line = row(None, gap=8)
        if self._decides:
            exempts = bool(self.asked.exemption)
            yes = self.tr("Grant the exemption (Y)") if exempts else self.tr("Approve (Y)")
            worded = (
                self.tr("Grant until another day…") if exempts
                else self.tr("Approve with a comment…")
            )  # fmt: skip
            self._button(line, "approve", PrimaryButton(yes, "check"))
            self._button(line, "worded", QuietButton(worded))
            self._button(line, "reject", GhostButton(self.tr("Reject (N)"), "close"))
            if not self.asked.record.get("first_response_at"):
                self._button(line, "seen", QuietButton(self.tr("Seen, decide later (S)")))
        if self._asks:
            self._button(line, "withdraw", QuietButton(self.tr("Withdraw (W)")))
        line.addStretch(1)
        if self.asked.target[1]:
            self._button(line, "open", QuietButton(self.tr("Open the record"), "link"))
        self.body.addLayout(line)

    def _button(self, line: QHBoxLayout, name: str, button: QPushButton) -> None:
        signals = {
            "approve": partial(self.approved.emit, ""), "worded": self.worded.emit,
            "reject": self.rejected.emit, "seen": self.seen.emit,
            "withdraw": self.withdrawn.emit, "open": self.opened.emit,
        }  # fmt: skip
        button.clicked.connect(signals[name])
        self.buttons[name] = button
        line.addWidget(button)
