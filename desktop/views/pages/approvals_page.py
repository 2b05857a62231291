"""Approvals: those that wait for me, those I asked for, those that are over (rows 4.7, 4.8)."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from crm_core.rules.approvals import APPROVED, ENTITY, REJECTED, may_decide
from desktop.bus import Change
from desktop.services.commands.approvals import (
    do_decide_approval,
    do_respond_approval,
    do_withdraw_approval,
)
from desktop.services.rules.approvals import ASKED, DONE, MINE, VIEWS, Asked, read_approvals
from desktop.viewmodels.session import Session
from desktop.views.pages.approval_row import ApprovalRow
from desktop.views.pages.approval_sheet import DecideSheet
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, row, scrolled_list
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire
from desktop.views.widgets.segments import Segments

_SETTLE_MS = 80
_MINUTE_MS = 60_000
_WIDEST = 980


class ApprovalsPage(Reactive, QWidget):
    """One card a request; the keyboard goes from one to the next."""

    back_requested = Signal()
    listed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked = 0
        self.rows: list[ApprovalRow] = []
        self._header = PageHeader("")
        self._back = IconButton("chevron-left", "")
        self.views = Segments(VIEWS)
        self.views.set_value(MINE)
        self.empty = EmptyState("check", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self.clock = QTimer(self, interval=_MINUTE_MS)
        self._lay_out()
        self.clock.timeout.connect(self._minute_over)
        self.clock.start()
        self._soon.timeout.connect(self.refresh)
        self._back.clicked.connect(self.back_requested)
        self.views.chosen.connect(self.refresh)
        session.changed.connect(self._heard)
        session.language_changed.connect(self._speak)
        self.retranslate()

    def title(self) -> str:
        """The name of the page."""
        return self.tr("Approvals")

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        self._asked += 1
        asked, view = self._asked, self.views.value()
        workspace, language = self._session.workspace, self._session.language

        def answer(found: list[Asked]) -> None:
            if asked == self._asked:
                self._show(found)

        self._session.ask(lambda: read_approvals(workspace, view, language), answer, self)

    @Slot()
    def _minute_over(self) -> None:
        """The clocks of requests run on while somebody looks; never under a button in use."""
        held = self.focusWidget()
        in_use = held not in self.rows and any(
            held is not None and row.isAncestorOf(held) for row in self.rows
        )
        if self.isVisible() and not in_use:
            self.refresh()

    def retranslate(self) -> None:
        keys = self.tr("Y approves, a digit adds a clause, N rejects; Ctrl+Z takes it back")
        self._header.set_text(self.title(), keys)
        self._back.set_name(self.tr("Back (Alt+Left)"))
        names = [self.tr("For me to decide"), self.tr("Asked by me"), self.tr("Decided")]
        self.views.set_labels(names, name=self.tr("Which approvals"))
        self._teach()
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        body = column(self, gap=0)
        head = with_way_back(self._back, self._header)
        body.addLayout(head)
        chosen = row(None, margins=(24, 0, 24, 10))
        chosen.addWidget(self.views)
        chosen.addStretch(1)
        body.addLayout(chosen)
        area, self._list = scrolled_list(_WIDEST)
        self._area = area
        self._stack.addWidget(area)
        self._stack.addWidget(self.empty)
        body.addWidget(self._stack, 1)

    def _teach(self) -> None:
        words = {
            MINE: (
                self.tr("Nothing waits for you"),
                self.tr("What colleagues ask you to approve comes here, with how long it waits."),
            ),
            ASKED: (
                self.tr("You are waiting for nobody"),
                self.tr("Ask on the page of a deal or lead; here you see who has to decide."),
            ),
            DONE: (
                self.tr("Nothing decided yet"),
                self.tr("Decisions stay here with their comments."),
            ),
        }
        self.empty.set_text(*words[self.views.value()])

    def _show(self, found: list[Asked]) -> None:
        current = next((r.asked.record["id"] for r in self.rows if r.hasFocus()), None)
        place = next((n for n, r in enumerate(self.rows) if r.hasFocus()), 0)
        held = self.window().focusWidget()
        if any(one is held or one.isAncestorOf(held) for one in self.rows if held is not None):
            # With its row gone, it would go on to the button that takes the decision back.
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        for old in self.rows:
            self._list.removeWidget(old)
            retire(old)
        me, language = self._session.workspace.actor.user_id, self._session.language
        self.rows = []
        for one in found:
            decides = may_decide(self._session.workspace.actor, one.record).allowed
            made = ApprovalRow(one, me, language, decides=decides)
            self._connect(made)
            self._list.addWidget(made)
            self.rows.append(made)
        self._teach()
        self._stack.setCurrentIndex(0 if found else 1)
        ids = [r.asked.record["id"] for r in self.rows]
        if self.rows and self.isVisible():
            at = ids.index(current) if current in ids else min(place, len(ids) - 1)
            self.rows[at].setFocus(Qt.FocusReason.OtherFocusReason)
        self.listed.emit()

    def _connect(self, made: ApprovalRow) -> None:
        record = made.asked.record
        approval, run = str(record["id"]), self._session.run
        made.approved.connect(lambda words: run(do_decide_approval, approval, APPROVED, words))
        made.rejected.connect(partial(self._decide, made, REJECTED))
        made.worded.connect(partial(self._decide, made, APPROVED))
        made.seen.connect(lambda: run(do_respond_approval, approval))
        made.withdrawn.connect(lambda: run(do_withdraw_approval, approval))
        made.opened.connect(lambda: self._open(made.asked))

    def _decide(self, made: ApprovalRow, decision: str) -> None:
        asked = made.asked
        DecideSheet(self._session, asked.record, decision, asked.clauses, self.window()).open()

    def _open(self, asked: Asked) -> None:
        if asked.target[1]:
            self._session.open_requested.emit(*asked.target)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and (change.touches(ENTITY) or change.touches("rule_version")):
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
