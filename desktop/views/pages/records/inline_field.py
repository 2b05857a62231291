"""One field of a record's page: its value to read and copy, and an editor in its place on demand.

Click, Enter or F2 begins; Enter (Ctrl+Enter in long text) or leaving the field saves; Esc gives
up. What cannot be saved stays in the editor with the reason below it. H opens the history.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QVBoxLayout, QWidget

from crm_core.model import whereabouts
from crm_core.model.schema import FieldSpec, Kind
from crm_core.model.values import Record, Value, ValueProblem
from crm_core.permissions import Verdict
from crm_core.rules.verdict import checked
from desktop.viewmodels.session import Session
from desktop.views.pages.records.field_editors import contract_of, editor_for
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.pages.records.value_face import ValueFace
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.editors.contract import FieldValue, name_editor
from desktop.views.widgets.editors.place import PlaceBox
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.editors.text import GrowingText
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire

LABEL_WIDTH = 108
_WITHOUT_PAGE = frozenset({"user", "team"})
_PASSING = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
"""Reasons for losing the focus which do not mean that the person has moved on."""


def _anything(_name: str) -> Verdict:
    return Verdict(allowed=True)


class InlineField(Reactive, QWidget):
    """Emits `saving` with (field, value); the page answers with `accepted` or `refused`."""

    saving = Signal(str, object)
    history_requested = Signal(str)

    around: Callable[[], Record]
    """The record whose field it is, for editors that look at its other fields."""

    def __init__(
        self,
        session: Session,
        spec: FieldSpec,
        parent: QWidget | None = None,
        *,
        may: Callable[[str], Verdict] = _anything,
        entity: str = "",
    ) -> None:
        """`may` is asked with the field's name whenever somebody begins to write; `entity` is
        whose field it is, for words already in use."""
        super().__init__(parent)
        self._session = session
        self.spec = spec
        self._may = may
        self._entity_name = entity
        self._value: Value = None
        self._shown = ""
        self._begun_with: Value = None
        self._editor: QWidget | None = None
        self._waiting = False
        self._label = label("", Role.MUTED)
        self._label.setFixedWidth(LABEL_WIDTH)
        self._label.setMinimumHeight(30)
        self.face = ValueFace()
        self._history = IconButton("history", "")
        self._open = IconButton("link", "")
        self._problem = label("", Role.ERROR_TEXT, wrap=True)
        self._note = label("", Role.SMALL, wrap=True)
        self._lay_out()
        self.face.begun.connect(self.begin)
        self.face.history_requested.connect(self._ask_history)
        self.face.open_requested.connect(self._open_target)
        self._history.clicked.connect(self._ask_history)
        self._open.clicked.connect(self._open_target)
        for watched in (self.face, self._history, self._open):
            watched.installEventFilter(self)
        self.retranslate()
        self._show_history_button()

    # -- showing -------------------------------------------------------------------------------

    @property
    def editing(self) -> bool:
        """Whether an editor is open, with or without something typed."""
        return self._editor is not None

    @property
    def editor(self) -> QWidget | None:
        """The open editor."""
        return self._editor

    def problem(self) -> str:
        """Why what was typed could not be saved; empty where nothing is wrong."""
        return self._problem.text()

    def note(self) -> str:
        """News about the stored value while an editor is open."""
        return self._note.text()

    def show_value(self, value: Value, text: str) -> None:
        """The stored value, and how it reads. An open editor keeps what is typed in it."""
        self._value, self._shown = value, text
        self._say_value()
        changed_meanwhile = self.editing and not self._waiting and value != self._begun_with
        words = self.tr("Changed elsewhere just now to: {0}").format(text or "—")
        self._set_line(self._note, words if changed_meanwhile else self._remark)

    def set_remark(self, sentence: str) -> None:
        """What is to be said about the stored value; empty for nothing."""
        self._remark = sentence
        if not self.editing:
            self._set_line(self._note, sentence)

    def retranslate(self) -> None:
        name = self.spec.label.text(self._session.language)
        self._label.setText(name)
        self.face.setAccessibleName(name)
        self._history.set_name(self.tr('History of "{0}" (H)').format(name))
        self._open.set_name(self.tr("Open this record (O)"))
        tip = self.tr("Enter or click to edit · H for history · Ctrl+C copies")
        locked = self.tr("Read-only: written by the system, or not yours to change")
        self.face.setToolTip(tip if self.spec.editable else locked)

    # -- editing -------------------------------------------------------------------------------

    @Slot()
    def begin(self) -> None:
        """Put an editor in the place of the value; yes or no is just turned over."""
        if self.editing or not self.spec.editable:
            return
        verdict = self._may(self.spec.name)
        if not verdict.allowed:
            self._set_line(self._note, self._session.say(verdict.chinese, verdict.english))
            return
        if self.spec.kind is Kind.BOOL:
            self.saving.emit(self.spec.name, not self._value)
            return
        editor = self._open_editor(self._value)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(editor, QComboBox):
            editor.activated.connect(self._commit_soon)
            if not isinstance(editor, PlaceBox):  # Nobody reads hundreds of towns: they type.
                editor.showPopup()
        if isinstance(editor, RecordPicker):
            editor.changed.connect(self._commit_picked)

    def typed(self) -> FieldValue:
        """What the open editor holds."""
        return contract_of(self._editor).value() if self._editor is not None else None

    def resume(self, typed: FieldValue) -> None:
        """Open an editor again with what was left in it, and say what is wrong with it."""
        if not self.editing:
            self._open_editor(typed)
            self.commit()

    def _open_editor(self, value: FieldValue) -> QWidget:
        self._begun_with = self._value
        editor = editor_for(self._session, self.spec, entity=self._entity_name)
        name_editor(editor, self._label.text())
        contract_of(editor).setValue(value)
        if isinstance(editor, PlaceBox):
            box, around = editor, self.around()
            self._session.ask(whereabouts.warm, lambda _: box.narrow(around), box)
        self._editor = editor
        self._slot.insertWidget(0, editor)
        editor.show()  # The layout would only do so later, and what is hidden gets no focus.
        self.face.hide()
        for part in _focusable(editor):
            part.installEventFilter(self)
        return editor

    @Slot()
    def commit(self) -> None:
        """Save what was typed, or say why it cannot be saved."""
        if self._editor is None or self._waiting:
            return
        try:
            value = checked(self.spec, contract_of(self._editor).value(), self._begun_with)
        except ValueProblem as problem:
            self.refused(self._sentence(problem))
            return
        if value is None and self.spec.required:
            self.refused(self.tr("This field must not be empty."))
        elif value == self._begun_with:
            self._finish()
        else:
            self._waiting = True
            self._set_line(self._problem, "")
            self.saving.emit(self.spec.name, value)

    def accepted(self) -> None:
        """What was typed is saved."""
        self._waiting = False
        self._finish()

    def refused(self, sentence: str) -> None:
        """What was typed could not be saved: keep it, and say why."""
        self._waiting = False
        self._set_line(self._problem, sentence)
        if self._editor is not None:
            contract_of(self._editor).set_error(True)
            self._editor.setAccessibleDescription(sentence)

    @Slot()
    def cancel(self) -> None:
        """Show the stored value again."""
        self._finish()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._focus_moved(event)
        if self._editor is not None and isinstance(event, QKeyEvent):
            return kind == QEvent.Type.KeyPress and self._key(event)
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._show_history_button()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._show_history_button(left=True)
        super().leaveEvent(event)

    # -- inside --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.around = dict
        self._remark = ""
        self._slot: QVBoxLayout = column(None, gap=2)
        self._slot.addWidget(self.face)
        self._slot.addWidget(self._problem)
        self._slot.addWidget(self._note)
        self._note.setContentsMargins(10, 0, 0, 4)
        self._problem.hide()
        self._note.hide()
        # Both have a key on the value itself: twenty fields are twenty steps of Tab, not sixty.
        self._history.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._open.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        keep = self._history.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._history.setSizePolicy(keep)
        body = row(self, gap=4)
        body.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(self._slot, 1)
        body.addWidget(self._open, 0, Qt.AlignmentFlag.AlignTop)
        body.addWidget(self._history, 0, Qt.AlignmentFlag.AlignTop)
        self._open.hide()

    def _say_value(self) -> None:
        option = self.spec.choice(str(self._value)) if self.spec.kind is Kind.CHOICE else None
        phone = self.spec.kind is Kind.PHONE
        self.face.show_value(
            self._shown,
            tone=Tone(option.tone) if option else None,
            copied="".join(self._shown.split()) if phone else self._shown,
            editable=self.spec.editable,
        )

    def _sentence(self, problem: ValueProblem) -> str:
        if isinstance(self._editor, RecordPicker) and self._editor.unresolved:
            return self.tr("Choose one of the records found, or leave this empty.")
        return problem.sentence(self._session.language)

    def _set_line(self, line: QLabel, text: str) -> None:
        line.setText(text)
        line.setVisible(bool(text))

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
            return True
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if isinstance(self._editor, GrowingText) and not control:
            return False
        if isinstance(self._editor, TagsEditor) and self._editor.line.text().strip():
            return False  # It adds this tag; the next Enter saves them all.
        QTimer.singleShot(0, self, self.commit)
        return False

    def _focus_moved(self, event: QEvent) -> None:
        self._show_history_button()
        if isinstance(event, QFocusEvent) and event.lostFocus() and self.editing:
            if event.reason() in _PASSING:
                return
            QTimer.singleShot(0, self, self._left)

    @Slot()
    def _left(self) -> None:
        """Save once the focus has really gone elsewhere, not just into a popup."""
        if self._editor is None or QApplication.activePopupWidget() is not None:
            return
        focused = QApplication.focusWidget()
        if focused is self._editor or (focused and self._editor.isAncestorOf(focused)):
            return
        self.commit()

    @Slot()
    def _commit_soon(self) -> None:
        QTimer.singleShot(0, self, self.commit)

    @Slot()
    def _commit_picked(self) -> None:
        picker = self._editor
        if isinstance(picker, RecordPicker) and picker.text() and not picker.unresolved:
            self._commit_soon()

    def _finish(self) -> None:
        editor, self._editor = self._editor, None
        self._set_line(self._problem, "")
        self._set_line(self._note, self._remark)
        if editor is None:
            return
        focused = QApplication.focusWidget()
        had_focus = focused is editor or bool(focused and editor.isAncestorOf(focused))
        self.face.show()
        if had_focus:
            self.face.setFocus(Qt.FocusReason.OtherFocusReason)
        self._slot.removeWidget(editor)
        retire(editor)
        self._say_value()

    @Slot()
    def _open_target(self) -> None:
        if self._leads_somewhere():
            self._session.open_requested.emit(self.spec.target, str(self._value))

    @Slot()
    def _ask_history(self) -> None:
        self.history_requested.emit(self.spec.name)

    def _show_history_button(self, *, left: bool = False) -> None:
        over = self.underMouse() and not left
        parts = (self.face, self._history, self._open)
        wanted = over or any(part.hasFocus() for part in parts)
        self._history.setVisible(wanted)
        self._open.setVisible(wanted and self._leads_somewhere())

    def _leads_somewhere(self) -> bool:
        points = self.spec.kind is Kind.REF and self._value is not None
        return points and self.spec.target not in _WITHOUT_PAGE


def _focusable(editor: QWidget) -> list[QWidget]:
    """The widget that gets the keys: the editor, or what it hands its focus to."""
    inner = [part for part in editor.findChildren(QWidget) if part.focusPolicy()]
    return [editor, *inner]
