"""One change the server did not take: why, what was typed, and how to go on with it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from crm_core.errors import SYNC_CODES, KnownError, SyncCode
from desktop.services.commands.conflicts import do_dismiss_refusal, do_put_again
from desktop.viewmodels.inbox import RefusalView
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role, set_state
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.text import GrowingText
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive


class RefusalEntry(Reactive, Card):
    """Shows the refusal. C copies what was typed, O opens the record, D takes it off the list."""

    left = Signal(int)
    """The arrow keys go to the entry before (-1) or after (+1)."""

    def __init__(self, session: Session, view: RefusalView) -> None:
        super().__init__()
        self._session = session
        self.view = view
        self.text: QPlainTextEdit = GrowingText(minimum=1, maximum=8)
        self.text.setPlainText(view.text)
        self.text.setReadOnly(True)
        self._record = QuietButton(view.record, "link")
        self._copy, self._dismiss = GhostButton("", "copy"), QuietButton()
        self._again = GhostButton("", "upload")
        self._reason, self._message = InlineMessage(), InlineMessage()
        self._keys = label("", Role.SMALL)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_state(self, "clickable", on=True)
        self._lay_out()
        self._record.clicked.connect(self._open)
        self._copy.clicked.connect(self.copy_text)
        self._dismiss.clicked.connect(self.dismiss)
        self._again.clicked.connect(self.put_again)
        self.retranslate()

    def retranslate(self) -> None:
        self._copy.setText(self.tr("Copy what I wrote"))
        self._dismiss.setText(self.tr("Dismiss"))
        self._again.setText(self.tr("Put in again"))
        self._keys.setText(
            self.tr("C copy   ·   R put in again   ·   O open   ·   D dismiss   ·   ↑↓")
        )
        self.text.setAccessibleName(self.tr("What you wrote"))
        self._reason.show_message(self._why(), Tone.WARN)
        form = self.tr("{0} of {1} was not accepted")
        self.setAccessibleName(form.format(self.view.field, self.view.record))

    @property
    def editing(self) -> bool:
        """Nothing can be written here."""
        return False

    def has_keyboard(self) -> bool:
        """Whether the focus is somewhere in this entry."""
        return self.hasFocus() or self.isAncestorOf(QApplication.focusWidget() or self.window())

    def take_focus(self) -> None:
        """Put the keyboard here."""
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        verbs: dict[int, Callable[[], object]] = {
            Qt.Key.Key_C: self.copy_text,
            Qt.Key.Key_D: self.dismiss,
            Qt.Key.Key_R: self.put_again,
            Qt.Key.Key_O: self._open,
            Qt.Key.Key_Return: self._open,
            Qt.Key.Key_Up: lambda: self.left.emit(-1),
            Qt.Key.Key_Down: lambda: self.left.emit(1),
        }
        verb = verbs.get(event.key())
        if verb is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            verb()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        head = row(None, gap=8)
        head.addWidget(label(self.view.field, Role.HEADING))
        head.addWidget(self._record)
        head.addStretch(1)
        head.addWidget(label(self.view.when, Role.SMALL))
        foot = row(None, gap=8)
        foot.addWidget(self._keys)
        foot.addStretch(1)
        foot.addWidget(self._dismiss)
        foot.addWidget(self._again)
        foot.addWidget(self._copy)
        self.body.addLayout(head)
        self.body.addWidget(self._reason)
        self.body.addWidget(self.text)
        self.body.addWidget(self._message)
        self.body.addLayout(foot)
        self.text.setVisible(bool(self.view.text))
        self._copy.setVisible(bool(self.view.text))
        self._again.setVisible(self.view.refusal.code != SyncCode.RECORD_ERASED)

    def _why(self) -> str:
        code = self.view.refusal.code
        if code not in set(SyncCode):
            return self.tr("The server did not accept this change ({0}).").format(code)
        text = SYNC_CODES[SyncCode(code)]
        if code == SyncCode.RECORD_ERASED:
            return self._session.say(text.chinese, text.english)
        kept = self.tr("The record shows the server's value again; your text is kept here.")
        return f"{self._session.say(text.chinese, text.english)} {kept}"

    @Slot()
    def copy_text(self) -> None:
        """Put what was typed on the clipboard."""
        QGuiApplication.clipboard().setText(self.view.text)

    @Slot()
    def put_again(self) -> None:
        """Write it once more as a new change; where that fails, say why and keep it."""
        self._session.run(do_put_again, self.view.refusal, on_error=self._failed)

    def _failed(self, error: KnownError) -> None:
        self._message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot()
    def dismiss(self) -> None:
        """Take it off the list; history keeps it."""
        self._session.run(do_dismiss_refusal, self.view.refusal)

    @Slot()
    def _open(self) -> None:
        operation = self.view.refusal.operation
        self._session.open_requested.emit(operation.entity, operation.id)
