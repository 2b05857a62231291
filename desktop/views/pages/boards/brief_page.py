"""The daily brief: today's, made on this device at any time, and those kept earlier.

F5 makes it anew, Ctrl+P prints, Ctrl+S saves as PDF. Every sentence and bar opens its records.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QStackedWidget,
    QWidget,
)

from crm_core.clock import CHINA, parse_moment
from crm_core.errors import KnownError
from crm_core.insight.brief import Brief
from crm_core.model.query import Query
from desktop.services.cancelling import CancelToken
from desktop.services.commands.verbs import Done
from desktop.services.papers.briefs import (
    Kept,
    brief_now,
    brief_paper,
    case_words,
    do_keep_brief,
    kept_briefs,
    save_brief,
)
from desktop.services.workspace import Workspace
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.brief_card import BriefCard
from desktop.views.pages.boards.brief_printing import print_pdf
from desktop.views.pages.working import Working
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, label, scrolled
from desktop.views.widgets.reactive import Reactive


@dataclass(frozen=True, slots=True)
class _Read:
    """What a question came back with."""

    brief: Brief
    cases: Mapping[str, str]
    kept: tuple[Kept, ...]


def _read(workspace: Workspace, token: CancelToken) -> _Read:
    brief = brief_now(workspace)
    found = _Read(brief, case_words(workspace, brief), kept_briefs(workspace))
    token.check()
    return found


class BriefPage(Reactive, QWidget):
    """One page, three conclusions."""

    back_requested = Signal()
    shown = Signal()
    """A brief is on screen."""
    saved = Signal(str)
    """A PDF was written there."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.today: Brief | None = None
        self.brief: Brief | None = None
        """The one on screen."""
        self.kept: tuple[Kept, ...] = ()
        self._words: Mapping[str, str] = {}
        self._header, self._back = PageHeader(""), IconButton("chevron-left", "")
        self.days = QComboBox()
        self.again = GhostButton("", "sync")
        self.keep, self.paper = GhostButton("", "inbox"), GhostButton("", "note")
        self.save = PrimaryButton("", "download")
        self.working = Working(session, self)
        self.cards: list[BriefCard] = []
        self._about = label("", Role.SMALL, wrap=True)
        self._empty = EmptyState("note", "", "")
        self._stack, self._inner = QStackedWidget(), QWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self.again.setText(self.tr("Make anew"))
        self.again.setToolTip("F5")
        self.keep.setText(self.tr("Keep"))
        self.keep.setToolTip(self.tr("Keep today's brief, to compare with later"))
        self.paper.setText(self.tr("Print…"))
        self.save.setText(self.tr("Save as PDF…"))
        self.days.setAccessibleName(self.tr("Which day"))
        self._about.setText(
            self.tr(
                "Counted on this device, over what you may see. Every sentence and bar opens its "
                "records; those of an earlier brief are the ones that still meet it."
            )
        )
        self._teach()
        self._list_days()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.today is None:
            self.make()

    @Slot()
    def make(self) -> None:
        """Work out today's brief in the background."""
        if not self.working.busy:
            workspace = self._session.workspace
            self.working.run(lambda token, _heard: _read(workspace, token), self._arrived)
            self._teach()

    def _teach(self) -> None:
        making = self.working.busy
        self._empty.set_text(
            self.tr("Today's brief"), self.tr("Three conclusions, made on this device."),
            action="" if making else self.tr("Make anew"),
        )  # fmt: skip

    def save_to(self, path: Path) -> None:
        """Write the PDF in the background."""
        brief = self.brief
        if brief is None:
            return
        workspace, language = self._session.workspace, self._session.language
        self.working.run(
            lambda _token, _heard: save_brief(workspace, brief, language, path), self._written
        )

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        head = with_way_back(self._back, self._header)
        self.days.setMinimumWidth(168)
        for widget in (self.days, self.again, self.keep, self.paper, self.save):
            self._header.add_action(widget)
        set_role(self._inner, Role.PAGE)
        self._parts = column(self._inner, margins=(24, 8, 24, 24), gap=16)
        self._parts.addWidget(self._about)
        self._parts.addStretch(1)
        area = scrolled(self._inner)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(area)
        body = column(self, gap=0)
        body.addLayout(head)
        body.addWidget(self.working)
        body.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.again.clicked.connect(self.make)
        self._empty.action_triggered.connect(self.make)
        self.working.changed.connect(self._teach)
        self.keep.clicked.connect(self._keep)
        self.save.clicked.connect(self._choose_target)
        self.paper.clicked.connect(self._print)
        self.days.activated.connect(self._choose_day)
        self._session.language_changed.connect(self._speak)
        for keys, act in (("F5", self.make), ("Ctrl+P", self._print), ("Ctrl+S", self.save.click)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # -- what is shown -------------------------------------------------------------------------

    def _show(self) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and any(card.isAncestorOf(focused) for card in self.cards):
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # F5 must work again.
        for card in self.cards:
            self._parts.removeWidget(card)
            card.deleteLater()
        self.cards = []
        brief, language = self.brief, self._session.language
        self._header.set_text(self.tr("Daily brief"), self._subtitle())
        self._stack.setCurrentIndex(0 if brief is None else 1)
        for button in (self.keep, self.paper, self.save):
            button.setEnabled(brief is not None)
        self.keep.setVisible(brief is self.today and not self._kept_today())
        if brief is None:
            return
        for number, one in enumerate(brief.conclusions):
            card = BriefCard(
                one, number, language, advice=self.tr("Next step"), board=self.tr("On the board"),
                cases=self._words,
            )  # fmt: skip
            card.board_wanted.connect(self._session.board_requested)
            card.opened.connect(self._open)
            card.case_opened.connect(self._open_case)
            self._parts.insertWidget(number, card)
            self.cards.append(card)

    def _subtitle(self) -> str:
        if self.brief is None:
            return self.tr("Made on this device, also without a network")
        at = parse_moment(self.brief.as_of).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        said = self.tr("As of {0}").format(at)
        found = next((one for one in self.kept if one.brief is self.brief), None)
        if found is not None and found.origin == "server":
            said += " · " + self.tr("made by the server")
            if found.channels:
                said += " · " + self.tr("sent to {0} of {1}").format(found.sent, found.channels)
        return said

    def _kept_today(self) -> bool:
        return self.today is not None and any(one.day == self.today.day for one in self.kept)

    def _list_days(self) -> None:
        self.days.clear()
        self.days.addItem(self.tr("Today, as of now"))
        for one in self.kept:
            self.days.addItem(one.day if one.brief else self.tr("{0} (unreadable)").format(one.day))
        place = next((n for n, one in enumerate(self.kept, 1) if one.brief is self.brief), 0)
        self.days.setCurrentIndex(place if self.brief is not self.today else 0)

    @Slot(int)
    def _choose_day(self, place: int) -> None:
        chosen = self.today if place == 0 else self.kept[place - 1].brief
        if chosen is None:
            newer = self.tr("This brief was written by a newer version; update to read it.")
            self.working.say(newer, Tone.WARN)
            self._list_days()
            return
        self.working.say("")
        self.brief, self._words = chosen, {}
        workspace = self._session.workspace
        self._session.ask(lambda: case_words(workspace, chosen), self._worded, owner=self)
        self._show()

    def _worded(self, words: Mapping[str, str]) -> None:
        if words:
            self._words = words
            self._show()

    def _open(self, query: Query, title: str) -> None:
        self._session.drill_requested.emit(query, title, self._about.text())

    @Slot(str)
    def _open_case(self, task: str) -> None:
        self._session.open_requested.emit("task", task)

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()

    def _arrived(self, found: _Read) -> None:
        self.today = self.brief = found.brief
        self._words, self.kept = found.cases, found.kept
        self._list_days()
        self._show()
        self.shown.emit()

    def _failed(self, error: KnownError) -> None:
        self.working.say(error.sentence(self._session.language), Tone.BAD)

    def _written(self, path: Path) -> None:
        self.working.say(self.tr("Saved as {0}").format(path.name), Tone.GOOD)
        self.saved.emit(str(path))

    @Slot()
    def _keep(self) -> None:
        if self.today is None:
            return

        def kept(_done: Done) -> None:
            workspace = self._session.workspace
            self._session.ask(lambda: kept_briefs(workspace), self._listed, owner=self)

        self._session.run(do_keep_brief, self.today, on_done=kept, on_error=self._failed)

    def _listed(self, kept: tuple[Kept, ...]) -> None:
        self.kept = kept
        self._list_days()
        self._show()

    @Slot()
    def _choose_target(self) -> None:
        if self.brief is None:
            return
        name = f"{self.tr('Daily brief')} {self.brief.day}.pdf"
        chosen, _ = QFileDialog.getSaveFileName(self.window(), self.tr("Save as"), name, "*.pdf")
        if chosen:
            path = Path(chosen)
            self.save_to(path if path.suffix == ".pdf" else path.with_name(f"{path.name}.pdf"))

    @Slot()
    def _print(self) -> None:
        brief = self.brief
        if brief is None:
            return
        workspace, language = self._session.workspace, self._session.language
        self.working.run(
            lambda _token, _heard: brief_paper(workspace, brief, language), self._to_printer
        )

    def _to_printer(self, content: bytes) -> None:
        print_pdf(content, self.window())
