"""One text that is queued to be sent: whom it is for, its words, and the keys that decide it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton

from crm_core.model.schema import FieldSpec
from crm_core.rules.firing.pushes import APPROVED, FAILED, OPEN, SENDING
from desktop.services.rules.content_pushes import Push
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.editors.text import GrowingText
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive


class ContentRow(Reactive, Card):
    """Ctrl+Return sends; on the card C copies, S says it was sent, Delete leaves it out, R puts it
    back, Enter opens whom it is for."""

    sent = Signal(str)
    """Approve this text."""
    by_hand = Signal(str)
    copied = Signal(str)
    dropped = Signal()
    back = Signal()
    opened = Signal()

    def __init__(self, push: Push, state: FieldSpec, language: str) -> None:
        super().__init__()
        self.push = push
        self._open = push.state in OPEN
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("contentRow")
        title = str(push.record.get("title") or "")
        self.setAccessibleName(title)
        self.body.setSpacing(6)
        head = row(None, gap=8)
        head.addWidget(label(title, Role.STRONG))
        option = state.choice(push.state)
        words = option.label.text(language) if option else push.state
        head.addWidget(Chip(words, Tone.BAD if push.state == FAILED else Tone.NEUTRAL))
        head.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(label(self._line(language), Role.SMALL, wrap=True))
        self.text = GrowingText()
        self.text.setValue(push.text)
        self.text.setReadOnly(not self._open)
        self.text.setAccessibleName(self.tr("Text"))
        if push.text:
            self.body.addWidget(self.text)
        self.buttons: dict[str, QPushButton] = {}
        self._add_buttons()
        self.retint()

    def retint(self) -> None:
        self.setStyleSheet(f"#contentRow:focus {{ border: 2px solid {colours().accent}; }}")

    def words(self) -> str:
        """The text as it stands, changed or not."""
        return str(self.text.value() or "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        names = {
            Qt.Key.Key_C: "copy", Qt.Key.Key_S: "by_hand", Qt.Key.Key_Delete: "drop",
            Qt.Key.Key_R: "back",
        }  # fmt: skip
        name = ("send" if control else "open") if enter else names.get(Qt.Key(event.key()), "")
        button = self.buttons.get(name)
        if button is not None and button.isEnabled():
            button.click()
        else:
            super().keyPressEvent(event)

    def _line(self, language: str) -> str:
        push = self.push
        whom = f"{push.name} <{push.email}>" if push.email else push.name
        refusal = push.refusal.text(language) if push.refusal and self._open else ""
        parts = [whom, str(push.record.get("reason") or ""), refusal,
                 str(push.record.get("problem") or "")]  # fmt: skip
        return " · ".join(part for part in parts if part)

    def _add_buttons(self) -> None:
        line = row(None, gap=8)
        offered: list[tuple[str, QPushButton]] = []
        if self._open:
            send = PrimaryButton(self.tr("Send by mail (Ctrl+Return)"), "check")
            send.setEnabled(self.push.refusal is None)
            offered.append(("send", send))
            offered.append(("by_hand", GhostButton(self.tr("Sent it myself (S)"))))
            offered.append(("drop", QuietButton(self.tr("Do not send (Delete)"))))
        elif self.push.state in (APPROVED, SENDING):
            offered.append(("back", GhostButton(self.tr("Stop, decide again (R)"))))
        if self.push.text:
            offered.append(("copy", QuietButton(self.tr("Copy (C)"), "copy")))
        for name, button in offered:
            self._take(name, button)
            line.addWidget(button)
        line.addStretch(1)
        if self.push.target[1]:
            self._take("open", QuietButton(self.tr("Open the record"), "link"))
            line.addWidget(self.buttons["open"])
        self.body.addLayout(line)

    def _take(self, name: str, button: QPushButton) -> None:
        acts = {
            "send": lambda: self.sent.emit(self.words()),
            "by_hand": lambda: self.by_hand.emit(self.words()),
            "copy": lambda: self.copied.emit(self.words()),
            "drop": self.dropped.emit, "back": self.back.emit, "open": self.opened.emit,
        }  # fmt: skip
        button.clicked.connect(acts[name])
        self.buttons[name] = button
