"""The builder: a rule as a sentence above and its parts below, written without code (issue 8).

What is written is kept in the replica as it is typed; saving makes it a draft, and publishing is
what makes it count. The text of the rule (YAML) is another view of the same draft.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.model.schema import Label
from crm_core.rules.approvals import KIND as APPROVAL
from crm_core.rules.documents import Document
from crm_core.rules.kinds import BODIES
from desktop.services.commands.rules import do_save_rule
from desktop.services.commands.verbs import Done
from desktop.services.rules.rule_checking import Checked, check_rule
from desktop.viewmodels.session import Session
from desktop.viewmodels.unsaved_rules import drop_rule, keep_rule
from desktop.views.pages.rules.part_basics import Around
from desktop.views.pages.rules.part_editors import about_options
from desktop.views.pages.rules.rule_form import RuleForm
from desktop.views.pages.rules.rule_states import kind_name
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.editors.choice import ChoiceBox
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.sheet import Sheet

BUILT = frozenset(BODIES)
"""Kinds that are built here: every one this program knows."""
_PAUSE_MS = 200
_NO_CHOICE = frozenset({"route", "pool", "score", "limit"})
"""Kinds that are always about the same records."""


class BuilderSheet(Sheet):
    """`text_asked` hears the document when somebody wants it as text instead."""

    def __init__(
        self,
        session: Session,
        document: Document[Any],
        around: Around,
        *,
        saved: Document[Any],
        text_asked: Callable[[Document[Any]], object],
        recovered: bool = False,
        mending: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`saved`: what the draft of the organisation says; `recovered`: a crash left this;
        `mending`: the keyboard goes to the first thing that is wrong."""
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._around, self._text_asked = session, around, text_asked
        self._saved, self._mending = saved, mending
        self.sentence = label("", Role.STRONG, wrap=True)
        self.doubts = InlineMessage()
        self.name, self.about = TextLine(), ChoiceBox(about_options(session, document.kind))
        self._name_row = FieldRow(self.tr("Name"), self.name, required=True)
        self._about_row = FieldRow(self.tr("About"), self.about)
        self.form = RuleForm(around, document)
        self.back, self.forth = QuietButton("", "undo"), QuietButton("")
        self.text = QuietButton("", "note")
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._lay_out_parts()
        self._connect_parts()
        self._show_head()
        self.set_dirty(document != saved)
        self._check()
        if recovered:
            words = self.tr("This is what you had written when the program ended last time.")
            self.message.show_message(words, Tone.ACCENT)
        self.name.setFocus(Qt.FocusReason.TabFocusReason)

    def _lay_out_parts(self) -> None:
        kind = kind_name(self.form.document.kind, self._session.language)
        self.set_heading(self.tr("Rule · {0}").format(kind))
        self.primary.setText(self.tr("Save as draft"))
        self.text.setText(self.tr("As text"))
        self.back.setText(self.tr("Undo"))
        self.forth.setText(self.tr("Redo"))
        self.back.setToolTip("Ctrl+Z")
        self.forth.setToolTip("Ctrl+Y")
        self.body.setContentsMargins(0, 12, 0, 0)
        top = column(None, margins=(24, 0, 24, 0), gap=8)
        for part in (self.sentence, self.doubts, self._name_row, self._about_row):
            top.addWidget(part)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._name_row.widen_name(132)
        self._about_row.widen_name(132)
        self.body.addLayout(top)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        set_role(inner, Role.SHEET)
        lines = column(inner)
        lines.addWidget(self.form)
        lines.addStretch(1)
        area.setWidget(inner)
        self.body.addWidget(area, 1)
        foot = row(None, gap=4)
        for tool in (self.back, self.forth, self.text):
            foot.addWidget(tool)
        foot.addStretch(1)
        self.footnote.addLayout(foot)
        self.resize(960, 720)

    def _connect_parts(self) -> None:
        self._pause.timeout.connect(self._check)
        self._name_row.changed.connect(self._named)
        self._about_row.changed.connect(self._turned)
        self.form.edited.connect(self._edited)
        self.form.asked.connect(self._list)
        self.back.clicked.connect(self.form.undo)
        self.forth.clicked.connect(self.form.redo)
        self.text.clicked.connect(self._as_text)
        self.submitted.connect(self._save)
        self.finished.connect(self._over)
        undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
        for keys, act in ((undo, self.form.undo), (redo, self.form.redo)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        QShortcut(QKeySequence("Ctrl+Y"), self).activated.connect(self.form.redo)

    # -- what is written -----------------------------------------------------------------------

    @property
    def document(self) -> Document[Any]:
        """The rule as it is now."""
        return self.form.document

    @Slot()
    def _named(self) -> None:
        words = str(self.name.value() or "")
        now = self.document
        zh = self._session.language.startswith("zh")
        if now.label.zh == now.label.en:
            made = Label(words, words)
        else:
            made = Label(words, now.label.en) if zh else Label(now.label.zh, words)
        self.form.steps.take(replace(now, label=made), ("name",))
        self._edited()

    @Slot()
    def _turned(self) -> None:
        """The rule is about other records: its conditions stay, what does not fit is marked."""
        entity = str(self.about.value() or "")
        any_ = not entity and self.document.kind == APPROVAL
        if entity == self.document.entity or not (any_ or self._around.spec(entity)):
            return
        self.form.set_entity(entity)

    @Slot()
    def _edited(self) -> None:
        self.set_dirty(self.document != self._saved)
        self._pause.start()
        can = self.form.steps.can
        self.back.setEnabled(can[0])
        self.forth.setEnabled(can[1])
        self._show_head()

    def _show_head(self) -> None:
        document = self.document
        name = document.label.text(self._session.language)
        if str(self.name.value() or "") != name:
            self.name.setValue(name)
        if self.about.value() != document.entity:
            self.about.setValue(document.entity)
        self._about_row.setVisible(document.kind not in _NO_CHOICE and not self._settled())
        can = self.form.steps.can
        self.back.setEnabled(can[0])
        self.forth.setEnabled(can[1])

    def _settled(self) -> bool:
        """Whether records stand in what it describes: of a stage that was saved."""
        saved = self._around.rules.one(self.document.id)
        return self.document.kind == "stage" and saved is not None

    @Slot()
    def _check(self) -> None:
        """Read it out, look for faults, and write the draft down: all off the Qt thread."""
        document, workspace = self.document, self._session.workspace
        rules, language, dirty = self._around.rules, self._session.language, self._dirty

        def ask() -> Checked:
            if dirty:
                keep_rule(workspace, document)
            return check_rule(workspace, document, rules, language)

        self._session.ask(ask, partial(self._came, document), owner=self)

    def _came(self, document: Document[Any], checked: Checked) -> None:
        if document != self.document:
            return
        self.sentence.setText(checked.sentence)
        self.form.show_checked(checked)
        if self._mending and checked.wrong:
            self._mending = False
            self.form.go_to(checked.wrong[0][0])
        placed = [words for place, words in checked.doubts if len(place) < 2]
        self.doubts.show_message("\n".join(placed), Tone.WARN)

    # -- leaving -------------------------------------------------------------------------------

    @Slot()
    def _save(self) -> None:
        place = self.form.obstacle()
        name = str(self.name.value() or "").strip()
        self._name_row.set_error("" if name else self.tr("A rule needs a name."))
        if not name:
            self.name.setFocus(Qt.FocusReason.TabFocusReason)
            return
        if place is not None:
            self.form.go_to(place)
            self.message.show_message(self.tr("Something is not finished yet."), Tone.BAD)
            return
        self.primary.setEnabled(False)
        self._session.run(
            do_save_rule, self.document, on_done=self._done, on_error=self._failed, initiator=self
        )

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot()
    def _as_text(self) -> None:
        place = self.form.obstacle()
        if place is not None:
            self.form.go_to(place)
            return
        document = self.document
        self.set_dirty(False)
        self.accept()
        self._text_asked(document)

    @Slot(object)
    def _list(self, query: Query) -> None:
        """The records a condition holds for, in a list; what is written is kept for coming back."""
        workspace, document, dirty = self._session.workspace, self.document, self._dirty
        title = document.label.text(self._session.language)
        note = self.sentence.text()
        self.set_dirty(False)
        self.accept()
        if dirty:
            self._session.ask(partial(keep_rule, workspace, document), lambda _: None)
        self._session.drill_requested.emit(query, title, note)

    @Slot(int)
    def _over(self, _result: int) -> None:
        self._pause.stop()
        drop = partial(drop_rule, self._session.workspace, self.document.id)
        self._session.ask(drop, lambda _: None)
