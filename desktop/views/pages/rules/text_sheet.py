"""Rules as a text (YAML): one rule, or several that came from a file; errors with their place."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from crm_core.errors import KnownError
from crm_core.rules.documents import Document
from crm_core.rules.texts.yaml_text import rules_from
from crm_core.rules.texts.yaml_tree import Fault, YamlProblem
from desktop.services.commands.rules import do_save_rules
from desktop.services.commands.verbs import Done
from desktop.viewmodels.session import Session
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.sheet import Sheet

_PAUSE_MS = 300
_LARGE = 200_000
"""Characters beyond which a text is looked at only when it is saved."""
_MOST_FAULTS = 5


class TextSheet(Sheet):
    """Checked while it is typed; `saved` hears the ids of what was written down."""

    def __init__(
        self,
        session: Session,
        text: str,
        *,
        heading: str,
        may: bool,
        saved: Callable[[Sequence[str]], object] = lambda _: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(heading, "", parent)
        self._session, self._saved, self._may = session, saved, may
        self.faults: tuple[Fault, ...] = ()
        self.found: list[Document[object]] = []
        self.text, self.copy = QPlainTextEdit(text), QuietButton("", "copy")
        self.form = QuietButton("", "edit")
        self._form_asked: Callable[[Document[object]], object] | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._lay_out_parts()
        self._pause.timeout.connect(self.check)
        self.text.textChanged.connect(self._typed)
        self.message.action_triggered.connect(self.go_to_fault)
        self.copy.clicked.connect(self._copy)
        self.form.clicked.connect(self._to_form)
        self.submitted.connect(self._save)
        self.primary.setVisible(may)
        if len(text) <= _LARGE:
            self.check()

    def _lay_out_parts(self) -> None:
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setTabChangesFocus(True)
        self.text.setReadOnly(not self._may)
        self.text.setAccessibleName(self.tr("Rules as text"))
        set_role(self.text, Role.EDITOR)
        words = self.tr(
            "YAML: what you change here is a draft and counts once it is published. "
            "Comments (#) are not kept."
        )
        self.body.addWidget(label(words, Role.MUTED, wrap=True))
        self.body.addWidget(self.text, 1)
        foot = row(None, gap=4)
        foot.addWidget(self.copy)
        foot.addWidget(self.form)
        foot.addStretch(1)
        self.footnote.addLayout(foot)
        self.form.hide()
        self.form.setText(self.tr("As a form"))
        self.primary.setText(self.tr("Save as draft"))
        self.copy.setText(self.tr("Copy"))
        self.resize(820, 620)

    def offer_form(self, asked: Callable[[Document[object]], object]) -> None:
        """Offer the builder beside the text, as long as it is one rule; it says what is typed."""
        self._form_asked = asked
        self.form.show()

    @Slot()
    def _to_form(self) -> None:
        if not self.check():
            self.go_to_fault()
        elif self._form_asked is not None and len(self.found) == 1:
            [document] = self.found
            self.set_dirty(False)
            self.accept()
            self._form_asked(document)

    @Slot()
    def check(self) -> bool:
        """Read the text; where it cannot be, say where."""
        try:
            self.found = rules_from(self.text.toPlainText())
            self.faults = ()
        except YamlProblem as problem:
            self.found, self.faults = [], problem.faults
        self._say()
        return not self.faults

    @Slot()
    def go_to_fault(self) -> None:
        """Put the cursor where the first error is."""
        if self.faults:
            self.text.setTextCursor(self._cursor(self.faults[0]))
            self.text.setFocus()

    @Slot()
    def _typed(self) -> None:
        self.set_dirty(True)
        if self.text.document().characterCount() <= _LARGE:
            self._pause.start()

    def _say(self) -> None:
        language = self._session.language
        said = [one.sentence(language) for one in self.faults[:_MOST_FAULTS]]
        if len(self.faults) > _MOST_FAULTS:
            said.append(self.tr("… and {0} more").format(len(self.faults) - _MOST_FAULTS))
        action = self.tr("Go there") if self.faults else ""
        self.message.show_message("\n".join(said), Tone.BAD, action=action)
        self.text.setExtraSelections([self._marked(one) for one in self.faults])

    def _marked(self, fault: Fault) -> QTextEdit.ExtraSelection:
        marked = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(colours().bad_tone.solid)
        cursor = self._cursor(fault)
        cursor.movePosition(
            QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
        )  # fmt: skip
        marked.cursor, marked.format = cursor, look
        return marked

    def _cursor(self, fault: Fault) -> QTextCursor:
        block = self.text.document().findBlockByNumber(fault.spot.line - 1)
        cursor = QTextCursor(self.text.document())
        if block.isValid():
            cursor.setPosition(block.position() + min(fault.spot.column - 1, block.length() - 1))
        return cursor

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        if not self.faults:
            self.message.show_message(self.tr("Copied."), Tone.GOOD)

    @Slot()
    def _save(self) -> None:
        if not self.check():
            self.go_to_fault()
            return
        self.primary.setEnabled(False)
        self._session.run(
            do_save_rules, tuple(self.found), on_done=self._done, on_error=self._failed,
            initiator=self,
        )  # fmt: skip

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()
        self._saved([one.id for one in self.found])

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
