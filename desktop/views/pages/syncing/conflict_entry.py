"""One conflict of the inbox, decided by keyboard: the card, and an editor for a text of both.

1 keeps mine, 2 theirs, E edits, D leaves it as it is, O opens the record, H its history.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import Kind
from crm_core.store.log.conflicts import Conflict
from desktop.services.commands.conflicts import Side, do_dismiss_conflict, do_resolve_conflict
from desktop.services.commands.verbs import Done
from desktop.services.workspace import Workspace
from desktop.viewmodels.inbox import ConflictView, Version
from desktop.viewmodels.session import Session
from desktop.viewmodels.text_difference import merged
from desktop.views.pages.records.field_editors import contract_of, editor_for, field_value
from desktop.views.theme.roles import Role, set_state
from desktop.views.theme.tokens import Tone
from desktop.views.widgets import conflict_card as drawn
from desktop.views.widgets.buttons import PrimaryButton, QuietButton
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive


@dataclass(slots=True)
class _Editing:
    """The editor while it is open."""

    box: QWidget
    line: FieldRow
    editor: QWidget


class ConflictEntry(Reactive, QWidget):
    """A conflict and what can be done about it. A failed decision changes nothing and says why."""

    left = Signal(int)
    """The arrow keys go to the entry before (-1) or after (+1)."""
    history_requested = Signal(str, str, str)
    """(entity, id, field)"""

    def __init__(self, session: Session, view: ConflictView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.view = view
        self._editing: _Editing | None = None
        self.card = drawn.ConflictCard(self._as_drawn())
        self._message = InlineMessage()
        self._edit = QuietButton("", "edit")
        self._history = QuietButton("", "history")
        self._keys = label("", Role.SMALL)
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self._edit.setText(self.tr("Edit…"))
        self._history.setText(self.tr("History of this field"))
        self._keys.setText(self.tr("1 mine   ·   2 theirs   ·   E edit   ·   D leave   ·   ↑↓"))

    @property
    def editing(self) -> bool:
        """Whether somebody is writing here."""
        return self._editing is not None

    def has_keyboard(self) -> bool:
        """Whether the focus is somewhere in this entry."""
        return self.isAncestorOf(QApplication.focusWidget() or self.window())

    def take_focus(self) -> None:
        """Put the keyboard here."""
        self.card.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        verb = self._verbs().get(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if verb is not None and plain:
            verb()
            return
        super().keyPressEvent(event)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_state(self.card, "clickable", on=True)
        body = column(self, gap=0)
        body.addWidget(self.card)
        self._message.hide()
        self.card.body.addWidget(self._message)
        foot = row(None, gap=4)
        foot.addWidget(self._keys)
        foot.addStretch(1)
        foot.addWidget(self._history)
        foot.addWidget(self._edit)
        self.card.body.addLayout(foot)
        self._edit.setVisible(self.view.spec is not None and self.view.spec.editable)
        self._history.setVisible(self.view.spec is not None)

    def _connect(self) -> None:
        self.card.value_chosen.connect(self._put_back)
        self.card.dismissed.connect(self.dismiss)
        self.card.record_opened.connect(self._open)
        self._edit.clicked.connect(self.edit)
        self._history.clicked.connect(self._ask_history)

    def _verbs(self) -> dict[int, Callable[[], None]]:
        return {
            Qt.Key.Key_1: lambda: self.keep(Side.MINE),
            Qt.Key.Key_2: lambda: self.keep(Side.THEIRS),
            Qt.Key.Key_E: self.edit,
            Qt.Key.Key_D: self.dismiss,
            Qt.Key.Key_O: self._open,
            Qt.Key.Key_Return: self._open,
            Qt.Key.Key_H: self._ask_history,
            Qt.Key.Key_Up: lambda: self.left.emit(-1),
            Qt.Key.Key_Down: lambda: self.left.emit(1),
        }

    def _as_drawn(self) -> drawn.Conflict:
        view = self.view
        return drawn.Conflict(
            record=view.record or self.tr("(deleted)"),
            field=view.field,
            mine=self._side(view.mine),
            theirs=self._side(view.theirs),
            before=self._side(view.before),
            winner=drawn.Side.MINE if view.mine_wins else drawn.Side.THEIRS,
        )

    def _side(self, version: Version) -> drawn.Version:
        text = self.tr("(deleted)") if version.deleted else version.text or self.tr("(empty)")
        device = self.tr("device {0}").format(version.device) if version.device else ""
        if version.who and not device:
            device = self.tr("this device")
        when = " · ".join(part for part in (version.when, device) if part)
        runs = tuple((piece.text, piece.new) for piece in version.pieces)
        return drawn.Version(text, version.who, when, runs)

    # -- deciding ------------------------------------------------------------------------------

    def keep(self, side: Side) -> None:
        """Let this side stand."""
        self._run(do_resolve_conflict, self.view.conflict, side)

    @Slot()
    def dismiss(self) -> None:
        """Leave the record as it is."""
        self._run(do_dismiss_conflict, self.view.conflict)

    @Slot()
    def edit(self) -> None:
        """Open the editor with the text in the record; a long text starts with both."""
        spec = self.view.spec
        if spec is None or not spec.editable or self._editing is not None:
            return
        editor = editor_for(self._session, spec)
        contract_of(editor).setValue(field_value(self._draft()))
        box = QWidget()
        line = FieldRow(spec.label.text(self._session.language), editor, parent=box)
        save, cancel = PrimaryButton(self.tr("Save")), QuietButton(self.tr("Cancel"))
        save.clicked.connect(self.save_edited)
        cancel.clicked.connect(self.stop_editing)
        body, buttons = column(box, gap=8), row(None, gap=8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(save)
        body.addWidget(line)
        body.addLayout(buttons)
        self.card.body.addWidget(box)
        self._editing = _Editing(box, line, editor)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def save_edited(self) -> None:
        """Write what is in the editor; where it cannot be, say why beside it and keep it."""
        if self._editing is None:
            return
        value = contract_of(self._editing.editor).value()
        self._session.run(
            _resolve_edited,
            self.view.conflict,
            value,
            on_done=self._edited,
            on_error=self._edit_failed,
        )

    @Slot()
    def stop_editing(self) -> None:
        """Close the editor without writing."""
        if self._editing is not None:
            self._editing.box.deleteLater()
            self._editing = None
            self.take_focus()

    def _draft(self) -> object:
        view = self.view
        stands = view.mine if view.mine_wins else view.theirs
        if view.spec is not None and view.spec.kind is Kind.LONG_TEXT:
            return merged(view.before.text, view.mine.text, view.theirs.text)
        return stands.value

    @Slot(str)
    def _put_back(self, side: str) -> None:
        if side == drawn.Side.BEFORE.value:
            self._session.run(
                _resolve_edited, self.view.conflict, self.view.before.value, on_error=self._failed
            )
        else:
            self.keep(Side(side))

    def _run(self, verb: Callable[..., Done], *arguments: object) -> None:
        self._session.run(verb, *arguments, on_error=self._failed)

    def _failed(self, error: KnownError) -> None:
        self._message.show_message(error.sentence(self._session.language), Tone.BAD)

    def _edited(self, _done: Done) -> None:
        self.stop_editing()

    def _edit_failed(self, error: KnownError) -> None:
        if self._editing is not None:
            self._editing.line.set_error(error.sentence(self._session.language))

    @Slot()
    def _open(self) -> None:
        self._session.open_requested.emit(self.view.conflict.entity, self.view.conflict.record)

    @Slot()
    def _ask_history(self) -> None:
        if self.view.spec is not None:
            c = self.view.conflict
            self.history_requested.emit(c.entity, c.record, c.field)


def _resolve_edited(workspace: Workspace, conflict: Conflict, value: object) -> Done:
    return do_resolve_conflict(workspace, conflict, Side.EDITED, edited=value)
