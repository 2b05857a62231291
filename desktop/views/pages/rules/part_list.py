"""A part of a rule of which there may be several, as a numbered card with its tools and keys."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame

from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row


class PartCard(QFrame):
    """One of several: its sentence on top, its parts go into `body`.

    Of a long list each is its sentence alone until it is opened; one of a few values (`short`) is a
    line without a sentence. Alt+Up and Alt+Down move it, Ctrl+D doubles it, Ctrl+Backspace takes it
    out.
    """

    move_requested = Signal(int)
    double_requested = Signal()
    drop_requested = Signal()
    fold_requested = Signal()

    def __init__(
        self,
        number: int,
        name: str,
        *,
        short: bool = False,
        folds: bool = False,
        open_: bool = True,
    ) -> None:
        """`folds`: it can be closed to its sentence; `open_`: it is not."""
        super().__init__()
        set_role(self, Role.PANEL)
        self._name = f"{number + 1}. {name}"
        self.open = open_
        self._words = label(self._name, Role.STRONG, wrap=True)
        self._wrong, self._doubt = InlineMessage(), InlineMessage()
        self.fold = IconButton("chevron-down" if open_ else "chevron-right", "", self)
        self.fold.setVisible(folds and not short)
        self.up = IconButton("arrow-up", self.tr("Move up (Alt+Up)"))
        self.down = IconButton("arrow-down", self.tr("Move down (Alt+Down)"))
        self.double = IconButton("copy", self.tr("Duplicate (Ctrl+D)"))
        self.drop = IconButton("close", self.tr("Remove (Ctrl+Backspace)"))
        self.body: QBoxLayout = row(None, gap=12) if short else column(None, gap=6)
        self.below = column(self, margins=(12, 6, 8, 6) if short else (12, 8, 8, 10), gap=6)
        self._lay_out(short=short)
        self._connect()
        self.say("")

    def _lay_out(self, *, short: bool) -> None:
        head = row(None, gap=2)
        if short:
            head.addLayout(self.body, 1)
            self._words.setParent(self)
            self._words.hide()
        else:
            head.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignTop)
            head.addWidget(self._words, 1)
        for button in (self.up, self.down, self.double, self.drop):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.below.addLayout(head)
        if not short:
            self.below.addLayout(self.body)
        self.below.addWidget(self._wrong)
        self.below.addWidget(self._doubt)

    def _connect(self) -> None:
        self.fold.clicked.connect(self.fold_requested)
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
        words = f"{number}. {sentence or name}"
        self._words.setText(words)
        act = self.tr("Close: {0}") if self.open else self.tr("Open: {0}")
        self.fold.set_name(act.format(words))

    def sentence(self) -> str:
        """What is shown of it, with its number."""
        return self._words.text()

    def set_error(self, sentence: str) -> None:
        """What is wrong with it, where no part of it is to blame."""
        self._wrong.show_message(sentence, Tone.BAD)

    def set_doubt(self, sentence: str) -> None:
        """What works and may not be meant."""
        self._doubt.show_message(sentence, Tone.WARN)
