"""One field that two people changed: mine, theirs, before, and which one stands."""

from dataclasses import dataclass
from enum import StrEnum
from html import escape

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive


class Side(StrEnum):
    """The three values of a conflict."""

    MINE = "mine"
    THEIRS = "theirs"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Version:
    """One of the values, as words; `who` and `when` as they are to be shown."""

    value: str
    who: str = ""
    when: str = ""
    pieces: tuple[tuple[str, bool], ...] = ()
    """The value in runs: (text, whether the other side lacks it)."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field with its three values; `winner` is the one in the record now."""

    record: str
    field: str
    mine: Version
    theirs: Version
    before: Version
    winner: Side


class ConflictCard(Reactive, Card):
    """Shows a conflict; `value_chosen` carries the Side whose value is to stand from now on."""

    value_chosen = Signal(str)
    dismissed = Signal()
    record_opened = Signal()

    def __init__(self, conflict: Conflict, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._conflict = conflict
        self._heads: dict[Side, QLabel] = {}
        self._buttons: dict[Side, GhostButton] = {}
        self._values: dict[Side, QLabel] = {}
        self._winner_chip = Chip("")
        self._record = QuietButton(conflict.record, "customers")
        self._record.clicked.connect(self.record_opened)
        self._dismiss = QuietButton()
        self._dismiss.clicked.connect(self.dismissed)
        head = row(None, gap=8)
        head.addWidget(label(conflict.field, Role.HEADING))
        head.addWidget(self._record)
        head.addStretch(1)
        head.addWidget(self._dismiss)
        self.body.addLayout(head)
        columns = row(None, gap=16)
        for side in Side:
            columns.addLayout(self._column(side), 1)
        self.body.addLayout(columns)
        self.retranslate()
        self.retint()

    def retint(self) -> None:
        # Qt asks for colours before the card has anything on it.
        for side, value in getattr(self, "_values", {}).items():
            pieces = self._version(side).pieces
            if pieces:
                value.setTextFormat(Qt.TextFormat.RichText)
                value.setText(_marked(pieces))

    def retranslate(self) -> None:
        heads = {
            Side.MINE: self.tr("Mine"),
            Side.THEIRS: self.tr("Theirs"),
            Side.BEFORE: self.tr("Before"),
        }
        for side, head in self._heads.items():
            head.setText(heads[side])
        for side, button in self._buttons.items():
            button.setText(self.tr("Put this back"))
            button.setAccessibleName(f"{self.tr('Put this back')}: {heads[side]}")
        self._winner_chip.set_text(self.tr("In the record now"), Tone.GOOD)
        self._dismiss.setText(self.tr("Leave as it is"))
        self.setAccessibleName(
            self.tr("Conflict in {0} of {1}").format(self._conflict.field, self._conflict.record)
        )

    def _column(self, side: Side) -> QVBoxLayout:
        version = self._version(side)
        made = column(None, gap=4)
        self._heads[side] = label("", Role.OVERLINE)
        made.addWidget(self._heads[side])
        value = label(
            version.value or "—", Role.STRONG if self._wins(side) else Role.BODY, wrap=True
        )
        self._values[side] = value
        value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        made.addWidget(value)
        made.addWidget(label(" · ".join(x for x in (version.who, version.when) if x), Role.SMALL))
        made.addStretch(1)
        made.addSpacing(6)
        left = Qt.AlignmentFlag.AlignLeft
        if self._wins(side):
            made.addWidget(self._winner_chip, 0, left)
            made.addSpacing(6)
        else:
            button = GhostButton("", "undo")
            button.setProperty("side", side.value)
            button.clicked.connect(self._choose)
            self._buttons[side] = button
            made.addWidget(button, 0, left)
        return made

    def _version(self, side: Side) -> Version:
        return {
            Side.MINE: self._conflict.mine,
            Side.THEIRS: self._conflict.theirs,
            Side.BEFORE: self._conflict.before,
        }[side]

    def _wins(self, side: Side) -> bool:
        return side is self._conflict.winner

    @Slot()
    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, GhostButton):
            self.value_chosen.emit(str(button.property("side")))


def _marked(pieces: tuple[tuple[str, bool], ...]) -> str:
    """The runs as rich text; what the other side lacks on a ground of its own."""
    tone = colours().accent_tone
    parts = []
    for text, new in pieces:
        words = escape(text).replace("\n", "<br>")
        style = f"background-color:{tone.soft}; color:{tone.ink};"
        parts.append(f'<span style="{style}">{words}</span>' if new else words)
    return "".join(parts)
