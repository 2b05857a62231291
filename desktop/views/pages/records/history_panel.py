"""The slide-over with the history of one field: every version, and one step back to any of them.

Story step 4 and row 5.4: operator, time, before, after, reason; the loser of two simultaneous
edits stays visible. Enter on a version restores it as a new change, which can be undone as well.
"""

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from crm_core.errors import KnownError
from desktop.bus import Change
from desktop.services.commands.verbs import Done, do_restore_version
from desktop.services.record_history import Reach
from desktop.viewmodels.records.history import FieldHistory, read_history
from desktop.viewmodels.session import Session
from desktop.views.pages.records.older_history import OlderHistory
from desktop.views.pages.records.version_card import VersionCard
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.feedback import EmptyState, InlineMessage
from desktop.views.widgets.layouts import column, hairline, label, row
from desktop.views.widgets.reactive import Reactive

PANEL_WIDTH = 440
_SLIDE_MS = 140
_MOST_SHOWN = 100
_TABBED = {True: Qt.FocusReason.TabFocusReason, False: Qt.FocusReason.BacktabFocusReason}


class HistoryPanel(Reactive, QFrame):
    """Lies over the right side of `host`. Esc or a click beside it closes it."""

    closed = Signal()
    shown_versions = Signal()
    """The versions asked for are on screen."""

    def __init__(self, session: Session, host: QWidget) -> None:
        super().__init__(host)
        self._session = session
        self._host = host
        self._entity = self._record = self._field = ""
        self._history: FieldHistory | None = None
        self._asked = 0
        self.cards: list[VersionCard] = []
        set_role(self, Role.PANEL)
        self.setObjectName("historyPanel")
        self._shade = _Shade(host)
        self._shade.pressed.connect(self.close_panel)
        self._overline = label("", Role.OVERLINE)
        self._title = label("", Role.HEADING, wrap=True)
        self._count = label("", Role.SMALL)
        self._close = IconButton("close", "")
        self._close.clicked.connect(self.close_panel)
        self.message = InlineMessage()
        self.older = OlderHistory(session)
        self.older.hide()
        self.older.fetched.connect(self._read)
        self._empty = EmptyState("history", "", "")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(_SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._lay_out()
        host.installEventFilter(self)
        session.changed.connect(self._heard)
        session.language_changed.connect(self._speak)
        self.hide()
        self._shade.hide()
        self.retranslate()
        self.retint()

    @property
    def is_open(self) -> bool:
        """Whether the panel shows a history."""
        return not self.isHidden()

    def show_field(self, entity: str, record_id: str, name: str) -> None:
        """Slide in with the versions of one field."""
        self._entity, self._record, self._field = entity, record_id, name
        self.message.show_message("", Tone.NEUTRAL)
        self._place()
        if not self.is_open:
            self._shade.show()
            self._shade.raise_()
            self.show()
            self.raise_()
            end = self.pos()
            self._slide.setStartValue(end + QPoint(PANEL_WIDTH // 4, 0))
            self._slide.setEndValue(end)
            self._slide.start()
        self._read()

    @Slot()
    def close_panel(self) -> None:
        """Go away; whoever opened the panel takes the focus back on `closed`."""
        if self.is_open:
            self._slide.stop()
            self.hide()
            self._shade.hide()
            self.closed.emit()

    def retranslate(self) -> None:
        self._close.set_name(self.tr("Close (Esc)"))
        if self._history is not None and self._history.reach is Reach.LOCAL:
            self._empty.set_text(
                self.tr("Nothing of it on this device"),
                self.tr("What happened before this device was filled is at the server."),
            )
        else:
            self._empty.set_text(
                self.tr("No earlier versions"),
                self.tr("As soon as someone changes this field, every value it had is kept here."),
            )
        self._say()

    def retint(self) -> None:
        rule = (
            f"#historyPanel {{ background: {colours().canvas};"
            f" border-left: 1px solid {colours().hairline}; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab stays in the panel while it lies over the page."""
        parts = [p for p in self.findChildren(QWidget) if p.isVisible() and _takes_tab(p)]
        focused = QApplication.focusWidget()
        if focused is None or not parts:
            return super().focusNextPrevChild(following)
        parts.sort(key=lambda part: part.mapTo(self, part.rect().topLeft()).toTuple()[::-1])
        at = parts.index(focused) if focused in parts else -1
        parts[(at + (1 if following else -1)) % len(parts)].setFocus(_TABBED[following])
        return True

    # -- inside --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        words = column(None, gap=2)
        words.addWidget(self._overline)
        words.addWidget(self._title)
        words.addWidget(self._count)
        head = row(None, margins=(20, 18, 12, 14), gap=8)
        head.addLayout(words, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        body = column(self, gap=0)
        body.addLayout(head)
        body.addWidget(hairline())
        said = column(None, margins=(16, 8, 16, 0))
        said.addWidget(self.message)
        body.addLayout(said)
        body.addWidget(self._area, 1)
        body.addWidget(self._empty, 1)
        foot = column(None, margins=(16, 8, 16, 16))
        foot.addWidget(self.older)
        body.addLayout(foot)

    def _place(self) -> None:
        self._slide.stop()  # It would end where the panel was to be before.
        self._shade.setGeometry(self._host.rect())
        width = min(PANEL_WIDTH, self._host.width())
        self.setGeometry(self._host.width() - width, 0, width, self._host.height())

    @Slot()
    def _read(self) -> None:
        self._asked += 1
        asked, language = self._asked, self._session.language
        workspace = self._session.workspace
        entity, record_id, name = self._entity, self._record, self._field

        def answer(history: FieldHistory) -> None:
            if asked == self._asked and self.is_open:
                self._show(history)

        self._session.ask(
            lambda: read_history(workspace, entity, record_id, name, language=language),
            answer,
            self,
        )

    def _show(self, history: FieldHistory) -> None:
        at = next((n for n, card in enumerate(self.cards) if card.hasFocus()), 0)
        self._history = history
        inner = QWidget()
        body: QVBoxLayout = column(inner, margins=(16, 16, 16, 16), gap=10)
        self.cards = []
        for line in history.lines[:_MOST_SHOWN]:
            card = VersionCard(line, history.spec.kind)
            card.restore_requested.connect(self._restore)
            card.step_requested.connect(self._step)
            self.cards.append(card)
            body.addWidget(card)
        body.addStretch(1)
        self._area.setWidget(inner)
        self._area.setVisible(bool(self.cards))
        self._empty.setVisible(not self.cards)
        self.retranslate()
        self.older.show_reach((self._entity, self._record), history.reach, history.fetched_at)
        self._say()
        if self.cards:
            self.cards[min(at, len(self.cards) - 1)].take_focus()
        else:
            self._close.setFocus(Qt.FocusReason.TabFocusReason)
        self.shown_versions.emit()

    def _say(self) -> None:
        if self._history is None:
            return
        language, history = self._session.language, self._history
        name = history.spec.label.text(language)
        self._overline.setText(history.record_title)
        self._title.setText(self.tr('History of "{0}"').format(name))
        count = len(history.lines)
        total = self.tr("1 version") if count == 1 else self.tr("{0} versions").format(count)
        keys = self.tr("↑ ↓ to choose, Enter restores, Esc closes")
        self._count.setText(f"{total} · {keys}" if history.lines else "")
        self.setAccessibleName(self._title.text())

    @Slot(int)
    def _step(self, by: int) -> None:
        card = self.sender()
        if isinstance(card, VersionCard):
            place = self.cards.index(card) + by
            if 0 <= place < len(self.cards):
                self.cards[place].take_focus()
                self._area.ensureWidgetVisible(self.cards[place])

    @Slot()
    def _restore(self) -> None:
        card = self.sender()
        if isinstance(card, VersionCard):
            self._session.run(
                do_restore_version, self._entity, self._record, self._field, card.line.version,
                on_done=self._restored, on_error=self._failed, initiator=self,
            )  # fmt: skip

    def _restored(self, _done: Done) -> None:
        self.message.show_message("", Tone.NEUTRAL)
        if self.cards:
            self.cards[0].take_focus()

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.is_open and change.touches(self._entity, self._record):
            self._read()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        if self.is_open:
            self._read()


def _takes_tab(part: QWidget) -> bool:
    return bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) and part.isEnabled()


class _Shade(QWidget):
    """Dims the page behind the panel; a press on it closes the panel."""

    pressed = Signal()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 96 if colours().dark else 40))

    def mousePressEvent(self, _event: QEvent) -> None:
        self.pressed.emit()
