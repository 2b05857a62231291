"""What a form says while a new record is typed: who it may be already, and why (row 5.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from crm_core.store.indexes.likely import Likely
from crm_core.store.indexes.search import Hit
from desktop.services.lookalikes import Taken
from desktop.services.unique import may_twin
from desktop.viewmodels.records.likeness_words import percent, why
from desktop.viewmodels.records.newcomer_check import NewcomerCheck
from desktop.viewmodels.session import Session
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.editors.contract import LineEditor
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire

_ROW = 44


@dataclass(frozen=True, slots=True)
class Offered:
    """What a row shows."""

    entity: str
    id: str
    title: str
    subtitle: str
    why: str = ""
    sure: str = ""
    tone: Tone = Tone.WARN


def offered(one: Likely, language: str, *, tone: Tone = Tone.WARN) -> Offered:
    """A record that was found, with its reasons put into words."""
    said, sure = why(one.likeness.reasons, language), percent(one.likeness.probability)
    return Offered(one.entity, one.id, one.title, one.subtitle, said, sure, tone)


def named(hit: Hit) -> Offered:
    """A record found by its name alone."""
    return Offered(hit.entity, hit.id, hit.title, hit.subtitle)


class LikelyRow(Reactive, QPushButton):
    """One record it may be: name, what tells it apart, why. Click or Enter chooses it."""

    def __init__(self, session: Session, one: Offered, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.one = one
        self.setObjectName("likelyRow")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        kind = session.workspace.replica.registry.entity(one.entity).label.text(session.language)
        about = " · ".join(part for part in (kind, one.subtitle) if part)
        body = row(self, margins=(10, 6, 10, 6), gap=10)
        words = column(None, gap=1)
        first = row(None, gap=8)
        first.addWidget(label(one.title, Role.STRONG))
        first.addWidget(label(about, Role.SMALL), 1)
        words.addLayout(first)
        if one.why:
            words.addWidget(label(one.why, Role.MUTED, wrap=True))
        body.addLayout(words, 1)
        if one.sure:
            body.addWidget(Chip(one.sure, one.tone), 0, Qt.AlignmentFlag.AlignVCenter)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(f"{one.title} {about}")
        self.setAccessibleDescription(one.why)
        self.setToolTip(one.why)
        self.retint()

    def retint(self) -> None:
        c = colours()
        rule = (
            f"#likelyRow {{ background: {c.surface}; border: 1px solid {c.hairline};"
            f" border-radius: 8px; padding: 0; min-height: {_ROW}px; }}"
            f"#likelyRow:hover {{ border-color: {c.outline}; background: {c.hover}; }}"
            f"#likelyRow:focus {{ border: 2px solid {c.accent}; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)


class LikelyPanel(Reactive, QWidget):
    """Give it the values as they are typed; hidden as long as there is nothing to say."""

    opened = Signal(str, str)
    """(entity, id): somebody wants to see this record."""
    updated = Signal()
    """What is shown, or whether saving is blocked, has changed."""

    def __init__(self, session: Session, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._entity = session, entity
        self.check = NewcomerCheck(session, entity, self)
        self._words = InlineMessage()
        self._rows: QVBoxLayout = column(None, gap=6)
        self.rows: list[LikelyRow] = []
        self._note = label("", Role.SMALL, wrap=True)
        self.all_the_same = QuietButton()
        self.reason = LineEditor()
        body = column(self, gap=6)
        for part in (self._words, self._rows, self._note):
            if isinstance(part, QWidget):
                body.addWidget(part)
            else:
                body.addLayout(part)
        body.addWidget(self.all_the_same, 0, Qt.AlignmentFlag.AlignLeft)
        body.addWidget(self.reason)
        self.all_the_same.clicked.connect(self._give_reason)
        self.reason.textChanged.connect(self.updated)
        self.check.changed.connect(self._show)
        self.reason.hide()
        self._show()

    def watch(self, values: Mapping[str, object]) -> None:
        """What is typed now."""
        self.check.watch(values)

    @property
    def blocked(self) -> bool:
        """Whether saving is refused as things stand."""
        blocks = self.check.blocker is not None or self.check.held is not None
        return blocks and not self.despite

    def refuse(self) -> str:
        """Why nothing is created for what only the server sees, and the reason asked of whoever may
        give one; empty where nothing is refused."""
        held = self.check.held
        if held is None or not self.blocked:
            return ""
        owner = held.owner or self.tr("nobody's in particular")
        words = self.tr(
            "Nothing was created: your company has it already ({0}; {1}, since {2}). Ask them, or "
            "a manager, who can create a second one with a reason."
        )
        if self._may_twin():
            words = self.tr(
                "Nothing was created: your company has it already ({0}; {1}, since {2}). Write "
                "below why there should be a second one."
            )
            self._give_reason()
        return words.format(self._same(held.by), owner, held.since)

    @property
    def despite(self) -> str:
        """Why there should be two; empty where nobody said so."""
        return "" if self.reason.isHidden() else self.reason.text().strip()

    def text(self) -> str:
        """All it says, for those who read along."""
        said = [self._words.text(), *(one.accessibleName() for one in self.rows)]
        return "\n".join(part for part in (*said, self._note.text()) if part)

    def retranslate(self) -> None:
        self._show()

    @Slot()
    def _show(self) -> None:
        check = self.check
        blocks = check.blocker
        self._fill(blocks)
        self._words.show_message(*self._headline(blocks, check.taken))
        note = self._footnote()
        self._note.setText(note)
        self._note.setVisible(bool(note))
        may = (blocks is not None or check.held is not None) and self._may_twin()
        self.all_the_same.setText(self.tr("Create a second one all the same…"))
        self.reason.setPlaceholderText(self.tr("Why there should be two; it stands in the history"))
        self.reason.setAccessibleName(self.tr("Reason for a second record"))
        if not may:
            self.reason.hide()
        self.all_the_same.setVisible(may and self.reason.isHidden())
        self.setVisible(bool(self.rows or self._words.text() or note))
        self.updated.emit()

    def _fill(self, blocks: Likely | None) -> None:
        for old in self.rows:
            self._rows.removeWidget(old)
            retire(old)
        language = self._session.language
        shown = [
            offered(one, language, tone=Tone.BAD if one is blocks else Tone.WARN)
            for one in self.check.likely
        ] or [named(hit) for hit in self.check.called]
        self.rows = [LikelyRow(self._session, one) for one in shown]
        for made in self.rows:
            made.clicked.connect(self._open)
            self._rows.addWidget(made)

    def _headline(self, blocks: Likely | None, taken: Sequence[Taken]) -> tuple[str, Tone]:
        kind = self._session.workspace.replica.registry.entity(self._entity).label
        name = kind.text(self._session.language)
        if blocks is not None:
            same = self._same(blocks.likeness.exact or "")
            words = self.tr("This {0} is there already: {1}. Open it instead of adding another.")
            lower = name if self._session.language.startswith("zh") else name.lower()
            return words.format(lower, same), Tone.BAD
        if taken:
            held = self.check.held
            one = held or taken[0]
            words = self.tr("Somebody in your company has it already ({0}): {1}, since {2}.")
            owner = one.owner or self.tr("nobody's in particular")
            # A switchboard may be shared: a warning, and no more than that.
            tone = Tone.BAD if held else Tone.WARN
            return words.format(self._same(one.by), owner, one.since), tone
        if self.check.likely:
            return self.tr("It may be there already:"), Tone.WARN
        if self.rows:
            return self.tr("Called like this so far:"), Tone.NEUTRAL
        return "", Tone.NEUTRAL

    def _may_twin(self) -> bool:
        return may_twin(self._session.workspace, self._entity).allowed

    def _same(self, by: str) -> str:
        return self.tr("same credit code") if by == "uscc" else self.tr("same phone number")

    def _footnote(self) -> str:
        check = self.check
        if not check.found.complete:
            return self.tr("Not everything on this device is looked through yet; more may follow.")
        if check.provisional and self.rows:
            return self.tr("Provisional: the server checks again when you are online.")
        if check.provisional:
            return self.tr(
                "None found on this device; the server checks again when you are online."
            )
        return ""

    @Slot()
    def _open(self) -> None:
        sender = self.sender()
        if isinstance(sender, LikelyRow):
            self.opened.emit(sender.one.entity, sender.one.id)

    @Slot()
    def _give_reason(self) -> None:
        self.all_the_same.hide()
        self.reason.show()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        self.updated.emit()
