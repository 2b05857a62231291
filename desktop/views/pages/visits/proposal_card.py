"""One proposed value of a note: what it is, where it was heard, and the keys that decide it."""

from collections.abc import Callable
from datetime import date
from html import escape

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.viewmodels.visits.learning import learns, pair_of
from desktop.viewmodels.visits.visit_assembly import shown
from desktop.viewmodels.visits.visit_cards import (
    DEALS,
    NEW_CONTACT,
    NEW_CUSTOMER,
    NO_CONTACT,
    TASKS,
    Card,
    Decision,
    Field,
)
from desktop.viewmodels.visits.visit_moves import move_words
from desktop.views.pages.visits.card_editors import editor_for
from desktop.views.pages.visits.card_tools import CardTools
from desktop.views.pages.visits.proposal_words import NAMES, TONES, due_words
from desktop.views.theme.apply import colours
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.roles import Role, set_role, set_state
from desktop.views.theme.tokens import TYPE, Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.editors.contract import name_editor
from desktop.views.widgets.editors.moment import MomentLine
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire

_NAME_WIDTH = 86


class ProposalCard(Reactive, QFrame):
    """Enter accepts and moves on, E or F2 edits, Delete drops, digits choose, arrows move; P plays
    the words it came from, S says its value again."""

    accepted = Signal(str)
    dropped = Signal(str)
    chosen = Signal(str, int)
    edited = Signal(str, str, object)
    """(key, value, due or None)"""
    played = Signal(str)
    spoken = Signal(str)
    """Keys of the card: hear its words, begin or end speaking into it."""
    taught = Signal(str)
    """Keep what the correction teaches, or not."""
    focus_moved = Signal(str)
    """The keyboard came or went."""
    picking = Signal(str)
    """Its value is a record, to be picked elsewhere."""
    moved = Signal(str, int)
    """(key, +1 or -1)"""

    def __init__(
        self, card: Card, *, language: str, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._card = card
        self._language = language
        self._today = today
        self._editor: QWidget | None = None
        self._due: MomentLine | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._name = Chip("")
        self._value = label("", Role.BODY, wrap=True)
        self._value.setTextFormat(Qt.TextFormat.RichText)
        self._when = label("", Role.BODY)
        self._state = Chip("")
        self._done = QLabel()
        self._lacks = label("", Role.SMALL, wrap=True)
        self.tools = CardTools()
        self.tools.play_pressed.connect(self._play)
        self.tools.speak_pressed.connect(self._speak)
        self._choices: list[GhostButton] = []
        self._lay_out()
        set_role(self, Role.CARD)
        set_state(self, "clickable", on=True)
        self.show_card(card, language)

    @property
    def card(self) -> Card:
        """What is shown."""
        return self._card

    @property
    def editing(self) -> bool:
        """Whether its value is being typed."""
        return self._editor is not None

    def show_card(self, card: Card, language: str) -> None:
        """Show another state of the card; an editor that is open stays open."""
        before = self._card
        offered = before.choices != card.choices or self._language != language
        offered = offered or before.empty is not card.empty
        self._card, self._language = card, language
        if offered or not self._choices:
            self._offer()
        self.retranslate()
        self.retint()

    def retranslate(self) -> None:
        card = self._card
        name, value = self._field_name(), self._shown()
        self._name.set_text(name, TONES[card.field])
        self._when.setText(self._due_words())
        self._when.setVisible(card.field in TASKS and not self.editing)
        self._value.setVisible(not self.editing)
        self._write_value()
        words, tone = self._state_words()
        self._state.set_text(words, tone)
        self._state.setVisible(bool(words))
        self._done.setVisible(card.decision in (Decision.ACCEPTED, Decision.EDITED))
        lacks = self._lacking_words() or self._learning_words()
        self._lacks.setText(lacks)
        self._lacks.setVisible(bool(lacks))
        self.setAccessibleName(f"{name} {value} {self._due_words()} {words} {lacks}".strip())
        heard = self.tr('heard "{words}"').format(words=card.words) if card.words else ""
        sure = self.tr("{percent} sure").format(percent=f"{card.confidence:.0%}") if heard else ""
        keys = self.tr(
            "Enter accept · E edit · S say again · P hear · Delete leave out · 1–9 choose"
        )
        self.setAccessibleDescription(f"{heard} {sure}".strip())
        self.setToolTip("\n".join(line for line in (heard, sure, keys) if line))

    def retint(self) -> None:
        c = colours()
        out = self._card.decision is Decision.DROPPED
        self._write_value()
        late = c.warn_tone.ink if not self._card.due else c.muted
        self._when.setStyleSheet(f"color: {c.faint if out else late};")
        ink = c.warn_tone.ink if self._lacking_words() else c.muted
        self._lacks.setStyleSheet(f"color: {ink};")
        self._done.setPixmap(icon_pixmap("check", c.good_tone.ink, size=16))
        self._mark_choices()

    def _write_value(self) -> None:
        """The value, and beside it the words it came from where they differ."""
        c, card, value = colours(), self._card, self._shown()
        out = card.decision is Decision.DROPPED
        ink, tag = (c.faint, "s") if out else (c.text, "b")
        if card.offered:
            ink, tag = c.muted, "span"
        written = f"<{tag} style='color:{ink}'>{escape(value)}</{tag}>"
        if card.field in DEALS:
            title = escape(card.choices[0].label) if card.field is Field.UPDATE else ""
            written += f" &nbsp;<span style='color:{c.faint}'>{title}</span>" if title else ""
        elif card.words and card.words != value:
            words = f"“{escape(card.words)}”"
            written += (
                f" &nbsp;<span style='color:{c.faint};font-size:{TYPE.small}px'>{words}</span>"
            )
        self._value.setText(written)

    def begin_edit(self) -> None:
        """Open the editor."""
        if self._card.field is Field.CUSTOMER:
            self.picking.emit(self._card.key)
            return
        if self.editing:
            return
        self._editor = editor_for(self._card, self._language)
        name_editor(self._editor, self._field_name())
        self._edit_row.insertWidget(0, self._editor, 1)
        if self._card.field in TASKS:
            self._due = MomentLine(today=self._today)
            self._due.setValue(self._card.due)
            self._due.setFixedWidth(190)
            self._due.line.setPlaceholderText(self.tr("Due"))
            self._due.line.setAccessibleName(self.tr("Due"))
            self._edit_row.insertWidget(1, self._due)
            self._due.show()
        self.retranslate()
        # A layout shows new widgets only later, and what is not shown takes no focus.
        self._editor.show()
        self._editor.setFocus(Qt.FocusReason.TabFocusReason)

    def end_edit(self, *, keep: bool) -> None:
        """Close the editor; `keep` takes what was typed."""
        editor, due = self._editor, self._due
        if editor is None:
            return
        value = editor.value()  # type: ignore[attr-defined]
        when = due.value() if due is not None else None
        self._editor, self._due = None, None
        for part in (editor, due):
            if part is not None:
                self._edit_row.removeWidget(part)
                retire(part)
        self.setFocus(Qt.FocusReason.TabFocusReason)
        if keep:
            self.edited.emit(self._card.key, str(value or ""), str(when) if when else None)
        self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.editing:
            self._key_while_editing(event)
        elif not self._decide_by(event):
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.begin_edit()

    def _key_while_editing(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.end_edit(keep=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.end_edit(keep=False)
        else:
            event.ignore()

    def _decide_by(self, event: QKeyEvent) -> bool:
        key, number = event.key(), event.key() - Qt.Key.Key_1
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        elif key in (Qt.Key.Key_E, Qt.Key.Key_F2):
            self.begin_edit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.dropped.emit(self._card.key)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(self._card.key, 1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_P:
            self._play()
        elif key == Qt.Key.Key_S:
            self._speak()
        elif key == Qt.Key.Key_L:
            self.taught.emit(self._card.key)
        elif 0 <= number < len(self._choices):
            self.chosen.emit(self._card.key, number)
        else:
            return False
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_moved.emit(self._card.key)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_moved.emit(self._card.key)

    @Slot()
    def _play(self) -> None:
        self.played.emit(self._card.key)

    @Slot()
    def _speak(self) -> None:
        self.spoken.emit(self._card.key)

    def _accept(self) -> None:
        if self._card.empty and not self._card.choices:
            self.begin_edit()
        elif not self._card.empty:
            self.accepted.emit(self._card.key)

    def _lay_out(self) -> None:
        body = column(self, margins=(12, 8, 12, 8), gap=4)
        self._edit_row = row(None, gap=8)
        top = row(None, gap=8)
        name = row(None)
        name.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        name.addStretch(1)
        named = QWidget()
        named.setFixedWidth(_NAME_WIDTH)
        named.setLayout(name)
        top.addWidget(named, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._value, 1)
        top.addLayout(self._edit_row, 1)
        top.addWidget(self._when, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.tools, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._state, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._done, 0, Qt.AlignmentFlag.AlignTop)
        self._choice_row = row(None, gap=6, margins=(_NAME_WIDTH + 8, 0, 0, 0))
        self._choice_row.addStretch(1)
        body.addLayout(top)
        body.addWidget(self._lacks)
        body.addLayout(self._choice_row)
        self._lacks.setContentsMargins(_NAME_WIDTH + 8, 0, 0, 0)

    def _offer(self) -> None:
        for old in self._choices:
            self._choice_row.removeWidget(old)
            old.deleteLater()
        self._choices = []
        offered = () if self._card.field is Field.UPDATE else self._card.choices[:9]
        for number, choice in enumerate(offered if self._worth_choosing() else ()):
            button = GhostButton(f"{number + 1}  {self._choice_words(number)}")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setProperty("number", number)
            button.setToolTip(choice.detail)
            button.clicked.connect(self._choice_clicked)
            self._choice_row.insertWidget(number, button)
            self._choices.append(button)

    def _worth_choosing(self) -> bool:
        """What stands there anyway is taken by Enter."""
        card = self._card
        return len(card.choices) > 1 or not card.value

    @Slot()
    def _choice_clicked(self) -> None:
        self.chosen.emit(self._card.key, int(self.sender().property("number")))

    def _mark_choices(self) -> None:
        c = colours()
        taken = f"background: {c.accent_tone.soft}; color: {c.accent_tone.ink};"
        for button, choice in zip(self._choices, self._card.choices, strict=False):
            button.setStyleSheet(taken if choice.value == self._card.value else "")

    def _shown(self) -> str:
        card = self._card
        if card.empty and card.field is Field.BUDGET and card.words:
            return self.tr("{words} (not in yuan; press E to write it)").format(words=card.words)
        if card.empty:
            return self.tr("Which one?") if card.choices else self.tr("Press E to write")
        if card.field is Field.CONTACT and card.value == NO_CONTACT:
            return self.tr("{name} (in the note only)").format(name=shown(card))
        if card.field is Field.CONTACT and card.value.startswith(NEW_CONTACT):
            return self.tr("{name} (new contact)").format(name=shown(card))
        if card.field is Field.CUSTOMER and card.value.startswith(NEW_CUSTOMER):
            return self.tr("{name} (new customer)").format(name=shown(card))
        return shown(card, self._language)

    def _choice_words(self, number: int) -> str:
        choice = self._card.choices[number]
        if self._card.field is Field.STAGE:
            return move_words(choice, choice.value, self._language)
        if choice.value.startswith(NEW_CONTACT):
            new = self._card.field is Field.CUSTOMER
            return self.tr("Add as a customer") if new else self.tr("Add to contacts")
        if choice.value == NO_CONTACT:
            return self.tr("Only in the note")
        words = f"{choice.label or choice.value}  {choice.detail}"
        return words.strip()

    def _state_words(self) -> tuple[str, Tone]:
        card = self._card
        if card.decision is Decision.DROPPED:
            return self.tr("left out"), Tone.NEUTRAL
        if card.decision is Decision.EDITED:
            return self.tr("edited"), Tone.NEUTRAL
        if card.offered:
            return self.tr("suggested"), Tone.ACCENT
        if card.decision is Decision.OPEN and card.doubtful:
            return self.tr("please check"), Tone.WARN
        return "", Tone.NEUTRAL

    def _lacking_words(self) -> str:
        """What the gate of the stage still waits for."""
        taken = (c for c in self._card.choices if c.value == self._card.value)
        things = [one.sentence(self._language) for c in taken for one in c.lacking]
        comma = "、" if self._language.startswith("zh") else ", "
        return self.tr("Still missing: {0}").format(comma.join(things)) if things else ""

    def _learning_words(self) -> str:
        """What the correction would teach the company's list of words."""
        pair = pair_of(self._card)
        if pair is None:
            return ""
        if learns(self._card):
            words = self.tr("Remembered: heard “{heard}”, meant “{meant}” · L forgets it")
        else:
            words = self.tr("L remembers: heard “{heard}”, meant “{meant}”")
        return words.format(heard=pair.heard, meant=pair.meant)

    def _due_words(self) -> str:
        if self._card.field not in TASKS:
            return ""
        due = self._card.due
        return due_words(due, self._today(), self._language) if due else self.tr("no date")

    def _field_name(self) -> str:
        return NAMES[self._card.field][0 if self._language.startswith("zh") else 1]
