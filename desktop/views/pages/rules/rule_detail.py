"""What a rule says in full, what differs from what is in force, and what can be done with it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.services.rules.rule_lines import Origin, RuleLine
from desktop.services.rules.rule_replay import can_be_tried
from desktop.viewmodels.session import Session
from desktop.views.pages.rules.rule_states import chip_of
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import DangerButton, GhostButton, IconButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

_MOST = 6
OWN_PAGES = {"stage": "stages", "score": "scores"}
"""Kinds that have a page of their own as well, and its key."""
ORDERED = frozenset({"route", "score"})
"""Kinds of which the first rule that fits decides."""


class RuleDetail(Reactive, Card):
    """The page knows which rule is current."""

    edit_requested = Signal(bool)
    """True: at the first thing that is wrong with it."""
    page_requested = Signal(str)
    """The key of the page on which rules of this kind are seen beside each other."""
    text_requested = Signal()
    switch_requested = Signal()
    drop_requested = Signal()
    try_requested = Signal()
    copy_requested = Signal()
    order_requested = Signal(int)
    """So many places later; negative: earlier."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self.line: RuleLine | None = None
        self._may = False
        self._name, self._chip = label("", Role.HEADING), Chip("")
        self._about = label("", Role.SMALL)
        self._sentence = label("", Role.BODY, wrap=True)
        self._differs = label("", Role.MUTED, wrap=True)
        self.wrong, self.fix = InlineMessage(), GhostButton("", "edit")
        self.place = QuietButton("")
        self.earlier, self.later = IconButton("arrow-up", ""), IconButton("arrow-down", "")
        self.edit, self.attempt = GhostButton("", "edit"), GhostButton("", "history")
        self.text, self.copy = QuietButton("", "note"), QuietButton("", "copy")
        self.switch, self.drop = QuietButton("", "pause"), DangerButton("", "trash")
        self._lay_out()
        for button, signal in (
            (self.text, self.text_requested),
            (self.switch, self.switch_requested), (self.drop, self.drop_requested),
            (self.attempt, self.try_requested), (self.copy, self.copy_requested),
        ):  # fmt: skip
            button.clicked.connect(signal)
        self.edit.clicked.connect(lambda: self.edit_requested.emit(False))
        self.fix.clicked.connect(lambda: self.edit_requested.emit(True))
        self.place.clicked.connect(self._go_to_place)
        self.earlier.clicked.connect(lambda: self.order_requested.emit(-1))
        self.later.clicked.connect(lambda: self.order_requested.emit(1))
        session.language_changed.connect(self._speak)
        self.retranslate()

    def retranslate(self) -> None:
        self.edit.setText(self.tr("Edit"))
        self.fix.setText(self.tr("Put it right…"))
        self.earlier.set_name(self.tr("Ask it earlier: the first that fits decides (Alt+Up)"))
        self.later.set_name(self.tr("Ask it later: the first that fits decides (Alt+Down)"))
        self.attempt.setText(self.tr("Try on history"))
        self.text.setText(self.tr("As text"))
        self.copy.setText(self.tr("Duplicate"))
        self._show()

    def show_line(self, line: RuleLine | None, *, may: bool) -> None:
        """Show a rule; `may`: whether the person may write rules."""
        self.line, self._may = line, may
        self._show()

    def _lay_out(self) -> None:
        head = row(None, gap=8)
        head.addWidget(self._name)
        head.addWidget(self._chip)
        head.addWidget(self._about)
        head.addStretch(1)
        self.body.setSpacing(8)
        self.body.addLayout(head)
        self.body.addWidget(self._sentence)
        self.body.addWidget(self._differs)
        wrong = row(None, gap=8)
        wrong.addWidget(self.wrong, 1)
        wrong.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(wrong)
        acts = row(None, gap=8)
        for button in (
            self.edit, self.attempt, self.text, self.copy, self.place, self.earlier, self.later,
        ):  # fmt: skip
            acts.addWidget(button)
        acts.addStretch(1)
        acts.addWidget(self.switch)
        acts.addWidget(self.drop)
        self.body.addLayout(acts)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _show(self) -> None:
        line, language = self.line, self._session.language
        self.setVisible(line is not None)
        if line is None:
            return
        self._name.setText(line.label.text(language))
        words, tone = chip_of(line)
        self._chip.set_text(words.text(language), tone)
        registry = self._session.workspace.replica.registry
        about = registry.entity(line.entity).label.text(language) if line.entity in registry else ""
        self._about.setText(about)
        self._sentence.setText(line.sentence)
        shown = list(line.differs[:_MOST])
        if len(line.differs) > _MOST:
            shown.append(self.tr("… and {0} more").format(len(line.differs) - _MOST))
        heading = self.tr("Differs from what is in force:")
        self._differs.setText(f"{heading} {'；'.join(shown)}" if shown else "")
        self._differs.setVisible(bool(shown))
        self.wrong.show_message("\n".join(line.wrong[:_MOST]), Tone.WARN)
        self._offer(line)

    def _offer(self, line: RuleLine) -> None:
        here = line.document is not None and not line.leaving
        self.edit.setVisible(here)
        self.fix.setVisible(here and self._may and bool(line.wrong))
        words = {
            "stage": self.tr("All stages"), "score": self.tr("Sliders and their effect"),
        }.get(line.kind, "")  # fmt: skip
        for button in (self.earlier, self.later):
            button.setVisible(here and self._may and line.kind in ORDERED)
        self.place.setText(words)
        self.place.setVisible(here and bool(words))
        tried = here and line.document is not None and can_be_tried(line.document)
        self.attempt.setVisible(tried)
        self.text.setVisible(line.document is not None)
        self.copy.setVisible(here and self._may)
        self.switch.setVisible(here and self._may)
        self.switch.setText(self.tr("Switch off") if line.active else self.tr("Switch on"))
        self.drop.setVisible(self._may and line.origin is not Origin.SHIPPED)
        back = line.origin is Origin.CHANGED
        words = self.tr("As it ships") if back else self.tr("Delete")
        self.drop.setText(words if here or line.document is None else self.tr("Bring back"))

    @Slot()
    def _go_to_place(self) -> None:
        if self.line is not None and self.line.kind in OWN_PAGES:
            self.page_requested.emit(OWN_PAGES[self.line.kind])

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
