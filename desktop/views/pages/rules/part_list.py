"""A part of a rule of which there may be several, as a numbered card with its tools and keys."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row


class PartCard(QFrame):
    """One of several: its sentence on top, its parts go into `body`.

    Alt+Up and Alt+Down move it, Ctrl+D doubles it, Ctrl+Backspace takes it out.
    """

    move_requested = Signal(int)
    double_requested = Signal()
    drop_requested = Signal()

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        set_role(self, Role.PANEL)
        self._name = f"{number + 1}. {name}"
        self._words = label(self._name, Role.STRONG, wrap=True)
        self._wrong, self._doubt = InlineMessage(), InlineMessage()
        self.up = IconButton("arrow-up", self.tr("Move up (Alt+Up)"))
        self.down = IconButton("arrow-down", self.tr("Move down (Alt+Down)"))
        self.double = IconButton("copy", self.tr("Duplicate (Ctrl+D)"))
        self.drop = IconButton("close", self.tr("Remove (Ctrl+Backspace)"))
        outer = column(self, margins=(12, 8, 8, 10), gap=6)
        head = row(None, gap=2)
        head.addWidget(self._words, 1)
        for button in (self.up, self.down, self.double, self.drop):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(head)
        self.body: QVBoxLayout = column(None, gap=6)
        outer.addLayout(self.body)
        outer.addWidget(self._wrong)
        outer.addWidget(self._doubt)
        self.up.clicked.connect(lambda: self.move_requested.emit(-1))
        self.down.clicked.connect(lambda: self.move_requested.emit(1))
        self.double.clicked.connect(self.double_requested)
        self.drop.clicked.connect(self.drop_requested)
        for keys, button in (
            ("Alt+Up", self.up), ("Alt+Down", self.down), ("Ctrl+D", self.double),
            ("Ctrl+Backspace", self.drop),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)

    def say(self, sentence: str) -> None:
        """Show what it says, in place of its name."""
        number, _, name = self._name.partition(". ")
        self._words.setText(f"{number}. {sentence or name}")

    def set_error(self, sentence: str) -> None:
        """What is wrong with it, where no part of it is to blame."""
        self._wrong.show_message(sentence, Tone.BAD)

    def set_doubt(self, sentence: str) -> None:
        """What works and may not be meant."""
        self._doubt.show_message(sentence, Tone.WARN)
