"""Content to send: what waits for a decision, what is on its way, what is over (2.15, 3.13)."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from crm_core.rules.firing.pushes import ENTITY
from desktop.bus import Change
from desktop.services.rules.content_pushes import (
    TO_DECIDE,
    VIEWS,
    Push,
    do_approve_push,
    do_drop_push,
    do_mark_sent,
    do_requeue_push,
    read_pushes,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.content_row import ContentRow
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, row, scrolled_list
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire
from desktop.views.widgets.segments import Segments

_SETTLE_MS = 80
_WIDEST = 980


class ContentPage(Reactive, QWidget):
    """One card a text; nothing goes to a customer that nobody has read here."""

    back_requested = Signal()
    listed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked = 0
        self.rows: list[ContentRow] = []
        self._header, self._back = PageHeader(""), IconButton("chevron-left", "")
        self.views = Segments(VIEWS)
        self.views.set_value(TO_DECIDE)
        self.empty = EmptyState("check", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._soon.timeout.connect(self.refresh)
        self._back.clicked.connect(self.back_requested)
        self.views.chosen.connect(self.refresh)
        session.changed.connect(self._heard)
        session.language_changed.connect(self._speak)
        self.retranslate()

    def title(self) -> str:
        """The name of the page."""
        return self.tr("Content to send")

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        self._asked += 1
        asked, view, workspace = self._asked, self.views.value(), self._session.workspace

        def answer(found: list[Push]) -> None:
            if asked == self._asked:
                self._show(found)

        self._session.ask(lambda: read_pushes(workspace, view), answer, self)

    def retranslate(self) -> None:
        words = self.tr("Rules queue it, you read and send it; the server mails what you approved")
        self._header.set_text(self.title(), words)
        self._back.set_name(self.tr("Back (Alt+Left)"))
        names = [self.tr("To decide"), self.tr("On the way"), self.tr("Over")]
        self.views.set_labels(names, name=self.tr("Shown"))
        self.empty.set_text(
            self.tr("Nothing here"),
            self.tr("Automations put articles here for customers who showed interest."),
        )

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
        self._stack.addWidget(area)
        self._stack.addWidget(self.empty)
        body.addWidget(self._stack, 1)

    def _show(self, found: list[Push]) -> None:
        """What somebody is writing stays until they have decided."""
        writing = {r.push.id: r.words() for r in self.rows if r.words() != r.push.text}
        place = next((n for n, r in enumerate(self.rows) if r.hasFocus()), 0)
        for old in self.rows:
            self._list.removeWidget(old)
            retire(old)
        state = self._session.workspace.entity(ENTITY).field_spec("state")
        self.rows = [ContentRow(one, state, self._session.language) for one in found]
        for made in self.rows:
            self._connect(made)
            self._list.addWidget(made)
            if made.push.id in writing:
                made.text.setValue(writing[made.push.id])
        self._stack.setCurrentIndex(0 if found else 1)
        if self.rows and self.isVisible() and not writing:
            self.rows[min(place, len(self.rows) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)
        self.listed.emit()

    def _connect(self, made: ContentRow) -> None:
        push, run = made.push, self._session.run
        made.sent.connect(lambda text: run(do_approve_push, push, text))
        made.by_hand.connect(lambda text: run(do_mark_sent, push, text))
        made.dropped.connect(partial(run, do_drop_push, push))
        made.back.connect(partial(run, do_requeue_push, push))
        made.copied.connect(lambda text: QGuiApplication.clipboard().setText(text))
        made.opened.connect(partial(self._session.open_requested.emit, *push.target))

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and change.touches(ENTITY):
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        self.refresh()
